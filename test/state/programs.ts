// Runs program.ts as processes of their own, and ends them with their test.
import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const program = fileURLToPath(new URL('program.ts', import.meta.url));

export interface Running {
  /** It goes on only where others leave it time: for many that together would slow down what is tested beside them. */
  yield(): void;
  /** What it has said so far, line by line. */
  readonly said: readonly string[];
  /** Resolves when it has said so many lines. Rejects when it ends before that. */
  hasSaid(lines: number): Promise<void>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** Resolves when it has ended; rejects if it did so with an error. */
  readonly ended: Promise<void>;
}

export function run(task: string, folder: string, ...rest: readonly (string | number)[]): Running {
  return start(program, task, folder, ...rest);
}

/** Any program, with its arguments. */
export function start(file: string, ...args: readonly (string | number)[]): Running {
  const child = spawn(process.execPath, [file, ...args.map(String)], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said: string[] = [];
  let [half, errors] = ['', ''];
  let waiting: (() => void)[] = [];
  const wake = (): void => {
    for (const one of waiting.splice(0)) one();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${half}${text}`.split('\n');
    half = lines.pop() ?? '';
    said.push(...lines);
    wake();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  let over = false;
  const gone = new Promise<number | null>((resolve) => child.once('close', resolve)).finally(() => {
    over = true;
    wake();
  });
  const ended = gone.then((code) => {
    if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${errors}`);
  });
  ended.catch(() => {});
  return {
    yield: () => {
      if (child.pid !== undefined && !over) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    },
    said,
    hasSaid: async (lines) => {
      while (said.length < lines) {
        if (over) throw new Error(`${args[0]} ended after ${said.length} lines: ${errors}`);
        await new Promise<void>((resolve) => (waiting = [...waiting, resolve]));
      }
    },
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
    ended,
  };
}
