// Puts workloads together from what the cluster showed: pods counted, images grouped, roles, rollouts, templates.
import { imageOf } from './image.ts';
import type { Image, Ran } from './image.ts';
import type { Assembled, State } from './state.ts';
import type { Touched } from './touched.ts';
import type { Writable } from './writable.ts';
import { resourceOf } from './kind.ts';
import { acted, broughtUp, changedBy, held, managedBy, protectedBy } from './marks.ts';
import { familyOf, rootOf } from './owners.ts';
import type { Family, Root } from './owners.ts';
import { currentRevision, superseded } from './rollout.ts';
import type { ContainerImage, OwnerObject, Pod, PodContainer, PodTemplate, Workload } from './workload.ts';

/** Pending and Running without deletionTimestamp; an Evicted or finished pod keeps its old imageID and is not judged. */
export function isCounted(pod: Pod): boolean {
  return !pod.terminating && (pod.phase === 'Pending' || pod.phase === 'Running');
}

/** Brings `state.workloads` up to date: of what was touched alone, or wholly where everything was. */
export function refresh(state: State, touched: Touched, now: number): void {
  if (!state.clusterRead) return;
  const { workloads, expiring } = state as Writable<State>;
  if (touched.everything) {
    (state as Writable<State>).generation += 1;
    workloads.clear();
    expiring.clear();
    for (const [uid, one] of assembleAll(state, now)) {
      workloads.set(uid, one);
      if (one.until < Infinity) expiring.set(uid, one.until);
    }
    return;
  }
  const expired = [...expiring].filter(([, until]) => until <= now).map(([uid]) => uid);
  const stale = new Set([...touched.roots, ...expired]);
  if (stale.size > 0) (state as Writable<State>).generation += 1;
  for (const uid of stale) {
    const root = rootOf(state, uid);
    const one = root !== null && root.uid === uid ? assemble(state, root, now) : null;
    if (one === null) workloads.delete(uid);
    else workloads.set(uid, one);
    if (one === null || one.until === Infinity) expiring.delete(uid);
    else expiring.set(uid, one.until);
  }
}

/** Every workload, by the uid of its root. */
export function assembleAll(state: State, now: number): Map<string, Assembled> {
  const roots = new Map<string, Root>();
  const add = (uid: string): void => {
    const root = rootOf(state, uid);
    if (root !== null) roots.set(root.uid, root);
  };
  for (const uid of startsOf(state)) add(uid);
  for (const [uid, object] of state.objects) if (object.template !== null) add(uid);
  const assembled = new Map<string, Assembled>();
  for (const root of roots.values()) {
    const one = assemble(state, root, now);
    if (one !== null) assembled.set(root.uid, one);
  }
  return assembled;
}

/** Pods that one controller owns have one root: it is climbed to once. */
function startsOf(state: State): Set<string> {
  const starts = new Set<string>();
  for (const { uid, owner } of state.pods.values()) {
    const controller = owner === null ? undefined : state.objects.get(owner.uid);
    starts.add(controller === undefined || controller.namespace === null ? uid : controller.uid);
  }
  return starts;
}

/** One workload by its root; null where nothing of it counts: finished or terminating bare pods. */
export function assemble(state: State, root: Root, now: number): Assembled | null {
  const family = familyOf(state, root.uid);
  const counted = family.pods.filter(isCounted);
  if (root.top === null || 'pod' in root.top) {
    if (counted.length === 0) return null;
  }
  const old = supersededPods(state, family, counted, now);
  const deciding = counted.filter((pod) => !old.pods.has(pod.uid));
  const object = root.top !== null && 'object' in root.top ? root.top.object : null;
  const templates = undeployedTemplates(state, root.uid, family, deciding);
  const stopped = object === null ? null : acted(object, counted);
  const images = [
    ...imagesOfPods(state, counted, old.pods),
    ...templates.flatMap(({ template, known }) => imagesOfTemplate(template, known, stopped?.ran ?? [])),
  ];
  if (images.length === 0) return null;
  const unseen = counted.length === 0 && hasUnseenPods(state, family);
  const workload: Workload = {
    ...identity(root, counted, family),
    revisionAt: revisionTime(state, family, deciding, object?.createdAt ?? counted[0]?.createdAt ?? now),
    replicas: replicasOf(object),
    pods: counted.length,
    podsUnseen: unseen,
    images,
    idle: unseen ? null : idleness(object, family, counted),
    protectedBy: protectedBy(state, counted, family, root.namespace),
    managedBy: managedBy(state, root, family),
    acted: stopped,
    broughtUp: object === null ? null : broughtUp(object, counted),
    held: heldBy(root, now),
    changedBy: object === null ? null : changedBy(object),
  };
  const heldUntil = workload.held?.until ? Date.parse(workload.held.until) : Infinity;
  return { workload, until: Math.min(old.until, heldUntil) };
}

