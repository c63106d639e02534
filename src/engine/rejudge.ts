// Judges one workload anew by what runs at this moment and what Xray says now, past every answer that is known already.
import type { ActOrder } from '../core/act.ts';
import type { Fact } from '../core/fact.ts';
import { circumstancesIn } from '../core/judged.ts';
import type { Surroundings } from '../core/judged.ts';
import type { State } from '../core/state.ts';
import { judgeAll } from '../core/report.ts';
import { everything } from '../core/selection.ts';
import { stillDue } from '../core/still-due.ts';
import type { Rejudged } from '../core/still-due.ts';
import { createEngine } from './engine.ts';
import type { Clock, Cluster, Scanner } from './ports.ts';

export interface RejudgeParts {
  /** Reads one namespace, live. */
  readonly clusterOf: (namespace: string) => Cluster;
  readonly scanner: Scanner;
  readonly clock: Clock;
  readonly surroundings: Surroundings;
  /** Milliseconds for everything. */
  readonly wait: number;
}

/** By the policy in force and the memory of the run that asks. Rejects where the signal aborts before. */
export function createRejudge({ clusterOf, scanner, clock, surroundings, wait }: RejudgeParts) {
  return async (order: ActOrder, running: State, signal: AbortSignal): Promise<Rejudged> => {
    signal.throwIfAborted();
    const { target } = order;
    const engine = createEngine({
      cluster: clusterOf(target.namespace),
      scanner,
      clock,
      policy: running.policy,
      selection: { ...everything, types: [{ resource: target.resource, name: target.name }] },
      notOlderThan: clock.now(),
    });
    const stop = (): void => engine.stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await engine.settle(wait);
      signal.throwIfAborted();
      const now = clock.now();
      const { policy } = running;
      const circumstances = circumstancesIn(running, surroundings, now);
      const judgements = judgeAll(engine.getState(), engine.workloads(), circumstances, policy);
      const judgement = judgements.find(({ workload }) => workload.uid === target.uid) ?? judgements[0] ?? null;
      return { ...stillDue(order, judgement, policy, now), answers: answersIn(engine.getState()) };
    } finally {
      signal.removeEventListener('abort', stop);
      engine.stop();
    }
  };
}

function answersIn({ lookUps }: State): Fact[] {
  return [...lookUps.values()].flatMap(({ image, scan }): Fact[] =>
    scan === null ? [] : [{ type: 'ScanRead', image, scan }],
  );
}
