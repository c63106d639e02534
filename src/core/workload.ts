// Workloads: what the cluster shows of pods and their owners, and which owner stands at the top.
import type { Image, Ran, Role } from './image.ts';

/** An owner as an object's metadata names it; only the one with `controller: true` is ever kept. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

export interface PodContainer {
  readonly name: string;
  readonly role: Role;
  /** `spec…image`, as written. */
  readonly reference: string;
  /** `status…imageID`; empty while there is none. */
  readonly imageID: string;
}

export type Labels = Readonly<Record<string, string>>;

/** The little that is kept of a pod. Lists and labels are shared between pods that are alike. */
export interface Pod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly owner: OwnerReference | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** Has a deletionTimestamp. */
  readonly terminating: boolean;
  /** Its Ready condition is True. */
  readonly ready: boolean;
  readonly node: string | null;
  /** Label `controller-revision-hash`, by which StatefulSets and DaemonSets tell revisions apart. */
  readonly revision: string | null;
  /** A mirror pod: what the API server shows of a static pod. */
  readonly mirror: boolean;
  readonly priorityClass: string | null;
  readonly labels: Labels;
  /** Ours, and those that tell who else steers it. */
  readonly annotations: Labels;
  readonly containers: readonly PodContainer[];
}

export interface PodTemplate {
  readonly labels: Labels;
  readonly priorityClass: string | null;
  /** Their imageID is always empty. */
  readonly containers: readonly PodContainer[];
}

/** What is needed to tell a rollout that progresses from one that does not; absent numbers read as 0. */
export interface Rollout {
  readonly observedGeneration: number;
  /** status.replicas (desiredNumberScheduled of a DaemonSet). */
  readonly replicas: number;
  /** status.updatedReplicas (updatedNumberScheduled). */
  readonly updated: number;
  /** status.availableReplicas (numberAvailable). */
  readonly available: number;
  /** Deployment: spec.paused. */
  readonly paused: boolean;
  /** Deployment: condition Progressing has reason ProgressDeadlineExceeded. */
  readonly deadlineExceeded: boolean;
  /** StatefulSet, DaemonSet: updateStrategy OnDelete, or a StatefulSet's partition above 0. */
  readonly byHand: boolean;
  /** StatefulSet: status.updateRevision. Null elsewhere. */
  readonly updateRevision: string | null;
}

/** An object that owns pods or owns such an owner: a built-in kind with its template, or any other kind by its metadata. */
export interface OwnerObject {
  readonly uid: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** `deployments` for a built-in kind, `widgets.example.com` for any other; the plural is discovery's. */
  readonly resource: string;
  /** Null for a cluster-scoped object. */
  readonly namespace: string | null;
  readonly name: string;
  readonly owner: OwnerReference | null;
  readonly createdAt: number;
  readonly generation: number;
  readonly terminating: boolean;
  readonly labels: Labels;
  /** Only those that mean something here: `kubectl-xray/…`, Argo CD's tracking id, the Deployment's revision. */
  readonly annotations: Labels;
  /** Names of the field managers, without repetition; who changed it last comes last. */
  readonly fieldManagers: readonly string[];
  /** Null where only metadata was read, or where the kind has none. */
  readonly template: PodTemplate | null;
  /** spec.replicas (1 where unset), a DaemonSet's desiredNumberScheduled, a Job's parallelism; null where there is none. */
  readonly replicas: number | null;
  /** status.readyReplicas (numberReady, a Job's ready). */
  readonly ready: number;
  readonly rollout: Rollout | null;
  /** Job: Complete or Failed. */
  readonly finished: boolean;
  /** CronJob, Job: spec.suspend. */
  readonly suspended: boolean;
  /** `deployment.kubernetes.io/revision` of a ReplicaSet, `.revision` of a ControllerRevision; null elsewhere. */
  readonly revision: number | null;
  /** Has the `/scale` subresource; null where discovery did not say. */
  readonly scalable: boolean | null;
}

/** One container's image in a workload, of all its pods that run the same. */
export interface ContainerImage {
  readonly container: string;
  readonly role: Role;
  /** Put there by an admission webhook: the direct controller's template has no such container. */
  readonly injected: boolean;
  /** Of a revision that a progressing rollout is replacing: shown, deciding nothing. */
  readonly outdated: boolean;
  readonly pods: number;
  readonly image: Image;
}

/** What `kubectl-xray/acted` says, where it still holds. */
export interface Acted {
  readonly action: string;
  readonly at: string;
  readonly by: string;
  readonly previous: unknown;
  readonly id: string;
  /** Because the policy called for it; false: by hand. */
  readonly automatic: boolean;
  /** What each reference ran when it was stopped. */
  readonly ran: readonly Ran[];
}

/** What `kubectl-xray/acted` says of a stop that does not hold any more: somebody brought it up again. */
export interface BroughtUp {
  /** RFC 3339, of the stop. */
  readonly at: string;
  readonly id: string;
  readonly automatic: boolean;
  /** What it was stopped for. */
  readonly digests: readonly string[];
}

/** What `kubectl-xray/held` says, where it still holds. */
export interface Held {
  readonly until: string;
  readonly by: string;
  /** What ran when it was restored: another digest ends the hold. */
  readonly digests: readonly string[];
  /** Which conditions held then: another one ends the hold. */
  readonly conditions: readonly string[];
}

/** The topmost namespaced owner of some pods, of any kind, or a bare pod. */
export interface Workload {
  readonly uid: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly ownerChain: 'complete' | 'incomplete';
  /** Milliseconds since the epoch; null where the object itself could not be read. */
  readonly createdAt: number | null;
  /** When the revision that decides was created; the workload's own time where nothing tells. */
  readonly revisionAt: number;
  readonly replicas: { readonly desired: number; readonly ready: number } | null;
  /** Pods counted. */
  readonly pods: number;
  /** It runs pods, or may, that could not be read: what runs is not known, whatever its template says. */
  readonly podsUnseen: boolean;
  readonly labels: Labels;
  readonly images: readonly ContainerImage[];
  /** Wants no pods and has none: at zero or suspended. A finished Job is `finished`. */
  readonly idle: 'zero' | 'suspended' | 'finished' | null;
  /** What protects it, as a rule's name: `priorityClass system-node-critical`. Null: nothing of its own. */
  readonly protectedBy: string | null;
  /** Who else steers it: `argocd`, `flux`, `keda`, or a cluster-scoped owner. */
  readonly managedBy: string | null;
  readonly mirror: boolean;
  readonly scalable: boolean | null;
  readonly acted: Acted | null;
  /** Null where `acted` still holds, too. */
  readonly broughtUp: BroughtUp | null;
  readonly held: Held | null;
  /** The last field manager that is no controller of Kubernetes' own: who changed it, where managedFields tell. */
  readonly changedBy: string | null;
}

/** `deployment/cart`, as tables and messages name a workload: the kind in lower case, a custom kind with its group. */
export function workloadLabel(workload: Pick<Workload, 'kind' | 'resource' | 'name'>): string {
  const group = workload.resource.includes('.') ? workload.resource.slice(workload.resource.indexOf('.')) : '';
  return `${workload.kind.toLowerCase()}${group}/${workload.name}`;
}
