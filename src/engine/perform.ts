// What a run performs beside asking: acts and their effects, the pause, what is remembered, and the journal's news of other
// processes. Every outcome is a fact.
import type { ActOrder, Actor, JournalLine } from '../core/act.ts';
import { isSuperseded, lastActOn } from '../core/contested.ts';
import { cameAbout, isEffective, isInSight } from '../core/effect.ts';
import type { Fact } from '../core/fact.ts';
import type { State } from '../core/state.ts';
import type { Surroundings } from '../core/judged.ts';
import { overLimits } from '../core/limits.ts';
import { nothingRemembered } from '../core/memory.ts';
import type { Ongoing, Step } from '../core/plan.ts';
import type { DryRun } from '../core/plan-acts.ts';
import type { Rejudged } from '../core/still-due.ts';
import { performAct } from './act.ts';
import type { ActParts, ActResult } from './act.ts';
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
  /** No other run has it: two that see the same at the same time must not give their acts the same id. */
  readonly runName: string;
  readonly rejudge: (order: ActOrder, state: State, signal: AbortSignal) => Promise<Rejudged>;
  /** How long an accepted act may take to become effective before it counts as stuck, milliseconds. */
  readonly stuckAfter: number;
  /** Told once what went wrong with the memory or the journal. */
  readonly warn: (message: string) => void;
}

export interface PerformerParts extends OngoingParts {
  readonly clock: Clock;
  readonly state: State;
  readonly report: (facts: readonly Fact[]) => void;
  /** How the policy is carried out at this moment; null: it is not. */
  readonly carriesOut: () => DryRun | null;
  readonly signal: AbortSignal;
}

export interface Performer {
  /** Reads journal and memory; before it nothing acts. */
  begin(): Promise<void>;
  /** While it finishes no act is begun. */
  perform(step: Exclude<Step, { readonly type: 'LookUp' }>): void;
  /** Called once a turn. */
  lookAtEffects(): void;
  /** When effects are to be looked at again though nothing happens, ms since the epoch; Infinity: never. */
  looksAgainAt(): number;
  isIdle(): boolean;
  /** What is written down as intended is brought to its end; what is not is left. */
  finish(): Promise<void>;
}

/** So many acts are read and judged at once; the calls themselves come one after the other. */
const actsAtOnce = 4;

/** How often other processes' lines are looked for, milliseconds. */
const journalInterval = 2_000;

const runEnds = 'the run ends';
const switchedOff = 'the policy is not carried out any more';

/** Why an act is stuck where nothing is seen that keeps it. */
const unexplained: Readonly<Record<ActOrder['action'], string>> = {
  scaledown: 'pods of it still run',
  delete: 'it is still there, or pods of it are',
  restore: 'it is as it was, but nothing of it is seen to run yet',
};

/** An accepted act that has not become effective yet. */
interface Awaited {
  readonly order: ActOrder;
  since: number;
  /** `unsure`: whether it came about is not known; nobody waits for it. */
  is: 'accepted' | 'unsure' | 'stuck';
}

