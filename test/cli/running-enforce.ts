// `enforce` in the background: its JSON lines as they come, and its end by its own pid. What it says is waited for, and
// nothing is slept for.
import { type Patience, eventually } from '../control-plane/eventually.ts';
import type { Ended, StartedCli } from './run-cli.ts';

/** One line on stdout, as far as tests look at it. */
export interface EnforceLine {
  readonly at: string;
  readonly type: string;
  readonly workload: { readonly kind: string; readonly name: string; readonly uid: string } | null;
  readonly action: string | null;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly undo: { readonly grade: string } | null;
  readonly message: string | null;
}

export interface RunningEnforce {
  /** Every line from the first on, until it ends. */
  readonly lines: () => AsyncIterable<EnforceLine>;
  /** What it has said so far. */
  readonly said: () => readonly EnforceLine[];
  readonly stderr: () => string;
  /** All of that in short, for a test that fails. */
  readonly told: () => string;
  /** The first line that matches, from that one on; throws with all it said where none came in time. */
  readonly until: (what: string, matches: (line: EnforceLine) => boolean, from?: number) => Promise<EnforceLine>;
  /** The first that says so of `deployment/cart`. */
  readonly untilAct: (label: string, outcome: string, from?: number) => Promise<EnforceLine>;
  /** `deployment/cart accepted`, in the order they were said. */
  readonly acts: (from?: number) => readonly string[];
  /** Until its first lines on stderr say what is enforced. */
  readonly begun: () => Promise<RunningEnforce>;
  /** SIGTERM unless said. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<Ended>;
  readonly ended: Promise<Ended>;
}

/** Listens from its start, so that no line is missed. */
export function listenTo({ child, ended }: StartedCli): RunningEnforce {
  const said: EnforceLine[] = [];
  let [rest, stderr, isOver] = ['', '', false];
  let change = Promise.withResolvers<void>();
  const notify = (): void => {
    change.resolve();
    change = Promise.withResolvers();
  };
  child.stdout.on('data', (piece: Buffer) => {
    const pieces = `${rest}${piece.toString('utf8')}`.split('\n');
    rest = pieces.pop() ?? '';
    said.push(...pieces.map((line) => JSON.parse(line) as EnforceLine));
    notify();
  });
  child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString('utf8')));
  const over = ended.finally(() => {
    isOver = true;
    notify();
  });
  // Whoever waits for its end hears of it there.
  over.catch(() => {});
  const told = (): string => [...said.map(inShort), stderr].join('\n');
  const until: RunningEnforce['until'] = async (what, matches, from = 0) => {
    const giveUp = AbortSignal.timeout(patience);
    const late = new Promise<void>((resolve) => giveUp.addEventListener('abort', () => resolve(), { once: true }));
    for (;;) {
      const found = said.slice(from).find(matches);
      if (found !== undefined) return found;
      if (isOver || giveUp.aborted) throw new Error(`${what}: it never said so\n${told()}`);
      await Promise.race([change.promise, late]);
    }
  };
  const untilSaid = async (what: string, look: () => boolean, over?: Patience): Promise<void> => {
    await eventually(what, look, over).catch((cause: unknown) => {
      throw new Error(`${what}: it never said so\n${told()}`, { cause });
    });
  };
  const running: RunningEnforce = {
    lines: async function* lines() {
      for (let at = 0; ; at += 1) {
        while (at >= said.length) {
          if (isOver) return;
          await change.promise;
        }
        const line = said[at];
        if (line !== undefined) yield line;
      }
    },
    said: () => said,
    stderr: () => stderr,
    told,
    until,
    untilAct: async (label, outcome, from) =>
      until(`${label} ${outcome}`, (line) => labelOf(line) === label && line.outcome === outcome, from),
    acts: (from = 0) =>
      said.slice(from).flatMap((line) => (line.type === 'act' ? [`${labelOf(line)} ${line.outcome}`] : [])),
    begun: async () => {
      await untilSaid('what is enforced', () => stderr.includes('\nmode: '));
      return running;
    },
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      return over;
    },
    ended: over,
  };
  return running;
}

/** Milliseconds until a line has come, on a busy machine. */
const patience = 45_000;

function inShort({ at, type, outcome, reason, message, ...line }: EnforceLine): string {
  return [at, type, labelOf(line), outcome, reason, message].filter(Boolean).join(' ');
}

function labelOf({ workload }: Pick<EnforceLine, 'workload'>): string {
  return workload === null ? '' : `${workload.kind.toLowerCase()}/${workload.name}`;
}
