// Reads what a cluster runs: pods and their owners, nodes, and what protects or manages a workload. Everything is asked
// for at once and told as facts while it arrives. It judges nothing, writes nothing to the cluster, and never passes a
// partial list off as a whole one: what may not be read is named.
import type { Fact } from '../core/inventory.ts';
import type { OwnerObject, Pod } from '../core/workload.ts';
import { createChannel } from './channel.ts';
import type { ClusterConnection } from './connect.ts';
import type { NodeSeen } from './decode-other.ts';
import { createDiscovery } from './api-resources.ts';
import { createInterning } from './interning.ts';
import { readScaledObjects } from './keda.ts';
import { createOwners, type Owners, readMissingOwners } from './owners.ts';
import { readProtected } from './protect.ts';
import { createReading, readInScope, type Reading, type Scope, type Take } from './reading.ts';
import { nodeResource, ownerResources, podResource, type Resource } from './resource.ts';
import { readServing } from './serving.ts';

export interface Cluster {
  /** Facts in batches, ending with `ClusterRead`. Throws a ClusterError where the cluster cannot be asked at all. */
  read(signal: AbortSignal): AsyncIterable<readonly Fact[]>;
}

/** So many facts may wait before reading pauses. */
const waiting = 20_000;

export function createCluster(connection: ClusterConnection, scope: Scope): Cluster {
  return { read: (signal) => read(connection, scope, signal) };
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
    report: channel.put,
  });
  readEverything(reading).then(channel.end, channel.fail);
  try {
    yield* channel.batches();
  } finally {
    stop.abort();
  }
}

async function readEverything(reading: Reading): Promise<void> {
  const owners = createOwners();
  await Promise.all([
    readPods(reading, owners),
    ...ownerResources(reading.interning, 'v1').map((resource) => readOwners(reading, owners, resource)),
    readInScope(reading, nodeResource(), nodes),
    readProtected(reading),
    readScaledObjects(reading),
    readServing(reading),
  ]);
  await readMissingOwners(reading, owners);
  await reading.report([{ type: 'ClusterRead' }]);
}

async function readPods(reading: Reading, owners: Owners): Promise<void> {
  const take: Take<Pod> = {
    seen: (pods) =>
      pods.map((pod): Fact => {
        owners.named(pod.owner, pod.namespace);
        return { type: 'PodSeen', pod };
      }),
    gone: (uids) => uids.map((uid): Fact => ({ type: 'PodGone', uid })),
  };
  const { namespaces } = await readInScope(reading, podResource(reading.interning), take, true);
  await reading.report([{ type: 'NamespacesRead', namespaces }]);
}

async function readOwners(reading: Reading, owners: Owners, resource: Resource<OwnerObject>): Promise<void> {
  const take: Take<OwnerObject> = {
    seen: (objects) =>
      objects.map((object): Fact => {
        owners.seen(object.uid);
        owners.named(object.owner, object.namespace);
        return { type: 'ObjectSeen', object };
      }),
    gone: (uids) =>
      uids.map((uid): Fact => {
        owners.gone(uid);
        return { type: 'ObjectGone', uid };
      }),
  };
  const { served } = await readInScope(reading, resource, take);
  // Before Kubernetes 1.21 a CronJob is batch/v1beta1 only.
  if (served || resource.plural !== 'cronjobs' || resource.version !== 'v1') return;
  const older = ownerResources(reading.interning, 'v1beta1').find(({ plural }) => plural === 'cronjobs');
  if (older !== undefined) await readOwners(reading, owners, older);
}

const nodes: Take<NodeSeen> = {
  seen: (items) => items.map(({ name, platform }): Fact => ({ type: 'NodeSeen', name, platform })),
  gone: () => [],
};
