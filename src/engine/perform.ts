// What a run performs beside asking: acts and their effects, the pause, what is remembered, and the journal's news of other
// processes. Every outcome is a fact.
import type { ActOrder, Actor, JournalLine } from '../core/act.ts';
import { isEffective } from '../core/effect.ts';
import type { Fact, State } from '../core/inventory.ts';
import type { Surroundings } from '../core/judged.ts';
import { overLimits } from '../core/limits.ts';
import type { Ongoing, Step } from '../core/plan.ts';
import type { StillDue } from '../core/still-due.ts';
import { performAct } from './act.ts';
import type { ActResult } from './act.ts';
import type { Acting, Clock, Journal, LiveCluster, Memory, News } from './ports.ts';

export interface OngoingParts {
  readonly cluster: LiveCluster;
  readonly news: readonly News[];
  readonly surroundings: Surroundings;
  readonly ongoing: Ongoing;
  readonly acting: Acting;
  readonly journal: Journal;
  /** Null: nothing can be remembered here, so no grace period ends. */
  readonly memory: Memory | null;
  readonly identity: Actor;
  readonly rejudge: (order: ActOrder, state: State, signal: AbortSignal) => Promise<StillDue>;
  /** How long an accepted act may take to become effective before it counts as stuck, milliseconds. */
  readonly stuckAfter: number;
  /** Told once what went wrong with the memory or the journal. */
  readonly warn: (message: string) => void;
}

export interface PerformerParts extends OngoingParts {
  readonly clock: Clock;
  readonly state: State;
  readonly report: (facts: readonly Fact[]) => void;
  readonly signal: AbortSignal;
}

export interface Performer {
  /** Reads journal and memory; before it nothing acts. */
  begin(): Promise<void>;
  perform(step: Exclude<Step, { readonly type: 'LookUp' }>): void;
  /** Called once a turn. */
  lookAtEffects(): void;
  /** While it finishes nothing more is planned. */
  limited(ongoing: Ongoing): Ongoing;
  isIdle(): boolean;
  finish(): Promise<void>;
}

/** So many acts are read and judged at once; the calls themselves come one after the other. */
const actsAtOnce = 4;

/** How often other processes' lines are looked for, milliseconds. */
const journalInterval = 2_000;

