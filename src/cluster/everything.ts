// What a run asks a cluster for: pods and their owners, nodes, and what protects or manages a workload, all at once.
import type { Fact } from '../core/inventory.ts';
import type { OwnerObject, Pod } from '../core/workload.ts';
import type { NodeSeen } from './decode-other.ts';
import { type Owners, readMissingOwners, type ReadKind } from './owners.ts';
import { readInScope, type Reading, type Take } from './reading.ts';
import { nodeResource, ownerResources, podResource, type Resource } from './resource.ts';

/** The parts that are read otherwise when a cluster is followed. */
export interface Parts {
  readonly owners: Owners;
  readonly nodes: Take<NodeSeen>;
  /** What the API server itself asks. */
  readonly readProtected: (reading: Reading) => Promise<void>;
  /** What KEDA scales. */
  readonly readScaledObjects: (reading: Reading) => Promise<void>;
  /** Which namespaces serve Xray. */
  readonly readServing: (reading: Reading) => Promise<void>;
  /** Owners of one kind that were in no list. */
  readonly readKind: ReadKind;
}

/** Reports it while it arrives, and last that it was read. */
export async function readEverything(reading: Reading, parts: Parts): Promise<void> {
  const { owners } = parts;
  // In this order they are asked for. Questions about images wait for pods and nodes; the largest lists may come last.
  await Promise.all([
    readPods(reading, owners),
    readInScope(reading, nodeResource(), parts.nodes),
    parts.readScaledObjects(reading),
    parts.readProtected(reading),
    parts.readServing(reading),
    ...ownerResources(reading.interning, 'v1').map((resource) => readOwners(reading, owners, resource)),
  ]);
  await readMissingOwners(reading, owners, parts.readKind);
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
  const { served } = await readInScope(reading, resource, takeOwners(owners));
  // Before Kubernetes 1.21 a CronJob is batch/v1beta1 only.
  if (served || resource.plural !== 'cronjobs' || resource.version !== 'v1') return;
  const older = ownerResources(reading.interning, 'v1beta1').find(({ plural }) => plural === 'cronjobs');
  if (older !== undefined) await readOwners(reading, owners, older);
}

/** Objects of a kind that may own pods. */
export function takeOwners(owners: Owners): Take<OwnerObject> {
  return {
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
}
