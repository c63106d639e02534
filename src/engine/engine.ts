// The engine: facts come in, steps go out. `status`, `watch` and `enforce` are endings of the same run.
// It decides nothing itself: `record`, `refresh` and `plan` of core do.
import { refresh } from '../core/assemble.ts';
import { emptyState, nothingTouched, record } from '../core/inventory.ts';
import type { Fact, State } from '../core/inventory.ts';
import { isSettled, plan } from '../core/plan.ts';
import type { Step } from '../core/plan.ts';
import type { Policy } from '../core/policy.ts';
import { selectWorkloads } from '../core/selection.ts';
import type { Selection } from '../core/selection.ts';
import type { Workload } from '../core/workload.ts';
import type { Clock, Cluster, Scanner } from './ports.ts';

export interface EngineParts {
  readonly cluster: Cluster;
  readonly scanner: Scanner;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly selection: Selection;
}

export interface Engine {
  /** Takes facts in; they are recorded at once, what follows from them once per turn. */
  report(facts: readonly Fact[]): void;
  /** Calls back after every turn that changed something; the result takes it back. */
  subscribe(listener: () => void): () => void;
  getState(): State;
  /** The workloads the run is about, as of the last turn. */
  workloads(): readonly Workload[];
  /**
   * Reads the cluster and asks about its images until nothing is open, or for so many milliseconds. Rejects with the
   * cluster's error where nothing at all could be read. What is unanswered then stays unanswered in the state.
   */
  settle(wait: number): Promise<'settled' | 'timeout'>;
  /** Ends what is under way. */
  stop(): void;
}

export function createEngine({ cluster, scanner, clock, policy, selection }: EngineParts): Engine {
  const state = emptyState(policy);
  const listeners = new Set<() => void>();
  const stopping = new AbortController();
  const patience = new AbortController();
  const askings = new Set<Promise<void>>();
  let touched = nothingTouched();
  let turnDue: (() => void) | null = null;
  let chosen: { readonly generation: number; readonly workloads: readonly Workload[] } = {
    generation: 0,
    workloads: [],
  };

  const report = (facts: readonly Fact[]): void => {
    record(state, facts, touched);
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
    refresh(state, touched, clock.now());
    const steps = plan(state, touched, workloads(), selection);
    if (steps.length > 0 || state.clusterRead) touched = nothingTouched();
    for (const step of steps) perform(step);
    for (const listener of listeners) listener();
  };
  const perform = (step: Step): void => {
    switch (step.type) {
      case 'LookUp':
        report([{ type: 'LookUpStarted', images: step.questions.map((question) => question.image) }]);
        ask(step);
        return;
      default:
        step.type satisfies never;
    }
  };
  const ask = ({ questions }: Extract<Step, { type: 'LookUp' }>): void => {
    const asking = collect(scanner.ask(questions, patience.signal), report).finally(() => askings.delete(asking));
    askings.add(asking);
  };
  const subscribe = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const settle = async (wait: number): Promise<'settled' | 'timeout'> => {
    const ended = Promise.withResolvers<'settled' | 'timeout'>();
    const cancel = clock.after(wait, () => ended.resolve('timeout'));
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
  const stop = (): void => {
    stopping.abort();
    patience.abort();
  };
  return { report, subscribe, getState: () => state, workloads, settle, stop };
}

async function collect(facts: AsyncIterable<Fact>, report: (facts: readonly Fact[]) => void): Promise<void> {
  for await (const fact of facts) report([fact]);
}

async function collectBatches(
  batches: AsyncIterable<readonly Fact[]>,
  report: (facts: readonly Fact[]) => void,
): Promise<void> {
  for await (const facts of batches) report(facts);
}
