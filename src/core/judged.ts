// Judgements kept while a run goes on: made anew only for what was touched, or what time alone may change.
import { schedule } from './agenda.ts';
import { contested } from './contested.ts';
import type { Circumstances } from './decide.ts';
import type { State, Touched, Writable } from './inventory.ts';
import { evidenceKey } from './memory.ts';
import { exceptionEnds } from './policy.ts';
import { judgeAll } from './report.ts';
import type { Judgement } from './judgement.ts';
import { isSelectedIn } from './selection.ts';
import type { Selection } from './selection.ts';

/** What the circumstances of a run are beyond its state. */
export interface Surroundings {
  readonly ownNamespaces: readonly string[];
}

/** The circumstances in which a state's workloads are decided upon. */
export function circumstancesIn(state: State, { ownNamespaces }: Surroundings, now: number): Circumstances {
  const { acting } = state;
  // What is first seen now is known from now on; where nothing lasts, it is not known since when.
  const unseen = acting.lasts === true ? now : null;
  return {
    now,
    ownNamespaces,
    firstSeen: (_workload, evidence) => (unseen === null ? null : (acting.firstSeen.get(evidenceKey(evidence)) ?? now)),
    contested: (workload) => contested(acting, workload, now),
  };
}

/** Brings `state.judged` up to date; gives back the uids that were judged or are gone. */
export function judgeTouched(
  state: State,
  touched: Touched,
  selection: Selection,
  surroundings: Surroundings,
  now: number,
): ReadonlySet<string> {
  if (!state.clusterRead) return new Set();
  const { judged } = state as Writable<State>;
  const uids = touched.everything
    ? new Set([...judged.keys(), ...state.workloads.keys()])
    : uidsTouched(state, touched);
  if (uids.size === 0) return uids;
  const selected = isSelectedIn(state, selection);
  const circumstances = circumstancesIn(state, surroundings, now);
  for (const uid of uids) {
    const assembled = state.workloads.get(uid);
    forget(state, uid);
    if (assembled === undefined || !selected(assembled.workload)) {
      judged.delete(uid);
      continue;
    }
    const [judgement] = judgeAll(state, [assembled.workload], circumstances);
    if (judgement === undefined) continue;
    judged.set(uid, judgement);
    keep(state, judgement, Math.min(assembled.until, changesAt(judgement, now)));
  }
  scheduleExceptions(state, now);
  return uids;
}

function uidsTouched(state: State, { roots, images }: Touched): ReadonlySet<string> {
  const uids = new Set(roots);
  for (const key of images) for (const uid of state.usedBy.get(key) ?? []) uids.add(uid);
  return uids;
}

/** Which workloads run an image, so that an answer finds them. */
function keep(state: State, { workload }: Judgement, until: number): void {
  const usedBy = state.usedBy as Map<string, Set<string>>;
  for (const { image } of workload.images) {
    const users = usedBy.get(image.key);
    if (users === undefined) usedBy.set(image.key, new Set([workload.uid]));
    else users.add(workload.uid);
  }
  schedule(state.agenda, `workload ${workload.uid}`, until);
}

function forget(state: State, uid: string): void {
  const usedBy = state.usedBy as Map<string, Set<string>>;
  for (const { image } of state.judged.get(uid)?.workload.images ?? []) {
    const users = usedBy.get(image.key);
    users?.delete(uid);
    if (users?.size === 0) usedBy.delete(image.key);
  }
  schedule(state.agenda, `workload ${uid}`, Infinity);
}

/** When time alone may change a decision: a grace period, a hold or a contest that ends. */
function changesAt({ decided }: Judgement, now: number): number {
  const ends = decided.conditions.map(({ exempt }) => (exempt?.until ? Date.parse(exempt.until) : Number.NaN));
  return Math.min(Infinity, ...ends.filter((end) => end > now));
}

function scheduleExceptions({ agenda, policy }: State, now: number): void {
  const ends = policy.exceptions.map(exceptionEnds).filter((end) => end > now);
  schedule(agenda, 'exceptions', Math.min(Infinity, ...ends));
}
