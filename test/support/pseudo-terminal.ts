// A program in a real pseudo-terminal, and its screen as text: the bytes it writes go through a terminal emulator, which
// also answers what a program asks of a terminal. It must not know any program of ours.
import { constants } from 'node:os';
import process from 'node:process';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { type Patience, eventually } from '../control-plane/eventually.ts';

export interface TerminalOptions {
  /** All of its environment besides TERM; PATH alone unless given. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** 80 unless given. */
  readonly columns?: number;
  /** 24 unless given. */
  readonly rows?: number;
}

export interface EndedInTerminal {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface OpenTerminal {
  readonly pid: number;
  /** What is seen now, blanks cut at the end of each line and below the last. */
  readonly screen: () => string;
  /** Types them as they are; `keys` names those that are more than a letter. */
  readonly press: (keys: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** Until the screen looks so, and that screen; throws with the screen where it never did. */
  readonly until: (what: string, look: (screen: string) => boolean, over?: Patience) => Promise<string>;
  readonly isAlternate: () => boolean;
  readonly isCursorShown: () => boolean;
  /** All it has written so far. */
  readonly raw: () => string;
  /** Tells of each piece it writes, at once and before it is on the screen; the answer ends that. */
  readonly listen: (heard: (bytes: string) => void) => () => void;
  /** The emulator, for who needs its colours. */
  readonly emulator: xterm.Terminal;
  /** SIGTERM unless said. */
  readonly kill: (signal?: NodeJS.Signals) => void;
  /** Once it has ended and all it wrote is on the screen. */
  readonly ended: Promise<EndedInTerminal>;
  /** Kills what still runs and waits for its end. */
  readonly close: () => Promise<void>;
}

export const keys = {
  enter: '\r',
  escape: '\u001B',
  tab: '\t',
  up: '\u001B[A',
  down: '\u001B[B',
  right: '\u001B[C',
  left: '\u001B[D',
  pageUp: '\u001B[5~',
  pageDown: '\u001B[6~',
  backspace: '\u007F',
  /** `control('d')` is ctrl-d. */
  control: (letter: string): string => String.fromCharCode(letter.toUpperCase().charCodeAt(0) - 64),
} as const;

export function openTerminal(command: string, args: readonly string[], options: TerminalOptions = {}): OpenTerminal {
  const { env = { PATH: process.env['PATH'] ?? '' }, cwd = process.cwd(), columns = 80, rows = 24 } = options;
  const emulator = new xterm.Terminal({ cols: columns, rows, scrollback: 1000, allowProposedApi: true });
  const cursor = watchCursor(emulator);
  const pty = spawn(command, [...args], { name: 'xterm-256color', cols: columns, rows, cwd, env });
  const pieces: string[] = [];
  const heard = pty.onData((bytes) => {
    pieces.push(bytes);
    emulator.write(bytes);
  });
  const answers = emulator.onData((bytes) => pty.write(bytes));
  let isOver = false;
  const ended = untilItEnds(pty, emulator).finally(() => {
    isOver = true;
    heard.dispose();
    answers.dispose();
  });
  const screen = (): string => textOf(emulator);
  return {
    pid: pty.pid,
    screen,
    press: (typed) => pty.write(typed),
    resize: (toColumns, toRows) => {
      emulator.resize(toColumns, toRows);
      pty.resize(toColumns, toRows);
    },
    until: async (what, look, over) => {
      await eventually(what, () => look(screen()), { interval: 20, ...over }).catch((cause: unknown) => {
        throw new Error(`${what}: not on the screen\n${screen()}`, { cause });
      });
      return screen();
    },
    isAlternate: () => emulator.buffer.active.type === 'alternate',
    isCursorShown: cursor.isShown,
    raw: () => pieces.join(''),
    listen: (hear) => {
      const listening = pty.onData(hear);
      return () => listening.dispose();
    },
    emulator,
    kill: (signal = 'SIGTERM') => process.kill(pty.pid, signal),
    ended,
    close: async () => {
      if (!isOver) pty.kill('SIGKILL');
      await ended;
      emulator.dispose();
    },
  };
}

/** The emulator keeps it to itself: DECTCEM, `CSI ? 25 h` and `l`; a reset shows it again. */
function watchCursor({ parser }: xterm.Terminal): { readonly isShown: () => boolean } {
  let isShown = true;
  const to = (shown: boolean) => (parameters: (number | number[])[]) => {
    if (parameters.includes(25)) isShown = shown;
    return false;
  };
  parser.registerCsiHandler({ prefix: '?', final: 'h' }, to(true));
  parser.registerCsiHandler({ prefix: '?', final: 'l' }, to(false));
  return { isShown: () => isShown };
}

async function untilItEnds(pty: IPty, emulator: xterm.Terminal): Promise<EndedInTerminal> {
  const { exitCode, signal } = await new Promise<{ exitCode: number; signal?: number }>((resolve) => {
    pty.onExit(resolve);
  });
  await new Promise<void>((resolve) => emulator.write('', resolve));
  return signal ? { code: null, signal: nameOf(signal) } : { code: exitCode, signal: null };
}

function nameOf(signal: number): NodeJS.Signals | null {
  const [name] = Object.entries(constants.signals).find(([, number]) => number === signal) ?? [];
  return (name as NodeJS.Signals | undefined) ?? null;
}

function textOf({ buffer, rows }: xterm.Terminal): string {
  const { active } = buffer;
  return Array.from({ length: rows }, (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
}
