// Marks on a workload: who protects it, who else steers it, what we did to it. Read from labels, annotations, managers.
import { actedAnnotation, heldAnnotation, readActed, readHeld } from './annotations.ts';
import type { ActedMark, HeldMark } from './annotations.ts';
import { builtinKindOf } from './kind.ts';
import type { State } from './state.ts';
import type { Family, Root } from './owners.ts';
import type { Acted, BroughtUp, Held, Labels, OwnerObject, Pod } from './workload.ts';

/**
 * Priority class `system-*`, a backend of an admission or conversion webhook or of an APIService, or a namespace that
 * serves the configured Xray or Artifactory.
 */
export function protectedBy(state: State, counted: readonly Pod[], family: Family, namespace: string): string | null {
  const classes = [...counted.map((pod) => pod.priorityClass), ...family.objects.map(templateClass)];
  const system = classes.find((name) => name?.startsWith('system-'));
  if (system !== undefined) return `priorityClass ${system}`;
  for (const service of state.protectedServices) {
    if (counted.some((pod) => pod.namespace === service.namespace && selects(service.selector, pod.labels))) {
      return service.serves;
    }
  }
  return state.serving.namespaces.get(namespace) ?? null;
}

function templateClass(object: OwnerObject): string | null {
  return object.template?.priorityClass ?? null;
}

function selects(selector: Labels, labels: Labels): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

/**
 * Argo CD by its tracking annotation or a field manager beginning `argocd` (never by app.kubernetes.io/instance alone),
 * Flux by its name labels, KEDA by a ScaledObject that names it, or a cluster-scoped owner other than a Node.
 */
export function managedBy(state: State, root: Root, family: Family): string | null {
  for (const object of family.objects) {
    if (object.kind === 'ReplicaSet' && object.uid !== root.uid) continue;
    if (object.annotations['argocd.argoproj.io/tracking-id'] !== undefined) return 'argocd';
    if (object.fieldManagers.some((manager) => manager.startsWith('argocd'))) return 'argocd';
    if (fluxLabels.some((label) => object.labels[label] !== undefined)) return 'flux';
    if (state.scaledByKeda.has(`${root.namespace}/${object.kind}/${object.name}`)) return 'keda';
  }
  const pod = root.top !== null && 'pod' in root.top ? root.top.pod : null;
  if (pod?.annotations['argocd.argoproj.io/tracking-id'] !== undefined) return 'argocd';
  if (pod !== null && fluxLabels.some((label) => pod.labels[label] !== undefined)) return 'flux';
  const { clusterOwner } = root;
  return clusterOwner === null ? null : `${clusterOwner.kind}/${clusterOwner.name}`;
}

const fluxLabels = ['kustomize.toolkit.fluxcd.io/name', 'helm.toolkit.fluxcd.io/name'];

/** Annotation `kubectl-xray/acted`, valid only while uid and field still match: a rollout undo brings old ones back. */
export function acted(object: OwnerObject, counted: readonly Pod[]): Acted | null {
  const mark = markOf(object);
  if (mark === null || (mark.action === 'scaledown' && !isStopped(object, counted))) return null;
  const { action, time: at, actor, previous, id, by, ran } = mark;
  return { action, at, by: actor, previous, id, automatic: by === 'policy', ran };
}

/** The same annotation, where the field does not match any more. */
export function broughtUp(object: OwnerObject, counted: readonly Pod[]): BroughtUp | null {
  const mark = markOf(object);
  if (mark === null || mark.action !== 'scaledown' || isStopped(object, counted)) return null;
  const { time: at, id, by, digests } = mark;
  return { at, id, automatic: by === 'policy', digests };
}

function markOf({ annotations, uid }: OwnerObject): ActedMark | null {
  const mark = readActed(annotations[actedAnnotation]);
  return mark?.uid === uid ? mark : null;
}

/**
 * Of a custom kind only metadata is read: it is stopped while no pod of it runs. A CronJob has none between its runs, and
 * what a Job has for replicas is its parallelism, which a stop leaves alone.
 */
function isStopped({ apiVersion, kind, replicas, suspended }: OwnerObject, counted: readonly Pod[]): boolean {
  const builtin = builtinKindOf(apiVersion, kind);
  if (builtin?.kind === 'Job') return suspended;
  if (replicas !== null) return replicas === 0;
  return builtin === undefined ? counted.length === 0 : suspended;
}

/** Annotation `kubectl-xray/held`, written by `restore`; valid while uid matches and its time has not come. */
export function held(object: Pick<OwnerObject, 'annotations' | 'uid' | 'createdAt'>, now: number): Held | null {
  const mark = readHeld(object.annotations[heldAnnotation]);
  if (mark === null || !isMarkOf(mark, object)) return null;
  const ends = Date.parse(mark.until ?? '');
  if (ends <= now) return null;
  // What is no time does not end by itself: a mark that cannot be read must not let go.
  const until = Number.isNaN(ends) ? '' : new Date(ends).toISOString();
  return { until, by: mark.actor, digests: mark.digests, conditions: mark.conditions };
}

/** A machine's clock and the server's may differ by as much, milliseconds. */
const made = 10 * 60_000;

/**
 * Whoever makes an object anew learns its uid only with the answer, and may have been stopped before it was written into
 * the mark: without one it is of the object that was made at its time.
 */
function isMarkOf(mark: HeldMark, { uid, createdAt }: Pick<OwnerObject, 'uid' | 'createdAt'>): boolean {
  return mark.uid === '' ? Math.abs(Date.parse(mark.time) - createdAt) < made : mark.uid === uid;
}

/** The last who changed it, other than the controllers that do so all the time, and us. */
export function changedBy({ fieldManagers }: OwnerObject): string | null {
  return fieldManagers.findLast((one) => one !== 'kube-controller-manager' && one !== 'kubectl-xray') ?? null;
}
