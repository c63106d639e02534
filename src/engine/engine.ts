// The engine: facts come in, steps go out. `status`, `watch` and `enforce` are endings of the same run.
// It decides nothing itself: `record`, `takeTurn` and `plan` of core do.
import { refresh } from '../core/assemble.ts';
import { record } from '../core/inventory.ts';
import { emptyState } from '../core/state.ts';
import { nothingTouched } from '../core/touched.ts';
import type { Fact } from '../core/fact.ts';
import type { State } from '../core/state.ts';
import { gather, isQuiet, isSettled, noneToCome } from '../core/plan.ts';
import type { Question, Step } from '../core/plan.ts';
import type { DryRun } from '../core/plan-acts.ts';
import type { Policy } from '../core/policy.ts';
import { selectWorkloads } from '../core/selection.ts';
import type { Selection } from '../core/selection.ts';
import { takeTurn } from '../core/turn.ts';
import type { Workload } from '../core/workload.ts';
import { createPerformer } from './perform.ts';
import type { OngoingParts, Performer } from './perform.ts';
import type { Clock, Cluster, Scanner } from './ports.ts';

export interface EngineParts {
  readonly cluster: Cluster;
  readonly scanner: Scanner;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly selection: Selection;
  /** An answer asked for before this time does not do, ms since the epoch; any does unless said. */
  readonly notOlderThan?: number;
  /** What a run takes that goes on and may act; without it, only `settle` can be called. */
  readonly ongoing?: OngoingParts;
}

/** What happened in one turn: the facts that came in, and the workloads that were judged anew. */
export interface Turn {
  readonly facts: readonly Fact[];
  readonly judged: ReadonlySet<string>;
}

export interface Engine {
  /** Takes facts in; they are recorded at once, what follows from them once per turn. */
  report(facts: readonly Fact[]): void;
  /** Calls back after every turn that changed something; the result takes it back. */
  subscribe(listener: (turn: Turn) => void): () => void;
  getState(): State;
  /** The workloads the run is about, as of the last turn. */
  workloads(): readonly Workload[];
  /**
   * Reads the cluster and asks about its images until nothing is open, or for so many milliseconds. Rejects with the
   * cluster's error where nothing at all could be read. What is unanswered then, or when it is stopped, stays so.
   */
  settle(wait: number): Promise<'settled' | 'timeout'>;
  /**
   * Follows cluster, news and journal, and acts as planned, until `finish` or, with `once`, until nothing is due or under
   * way any more. Rejects where nothing can be read or written down at all.
   */
  follow(options: { readonly once: boolean }): Promise<void>;
  /**
   * Switches on (`none`) or off (null) that the policy is carried out, while the run goes on. Once it is off no act by
   * policy begins any more; what is written down as intended comes to its end.
   */
  carryOut(byPolicy: 'none' | null): void;
  /** How the policy is carried out now; null: it is not. */
  carriesOut(): DryRun | null;
  /** Begins no further act, lets those under way come to their next line in the journal, then stops. */
  finish(): Promise<void>;
  /** Ends what is under way. */
  stop(): void;
}