export function createPerformer(parts: PerformerParts): Performer {
  const { state, clock, journal, memory, report, signal } = parts;
  const passage = createPassage(actsAtOnce);
  const performing = new Set<Promise<void>>();
  const awaited = new Map<string, Awaited>();
  const told = new Set<string>();
  const finishing = new AbortController();
  const ending = AbortSignal.any([signal, finishing.signal]);
  let remembering: Promise<unknown> = Promise.resolve();

  const tell = (error: unknown): void => {
    const message = messageOf(error);
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
  /** What only reads ends with the run at once; what is written down does not. */
  const inspect: Acting['inspect'] = async (order, at) => {
    const either = AbortSignal.any([at, ending]);
    const inspected = await parts.acting.inspect(order, either).catch((error: unknown) => {
      ending.throwIfAborted();
      throw error;
    });
    ending.throwIfAborted();
    return inspected;
  };
  const rejudge: ActParts['rejudge'] = async (order, at) => {
    const { answers = [], ...due } = await parts.rejudge(order, state, AbortSignal.any([at, ending]));
    // Else what cannot be asked about would stay due, and be read and asked about again and again.
    if (answers.length > 0) report(answers);
    return due;
  };
  const heldBack: ActParts['heldBack'] = async ({ id, by }) => {
    if (ending.aborted) return runEnds;
    await readJournal();
    if (by === 'hand') return null;
    return parts.carriesOut() === 'none' ? overLimits(state, id, clock.now()) : switchedOff;
  };
  const watchOver: ActParts['watchOver'] = ({ target, by }) => {
    const [last, { policy }] = [lastActOn(state.acting, target), state];
    return () => {
      if (lastActOn(state.acting, target) !== last) return 'another process acted upon it meanwhile';
      return by === 'policy' && state.policy !== policy ? 'the policy has changed meanwhile' : null;
    };
  };

  const act = async ({ order: planned, dryRun }: Extract<Step, { type: 'Act' }>): Promise<void> => {
    // Whoever asked for an act by hand waits for its id.
    const order = planned.by === 'hand' ? planned : { ...planned, id: `${planned.id}-${parts.runName}` };
    report([{ type: 'ActStarted', order, at: clock.now() }]);
    const work = (): Promise<ActResult> => {
      const isOff = order.by === 'policy' && parts.carriesOut() !== dryRun;
      if (ending.aborted || isOff) {
        return Promise.resolve({ end: 'deferred', message: isOff ? switchedOff : runEnds, order });
      }
      return performAct(
        order,
        dryRun,
        { ...parts, acting: { ...parts.acting, inspect }, rejudge, heldBack, watchOver },
        signal,
      );
    };
    const { unsure, ...result } = await passage(work).catch((error: unknown): ActResult => {
      const isEnding = signal.aborted || (ending.aborted && isAbort(error));
      return { end: isEnding ? 'deferred' : 'failed', message: isEnding ? runEnds : messageOf(error), order };
    });
    await readJournal().catch(tell);
    report([{ type: 'ActEnded', ...result, at: clock.now() }]);
    if (result.end === 'accepted') awaitEffect(result.order, 'accepted');
    else if (unsure === true) awaitEffect(result.order, 'unsure');
  };
  const awaitEffect = (order: ActOrder, is: Awaited['is']): void => {
    awaited.set(order.id, { order, since: clock.now(), is });
  };
  const pause = async ({ by, message }: Extract<Step, { type: 'Pause' }>): Promise<void> => {
    const line: JournalLine = { type: 'Paused', at: isoNow(), by, message };
    report([{ type: 'PauseStarted', at: clock.now() }]);
    try {
      // A dry run pauses itself alone.
      if (parts.carriesOut() === 'none') await journal.exclusively(() => pauseOnce(line));
    } catch (error) {
      tell(error);
    }
    // Where it could not be written down this run is paused all the same.
    if (state.acting.history.pause === null) report([{ type: 'JournalRead', lines: [line] }]);
  };
  const pauseOnce = async (line: JournalLine): Promise<void> => {
    await readJournal();
    if (state.acting.history.pause === null) await append(line);
  };
  const track = (work: Promise<void>): void => {
    const tracked = work.catch(tell).finally(() => {
      performing.delete(tracked);
      // Whether all is quiet now shows in a turn, also where the work came to nothing.
      report([]);
    });
    performing.add(tracked);
  };
  const settleEffect = async (order: ActOrder, outcome: 'effective' | 'stuck'): Promise<void> => {
    const blockers = outcome === 'stuck' ? await parts.acting.blockers(order, signal).catch(() => []) : [];
    const message = outcome === 'stuck' ? blockers.join('; ') || unexplained[order.action] : null;
    await journal.exclusively(() => endOnce(order.id, outcome, message)).catch(tell);
    report([{ type: 'ActEnded', order, end: outcome, message, at: clock.now() }]);
  };
  /** Another process may have come to see it first. */
  const endOnce = async (id: string, outcome: 'effective' | 'stuck', message: string | null): Promise<void> => {
    await readJournal();
    const isKnown = state.acting.history.records.get(id)?.outcome === outcome;
    if (!isKnown) await append({ type: 'Ended', at: isoNow(), id, outcome, message });
  };
  const lookAtEffects = (): void => {
    for (const [id, one] of awaited) {
      if (isSuperseded(state.acting, one.order)) awaited.delete(id);
      if (!awaited.has(id) || !isInSight(state, one.order)) continue;
      if (one.is === 'unsure') {
        if (!cameAbout(state, one.order)) continue;
        Object.assign(one, { is: 'accepted', since: clock.now() });
      }
      if (isEffective(state, one.order)) {
        awaited.delete(id);
        track(settleEffect(one.order, 'effective'));
      } else if (one.is === 'accepted' && clock.now() - one.since >= parts.stuckAfter) {
        // It may become effective later all the same.
        one.is = 'stuck';
        track(settleEffect(one.order, 'stuck'));
      }
    }
  };
  const isWaitedFor = ({ is, order }: Awaited): boolean => is === 'accepted' && isInSight(state, order);
  const isoNow = (): string => new Date(clock.now()).toISOString();
  return {
    begin: async () => {
      await readJournal();
      const remembered = memory === null ? nothingRemembered : await memory.read();
      report([{ type: 'MemoryRead', remembered, lasts: memory !== null }]);
      keepReading();
      // A process that was killed did not come to see the end of what it began.
      for (const { order, outcome } of state.acting.history.records.values()) {
        if (outcome === 'intended') awaitEffect(order, 'unsure');
        else if (outcome === 'accepted' || outcome === 'stuck') awaitEffect(order, outcome);
      }
    },
    perform: (step) => {
      if (step.type === 'Remember') {
        if (memory !== null) remembering = remembering.then(() => memory.merge(step.remembered)).catch(tell);
      } else if (!ending.aborted) track(step.type === 'Act' ? act(step) : pause(step));
    },
    lookAtEffects,
    looksAgainAt: () => {
      const waiting = [...awaited.values()].filter(isWaitedFor);
      return Math.min(Infinity, ...waiting.map(({ since }) => since + parts.stuckAfter));
    },
    isIdle: () => performing.size === 0 && ![...awaited.values()].some(isWaitedFor),
    finish: async () => {
      finishing.abort();
      while (performing.size > 0) await Promise.all(performing);
      await remembering;
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

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
