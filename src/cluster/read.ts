// Reads what a cluster runs: pods and their owners, nodes, and what protects or manages a workload. Everything is asked
// for at once and told as facts while it arrives. It judges nothing, writes nothing to the cluster, and never passes a
// partial list off as a whole one: what may not be read is named.
import type { Fact } from '../core/inventory.ts';
import { createChannel } from './channel.ts';
import type { ClusterConnection } from './connect.ts';
import type { NodeSeen } from './decode-other.ts';
import { createDiscovery } from './api-resources.ts';
import { readEverything } from './everything.ts';
import { createInterning } from './interning.ts';
import type { Times } from './kept.ts';
import { readScaledObjects } from './keda.ts';
import { createOwners, readKind } from './owners.ts';
import { readProtected } from './protect.ts';
import { collectOnce, createReading, type Scope, type Take } from './reading.ts';
import { createServing } from './serving.ts';

export interface Cluster {
  /** Facts in batches, ending with `ClusterRead`. Throws a ClusterError where the cluster cannot be asked at all. */
  read(signal: AbortSignal): AsyncIterable<readonly Fact[]>;
  /**
   * What `read` tells, `ClusterRead` included, and then for ever what changes; ends quietly once the signal aborts. Throws
   * as `read` does until `ClusterRead`, and nothing after it: what breaks then is told by facts and tried again.
   */
  follow(signal: AbortSignal): AsyncIterable<readonly Fact[]>;
}

const usualTimes: Times = { silence: 75_000, relist: 30_000, retry: 60_000 };

/** So many facts may wait before reading pauses. */
const waiting = 20_000;

export function createCluster(connection: ClusterConnection, scope: Scope, options: Partial<Times> = {}): Cluster {
  const times = { ...usualTimes, ...options };
  return {
    read: (signal) => read(connection, scope, signal),
    follow: async function* (signal) {
      const { follow } = await import('./follow.ts');
      yield* follow(connection, scope, times, signal);
    },
  };
}

async function* read(
  connection: ClusterConnection,
  scope: Scope,
  signal: AbortSignal,
): AsyncGenerator<readonly Fact[], void> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const channel = createChannel<Fact>(waiting);
  const reading = createReading({
    connection,
    discovery: createDiscovery(connection, both),
    interning: createInterning(),
    scope,
    signal: both,
    collect: collectOnce,
    report: channel.put,
  });
  const readServing = createServing();
  const parts = { owners: createOwners(), nodes, readProtected, readScaledObjects, readServing, readKind };
  readEverything(reading, parts).then(channel.end, channel.fail);
  try {
    yield* channel.batches();
  } finally {
    stop.abort();
  }
}

const nodes: Take<NodeSeen> = {
  seen: (items) => items.map(({ name, platform }): Fact => ({ type: 'NodeSeen', name, platform })),
  gone: () => [],
};