function heldBy({ top }: Root, now: number): Workload['held'] {
  return top === null ? null : held('pod' in top ? top.pod : top.object, now);
}

function identity(root: Root, counted: readonly Pod[], family: Family) {
  const pod = root.top !== null && 'pod' in root.top ? root.top.pod : null;
  const object = root.top !== null && 'object' in root.top ? root.top.object : null;
  const named = object ?? root.reference ?? { apiVersion: 'v1', kind: 'Pod', name: pod?.name ?? '' };
  return {
    uid: root.uid,
    apiVersion: named.apiVersion,
    kind: named.kind,
    resource: object?.resource ?? resourceOf(named.apiVersion, named.kind),
    namespace: root.namespace,
    name: named.name,
    ownerChain: root.top === null || family.objects.some((one) => one.namespace === null) ? 'incomplete' : 'complete',
    // A manifest does not say; 0 stands for that.
    createdAt: (object ?? pod)?.createdAt || null,
    labels: object?.labels ?? pod?.labels ?? {},
    mirror: counted.some((one) => one.mirror) && pod !== null,
    scalable: object?.scalable ?? null,
  } as const;
}

function supersededPods(state: State, family: Family, counted: readonly Pod[], now: number) {
  const pods = new Set<string>();
  let until = Infinity;
  for (const [controllerUid, ofController] of Map.groupBy(counted, (pod) => pod.owner?.uid ?? '')) {
    const controller = state.objects.get(controllerUid);
    if (controller === undefined) continue;
    const above = controller.owner === null ? null : (state.objects.get(controller.owner.uid) ?? null);
    const revisionOwner = controller.kind === 'ReplicaSet' ? above?.uid : controller.uid;
    const revisions = family.objects.filter((one) => one.owner?.uid === revisionOwner && one.revision !== null);
    const found = superseded({ controller, above, revisions, pods: ofController }, now);
    for (const uid of found.pods) pods.add(uid);
    until = Math.min(until, found.until);
  }
  return { pods, until };
}

function imagesOfPods(state: State, pods: readonly Pod[], old: ReadonlySet<string>): ContainerImage[] {
  const entries = new Map<string, { entry: Omit<ContainerImage, 'pods'>; pods: Set<string> }>();
  for (const pod of pods) {
    const controller = pod.owner === null ? undefined : state.objects.get(pod.owner.uid);
    const outdated = old.has(pod.uid);
    for (const container of pod.containers) {
      const injected = isInjected(container, controller?.template ?? null);
      const image = imageOfContainer(state, pod, container);
      const key = `${container.role}|${container.name}|${injected}|${outdated}|${image.key}`;
      const known = entries.get(key);
      if (known !== undefined) known.pods.add(pod.uid);
      else {
        const entry = { container: container.name, role: container.role, injected, outdated, image };
        entries.set(key, { entry, pods: new Set([pod.uid]) });
      }
    }
  }
  return [...entries.values()].map(({ entry, pods }) => ({ ...entry, pods: pods.size }));
}

/** The image of a pod's container, for the platform of its node; kept, because pods that are alike share containers. */
export function imageOfContainer(state: State, pod: Pod, container: PodContainer): Image {
  const platform = pod.node === null ? null : (state.nodes.get(pod.node) ?? null);
  const kept = state.images.get(container);
  if (kept !== undefined && kept.platform === platform) return kept;
  const image = imageOf(container.reference, container.imageID, platform);
  (state as Writable<State>).images.set(container, image);
  return image;
}

/** Only where the direct controller's template was read can a container be told to be injected. A debug container is not. */
function isInjected(container: PodContainer, template: PodTemplate | null): boolean {
  if (template === null || container.role === 'ephemeral') return false;
  const isVolume = container.role === 'volume';
  return !template.containers.some((one) => one.name === container.name && (one.role === 'volume') === isVolume);
}

