// Judgements kept while a run goes on: made anew only for what was touched, or what time alone may change.
import { forgetObject } from './acting.ts';
import { schedule } from './agenda.ts';
import { contested } from './contested.ts';
import type { Circumstances } from './decide.ts';
import type { State } from './state.ts';
import type { Touched } from './touched.ts';
import type { Writable } from './writable.ts';
import { addToIndex, removeFromIndex } from './judged-index.ts';
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
  const uids =
    touched.everything || touched.judgements
      ? new Set([...judged.keys(), ...state.workloads.keys()])
      : uidsTouched(state, touched);
  if (uids.size === 0) return uids;
  const selected = isSelectedIn(state, selection);
  const circumstances = circumstancesIn(state, surroundings, now);
  const changed = new Set<string>();
  for (const uid of uids) {
    const before = judged.get(uid);
    if (before !== undefined) forget(state, before);
    const assembled = state.workloads.get(uid);
    const [judgement] =
      assembled !== undefined && selected(assembled.workload)
        ? judgeAll(state, [assembled.workload], circumstances)
        : [];
    if (judgement !== undefined) {
      judged.set(uid, judgement);
      keep(state, judgement, Math.min(assembled?.until ?? Infinity, changesAt(state, judgement, now)));
    } else if (judged.delete(uid)) forgetObject(state.acting, uid);
    if (before !== undefined || judgement !== undefined) changed.add(uid);
  }
  scheduleExceptions(state, now);
  return changed;
}

function uidsTouched(state: State, { roots, images }: Touched): ReadonlySet<string> {
  const uids = new Set(roots);
  for (const key of images) for (const uid of state.usedBy.get(key) ?? []) uids.add(uid);
  return uids;
}

/** Where an answer, a name and time find it. */
function keep(state: State, judgement: Judgement, until: number): void {
  const { workload } = judgement;
  const usedBy = state.usedBy as Map<string, Set<string>>;
  for (const { image } of workload.images) {
    const users = usedBy.get(image.key);
    if (users === undefined) usedBy.set(image.key, new Set([workload.uid]));
    else users.add(workload.uid);
  }
  addToIndex(state.index, judgement);
  schedule(state.agenda, `workload ${workload.uid}`, until);
}

function forget(state: State, judgement: Judgement): void {
  const { workload } = judgement;
  const usedBy = state.usedBy as Map<string, Set<string>>;
  for (const { image } of workload.images) {
    const users = usedBy.get(image.key);
    users?.delete(workload.uid);
    if (users?.size === 0) usedBy.delete(image.key);
  }
  removeFromIndex(state.index, judgement);
  schedule(state.agenda, `workload ${workload.uid}`, Infinity);
}

/** When time alone may change a decision: a grace period, a hold or a contest that ends, or one that may begin. */
function changesAt({ acting }: State, { workload, decided }: Judgement, now: number): number {
  const ends = decided.conditions.map(({ exempt }) => (exempt?.until ? Date.parse(exempt.until) : Number.NaN));
  const settled = acting.settling.get(workload.uid) ?? 0;
  return Math.min(Infinity, ...[...ends, settled].filter((end) => end > now));
}

function scheduleExceptions({ agenda, policy }: State, now: number): void {
  const ends = policy.exceptions.map(exceptionEnds).filter((end) => end > now);
  schedule(agenda, 'exceptions', Math.min(Infinity, ...ends));
}
