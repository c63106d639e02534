// Pods of a made-up cluster: how they are made, start and end. Each takes seconds.
import type { OwnerObject, Pod } from '../core/workload.ts';
import { tailOf, uidOf } from './made-up.ts';
import { nodes, ownerReference } from './objects.ts';
import type { LivingWorld } from './world.ts';

export interface Pods {
  /** The pods of a controller that are not on their way out. */
  readonly living: (uid: string) => readonly Pod[];
  /** As many as are missing; calls back once they run. */
  readonly start: (owner: OwnerObject, count: number, onStarted: () => void) => void;
  readonly end: (pods: readonly Pod[]) => void;
  /** A bare pod that was deleted, once more. */
  readonly again: (pod: Pod) => Pod;
  /** What webhooks put into the pods of one root they put into those of another, which takes its place. */
  readonly inherit: (root: string, heir: string) => void;
}

/** How long pods take to start and to end, milliseconds. */
export const podStarting = 2_000;
export const podEnding = 1_500;

/** What pods have beside their template: containers that a webhook puts there; all of them where no template is read. */
type Beside = Pick<Pod, 'containers' | 'labels' | 'priorityClass'>;

/** `imageIdOf`: what the kubelet reports of a reference; empty where there is no such image. */
export function createPods(world: LivingWorld, imageIdOf: (reference: string) => string): Pods {
  /** By the uid of the root. */
  const besides = new Map<string, Beside>();
  for (const pod of world.pods.values()) {
    const owner = world.objects.get(pod.owner?.uid ?? '');
    if (owner !== undefined) besides.set(rootUid(owner), besideOf(pod, owner));
  }

  const living = (uid: string): readonly Pod[] =>
    [...world.pods.values()].filter((pod) => pod.owner?.uid === uid && !pod.terminating);
  const tellSeen = (pods: readonly Pod[]): void => world.tell(pods.map((pod) => ({ type: 'PodSeen', pod })));
  const startAll = (pods: readonly Pod[], onStarted: () => void): void => {
    tellSeen(pods);
    world.later(podStarting, () => {
      const left = pods.flatMap(({ uid }) => world.pods.get(uid) ?? []).filter((pod) => !pod.terminating);
      tellSeen(left.map((pod) => started(pod, imageIdOf)));
      onStarted();
    });
  };
  const newPod = (owner: OwnerObject, ordinal: number): Pod => {
    const serial = world.serial();
    const tail = owner.kind === 'StatefulSet' ? String(ordinal) : tailOf(`${owner.uid} ${serial}`);
    const on = nodes.map(([node]) => node).slice(1, owner.kind === 'DaemonSet' ? undefined : 3);
    const [{ template }, beside] = [owner, besides.get(rootUid(owner))];
    return {
      uid: uidOf(`Pod ${owner.uid} ${serial}`),
      namespace: owner.namespace ?? '',
      name: `${owner.name}-${tail}`,
      owner: ownerReference(owner),
      createdAt: world.now(),
      phase: 'Pending',
      terminating: false,
      ready: false,
      node: on[ordinal % on.length] ?? null,
      revision: null,
      mirror: false,
      priorityClass: template?.priorityClass ?? beside?.priorityClass ?? null,
      labels: template?.labels ?? beside?.labels ?? {},
      annotations: {},
      containers: [...(template?.containers ?? []), ...(beside?.containers ?? [])],
    };
  };
  return {
    living,
    start: (owner, count, onStarted) => {
      const there = living(owner.uid).length;
      const missing = Array.from({ length: count - there }, (_, one) => newPod(owner, there + one));
      startAll(missing, onStarted);
    },
    end: (pods) => {
      tellSeen(pods.map((pod) => ({ ...pod, terminating: true, ready: false })));
      world.later(podEnding, () => {
        world.tell(pods.filter(({ uid }) => world.pods.has(uid)).map(({ uid }) => ({ type: 'PodGone', uid })));
      });
    },
    again: (pod) => {
      const uid = uidOf(`Pod ${pod.namespace} ${pod.name} ${world.serial()}`);
      const containers = withoutDebugging(pod.containers).map((one) => ({ ...one, imageID: '' }));
      const fresh: Pod = { ...pod, uid, containers, createdAt: world.now(), phase: 'Pending', ready: false };
      startAll([fresh], () => {});
      return fresh;
    },
    inherit: (root, heir) => {
      const beside = besides.get(root);
      if (beside !== undefined) besides.set(heir, beside);
    },
  };
}

/** In this cluster nothing stands more than two high. */
export function rootUid({ uid, owner }: OwnerObject): string {
  return owner?.uid ?? uid;
}

function started(pod: Pod, imageIdOf: (reference: string) => string): Pod {
  const containers = pod.containers.map((one) => ({ ...one, imageID: imageIdOf(one.reference) }));
  return { ...pod, phase: 'Running', ready: true, containers };
}

function besideOf({ containers, labels, priorityClass }: Pod, { template }: OwnerObject): Beside {
  const inTemplate = new Set(template?.containers.map(({ name }) => name));
  const others = withoutDebugging(containers).filter(({ name }) => !inTemplate.has(name));
  return { containers: others.map((one) => ({ ...one, imageID: '' })), labels, priorityClass };
}

/** A debug container is of one pod alone. */
function withoutDebugging(containers: Pod['containers']): Pod['containers'] {
  return containers.filter(({ role }) => role !== 'ephemeral');
}
