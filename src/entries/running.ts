// What runs in a whole cluster, judged by a policy: for who only looks at what the policy comes to.
import { mayHaveMissed } from '../commands/run.ts';
import type { WhatRuns } from '../commands/policy.ts';
import { createCluster } from '../cluster/read.ts';
import { UsageError } from '../core/errors.ts';
import { forbiddenWords } from '../core/forbidden.ts';
import type { Policy } from '../core/policy.ts';
import { judgeAll, scanOf } from '../core/report.ts';
import { everything } from '../core/selection.ts';
import { createEngine } from '../engine/engine.ts';
import type { World } from '../world.ts';
import { askedThroughCache } from './cached.ts';
import { connectToCluster, listenerFor } from './connection.ts';
import { prepareJudging } from './judging.ts';
import { waitOf } from './settings.ts';
import type { Arguments } from './settings.ts';

/** In words why it cannot be looked at. A mistake in a flag is thrown as a UsageError. */
export async function whatRuns(argv: Arguments, world: World, policy: Policy): Promise<WhatRuns | string> {
  const { clock } = world;
  const wait = waitOf(argv);
  const listener = listenerFor(argv, world);
  try {
    const connection = connectToCluster(argv, world, listener);
    // Its warnings about the policy were told already.
    const judging = prepareJudging(argv, { ...world, stderr: silent(world) }, connection, listener, 'optional');
    const { scanner } = await askedThroughCache(argv, world, judging, { store: null, tells: false });
    const cluster = createCluster(connection, { namespaces: 'all', chunkSize: 500 });
    const engine = createEngine({ cluster, scanner, clock, policy, selection: everything });
    await engine.settle(wait);
    engine.stop();
    const state = engine.getState();
    if (!state.clusterRead) return `the cluster could not be read within the time given (--wait)`;
    const circumstances = { now: clock.now(), firstSeen: () => null, contested: () => null, ownNamespaces: [] };
    return {
      judged: judgeAll(state, engine.workloads(), circumstances),
      scanOf: scanOf(state),
      unasked: judging.xray === null ? judging.unasked : null,
      unseen: mayHaveMissed(state) ? `forbidden: ${forbiddenWords(state.forbidden)}` : null,
    };
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error)) throw error;
    if (error.name !== 'ClusterError') throw error;
    return error.message;
  }
}

function silent({ stderr }: World): World['stderr'] {
  return { ...stderr, write: () => true };
}
