// The built program's live screen in a pseudo-terminal, beside a benchmark: when frames came, what a key press took until
// its paint, and what the process takes. Linux, for /proc.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type OpenTerminal, openTerminal } from '../test/support/pseudo-terminal.ts';

export interface Watching {
  readonly terminal: OpenTerminal;
  /** The line under the cursor; null: none is shown. */
  readonly chosen: () => string | null;
  /** Presses, and the milliseconds until bytes came that made the screen look so. */
  readonly painted: (keys: string, look: (screen: string) => boolean) => Promise<number>;
  /** Times of performance.now at which frames began to come. */
  readonly frames: () => readonly number[];
  /** How often the whole screen was cleared so far. */
  readonly clears: () => number;
  /** Seconds of the processor so far. */
  readonly cpu: () => number;
  /** 10^6 bytes at most so far. */
  readonly peakMb: () => number;
}

const plugin = fileURLToPath(new URL('../plugin/kubectl-xray', import.meta.url));
/** Milliseconds after which a key counts as not answered. */
const patience = 10_000;
/** What comes with less than so many milliseconds between belongs to one frame, where frames have no marks of their own. */
const gap = 5;
const ticksASecond = 100;

export function startWatching(args: readonly string[], env: Readonly<Record<string, string>>): Watching {
  const terminal = openTerminal(plugin, args, { env, columns: 120, rows: 40 });
  const pieces: { readonly at: number; readonly bytes: string }[] = [];
  terminal.listen((bytes) => pieces.push({ at: performance.now(), bytes }));
  return {
    terminal,
    chosen: () =>
      terminal
        .screen()
        .split('\n')
        .find((line) => line.startsWith('>')) ?? null,
    painted: async (keys, look) => painted(terminal, keys, look),
    frames: () => framesOf(pieces),
    clears: () => terminal.raw().match(fullClear)?.length ?? 0,
    cpu: () => cpuOf(terminal.pid),
    peakMb: () => peakOf(terminal.pid),
  };
}

// oxlint-disable-next-line no-control-regex -- what clears a screen, and what it has scrolled away
const fullClear = /\u001B\[[23]J|\u001Bc/g;
const beginsFrame = '\u001B[?2026h';

async function painted(terminal: OpenTerminal, keys: string, look: (screen: string) => boolean): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const late = setTimeout(
    () => reject(new Error(`no answer to ${JSON.stringify(keys)}\n${terminal.screen()}`)),
    patience,
  );
  const pressed = performance.now();
  const stop = terminal.listen(() => {
    const came = performance.now();
    // Called once what came is on the screen.
    terminal.emulator.write('', () => {
      if (look(terminal.screen())) resolve(came - pressed);
    });
  });
  terminal.press(keys);
  return promise.finally(() => {
    clearTimeout(late);
    stop();
  });
}

function framesOf(pieces: readonly { readonly at: number; readonly bytes: string }[]): readonly number[] {
  const marked = pieces.flatMap(({ at, bytes }) =>
    bytes
      .split(beginsFrame)
      .slice(1)
      .fill('')
      .map(() => at),
  );
  if (marked.length > 0) return marked;
  return pieces.filter(({ at }, nth) => at - (pieces[nth - 1]?.at ?? -Infinity) > gap).map(({ at }) => at);
}

/** The most that came within any second. */
export function mostASecond(frames: readonly number[]): number {
  let [from, most] = [0, 0];
  for (const [nth, at] of frames.entries()) {
    while (at - (frames[from] ?? at) >= 1000) from += 1;
    most = Math.max(most, nth - from + 1);
  }
  return most;
}

function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksASecond;
}

function peakOf(pid: number): number {
  return (Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024) / 1e6;
}
