// A run that acts on a made-up cluster: the real engine over ports in memory. What is carried out shows in the cluster, as
// far as the test lets it.
import type { ActOrder, Inspection, JournalLine, Performed, Ready } from '../../src/core/act.ts';
import type { ActingRun } from '../../src/commands/acting-run.ts';
import type { Fact } from '../../src/core/inventory.ts';
import { nothingRemembered } from '../../src/core/memory.ts';
import type { DryRun } from '../../src/core/plan-acts.ts';
import type { Policy } from '../../src/core/policy.ts';
import { defaultMaxAge } from '../../src/core/refresh-look-ups.ts';
import type { Scan } from '../../src/core/scan.ts';
import { everything } from '../../src/core/selection.ts';
import type { Selection } from '../../src/core/selection.ts';
import { createEngine } from '../../src/engine/engine.ts';
import type { News } from '../../src/engine/ports.ts';
import { aPolicy, aScan, now } from './builders.ts';
import { aManualClock } from './manual-clock.ts';
import type { ManualClock } from './manual-clock.ts';
import { clusterRead, nodeSeen, scanRead } from './states.ts';

export interface Parts {
  readonly facts?: readonly Fact[];
  readonly policy?: Policy;
  readonly selection?: Selection;
  /** What Xray says of an image, by its number in the reference (`app:1`); null: it never answers. */
  readonly answer?: (reference: string) => Scan | null;
  readonly inspect?: (order: ActOrder) => Inspection;
  readonly performed?: (order: ActOrder) => Performed;
  /** What the cluster shows once an act was carried out. */
  readonly follows?: (order: ActOrder) => readonly Fact[];
  readonly journal?: readonly JournalLine[];
  /** Lines as they are typed; beyond them the input has ended. */
  readonly typed?: readonly string[];
  readonly byPolicy?: DryRun | null;
  readonly byHand?: DryRun;
  readonly lasts?: boolean;
  readonly sameFlags?: string;
  /** The journal cannot be read. */
  readonly unreadable?: Error;
}

export interface MadeUpRun {
  readonly run: ActingRun;
  readonly clock: ManualClock;
  /** What was carried out, dry or not, by action and name. */
  readonly performed: readonly string[];
  /** Lines written by this run. */
  readonly written: readonly JournalLine[];
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Something happens in the cluster. */
  readonly happen: (...facts: readonly Fact[]) => void;
  readonly interrupt: () => void;
}

export function aReady(overrides: Partial<Ready> = {}): Ready {
  return {
    is: 'ready',
    resourceVersion: '7',
    generation: 1,
    saved: { is: 'field', field: 'replicas', before: 3, after: 0, others: [] },
    does: 'sets its replicas from 3 to 0',
    undo: { grade: 'full', means: 'sets its replicas to 3 again' },
    findings: [],
    refusals: [],
    ...overrides,
  };
}

export function aMadeUpRun(parts: Parts = {}): MadeUpRun {
  const { facts = [], policy = aPolicy(), selection = everything, answer = () => aScan(), lasts = true } = parts;
  const clock = aHurriedClock();
  const stream = aStream([nodeSeen(), ...facts, clusterRead]);
  const [performed, written]: [string[], JournalLine[]] = [[], []];
  const [out, err]: [string[], string[]] = [[], []];
  const interruption = new AbortController();
  let unread = [...(parts.journal ?? [])];
  const typed = [...(parts.typed ?? [])];
  const journal = {
    news: async () => {
      if (parts.unreadable !== undefined) throw parts.unreadable;
      return unread.splice(0);
    },
    append: async (line: JournalLine) => {
      written.push(line);
      unread.push(line);
    },
    exclusively: async <T>(work: () => Promise<T>) => work(),
  };
  const acting = {
    inspect: async (order: ActOrder) => parts.inspect?.(order) ?? aReady(),
    perform: async (order: ActOrder, _ready: Ready, { dryRun }: { dryRun: boolean }): Promise<Performed> => {
      performed.push(`${order.action} ${order.target.name}${dryRun ? ' (dry)' : ''}`);
      const end = parts.performed?.(order) ?? { is: 'accepted', says: 'set replicas from 3 to 0' };
      if (end.is === 'accepted' && !dryRun) stream.put(parts.follows?.(order) ?? []);
      return end;
    },
    blockers: async () => ['pod cart-0 has a finalizer'],
  };
  const scanner = {
    async *ask(questions: readonly { readonly image: Parameters<typeof scanRead>[0] }[]) {
      for (const { image } of questions) {
        const scan = answer(image.reference);
        if (scan !== null) yield scanRead(image, scan);
      }
    },
  };
  const identity = { actor: 'ana', machine: 'desk' };
  const engine = createEngine({
    cluster: stream.cluster,
    scanner,
    clock,
    policy,
    selection,
    ongoing: {
      cluster: stream.cluster,
      news: [],
      surroundings: { ownNamespaces: [] },
      ongoing: {
        refreshing: { maxAge: defaultMaxAge },
        byPolicy: parts.byPolicy ?? null,
        byHand: parts.byHand ?? 'none',
      },
      acting,
      journal,
      memory: lasts ? { read: async () => nothingRemembered, merge: async (remembered) => remembered } : null,
      identity,
      runName: 'run',
      rejudge: async (order) => ({ order }),
      stuckAfter: 60_000,
      warn: (message) => err.push(`warning: ${message}\n`),
    },
  });
  const run: ActingRun = {
    engine,
    acting,
    journal,
    identity,
    sameFlags: parts.sameFlags ?? '',
    clock,
    selection,
    context: 'prod',
    namespace: 'shop',
    wait: 60_000,
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    colour: false,
    progress: false,
    interruption: interruption.signal,
    terminal: {
      isTerminal: true,
      ask: async (question) => {
        err.push(question);
        return typed.shift() ?? '';
      },
    },
  };
  return {
    run,
    clock,
    performed,
    written,
    stdout: () => out.join(''),
    stderr: () => err.join(''),
    happen: (...more) => stream.put(more),
    interrupt: () => interruption.abort(),
  };
}

/** Turns of the engine come at once, everything that waits longer when the test lets time pass. */
function aHurriedClock(): ManualClock {
  const clock = aManualClock({ start: now });
  return {
    ...clock,
    after: (milliseconds, call) => {
      if (milliseconds > 0) return clock.after(milliseconds, call);
      const immediate = setImmediate(call);
      return () => clearImmediate(immediate);
    },
  };
}

/** Until it is so, and everything that can come without time passing has come. */
export async function untilQuiet(isSo: () => boolean = () => true): Promise<void> {
  for (let quiet = 0; quiet < 20; quiet += 1) {
    if (!isSo()) quiet = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A cluster that was read whole in one go, and then tells what happens. */
function aStream(first: readonly Fact[]) {
  const waiting: (readonly Fact[])[] = [first];
  let wake: (() => void) | null = null;
  const put = (facts: readonly Fact[]): void => {
    waiting.push(facts);
    wake?.();
  };
  const follow: News['follow'] = async function* (signal) {
    signal.addEventListener('abort', () => wake?.(), { once: true });
    while (!signal.aborted) {
      yield* waiting.splice(0);
      if (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { put, cluster: { read: follow, follow } };
}
