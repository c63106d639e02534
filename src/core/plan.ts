// The plan: what is due, derived from the state and never from the last fact. Running it twice has no second effect.
import { imageOfContainer, isCounted } from './assemble.ts';
import type { Image } from './image.ts';
import type { State, Touched } from './inventory.ts';
import { restsOnViolations } from './policy.ts';
import { selectsAll } from './selection.ts';
import type { Selection } from './selection.ts';
import type { Workload } from './workload.ts';

/** Something to ask Xray about. */
export interface Question {
  readonly image: Image;
  /** An answer read before this time (ms since the epoch) does not do; 0 takes any. */
  readonly notOlderThan: number;
  /** Which conditions rest on violations, so that these are asked for too. */
  readonly violations: { readonly security: boolean; readonly license: boolean };
}

/** Something to do, in the imperative. */
export type Step = { readonly type: 'LookUp'; readonly questions: readonly Question[] };

/** So many questions make it worth asking before the first list has ended; full batches cost fewest requests. */
const worthAsking = 100;

/**
 * The steps now due for the workloads in scope. `touched` is what changed since steps were last due: while the first
 * list is under way questions are gathered from it, provided that nothing is left out; after it nothing is held back.
 */
export function plan(state: State, touched: Touched, inScope: readonly Workload[], selection: Selection): Step[] {
  const due = new Map<string, Image>();
  for (const image of imagesOfInterest(state, touched, inScope, selection)) {
    if (!state.lookUps.has(image.key)) due.set(image.key, image);
  }
  if (due.size === 0 || (!state.clusterRead && due.size < worthAsking)) return [];
  const violations = restsOnViolations(state.policy);
  return [{ type: 'LookUp', questions: [...due.values()].map((image) => ({ image, notOlderThan: 0, violations })) }];
}

/** Everything was read, and nothing that was to be asked is open. */
export function isSettled(state: State, inScope: readonly Workload[]): boolean {
  if (!state.clusterRead) return false;
  for (const image of imagesOf(inScope)) if (!state.lookUps.get(image.key)?.scan) return false;
  return true;
}

function imagesOfInterest(
  state: State,
  touched: Touched,
  inScope: readonly Workload[],
  selection: Selection,
): Iterable<Image> {
  if (state.clusterRead) return imagesOf(inScope);
  return selectsAll(selection) ? imagesSeen(state, touched) : [];
}

function* imagesOf(workloads: readonly Workload[]): Iterable<Image> {
  for (const workload of workloads) for (const entry of workload.images) yield entry.image;
}

/** Of pods alone, while their owners may still be unread; a pod whose node is not known yet waits for its platform. */
function* imagesSeen(state: State, touched: Touched): Iterable<Image> {
  const uids = touched.everything ? state.pods.keys() : touched.pods;
  for (const uid of uids) {
    const pod = state.pods.get(uid);
    if (pod === undefined || !isCounted(pod)) continue;
    if (pod.node !== null && !state.nodes.has(pod.node)) continue;
    for (const container of pod.containers) yield imageOfContainer(state, pod, container);
  }
}