export function createPerformer(parts: PerformerParts): Performer {
  const { state, clock, journal, memory, report, signal } = parts;
  const passage = createPassage(actsAtOnce);
  const performing = new Set<Promise<void>>();
  const awaited = new Map<string, { readonly order: ActOrder; readonly since: number; stuck: boolean }>();
  const told = new Set<string>();
  let remembering: Promise<unknown> = Promise.resolve();
  let finishing = false;

  const tell = (error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    if (told.has(message)) return;
    told.add(message);
    parts.warn(message);
  };
  const readJournal = async (): Promise<void> => {
    const lines = await journal.news();
    if (lines.length > 0) report([{ type: 'JournalRead', lines }]);
  };
  /** A timer keeps a process alive: none outlasts the run. */
  const later = (milliseconds: number, call: () => void): void => {
    if (signal.aborted) return;
    const cancel = clock.after(milliseconds, () => {
      signal.removeEventListener('abort', cancel);
      call();
    });
    signal.addEventListener('abort', cancel, { once: true });
  };
  const keepReading = (): void => later(journalInterval, () => void readJournal().catch(tell).finally(keepReading));
  const append = async (line: JournalLine): Promise<void> => {
    await journal.append(line);
    await readJournal();
  };
  const heldBack = async (): Promise<string | null> => {
    await readJournal();
    const workloads = [...state.judged.values()].map(({ workload }) => workload);
    return overLimits(state.acting, state.policy.limits, workloads, clock.now());
  };
  const rejudge = (order: ActOrder, at: AbortSignal): Promise<StillDue> => parts.rejudge(order, state, at);

  const act = async ({ order, dryRun }: Extract<Step, { type: 'Act' }>): Promise<void> => {
    report([{ type: 'ActStarted', order, at: clock.now() }]);
    const result = await passage(() => performAct(order, dryRun, { ...parts, rejudge, heldBack }, signal)).catch(
      (error: unknown): ActResult => {
        const message = error instanceof Error ? error.message : String(error);
        return { end: signal.aborted ? 'deferred' : 'failed', message, order };
      },
    );
    await readJournal().catch(tell);
    const { end, message } = result;
    report([{ type: 'ActEnded', order: result.order, end, message, at: clock.now() }]);
    if (end === 'accepted') awaitEffect(result.order);
  };
  const awaitEffect = (one: ActOrder): void => {
    awaited.set(one.id, { order: one, since: clock.now(), stuck: false });
    // That it is stuck shows by time alone.
    later(parts.stuckAfter, () => report([]));
  };
  const pause = async ({ by, message }: Extract<Step, { type: 'Pause' }>): Promise<void> => {
    const line: JournalLine = { type: 'Paused', at: new Date(clock.now()).toISOString(), by, message };
    report([{ type: 'PauseStarted', at: clock.now() }]);
    // A dry run pauses itself alone.
    if (parts.ongoing.byPolicy === 'none') await append(line);
    else report([{ type: 'JournalRead', lines: [line] }]);
  };
  const track = (work: Promise<void>): void => {
    const tracked = work.catch(tell).finally(() => performing.delete(tracked));
    performing.add(tracked);
  };
  const settleEffect = async (order: ActOrder, outcome: 'effective' | 'stuck'): Promise<void> => {
    const blockers = outcome === 'stuck' ? await parts.acting.blockers(order, signal).catch(() => []) : [];
    const message = outcome === 'stuck' ? blockers.join('; ') || 'pods of it still run' : null;
    if (state.acting.history.records.get(order.id)?.outcome === outcome) return;
    await append({ type: 'Ended', at: new Date(clock.now()).toISOString(), id: order.id, outcome, message });
    report([{ type: 'ActEnded', order, end: outcome, message, at: clock.now() }]);
  };
  const lookAtEffects = (): void => {
    for (const [id, one] of awaited) {
      if (isEffective(state, one.order)) {
        awaited.delete(id);
        track(settleEffect(one.order, 'effective'));
      } else if (!one.stuck && clock.now() - one.since >= parts.stuckAfter) {
        // It may become effective later all the same.
        one.stuck = true;
        track(settleEffect(one.order, 'stuck'));
      }
    }
  };
  return {
    begin: async () => {
      await readJournal();
      if (memory === null) report([{ type: 'MemoryRead', remembered: nothingKept, lasts: false }]);
      else report([{ type: 'MemoryRead', remembered: await memory.read(), lasts: true }]);
      keepReading();
      // A process that was killed did not come to see the end of what it began.
      for (const { order, outcome } of state.acting.history.records.values()) {
        if (outcome === 'accepted') awaitEffect(order);
      }
    },
    perform: (step) => {
      if (step.type === 'Act') track(act(step));
      else if (step.type === 'Pause') track(pause(step));
      else if (memory !== null) remembering = remembering.then(() => memory.merge(step.remembered)).catch(tell);
    },
    lookAtEffects,
    limited: (ongoing) => (finishing ? { ...ongoing, byPolicy: null } : ongoing),
    isIdle: () => performing.size === 0 && [...awaited.values()].every(({ stuck }) => stuck),
    finish: async () => {
      finishing = true;
      await Promise.all([...performing, remembering]);
    },
  };
}

const nothingKept = { firstSeen: {}, standings: {}, measure: '' };

/** Lets so many pieces of work through at a time, in the order they came. */
function createPassage(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return async (work) => {
    if (inside >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    inside += 1;
    try {
      return await work();
    } finally {
      inside -= 1;
      waiting.shift()?.();
    }
  };
}
