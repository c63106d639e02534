// The inventory: facts are folded into one State.
import type { Target } from './act.ts';
import { emptyActing, recordAct } from './acting.ts';
import type { ActFact, Acting } from './acting.ts';
import { emptyAgenda } from './agenda.ts';
import type { Agenda } from './agenda.ts';
import type { Digest, Image } from './image.ts';
import { emptyIndex, nameOf } from './judged-index.ts';
import type { JudgedIndex } from './judged-index.ts';
import type { Judgement } from './judgement.ts';
import { restsOnViolations } from './policy.ts';
import type { Policy, RestingOnViolations } from './policy.ts';
import { reachOf } from './reach.ts';
import type { Reach } from './reach.ts';
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

/** A watch that broke: what it told may be stale until it is restored. */
export interface LostStream {
  readonly resource: string;
  /** Null where it is watched across the cluster or is not namespaced. */
  readonly namespace: string | null;
  readonly cause: string;
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
  | { readonly type: 'NodeGone'; readonly name: string }
  /** Its selector may be another than before. */
  | { readonly type: 'ServiceProtected'; readonly service: ProtectedService }
  | { readonly type: 'ServiceUnprotected'; readonly service: ProtectedService }
  | { readonly type: 'ServingRead'; readonly serving: Serving }
  /** A KEDA ScaledObject scales this target. */
  | { readonly type: 'ScaledByKeda'; readonly namespace: string; readonly kind: string; readonly name: string }
  /** No ScaledObject scales this target any more. */
  | { readonly type: 'KedaGone'; readonly namespace: string; readonly kind: string; readonly name: string }
  | { readonly type: 'ReadForbidden'; readonly forbidden: Forbidden }
  /** What was forbidden may be read now. */
  | { readonly type: 'ReadAllowed'; readonly resource: string; readonly namespace: string | null }
  /** A watch broke or fell silent; told again where its cause has changed. */
  | ({ readonly type: 'StreamLost' } & LostStream)
  /** It goes on, and what was missed is being told. */
  | { readonly type: 'StreamRestored'; readonly resource: string; readonly namespace: string | null }
  /** The namespaces that could be looked at; null: all of them. */
  | { readonly type: 'NamespacesRead'; readonly namespaces: readonly string[] | null }
  /** Everything that was to be read has been read once. */
  | { readonly type: 'ClusterRead' }
  | { readonly type: 'PolicyRead'; readonly policy: Policy }
  /** `at`: ms since the epoch. */
  | { readonly type: 'LookUpStarted'; readonly images: readonly Image[]; readonly at?: number }
  | { readonly type: 'ScanRead'; readonly image: Image; readonly scan: Scan }
  | ImagesNews
  | ActFact
  /** The policy file is wrong or gone; what was in force before stays so, until the next `PolicyRead`. */
  | { readonly type: 'PolicyRefused'; readonly message: string }
  /** New credentials for Xray are in use since then (ms since the epoch): what it refused is asked again. */
  | { readonly type: 'CredentialsChanged'; readonly at: number }
  /** News of one kind (`from` as in `ImagesNews`; `xray`: of all) cannot be heard, and why; null: they are again. */
  | { readonly type: 'NewsFault'; readonly from: string; readonly message: string | null };

/**
 * News from Xray: what it may be about is asked again, and nothing else is made of it. Each list names images in its own
 * way; `everything` is for news that cannot be told apart.
 */
export interface ImagesNews {
  readonly type: 'ImagesNews';
  /** When it was heard, ms since the epoch: an older answer does not do. */
  readonly at: number;
  readonly digests: readonly Digest[];
  /** `REPOSITORY/IMAGE/TAG`, as `paths` of a scan begin. */
  readonly folders: readonly string[];
  readonly repositories: readonly string[];
  readonly everything: boolean;
  /** Where it came from, in words: `violations`, `policies`, `watches`, `webhook`, `credentials`. */
  readonly from: string;
}

/** What is known of an image: nothing yet, being asked, or a scan. */
export interface LookUp {
  readonly image: Image;
  readonly asked: boolean;
  readonly scan: Scan | null;
  /** An answer asked for before this time does not do any more (ms since the epoch); 0: any does. */
  readonly notOlderThan: number;
  /** When this run last asked, ms since the epoch; 0: it has not. An answer may be older than its question. */
  readonly since: number;
  /** There is news, or the server that was not reached answers again: to be asked once more, whatever the answer's age. */
  readonly renew: boolean;
  /** Which violations the last question asked for, by the policy of that time. */
  readonly violations: RestingOnViolations;
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
  readonly lostStreams: readonly LostStream[];
  readonly namespaces: readonly string[] | null;
  readonly clusterRead: boolean;
  readonly policy: Policy;
  /** Why the policy file is not in force as it is now; null where it is. */
  readonly policyFault: string | null;
  /** By kind of news, why there are none; empty where all are heard. */
  readonly newsFaults: ReadonlyMap<string, string>;
  /** For answers that were under way when it came; what is older than ten minutes is dropped. */
  readonly recentNews: readonly { readonly at: number; readonly reach: Reach }[];
  readonly lookUps: ReadonlyMap<string, LookUp>;
  /** By key: images whose last question did not reach a server, or had no answer in time. */
  readonly unreached: ReadonlySet<string>;
  /** When news from Xray were last heard, ms since the epoch: what was answered before may be older. */
  readonly heardAt: number;
  /** The images of containers, as last used; kept by `imageOfContainer`. */
  readonly images: WeakMap<PodContainer, Image>;
  /** By the uid of its root; kept by `refresh`, empty until the cluster was read once. */
  readonly workloads: ReadonlyMap<string, Assembled>;
  /** Counts the changes of `workloads`, so that what is derived of them can be kept. */
  readonly generation: number;
  /** By uid, of the workloads in scope, while a run goes on; kept by `judgeTouched`, empty where a run only settles. */
  readonly judged: ReadonlyMap<string, Judgement>;
  /** By the key of an image: the uids of the workloads judged that run it. */
  readonly usedBy: ReadonlyMap<string, ReadonlySet<string>>;
  /** Where to find what was judged; kept by `judgeTouched`. */
  readonly index: JudgedIndex;
  /** By uid: workloads that time alone may put together differently, and when; kept by `refresh`. */
  readonly expiring: ReadonlyMap<string, number>;
  /** What falls due by time alone: `workload UID`, `image KEY`, `exceptions`. */
  readonly agenda: Agenda;
  readonly acting: Acting;
}

/** A workload, and when time alone may change it (ms since the epoch; Infinity: never). */
export interface Assembled {
  readonly workload: Workload;
  readonly until: number;
}

/** What some facts changed: pods by uid, roots of workloads by uid, images by key, or everything the cluster told. */
export interface Touched {
  readonly pods: ReadonlySet<string>;
  readonly roots: ReadonlySet<string>;
  readonly images: ReadonlySet<string>;
  readonly everything: boolean;
  /** What the cluster told is as it was, but all of it is judged anew: by another policy, or by what is remembered. */
  readonly judgements: boolean;
}

export interface Touching extends Touched {
  readonly pods: Set<string>;
  readonly roots: Set<string>;
  readonly images: Set<string>;
  everything: boolean;
  judgements: boolean;
}

export function nothingTouched(): Touching {
  return { pods: new Set(), roots: new Set(), images: new Set(), everything: false, judgements: false };
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
    lostStreams: [],
    namespaces: null,
    clusterRead: false,
    policy,
    policyFault: null,
    newsFaults: new Map(),
    recentNews: [],
    lookUps: new Map(),
    unreached: new Set(),
    heardAt: 0,
    images: new WeakMap(),
    workloads: new Map(),
    generation: 0,
    judged: new Map(),
    usedBy: new Map(),
    index: emptyIndex(),
    expiring: new Map(),
    agenda: emptyAgenda(),
    acting: emptyActing(),
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
      recordScan(state, fact, touched);
      return;
    case 'ImagesNews':
      recordNews(state, fact, touched);
      return;
    case 'NodeSeen':
      // A node tells of itself all the time, of its platform only once.
      if (state.nodes.get(fact.name) === fact.platform) return;
      state.nodes.set(fact.name, fact.platform);
      touchPodsOn(state, fact.name, touched);
      return;
    case 'CredentialsChanged':
      recordCredentials(state, fact.at, touched);
      return;
    case 'PolicyRefused':
      state.policyFault = fact.message;
      return;
    case 'NewsFault':
      if (fact.message === null) state.newsFaults.delete(fact.from);
      else state.newsFaults.set(fact.from, fact.message);
      return;
    case 'LookUpStarted':
      for (const image of fact.images) {
        const { scan, notOlderThan, since } = lookUpOf(state, image);
        state.lookUps.set(image.key, {
          image,
          asked: true,
          scan,
          notOlderThan,
          since: fact.at ?? since,
          renew: false,
          violations: restsOnViolations(state.policy),
        });
      }
      return;
    case 'MemoryRead':
      recordAct(state.acting, fact);
      touched.judgements = true;
      return;
    case 'PolicyRead':
      state.policy = fact.policy;
      state.policyFault = null;
      touched.judgements = true;
      return;
    case 'JournalRead':
    case 'ActionAsked':
    case 'ActStarted':
    case 'ActEnded':
    case 'PauseStarted':
      for (const target of recordAct(state.acting, fact)) touchNamed(state, target, touched);
      return;
    case 'ReadForbidden':
    case 'ReadAllowed':
    case 'StreamLost':
    case 'StreamRestored':
      recordReadability(state, fact);
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

/** Each is another image now; while the list is under way, some wait for it. */
function touchPodsOn(state: State, node: string, touched: Touching): void {
  touched.everything ||= !state.clusterRead;
  if (!state.clusterRead) return;
  for (const pod of state.pods.values()) {
    const root = pod.node === node ? rootOf(state, pod.uid) : null;
    if (root !== null) touched.roots.add(root.uid);
  }
}

/** The object of an act, and whatever was made again under its name. */
function touchNamed({ index }: State, target: Target, touched: Touching): void {
  touched.roots.add(target.uid);
  for (const uid of index.named.get(nameOf(target)) ?? []) touched.roots.add(uid);
}

/** What is known of an image; nothing where nobody has asked. */
export function lookUpOf({ lookUps }: Pick<State, 'lookUps'>, image: Image): LookUp {
  return lookUps.get(image.key) ?? { image, scan: null, notOlderThan: 0, ...neverAsked };
}

const neverAsked = { asked: false, since: 0, renew: false, violations: { security: false, license: false } };

function recordScan(state: Writable<State>, { image, scan }: Extract<Fact, { type: 'ScanRead' }>, touched: Touching) {
  const { notOlderThan: known, since, renew, violations } = lookUpOf(state, image);
  // Only now its paths are known, by which the news may have named it.
  const missed = state.recentNews.filter(({ at, reach }) => at > scan.askedAt && reach(image, scan));
  const notOlderThan = missed.reduce((latest, { at }) => Math.max(latest, at), known);
  state.lookUps.set(image.key, { image, asked: false, scan, notOlderThan, since, renew, violations });
  touched.images.add(image.key);
  if (isUnreached(scan)) state.unreached.add(image.key);
  else if (state.unreached.delete(image.key)) renewUnreached(state, touched);
}

/** No server was there, or none that answered in time. */
function isUnreached(scan: Scan): boolean {
  return scan.state === 'unknown' && (scan.reason === 'unreachable' || scan.reason === 'timeout');
}

/** One was reached again: so the others may be. */
function renewUnreached(state: Writable<State>, touched: Touching): void {
  for (const key of state.unreached) {
    const lookUp = state.lookUps.get(key);
    if (lookUp === undefined) continue;
    state.lookUps.set(key, { ...lookUp, renew: true });
    touched.images.add(key);
  }
}

/** An answer that was under way when the news came is older than the news, and is asked for once more. */
function recordNews(state: Writable<State>, news: ImagesNews, touched: Touching): void {
  const reach = reachOf(news);
  state.recentNews = [...state.recentNews.filter(({ at }) => at > news.at - longestUnderWay), { at: news.at, reach }];
  state.heardAt = Math.max(state.heardAt, news.at);
  for (const [key, lookUp] of state.lookUps) {
    if (!reach(lookUp.image, lookUp.scan)) continue;
    state.lookUps.set(key, { ...lookUp, renew: true, notOlderThan: Math.max(lookUp.notOlderThan, news.at) });
    touched.images.add(key);
  }
}

/** Milliseconds; no look-up takes longer. */
const longestUnderWay = 10 * 60_000;

/** What was refused may be allowed now. */
function recordCredentials(state: Writable<State>, at: number, touched: Touching): void {
  for (const [key, lookUp] of state.lookUps) {
    if (lookUp.scan === null || !wasRefused(lookUp.scan)) continue;
    state.lookUps.set(key, { ...lookUp, notOlderThan: Math.max(lookUp.notOlderThan, at) });
    touched.images.add(key);
  }
}

/** Watches that may not be read are unreadable for want of a right too. */
function wasRefused(scan: Scan): boolean {
  const reasons = [scan.reason, 'violationsCause' in scan ? scan.violationsCause?.reason : null];
  return reasons.includes('unauthorized') || reasons.includes('forbidden');
}

type Readability = Extract<Fact, { type: 'ReadForbidden' | 'ReadAllowed' | 'StreamLost' | 'StreamRestored' }>;

/** What may not be read, and what may be stale; no workload changes by it. */
function recordReadability(state: Writable<State>, fact: Readability): void {
  switch (fact.type) {
    case 'ReadForbidden':
      state.forbidden = [...state.forbidden.filter((one) => !isOf(one, fact.forbidden)), fact.forbidden];
      return;
    case 'ReadAllowed':
      state.forbidden = state.forbidden.filter((one) => !isOf(one, fact));
      return;
    case 'StreamLost': {
      const { resource, namespace, cause } = fact;
      state.lostStreams = [...state.lostStreams.filter((one) => !isOf(one, fact)), { resource, namespace, cause }];
      return;
    }
    case 'StreamRestored':
      state.lostStreams = state.lostStreams.filter((one) => !isOf(one, fact));
      return;
    default:
      fact satisfies never;
  }
}

type Collection = Pick<Forbidden, 'resource' | 'namespace'>;

function isOf(one: Collection, other: Collection): boolean {
  return one.resource === other.resource && one.namespace === other.namespace;
}

type Surroundings = Extract<
  Fact,
  {
    type:
      | 'NodeGone'
      | 'ServiceProtected'
      | 'ServiceUnprotected'
      | 'ServingRead'
      | 'ScaledByKeda'
      | 'KedaGone'
      | 'NamespacesRead'
      | 'ClusterRead';
  }
>;

function recordSurroundings(state: Writable<State>, fact: Surroundings): void {
  switch (fact.type) {
    case 'NodeGone':
      state.nodes.delete(fact.name);
      return;
    case 'ServiceProtected':
      state.protectedServices = [...withoutService(state, fact.service), fact.service];
      return;
    case 'ServiceUnprotected':
      state.protectedServices = withoutService(state, fact.service);
      return;
    case 'ServingRead':
      state.serving = fact.serving;
      return;
    case 'ScaledByKeda':
      state.scaledByKeda.add(`${fact.namespace}/${fact.kind}/${fact.name}`);
      return;
    case 'KedaGone':
      state.scaledByKeda.delete(`${fact.namespace}/${fact.kind}/${fact.name}`);
      return;
    case 'NamespacesRead':
      state.namespaces = fact.namespaces;
      return;
    case 'ClusterRead':
      state.clusterRead = true;
      return;
    default:
      fact satisfies never;
  }
}

function withoutService(state: Writable<State>, { namespace, name, serves }: ProtectedService): ProtectedService[] {
  return state.protectedServices.filter(
    (one) => one.namespace !== namespace || one.name !== name || one.serves !== serves,
  );
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
  if (before !== null) {
    const siblings = children.get(before.uid);
    siblings?.delete(uid);
    // Each rollout leaves an owner behind: over weeks, empty sets would add up.
    if (siblings?.size === 0) children.delete(before.uid);
  }
  if (after === null) return;
  const siblings = children.get(after.uid);
  if (siblings === undefined) children.set(after.uid, new Set([uid]));
  else siblings.add(uid);
}
