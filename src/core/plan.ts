// The plan: what is due, derived from the state and never from the last fact. Running it twice has no second effect.
import { nextDue } from './agenda.ts';
import { imageOfContainer, isCounted } from './assemble.ts';
import type { Image } from './image.ts';
import type { State } from './state.ts';
import type { Touched } from './touched.ts';
import type { Remembered } from './memory.ts';
import { actsByHand, actsByPolicy } from './plan-acts.ts';
import type { ActStep, DryRun } from './plan-acts.ts';
import { restsOnViolations } from './policy.ts';
import type { RestingOnViolations } from './policy.ts';
import type { LookUp } from './look-ups.ts';
import { imagesDue, isTooOld, keepOrLetGo, lastAsked } from './refresh-look-ups.ts';
import type { Refreshing } from './refresh-look-ups.ts';
import { scanOf } from './report.ts';
import { selectsAll } from './selection.ts';
import type { Selection } from './selection.ts';
import { remember } from './standing.ts';
import type { Workload } from './workload.ts';

/** Something to ask Xray about. */
export interface Question {
  readonly image: Image;
  /** An answer read before this time (ms since the epoch) does not do; 0 takes any. */
  readonly notOlderThan: number;
  /** Which conditions rest on violations, so that these are asked for too. */
  readonly violations: RestingOnViolations;
}

/** Something to do, in the imperative. */
export type Step =
  | { readonly type: 'LookUp'; readonly questions: readonly Question[] }
  | { readonly type: 'Remember'; readonly remembered: Remembered }
  | ActStep;

/** How a run goes on: what is asked again, and whether the policy is carried out (null: nobody acts by it). */
export interface Ongoing {
  readonly refreshing: Refreshing;
  readonly byPolicy: DryRun | null;
  readonly byHand: DryRun;
}

export interface Planned {
  readonly steps: readonly Step[];
  /** When to plan again though nothing happens, ms since the epoch; Infinity: never. */
  readonly wakeAt: number;
  /** Acts are due that wait for their minute, or for a wave of answers to pass. */
  readonly heldBack: boolean;
}

/** So many questions make it worth asking before the list of pods has ended; full batches cost fewest requests. */
const worthAsking = 100;

/**
 * The steps now due for the workloads in scope. `touched` is what changed since steps were last due: while the list of
 * pods is under way questions are gathered from it, provided that nothing is left out; after it nothing is held back.
 */
export function plan(state: State, touched: Touched, inScope: readonly Workload[], selection: Selection): Step[] {
  return gather(state, touched, inScope, selection).steps;
}

export interface Gathered {
  readonly steps: Step[];
  /** Uids of pods that have to be looked at again, as their questions wait for more of them, or they for their node. */
  readonly left: readonly string[];
}

/** What `plan` says, and what it holds back. */
export function gather(state: State, touched: Touched, inScope: readonly Workload[], selection: Selection): Gathered {
  const due = new Map<string, Image>();
  const left: string[] = [];
  eachImageOfInterest(state, touched, inScope, selection, (image, pod) => {
    if (image === null) left.push(pod);
    else if (!state.lookUps.has(image.key) && !due.has(image.key)) {
      due.set(image.key, image);
      left.push(pod);
    }
  });
  const waiting = due.size > 0 && due.size < worthAsking && !noneToCome(state);
  if (due.size === 0 || waiting) return { steps: [], left: waiting ? left : [] };
  const violations = restsOnViolations(state.policy);
  const questions = [...due.values()].map((image) => ({ image, notOlderThan: 0, violations }));
  return { steps: [{ type: 'LookUp', questions }], left: [] };
}

/** All pods were read: hardly an image comes that is not known yet. */
export function noneToCome({ podsRead, clusterRead }: State): boolean {
  return podsRead || clusterRead;
}

/**
 * The steps now due while a run goes on. `judged` are the workloads judged anew since steps were last due: only what they
 * and the touched images run can be due.
 */