export function createEngine(parts: EngineParts): Engine {
  const { cluster, scanner, clock, policy, selection, notOlderThan = 0, ongoing } = parts;
  const state = emptyState(policy);
  const listeners = new Set<(turn: Turn) => void>();
  const stopping = new AbortController();
  const patience = new AbortController();
  const askings = new Set<Promise<void>>();
  let touched = nothingTouched();
  let facts: Fact[] = [];
  let turnDue: (() => void) | null = null;
  let wakeUp: (() => void) | null = null;
  let onQuiet: (() => void) | null = null;
  let byPolicy: DryRun | null = ongoing?.ongoing.byPolicy ?? null;
  let chosen: { readonly generation: number; readonly workloads: readonly Workload[] } = {
    generation: 0,
    workloads: [],
  };

  const report = (more: readonly Fact[]): void => {
    record(state, more, touched);
    if (ongoing !== undefined) facts.push(...more);
    turnDue ??= clock.after(0, turn);
  };
  const workloads = (): readonly Workload[] => {
    const { generation } = state;
    if (chosen.generation !== generation) chosen = { generation, workloads: selectWorkloads(state, selection) };
    return chosen.workloads;
  };
  const turn = (): void => {
    turnDue = null;
    if (stopping.signal.aborted) return;
    const heard = facts;
    facts = [];
    const judged = ongoing === undefined || performer === null ? settleOn() : goOn(performer, ongoing);
    for (const listener of listeners) listener({ facts: heard, judged });
  };
  const settleOn = (): ReadonlySet<string> => {
    refresh(state, touched, clock.now());
    const { steps, left } = gather(state, touched, workloads(), selection);
    touched = { ...nothingTouched(), pods: new Set(left) };
    for (const step of steps) perform(step);
    return nobody;
  };
  const goOn = (performer: Performer, { surroundings, ongoing: how }: OngoingParts): ReadonlySet<string> => {
    const now = clock.now();
    const by = { selection, surroundings, ongoing: { ...how, byPolicy } };
    const { judged, planned } = takeTurn(state, touched, by, now);
    if (planned.steps.length > 0 || state.clusterRead) touched = nothingTouched();
    for (const step of planned.steps) perform(step);
    performer.lookAtEffects();
    wakeAt(Math.min(planned.wakeAt, performer.looksAgainAt()), now);
    if (onQuiet !== null && isQuiet(state, planned) && performer.isIdle()) onQuiet();
    return judged;
  };
  /** Time passes without facts, too. A timer knows no longer wait than 24 days. */
  const wakeAt = (at: number, now: number): void => {
    wakeUp?.();
    wakeUp = at === Infinity ? null : clock.after(Math.min(Math.max(at - now, 1), 2 ** 31 - 1), () => report([]));
  };
  const perform = (step: Step): void => {
    switch (step.type) {
      case 'LookUp':
        report([{ type: 'LookUpStarted', images: step.questions.map(({ image }) => image), at: clock.now() }]);
        ask(step.questions.map((one) => ({ ...one, notOlderThan: Math.max(one.notOlderThan, notOlderThan) })));
        return;
      case 'Act':
      case 'Pause':
      case 'Remember':
        performer?.perform(step);
        return;
      default:
        step satisfies never;
    }
  };
  const ask = (questions: readonly Question[]): void => {
    const more = ongoing !== undefined || !noneToCome(state);
    const answers = scanner.ask(questions, patience.signal, more);
    const asking = collect(answers, report).finally(() => askings.delete(asking));
    askings.add(asking);
  };
  const subscribe = (listener: (turn: Turn) => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const settle = async (wait: number): Promise<'settled' | 'timeout'> => {
    const ended = Promise.withResolvers<'settled' | 'timeout'>();
    const cancel = clock.after(wait, () => ended.resolve('timeout'));
    stopping.signal.addEventListener('abort', () => ended.resolve('timeout'), { once: true });
    const unsubscribe = subscribe(() => {
      if (isSettled(state, workloads())) ended.resolve('settled');
    });
    collectBatches(cluster.read(stopping.signal), report).catch(ended.reject);
    try {
      const end = await ended.promise;
      if (end === 'timeout') {
        // What is under way says what it knows by now, what was read and not yet asked about is unknown.
        patience.abort();
        turn();
        await Promise.all(askings);
      }
      return end;
    } finally {
      cancel();
      unsubscribe();
    }
  };
  const follow = async ({ once }: { readonly once: boolean }): Promise<void> => {
    if (ongoing === undefined || performer === null) throw new Error('this run was made to settle only');
    const ended = Promise.withResolvers<void>();
    stopping.signal.addEventListener('abort', () => ended.resolve(), { once: true });
    if (once) onQuiet = () => ended.resolve();
    await performer.begin();
    const streams = [ongoing.cluster, ...ongoing.news].map((one) => one.follow(stopping.signal));
    for (const stream of streams) collectBatches(stream, report).catch(ended.reject);
    await ended.promise;
  };
  const carryOut = (how: 'none' | null): void => {
    if (how === byPolicy) return;
    byPolicy = how;
    report([]);
  };
  const stop = (): void => {
    wakeUp?.();
    stopping.abort();
    patience.abort();
  };
  const performer =
    ongoing === undefined
      ? null
      : createPerformer({ ...ongoing, clock, state, report, carriesOut: () => byPolicy, signal: stopping.signal });
  /** What the last acts came to; nothing follows from it any more. */
  const tellTheRest = (): void => {
    if (facts.length === 0 || stopping.signal.aborted) return;
    const heard = facts;
    facts = [];
    for (const listener of listeners) listener({ facts: heard, judged: nobody });
  };
  const finish = async (): Promise<void> => {
    await performer?.finish();
    tellTheRest();
    stop();
  };
  const carriesOut = (): DryRun | null => byPolicy;
  return { report, subscribe, getState: () => state, workloads, settle, follow, carryOut, carriesOut, finish, stop };
}

const nobody: ReadonlySet<string> = new Set();

async function collect(facts: AsyncIterable<Fact>, report: (facts: readonly Fact[]) => void): Promise<void> {
  for await (const fact of facts) report([fact]);
}

async function collectBatches(
  batches: AsyncIterable<readonly Fact[]>,
  report: (facts: readonly Fact[]) => void,
): Promise<void> {
  for await (const facts of batches) report(facts);
}
