// What Kubernetes' controllers do in a made-up cluster: bring pods up and down as objects want them, roll out, collect what
// was deleted. Pods take seconds to start and to end.
import type { Fact } from '../core/inventory.ts';
import type { OwnerObject, Pod, PodContainer, Rollout } from '../core/workload.ts';
import { tailOf, uidOf } from './made-up.ts';
import { ownerReference, seen } from './objects.ts';
import { createPods, podEnding, podStarting, rootUid } from './pods.ts';
import type { LivingWorld } from './world.ts';

export interface Controllers {
  /** Takes the object as it is wanted from now on, and does what follows. `scale`: what `/scale` of a custom kind says. */
  readonly apply: (object: OwnerObject, scale?: number) => void;
  /** How many pods an object wants, as far as that is a number. */
  readonly wanted: (object: OwnerObject) => number;
  /** Runs other images from now on; old pods end once the new ones are ready. */
  readonly rollOut: (deployment: OwnerObject, containers: readonly PodContainer[]) => void;
  /** Old revisions end. */
  readonly finishRollout: (uid: string) => void;
  /** It ends, and its controller makes another one. */
  readonly replace: (pod: Pod) => void;
  /** An object or pod, and everything below it, within seconds. */
  readonly remove: (uid: string) => void;
  /** What is being removed is gone at once. */
  readonly collect: (uid: string) => void;
  /** Makes an object anew, or one that was deleted again: with a uid of its own. */
  readonly create: (object: OwnerObject) => OwnerObject;
  /** Makes a bare pod that was deleted again. */
  readonly createPod: (pod: Pod) => Pod;
}

