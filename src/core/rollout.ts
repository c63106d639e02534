// Rollouts: which pods belong to a revision that is being replaced right now.
// Else rolling out the fix would read as condemned and be stopped: old pods stay until new ones are ready.
import type { OwnerObject, Pod } from './workload.ts';

/** StatefulSets and DaemonSets have no progress deadline of their own; after this their old pods count again. */
const revisionDeadline = 10 * 60_000;

export interface PodSet {
  readonly controller: OwnerObject;
  /** The controller's own owner, where it is a Deployment above a ReplicaSet. */
  readonly above: OwnerObject | null;
  /** What the controller (or the Deployment above it) owns: ReplicaSets or ControllerRevisions. */
  readonly revisions: readonly OwnerObject[];
  /** Pods of the controller, counted ones only. */
  readonly pods: readonly Pod[];
}

/**
 * Tells which pods a progressing rollout supersedes; none where nothing progresses. `until` is when the answer may
 * change by time alone (ms since the epoch), Infinity where it cannot.
 */
export function superseded(set: PodSet, now: number): { readonly pods: ReadonlySet<string>; readonly until: number } {
  const { controller, above } = set;
  if (controller.kind === 'ReplicaSet' && above?.kind === 'Deployment') {
    const old = isProgressing(above) && (controller.revision ?? 0) < highestRevision(above, set.revisions);
    return { pods: new Set(old ? set.pods.map((pod) => pod.uid) : []), until: Infinity };
  }
  if (controller.kind !== 'StatefulSet' && controller.kind !== 'DaemonSet') return nothing;
  if (!isProgressing(controller)) return nothing;
  return supersededByRevision(set, now);
}

const nothing = { pods: new Set<string>(), until: Infinity };

/** Kubernetes' own rule, as `kubectl rollout status` has it; paused, past the deadline or by hand is no progress. */
export function isProgressing(object: OwnerObject): boolean {
  const { rollout } = object;
  if (rollout === null || rollout.paused || rollout.deadlineExceeded || rollout.byHand) return false;
  const desired = object.kind === 'DaemonSet' ? rollout.replicas : (object.replicas ?? 1);
  const outstanding = rollout.updated < desired || rollout.available < rollout.updated;
  const surplus = object.kind === 'Deployment' && rollout.replicas > rollout.updated;
  return rollout.observedGeneration < object.generation || outstanding || surplus;
}

/** The revision that decides: its newest ReplicaSet or ControllerRevision, where it could be read. */
export function currentRevision(object: OwnerObject, revisions: readonly OwnerObject[]): OwnerObject | null {
  const wanted = object.rollout?.updateRevision ?? null;
  const named = wanted === null ? undefined : revisions.find((revision) => revision.name === wanted);
  return named ?? revisions.toSorted((one, other) => (other.revision ?? 0) - (one.revision ?? 0))[0] ?? null;
}

function highestRevision(deployment: OwnerObject, sets: readonly OwnerObject[]): number {
  const own = Number(deployment.annotations['deployment.kubernetes.io/revision'] ?? 0);
  return Math.max(own, ...sets.map((set) => set.revision ?? 0));
}

function supersededByRevision(set: PodSet, now: number): { pods: ReadonlySet<string>; until: number } {
  const current = currentRevision(set.controller, set.revisions);
  if (current === null) return nothing;
  const isCurrent = (pod: Pod): boolean =>
    pod.revision === current.name || pod.revision === (current.labels['controller-revision-hash'] ?? '');
  const updated = set.pods.filter(isCurrent).map((pod) => pod.createdAt);
  const newest = Math.max(...set.revisions.map((revision) => revision.createdAt), ...updated);
  const until = newest + revisionDeadline;
  if (now >= until) return nothing;
  const old = set.pods.filter((pod) => pod.revision !== null && !isCurrent(pod));
  return { pods: new Set(old.map((pod) => pod.uid)), until };
}
