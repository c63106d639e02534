// Ownership as data: who stands at the top of a pod, and what stands below a workload.
// Owners come from ownerReferences with controller: true, never from names.
import type { OwnerObject, OwnerReference, Pod } from './workload.ts';

/** Pods, objects and who names whom as controller. */
export interface Kinship {
  readonly pods: ReadonlyMap<string, Pod>;
  readonly objects: ReadonlyMap<string, OwnerObject>;
  /** By the uid of the owner: the uids of the pods and objects that name it as their controller. */
  readonly children: ReadonlyMap<string, ReadonlySet<string>>;
  /** Uids of owners that could not be read, but are known to be cluster-scoped by their kind. */
  readonly clusterScoped: ReadonlySet<string>;
}

/** The end of a chain of owners. */
export interface Root {
  readonly uid: string;
  readonly namespace: string;
  /** The object or bare pod at the top; null where only a reference to it is known. */
  readonly top: { readonly object: OwnerObject } | { readonly pod: Pod } | null;
  /** The last known reference, where `top` is null: the chain is incomplete. */
  readonly reference: OwnerReference | null;
  /** A cluster-scoped owner above it, other than a Node. */
  readonly clusterOwner: OwnerReference | null;
}

/**
 * Climbs to the topmost namespaced owner. A Node (mirror pods) and any cluster-scoped owner end the chain below
 * themselves; a link that is not known ends it with the reference, incomplete. Null for an unknown uid.
 */
export function rootOf(state: Kinship, uid: string): Root | null {
  const pod = state.pods.get(uid);
  const object = pod === undefined ? state.objects.get(uid) : undefined;
  if (pod === undefined && object === undefined) return missingRoot(state, uid);
  const namespace = pod?.namespace ?? object?.namespace ?? null;
  if (namespace === null) return null;
  let top: NonNullable<Root['top']> | null = null;
  if (pod !== undefined) top = { pod };
  if (object !== undefined) top = { object };
  return top === null ? null : climb(state, top, namespace);
}

function climb(state: Kinship, from: NonNullable<Root['top']>, namespace: string): Root {
  const passed = new Map<string, NonNullable<Root['top']>>();
  let top = from;
  for (;;) {
    const { uid, owner } = 'pod' in top ? top.pod : top.object;
    const ended = { uid, namespace, top, reference: null, clusterOwner: null };
    passed.set(uid, top);
    if (owner === null || isNode(owner)) return ended;
    if (passed.has(owner.uid)) return { ...ended, ...topOfCycle(passed, owner.uid) };
    const above = state.objects.get(owner.uid);
    if (above?.namespace === null || state.clusterScoped.has(owner.uid)) return { ...ended, clusterOwner: owner };
    if (above === undefined) return { uid: owner.uid, namespace, top: null, reference: owner, clusterOwner: null };
    top = { object: above };
  }
}

/** Owners in a circle have no top: the same one of them, whoever asks. */
function topOfCycle(passed: ReadonlyMap<string, NonNullable<Root['top']>>, again: string) {
  const all = [...passed];
  const cycle = all.slice(all.findIndex(([uid]) => uid === again));
  const [uid, top] = cycle.reduce((least, one) => (one[0] < least[0] ? one : least));
  return { uid, top };
}

function missingRoot(state: Kinship, uid: string): Root | null {
  for (const child of state.children.get(uid) ?? []) {
    const root = rootOf(state, child);
    if (root?.uid === uid) return root;
  }
  return null;
}

function isNode(owner: OwnerReference): boolean {
  return owner.kind === 'Node' && owner.apiVersion === 'v1';
}

/** Everything below an owner, itself included. */
export interface Family {
  readonly pods: readonly Pod[];
  readonly objects: readonly OwnerObject[];
}

export function familyOf(state: Kinship, uid: string): Family {
  const pods: Pod[] = [];
  const objects: OwnerObject[] = [];
  const visited = new Set<string>();
  const visit = (one: string): void => {
    if (visited.has(one)) return;
    visited.add(one);
    const pod = state.pods.get(one);
    if (pod !== undefined) pods.push(pod);
    const object = state.objects.get(one);
    if (object !== undefined) objects.push(object);
    for (const child of state.children.get(one) ?? []) visit(child);
  };
  visit(uid);
  return { pods, objects };
}