/** `imageIdOf`: what the kubelet reports of a reference; empty where there is no such image. */
export function createControllers(world: LivingWorld, imageIdOf: (reference: string) => string): Controllers {
  const pods = createPods(world, imageIdOf);
  const { living } = pods;
  /** By uid; of custom kinds, of which only metadata is read. */
  const scales = new Map<string, number>();

  const below = (uid: string): OwnerObject[] => [...world.objects.values()].filter((one) => one.owner?.uid === uid);
  /** The ReplicaSets of a Deployment, the newest first; of anything else itself. */
  const setsOf = (root: OwnerObject): OwnerObject[] =>
    root.kind === 'Deployment'
      ? below(root.uid).toSorted((one, other) => (other.revision ?? 0) - (one.revision ?? 0))
      : [root];

  const wanted = (object: OwnerObject): number => {
    if (object.terminating || object.kind === 'CronJob') return 0;
    if (object.kind === 'Job') return object.suspended ? 0 : 1;
    return object.replicas ?? scales.get(object.uid) ?? living(object.uid).length;
  };

  /** Brings pods up or down to what is wanted, then says how that stands. */
  const settle = (root: OwnerObject): void => {
    for (const set of setsOf(root)) {
      const [running, count] = [living(set.uid), wanted(set)];
      if (running.length > count) pods.end(running.slice(count));
      if (running.length < count) pods.start(set, count, () => tellStatus(root.uid));
    }
    tellStatus(root.uid);
  };
  const tellStatus = (uid: string): void => {
    const root = world.objects.get(uid);
    if (root === undefined) return;
    const sets = setsOf(root);
    const all = sets.flatMap((set) => living(set.uid));
    const ready = all.filter((pod) => pod.ready).length;
    const rollout = withStatus(root.rollout, {
      observedGeneration: root.generation,
      replicas: all.length,
      updated: sets[0] === undefined ? 0 : living(sets[0].uid).length,
      available: ready,
    });
    const others = sets.filter((set) => set.uid !== uid);
    const told = others.map((set) => ({ ...set, ready: living(set.uid).filter((pod) => pod.ready).length }));
    world.tell(seen(...told, { ...root, ready, rollout }));
  };

  const apply = (object: OwnerObject, scale?: number): void => {
    if (scale !== undefined) scales.set(object.uid, scale);
    const next = { ...object, generation: object.generation + 1 };
    world.tell(seen(next));
    if (next.kind === 'Deployment') {
      const sets = setsOf(next).map((set, age) => ({ ...set, replicas: age === 0 ? next.replicas : 0 }));
      world.tell(seen(...sets));
    }
    settle(next);
  };

  const newSet = (deployment: OwnerObject, revision: number): OwnerObject => {
    const name = `${deployment.name}-${tailOf(`${deployment.uid} ${revision} ${world.serial()}`)}`;
    return {
      ...deployment,
      uid: uidOf(`ReplicaSet ${deployment.uid} ${name}`),
      kind: 'ReplicaSet',
      resource: 'replicasets',
      name,
      owner: ownerReference(deployment),
      createdAt: world.now(),
      generation: 1,
      annotations: {},
      fieldManagers: ['kube-controller-manager'],
      ready: 0,
      rollout: null,
      revision,
    };
  };
  const rollOut = (deployment: OwnerObject, containers: readonly PodContainer[]): void => {
    const { template } = deployment;
    if (template === null) return;
    const sets = setsOf(deployment);
    const revision = 1 + Math.max(0, ...sets.map((set) => set.revision ?? 0));
    const next: OwnerObject = {
      ...deployment,
      generation: deployment.generation + 1,
      template: { ...template, containers },
      annotations: { ...deployment.annotations, [revisionAnnotation]: String(revision) },
    };
    // As Kubernetes has it: whoever goes back to a former template gets its former ReplicaSet, with a new revision.
    const former = sets.find((set) => runsSame(set, containers));
    const set = former === undefined ? newSet(next, revision) : { ...former, revision, replicas: next.replicas };
    world.tell(seen(set, next));
    settle(next);
    world.later(podStarting + 500, () => finishRollout(next.uid));
  };
  const finishRollout = (uid: string): void => {
    const root = world.objects.get(uid);
    if (root === undefined || root.terminating) return;
    const [, ...old] = setsOf(root);
    world.tell(seen(...old.filter((set) => set.replicas !== 0).map((set) => ({ ...set, replicas: 0 }))));
    settle(root);
  };

  const familyOf = (uid: string): { readonly objects: readonly OwnerObject[]; readonly pods: readonly Pod[] } => {
    const objects = [uid, ...below(uid).map((one) => one.uid)].flatMap((one) => world.objects.get(one) ?? []);
    const owners = new Set([uid, ...objects.map((one) => one.uid)]);
    const own = [...world.pods.values()].filter((pod) => owners.has(pod.owner?.uid ?? '') || pod.uid === uid);
    return { objects, pods: own };
  };
  const collect = (uid: string): void => {
    const family = familyOf(uid);
    world.tell([
      ...family.pods.map((pod): Fact => ({ type: 'PodGone', uid: pod.uid })),
      ...family.objects.map((one): Fact => ({ type: 'ObjectGone', uid: one.uid })),
    ]);
  };
  const create = (object: OwnerObject): OwnerObject => {
    const uid = uidOf(`${object.kind} ${object.namespace} ${object.name} ${world.serial()}`);
    const annotations =
      object.kind === 'Deployment' ? { ...object.annotations, [revisionAnnotation]: '1' } : object.annotations;
    const made = { uid, annotations, createdAt: world.now(), generation: 1, terminating: false, ready: 0 };
    const fresh = { ...object, ...made, rollout: withStatus(object.rollout, noStatus) };
    pods.inherit(object.uid, uid);
    const scale = scales.get(object.uid);
    if (scale !== undefined) scales.set(uid, scale);
    world.tell(seen(fresh));
    if (fresh.kind === 'Deployment') world.tell(seen(newSet(fresh, 1)));
    settle(fresh);
    return fresh;
  };

  for (const object of world.objects.values()) {
    if (object.template === null) scales.set(object.uid, living(object.uid).length);
  }
  return {
    apply,
    wanted,
    rollOut,
    finishRollout,
    replace: (pod) => {
      const owner = world.objects.get(pod.owner?.uid ?? '');
      const root = owner === undefined ? undefined : world.objects.get(rootUid(owner));
      if (root === undefined || pod.terminating) return;
      pods.end([pod]);
      settle(root);
    },
    remove: (uid) => {
      const family = familyOf(uid);
      world.tell(seen(...family.objects.map((one) => ({ ...one, terminating: true }))));
      pods.end(family.pods.filter((pod) => !pod.terminating));
      world.later(podEnding + 500, () => collect(uid));
    },
    collect,
    create,
    createPod: pods.again,
  };
}

const revisionAnnotation = 'deployment.kubernetes.io/revision';

const noStatus = { observedGeneration: 1, replicas: 0, updated: 0, available: 0 };

function withStatus(rollout: Rollout | null, status: Partial<Rollout>): Rollout | null {
  return rollout === null ? null : { ...rollout, ...status };
}

function runsSame({ template }: OwnerObject, containers: readonly PodContainer[]): boolean {
  return template !== null && referencesIn(template.containers) === referencesIn(containers);
}

function referencesIn(containers: readonly PodContainer[]): string {
  return containers.map((one) => one.reference).join(' ');
}
