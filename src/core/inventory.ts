// The inventory: facts are folded into one State.
import type { Image } from './image.ts';
import type { Policy } from './policy.ts';
import type { Scan } from './scan.ts';
import { rootOf } from './owners.ts';
import type { Kinship } from './owners.ts';
import type { OwnerObject, OwnerReference, Pod, PodContainer, Workload } from './workload.ts';

/** Something that may not be read. It is named, and the rest is still answered. */
export interface Forbidden {
  /** `pods`, `deployments.apps`, `nodes`. */
  readonly resource: string;
  /** Null where it was asked across the cluster or is not namespaced. */
  readonly namespace: string | null;
  readonly message: string;
}

/** A service behind which admission or conversion webhooks or APIServices stand; its backends are protected. */
export interface ProtectedService {
  readonly namespace: string;
  readonly name: string;
  /** `admission webhook validate.example.com`, as messages name it. */
  readonly serves: string;
  /** The service's selector; an empty one selects nothing. */
  readonly selector: Readonly<Record<string, string>>;
}

/** Which namespaces serve the configured Xray or Artifactory, as far as that may be read. */
export interface Serving {
  /** By namespace: `serves acme.example (ingress platform)`, as a protecting rule's name. */
  readonly namespaces: ReadonlyMap<string, string>;
  /** What may not be read, so that others may serve it too. */
  readonly unread: readonly Forbidden[];
}

/** Something that happened, in the past tense. */
export type Fact =
  | { readonly type: 'PodSeen'; readonly pod: Pod }
  | { readonly type: 'PodGone'; readonly uid: string }
  | { readonly type: 'ObjectSeen'; readonly object: OwnerObject }
  | { readonly type: 'ObjectGone'; readonly uid: string }
  /** A link of an owner chain could not be read or is gone; one that is cluster-scoped ends the chain all the same. */
  | {
      readonly type: 'OwnerMissing';
      readonly owner: OwnerReference;
      readonly namespace: string;
      readonly clusterScoped: boolean;
    }
  /** `os/architecture` of a node; null where it does not say. */
  | { readonly type: 'NodeSeen'; readonly name: string; readonly platform: string | null }
  | { readonly type: 'ServiceProtected'; readonly service: ProtectedService }
  | { readonly type: 'ServingRead'; readonly serving: Serving }
  /** A KEDA ScaledObject scales this target. */
  | { readonly type: 'ScaledByKeda'; readonly namespace: string; readonly kind: string; readonly name: string }
  | { readonly type: 'ReadForbidden'; readonly forbidden: Forbidden }
  /** The namespaces that could be looked at; null: all of them. */
  | { readonly type: 'NamespacesRead'; readonly namespaces: readonly string[] | null }
  /** Everything that was to be read has been read once. */
  | { readonly type: 'ClusterRead' }
  | { readonly type: 'PolicyRead'; readonly policy: Policy }
  | { readonly type: 'LookUpStarted'; readonly images: readonly Image[] }
  | { readonly type: 'ScanRead'; readonly image: Image; readonly scan: Scan };

/** What is known of an image: nothing yet, being asked, or a scan. */
export interface LookUp {
  readonly image: Image;
  readonly asked: boolean;
  readonly scan: Scan | null;
}

/**
 * Everything known. Written by `record` alone and read-only for all others: it keeps the promise of a value, not the
 * cost of a copy (50,000 pods).
 */
export interface State extends Kinship {
  readonly nodes: ReadonlyMap<string, string | null>;
  readonly protectedServices: readonly ProtectedService[];
  readonly serving: Serving;
  /** `NAMESPACE/KIND/NAME` of what KEDA scales. */
  readonly scaledByKeda: ReadonlySet<string>;
  readonly forbidden: readonly Forbidden[];
  readonly namespaces: readonly string[] | null;
  readonly clusterRead: boolean;
  readonly policy: Policy;
  readonly lookUps: ReadonlyMap<string, LookUp>;
  /** The images of containers, as last used; kept by `imageOfContainer`. */
  readonly images: WeakMap<PodContainer, Image>;
  /** By the uid of its root; kept by `refresh`, empty until the cluster was read once. */
  readonly workloads: ReadonlyMap<string, Assembled>;
  /** Counts the changes of `workloads`, so that what is derived of them can be kept. */
  readonly generation: number;
}

/** A workload, and when time alone may change it (ms since the epoch; Infinity: never). */
export interface Assembled {
  readonly workload: Workload;
  readonly until: number;
}

/** What some facts changed: pods by uid, roots of workloads by uid, images by key, or everything (policy, nodes). */
export interface Touched {
  readonly pods: ReadonlySet<string>;
  readonly roots: ReadonlySet<string>;
  readonly images: ReadonlySet<string>;
  readonly everything: boolean;
}

export interface Touching extends Touched {
  readonly pods: Set<string>;
  readonly roots: Set<string>;
  readonly images: Set<string>;
  everything: boolean;
}

export function nothingTouched(): Touching {
  return { pods: new Set(), roots: new Set(), images: new Set(), everything: false };
}