/** What we stopped keeps the digests it was stopped for. */
function imagesOfTemplate(template: PodTemplate, known: ReadonlySet<string>, ran: readonly Ran[]): ContainerImage[] {
  return template.containers
    .filter((container) => !known.has(container.reference))
    .map((container) => ({
      container: container.name,
      role: container.role,
      injected: false,
      outdated: false,
      pods: 0,
      image: imageOf(container.reference, imageIdIn(ran, container.reference), null),
    }));
}

function imageIdIn(ran: readonly Ran[], reference: string): string | undefined {
  const found = ran.find((one) => one.reference === reference);
  return found === undefined ? undefined : `${reference}@${found.digest}`;
}

/**
 * The topmost templates below a root that no deciding pod stands for: at zero, nothing created yet, or only outdated
 * pods. A CronJob's template is what runs next, so of it the references that no pod runs are judged too.
 */
function undeployedTemplates(state: State, rootUid: string, family: Family, deciding: readonly Pod[]) {
  const found: { template: PodTemplate; known: ReadonlySet<string> }[] = [];
  const visited = new Set<string>();
  const visit = (uid: string): void => {
    if (visited.has(uid)) return;
    visited.add(uid);
    const object = state.objects.get(uid);
    if (object?.template) {
      const running = uid === rootUid ? deciding : deciding.filter(below(state, uid));
      if (running.length > 0 && object.kind !== 'CronJob') return;
      const known = new Set(running.flatMap((pod) => pod.containers.map((container) => container.reference)));
      found.push({ template: object.template, known });
      return;
    }
    for (const child of childrenInForce(state, uid)) visit(child);
  };
  if (family.objects.length > 0) visit(rootUid);
  return found;
}

function below(state: State, uid: string): (pod: Pod) => boolean {
  const family = new Set(familyOf(state, uid).pods);
  return (pod) => family.has(pod);
}

/** Old ReplicaSets are kept at zero as history: those that want replicas are in force, else the newest. */
function childrenInForce(state: State, uid: string): string[] {
  const children = [...(state.children.get(uid) ?? [])];
  const sets = children.flatMap((child) => state.objects.get(child) ?? []).filter((one) => one.kind === 'ReplicaSet');
  const wanting = sets.filter((one) => one.replicas !== 0);
  const newest = sets.toSorted((one, other) => other.createdAt - one.createdAt).slice(0, 1);
  const inForce = new Set(wanting.length > 0 ? wanting : newest);
  const history = new Set(sets.filter((one) => !inForce.has(one)).map((one) => one.uid));
  return children.filter((child) => !history.has(child));
}

/** Without a counted pod: its status speaks of pods, or pods of its namespace may not be read and it wants some. */
function hasUnseenPods(state: State, family: Family): boolean {
  return family.objects.some((object) => {
    if (object.template === null || object.namespace === null) return false;
    if (object.replicas === 0 || object.suspended || object.finished) return false;
    const created = object.kind === 'DaemonSet' ? 0 : (object.rollout?.replicas ?? 0);
    if (created > 0 || object.ready > 0) return true;
    const readable = state.namespaces === null || state.namespaces.includes(object.namespace);
    return !readable;
  });
}

function replicasOf(object: OwnerObject | null): Workload['replicas'] {
  if (object === null || object.replicas === null || object.kind === 'Job') return null;
  return { desired: object.replicas, ready: object.ready };
}

function idleness(object: OwnerObject | null, family: Family, counted: readonly Pod[]): Workload['idle'] {
  if (counted.length > 0) return null;
  if (object?.finished === true) return 'finished';
  const carriers = object?.template ? [object] : family.objects.filter((one) => one.template !== null);
  if (carriers.length === 0) return null;
  if (carriers.every((one) => one.suspended)) return 'suspended';
  return carriers.every((one) => one.replicas === 0 || one.suspended) ? 'zero' : null;
}

/** When the revision that decides was created: of its newest ReplicaSet or ControllerRevision, else of the object. */
function revisionTime(state: State, family: Family, deciding: readonly Pod[], fallback: number): number {
  const times: number[] = [];
  for (const uid of new Set(deciding.map((pod) => pod.owner?.uid ?? ''))) {
    const controller = state.objects.get(uid);
    if (controller === undefined) continue;
    const revisions = family.objects.filter((one) => one.owner?.uid === uid && one.kind === 'ControllerRevision');
    times.push(currentRevision(controller, revisions)?.createdAt ?? controller.createdAt);
  }
  return times.length === 0 ? fallback : Math.max(...times);
}
