// A pseudo-terminal in which a shell with job control runs a program, as a user's does: it says how the program ended, and
// takes words after that, so that a test can see what state the terminal was left in.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { Patience } from '../control-plane/eventually.ts';
import { type OpenTerminal, type TerminalOptions, openTerminal } from './pseudo-terminal.ts';

export interface ShellTerminal extends OpenTerminal {
  /** The process in the foreground: the program, while it runs. */
  readonly foreground: () => number;
  /** Gives the program a signal. */
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Until the shell says so: a code, or 128 and the number of the signal that ended or stopped it. */
  readonly back: (code: number, over?: Patience) => Promise<string>;
  /** Has the shell do something, and what it wrote meanwhile, once it is through. */
  readonly type: (words: string) => Promise<string>;
}

const script = `
set -m
"$@"
echo "[ended with $?]"
while read -r words; do
  eval "$words"
  echo "[ended with $?]"
done`;

export function openShell(command: string, args: readonly string[], options?: TerminalOptions): ShellTerminal {
  const terminal = openTerminal('bash', ['-c', script, 'bash', command, ...args], options);
  const foreground = (): number => foregroundOf(terminal.pid);
  const ends = (): number => terminal.raw().split('[ended with ').length;
  return {
    ...terminal,
    foreground,
    signal: (signal) => process.kill(foreground(), signal),
    back: async (code, over) =>
      terminal.until(`back in the shell with ${code}`, (screen) => screen.endsWith(`[ended with ${code}]`), over),
    type: async (words) => {
      const [from, before] = [terminal.raw().length, ends()];
      // In raw mode nothing makes this of a return.
      terminal.press(`${words}\n`);
      await terminal.until(`${words} is through`, () => ends() > before);
      return terminal.raw().slice(from);
    },
  };
}

/** The process group that has the terminal: the eighth field, and the program's own id where it leads the group. */
function foregroundOf(shell: number): number {
  const fields = readFileSync(`/proc/${shell}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const group = Number(fields[5]);
  if (!(group > 0)) throw new Error('nothing has the terminal');
  return group;
}
