// Selection: which workloads a command is about, by type, name, labels or one of their pods.
import type { State } from './state.ts';
import { matchesLabels } from './labels.ts';
import type { LabelSelector } from './labels.ts';
import { rootOf } from './owners.ts';
import type { Root } from './owners.ts';
import type { Pod, Workload } from './workload.ts';

/** A type, or one object of it; a pod or ReplicaSet stands for its workload, as anything below a workload does. */
export interface TypeSelector {
  /** `deployments`, `pods`, `widgets.example.com`. */
  readonly resource: string;
  /** Null: every object of the type. */
  readonly name: string | null;
}

export interface Selection {
  /** Null: any type. */
  readonly types: readonly TypeSelector[] | null;
  /** Of the workload's own labels. Null: any. */
  readonly labels: LabelSelector | null;
  /** A workload is chosen by any of these pods, then all its pods are judged. Null: any. */
  readonly pods: ReadonlySet<string> | null;
}

export const everything: Selection = { types: null, labels: null, pods: null };

/** Whether it leaves nothing out, so that questions may start before the cluster has been read whole. */
export function selectsAll(selection: Selection): boolean {
  return selection.types === null && selection.labels === null && selection.pods === null;
}

/** The workloads chosen. Finished Jobs are left out unless they are named. */
export function selectWorkloads(state: State, selection: Selection): Workload[] {
  return [...state.workloads.values()].map((one) => one.workload).filter(isSelectedIn(state, selection));
}

/** Tells whether a workload is chosen. */
export function isSelectedIn(state: State, { types, labels, pods }: Selection): (workload: Workload) => boolean {
  const byType = types === null ? null : rootsOfTypes(state, types);
  const byPods = pods === null ? null : rootsOf(state, pods);
  return (workload) =>
    (byType === null || byType.chosen.has(workload.uid)) &&
    (byPods === null || byPods.has(workload.uid)) &&
    (labels === null || matchesLabels(labels, workload.labels)) &&
    (workload.idle !== 'finished' || byType?.named.has(workload.uid) === true);
}

/** The named objects that are not there. */
export function missingNames(state: State, selection: Selection): TypeSelector[] {
  return (selection.types ?? []).filter((type) => type.name !== null && uidsOfType(state, type).length === 0);
}

/** The named objects that are there, and of which no workload is judged; `why` in words. */
export function unjudgedNames(state: State, selection: Selection): (TypeSelector & { readonly why: string })[] {
  return (selection.types ?? []).flatMap((type) => {
    const named = type.name === null ? [] : uidsOfType(state, type);
    const unjudged = named.filter((uid) => !state.workloads.has(rootOf(state, uid)?.uid ?? ''));
    return unjudged.map((uid) => ({ ...type, why: whyUnjudged(state.pods.get(uid)) }));
  });
}

function whyUnjudged(pod: Pod | undefined): string {
  if (pod === undefined) return 'no pod of it runs or is about to';
  if (pod.terminating) return 'it is being deleted';
  return pod.phase === 'Succeeded' || pod.phase === 'Failed'
    ? `it has ended (${pod.phase})`
    : `its phase is ${pod.phase}`;
}

/** A workload that nobody named: a pod, a ReplicaSet or a Job of it was. */
export interface NamedByPart {
  readonly part: Pick<Workload, 'kind' | 'resource' | 'name'>;
  readonly workload: Workload;
}

export function namedByParts(state: State, selection: Selection): NamedByPart[] {
  const named = (selection.types ?? []).filter(({ name }) => name !== null);
  const uids = new Set(named.flatMap((type) => uidsOfType(state, type)));
  return [...uids].flatMap((uid) => {
    const workload = state.workloads.get(rootOf(state, uid)?.uid ?? '')?.workload;
    if (workload === undefined || uids.has(workload.uid)) return [];
    const pod = state.pods.get(uid);
    const part = pod === undefined ? state.objects.get(uid) : { kind: 'Pod', resource: 'pods', name: pod.name };
    return part === undefined ? [] : [{ part, workload }];
  });
}

/** What stands at the top of the objects of a type, or of the one of its name. */
export function rootsNamed(state: State, type: TypeSelector): Root[] {
  const roots = uidsOfType(state, type).flatMap((uid) => rootOf(state, uid) ?? []);
  return [...new Map(roots.map((root) => [root.uid, root])).values()];
}

function rootsOfTypes(state: State, types: readonly TypeSelector[]) {
  const chosen = new Set<string>();
  const named = new Set<string>();
  for (const type of types) {
    for (const uid of rootsOf(state, uidsOfType(state, type))) {
      chosen.add(uid);
      if (type.name !== null) named.add(uid);
    }
  }
  return { chosen, named };
}

function rootsOf(state: State, uids: Iterable<string>): Set<string> {
  const roots = new Set<string>();
  for (const uid of uids) {
    const root = rootOf(state, uid);
    if (root !== null) roots.add(root.uid);
  }
  return roots;
}

function uidsOfType(state: State, { resource, name }: TypeSelector): string[] {
  const objects = resource === 'pods' ? [] : [...state.objects.values()].filter((one) => one.resource === resource);
  const pods = resource === 'pods' ? [...state.pods.values()] : [];
  const unread = [...state.workloads.values()]
    .map((one) => one.workload)
    .filter((one) => one.ownerChain === 'incomplete' && one.resource === resource);
  return [...objects, ...pods, ...unread].filter((one) => name === null || one.name === name).map((one) => one.uid);
}