export function emptyState(policy: Policy): State {
  return {
    pods: new Map(),
    objects: new Map(),
    children: new Map(),
    clusterScoped: new Set(),
    nodes: new Map(),
    protectedServices: [],
    serving: { namespaces: new Map(), unread: [] },
    scaledByKeda: new Set(),
    forbidden: [],
    namespaces: null,
    clusterRead: false,
    policy,
    lookUps: new Map(),
    images: new WeakMap(),
    workloads: new Map(),
    generation: 0,
  };
}

export type Writable<T> = {
  -readonly [K in keyof T]: T[K] extends ReadonlyMap<infer A, infer B>
    ? Map<A, B>
    : T[K] extends ReadonlySet<infer A>
      ? Set<A>
      : T[K] extends readonly (infer A)[]
        ? A[]
        : T[K];
};

/** Folds facts into the state, in order, and adds what they touched to `touched`. */
export function record(state: State, facts: readonly Fact[], touched: Touching): void {
  const writable = state as Writable<State>;
  for (const fact of facts) recordOne(writable, fact, touched);
}

function recordOne(state: Writable<State>, fact: Fact, touched: Touching): void {
  switch (fact.type) {
    case 'PodSeen':
      touched.pods.add(fact.pod.uid);
      place(state, fact.pod.uid, state.pods.get(fact.pod.uid)?.owner, fact.pod.owner, touched, () =>
        state.pods.set(fact.pod.uid, fact.pod),
      );
      return;
    case 'PodGone':
      place(state, fact.uid, state.pods.get(fact.uid)?.owner, null, touched, () => state.pods.delete(fact.uid));
      return;
    case 'ObjectSeen': {
      const { object } = fact;
      place(state, object.uid, state.objects.get(object.uid)?.owner, object.owner, touched, () =>
        state.objects.set(object.uid, object),
      );
      return;
    }
    case 'ObjectGone':
      place(state, fact.uid, state.objects.get(fact.uid)?.owner, null, touched, () => state.objects.delete(fact.uid));
      return;
    case 'ScanRead':
      state.lookUps.set(fact.image.key, { image: fact.image, asked: true, scan: fact.scan });
      touched.images.add(fact.image.key);
      return;
    case 'LookUpStarted':
      for (const image of fact.images) {
        const known = state.lookUps.get(image.key);
        state.lookUps.set(image.key, { image, asked: true, scan: known?.scan ?? null });
      }
      return;
    case 'ReadForbidden':
      state.forbidden.push(fact.forbidden);
      return;
    case 'OwnerMissing':
      if (!fact.clusterScoped) return;
      state.clusterScoped.add(fact.owner.uid);
      touched.everything = true;
      return;
    default:
      recordSurroundings(state, fact);
      touched.everything = true;
  }
}

type Surroundings = Extract<
  Fact,
  {
    type:
      | 'NodeSeen'
      | 'ServiceProtected'
      | 'ServingRead'
      | 'ScaledByKeda'
      | 'NamespacesRead'
      | 'ClusterRead'
      | 'PolicyRead';
  }
>;

function recordSurroundings(state: Writable<State>, fact: Surroundings): void {
  switch (fact.type) {
    case 'NodeSeen':
      state.nodes.set(fact.name, fact.platform);
      return;
    case 'ServiceProtected':
      state.protectedServices.push(fact.service);
      return;
    case 'ServingRead':
      state.serving = fact.serving;
      return;
    case 'ScaledByKeda':
      state.scaledByKeda.add(`${fact.namespace}/${fact.kind}/${fact.name}`);
      return;
    case 'NamespacesRead':
      state.namespaces = fact.namespaces;
      return;
    case 'ClusterRead':
      state.clusterRead = true;
      return;
    case 'PolicyRead':
      state.policy = fact.policy;
      return;
    default:
      fact satisfies never;
  }
}

/** Puts a pod or object in its place below its owner; the roots before and after are what it touches. */
function place(
  state: Writable<State>,
  uid: string,
  before: OwnerReference | null | undefined,
  after: OwnerReference | null,
  touched: Touching,
  write: () => void,
): void {
  const touchRoots = (): void => {
    if (state.clusterRead) for (const root of rootsAround(state, uid)) touched.roots.add(root);
  };
  touchRoots();
  if (before?.uid !== after?.uid) adopt(state, uid, before ?? null, after);
  write();
  touchRoots();
}

/** Its own root; below a cluster-scoped object each child has one of its own. */
function rootsAround(state: Kinship, uid: string): string[] {
  const root = rootOf(state, uid);
  if (root !== null) return [root.uid];
  return [...(state.children.get(uid) ?? [])].flatMap((child) => rootOf(state, child)?.uid ?? []);
}

function adopt(state: Writable<State>, uid: string, before: OwnerReference | null, after: OwnerReference | null): void {
  const children = state.children as Map<string, Set<string>>;
  if (before !== null) children.get(before.uid)?.delete(uid);
  if (after === null) return;
  const siblings = children.get(after.uid);
  if (siblings === undefined) children.set(after.uid, new Set([uid]));
  else siblings.add(uid);
}
