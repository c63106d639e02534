// The inventory: facts are folded into one State.
import type { Target } from './act.ts';
import { recordAct } from './acting.ts';
import type { Fact } from './fact.ts';
import { nameOf } from './judged-index.ts';
import { recordCredentials, recordNews, recordScan, recordStarted } from './look-ups.ts';
import { rootOf } from './owners.ts';
import type { Kinship } from './owners.ts';
import { restsOnViolations } from './policy.ts';
import type { State } from './state.ts';
import { recordReadability, recordClusterWide } from './cluster-wide.ts';
import type { Touching } from './touched.ts';
import type { OwnerReference } from './workload.ts';
import type { Writable } from './writable.ts';

export type { Fact, Forbidden, ImagesNews, LostStream, ProtectedService, Serving } from './fact.ts';
export { lookUpOf } from './look-ups.ts';
export type { LookUp } from './look-ups.ts';
export { emptyState } from './state.ts';
export type { Assembled, State } from './state.ts';
export { nothingTouched } from './touched.ts';
export type { Touched, Touching } from './touched.ts';
export type { Writable } from './writable.ts';

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
    case 'NodeGone':
      state.nodes.delete(fact.name);
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
      recordStarted(state, fact, restsOnViolations(state.policy));
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
      recordClusterWide(state, fact);
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