export function planOngoing(
  state: State,
  touched: Touched,
  judged: ReadonlySet<string>,
  selection: Selection,
  ongoing: Ongoing,
  now: number,
): Planned {
  if (!state.clusterRead) {
    return { steps: plan(state, touched, [], selection), wakeAt: Infinity, heldBack: false };
  }
  const steps: Step[] = [];
  const images = imagesTouched(state, touched, judged, ongoing.refreshing, now);
  const due = imagesDue(state, images, ongoing.refreshing, now);
  if (due.length > 0) {
    const violations = restsOnViolations(state.policy);
    const questions = due.map((lookUp) => ({
      image: lookUp.image,
      notOlderThan: notOlderThan(lookUp, state.heardAt, now),
      violations,
    }));
    steps.push({ type: 'LookUp', questions });
  }
  const judgements = [...judged].flatMap((uid) => state.judged.get(uid) ?? []);
  const remembered =
    state.acting.lasts === null ? null : remember(state.acting, judgements, scanOf(state), state.policy, now);
  if (remembered !== null) steps.push({ type: 'Remember', remembered });
  const acts = ongoing.byPolicy === null ? null : actsByPolicy(state, ongoing.byPolicy, now);
  steps.push(...actsByHand(state, ongoing.byHand), ...(acts?.steps ?? []));
  const wakeAt = Math.min(nextDue(state.agenda), acts?.wakeAt ?? Infinity);
  return { steps, wakeAt, heldBack: acts?.heldBack === true };
}

/**
 * What is answered for the first time may be known from before the last news, which nobody had to tell of it then. What has
 * only grown old is renewed by any younger answer, whoever asked for it.
 */
function notOlderThan(lookUp: LookUp, heardAt: number, now: number): number {
  if (lookUp.scan === null) return Math.max(lookUp.notOlderThan, heardAt);
  return isTooOld(lookUp) ? now : lastAsked(lookUp) + 1;
}

/** Nothing is read, asked, begun or due: a run that is to end once may end. */
export function isQuiet(state: State, planned: Planned): boolean {
  const { acting } = state;
  if (!state.clusterRead || planned.heldBack) return false;
  // Nothing follows from what is only remembered.
  if (planned.steps.some(({ type }) => type !== 'Remember')) return false;
  if (acting.underWay.size > 0 || acting.asked.length > 0 || acting.pausing) return false;
  for (const key of state.usedBy.keys()) if (!state.lookUps.get(key)?.scan) return false;
  return true;
}

/** Each image once. An answer about what nobody runs any more is let go once it has its age. */
function imagesTouched(
  state: State,
  touched: Touched,
  judged: ReadonlySet<string>,
  refreshing: Refreshing,
  now: number,
): Iterable<Image> {
  const images = new Map<string, Image>();
  for (const uid of judged) {
    for (const { image } of state.judged.get(uid)?.workload.images ?? []) images.set(image.key, image);
  }
  for (const key of touched.images) {
    const lookUp = state.lookUps.get(key);
    if (lookUp === undefined) continue;
    if (state.usedBy.has(key)) images.set(key, lookUp.image);
    else if (!lookUp.asked) keepOrLetGo(state, lookUp, refreshing, now);
  }
  return images.values();
}

/** Everything was read, and nothing that was to be asked is open. */
export function isSettled(state: State, inScope: readonly Workload[]): boolean {
  if (!state.clusterRead) return false;
  return inScope.every(({ images }) => images.every(({ image }) => Boolean(state.lookUps.get(image.key)?.scan)));
}

/** Hears of an image and the pod it was seen in; null where that waits for its node. After the list no pod is told. */
type ImageCall = (image: Image | null, pod: string) => void;

/** Calls back: it runs after every answer, and a generator over ten thousand images is most of what a turn takes. */
function eachImageOfInterest(
  state: State,
  touched: Touched,
  inScope: readonly Workload[],
  selection: Selection,
  call: ImageCall,
): void {
  if (state.clusterRead) {
    for (const workload of inScope) for (const entry of workload.images) call(entry.image, '');
  } else if (selectsAll(selection)) eachImageSeen(state, touched, call);
}

/** Of pods alone, while their owners may still be unread; a pod whose node is not known yet waits for its platform. */
function eachImageSeen(state: State, touched: Touched, call: ImageCall): void {
  const uids = touched.everything ? state.pods.keys() : touched.pods;
  for (const uid of uids) {
    const pod = state.pods.get(uid);
    if (pod === undefined || !isCounted(pod)) continue;
    if (pod.node !== null && !state.nodes.has(pod.node)) call(null, uid);
    else for (const container of pod.containers) call(imageOfContainer(state, pod, container), uid);
  }
}
