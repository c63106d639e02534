// What the policy calls for and is not done, with why it waits, in words. It says what `actsByPolicy` would make of it, and
// decides nothing.
import type { ActAction } from './act.ts';
import type { ActEnd } from './acting.ts';
import { isOnItsWayOut } from './contested.ts';
import type { ExemptBy } from './decide.ts';
import type { Judgement } from './judgement.ts';
import { roomThisMinute, roomToday } from './limits.ts';
import { coolingOf, triedBefore, waveNow } from './plan-acts.ts';
import type { DryRun, TriedBefore } from './plan-acts.ts';
import { compareText, worstFirst } from './rows.ts';
import type { State } from './state.ts';

export interface Waiting {
  readonly judgement: Judgement;
  readonly action: Exclude<ActAction, 'restore'>;
  /** `exempt`: not due yet, or not for now; what keeps it away ends, or may end, without a change of the policy. */
  readonly is: 'due' | 'exempt';
  /** In words, the most telling first; never empty. */
  readonly why: readonly string[];
  /** Null: it was not tried, or may be tried again. */
  readonly tried: TriedBefore | null;
}

/** Worst first; what is exempt for a time comes last. `enforcing` null: nobody here acts by the policy. */
export function waitingActs(state: State, enforcing: DryRun | null, now: number): readonly Waiting[] {
  const because = reasonsIn(state, enforcing, now);
  const due = judgementsOf(state, state.index.calling)
    .toSorted(worstFirst)
    .flatMap((judgement) => dueOf(judgement, because(judgement)));
  return [...due, ...exemptForATime(state)];
}

/** Of one workload; null: nothing waits there. */
export function waitingOn(state: State, uid: string, enforcing: DryRun | null, now: number): Waiting | null {
  return waitingActs(state, enforcing, now).find(({ judgement }) => judgement.workload.uid === uid) ?? null;
}

type Because = Pick<Waiting, 'why' | 'tried'>;

function dueOf(judgement: Judgement, because: Because | null): readonly Waiting[] {
  const { action } = judgement.decided.decision;
  return action === 'ignore' || because === null ? [] : [{ judgement, action, is: 'due', ...because }];
}

/** Asked in the order in which it would be done; null: it is under way. */
function reasonsIn(state: State, enforcing: DryRun | null, now: number): (judgement: Judgement) => Because | null {
  const { acting } = state;
  const asked = new Set(acting.asked.map(({ target }) => target.uid));
  const tried = new Map(triedBefore(state, now).map((one) => [one.workload.uid, one]));
  const all = reasonForAll(state, enforcing);
  const wave = waveNow(state, now);
  const limits = limitsIn(state, enforcing, now);
  return (judgement) => {
    const { uid } = judgement.workload;
    if (acting.underWay.has(uid) || asked.has(uid)) return null;
    const before = tried.get(uid) ?? null;
    const own = before === null ? reasonOfOne(judgement, state, wave.endsFor(judgement), now) : triedWords(before);
    const why = [own, all].filter((one) => one !== null);
    return { why: why.length > 0 ? why : [limits()], tried: before };
  };
}

function reasonForAll({ acting, clusterRead }: State, enforcing: DryRun | null): string | null {
  const { pause } = acting.history;
  if (enforcing === null) return 'enforcing is off: nothing is done by policy here';
  if (!clusterRead) return 'the cluster is still being read';
  if (acting.lasts === null) return 'the journal is still being read';
  if (pause !== null) return `automatic acts are paused: ${pause.message}`;
  return acting.pausing ? 'automatic acts are being paused' : null;
}

function reasonOfOne(judgement: Judgement, state: State, waveEnds: number, now: number): string | null {
  const { acting } = state;
  const { workload } = judgement;
  if (isOnItsWayOut(acting, workload, now)) return 'it is on its way out already';
  if ((acting.settling.get(workload.uid) ?? 0) > now) return 'what the cluster tells of the last act is awaited';
  if (waveEnds > now) return 'answers are still coming in: they are looked at as a whole first';
  const cooling = coolingOf(state, judgement, now);
  return cooling === null ? null : coolingWords(cooling.end, cooling.until);
}

function triedWords({ end, message, until }: TriedBefore): string {
  const because = message === null || message === '' ? '' : `: ${message}`;
  return `${end}${because}; ${againWords(until)}`;
}

function coolingWords(end: ActEnd, until: number): string {
  switch (end) {
    case 'wouldAct':
      return 'a dry run: it would be done, and nothing is changed';
    case 'deferred':
      return `it was put off; ${againWords(until)}`;
    case 'notNeeded':
      return `read live, it called for nothing; ${againWords(until)}`;
    case 'accepted':
    case 'effective':
    case 'stuck':
    case 'refused':
    case 'failed':
      return `${end}; ${againWords(until)}`;
    default:
      return end satisfies never;
  }
}

/** RFC 3339, to the second. */
function againWords(until: number): string {
  if (until === Infinity) return 'not tried again';
  return `not tried again before ${new Date(until).toISOString().slice(0, 19)}Z`;
}

/** Gives the room that is left away, one by one. */
function limitsIn(state: State, enforcing: DryRun | null, now: number): () => string {
  const today = roomToday(state, now);
  const minute = enforcing === 'none' ? roomThisMinute(state, now).room : Infinity;
  let given = 0;
  return () => {
    given += 1;
    if (given > today.room) return `limits.shareOfWorkloads allows ${today.allowed} acts a day, ${today.done} are done`;
    if (given > minute) return `limits.actionsPerMinute allows ${state.policy.limits.actionsPerMinute}`;
    return 'it is next';
  };
}

/** Protect, whitelists, exceptions and managers do not end by themselves: such a workload waits for nothing. */
const forATime: readonly ExemptBy[] = ['gracePeriod', 'held', 'contested'];

function exemptForATime(state: State): readonly Waiting[] {
  const found: Waiting[] = [];
  for (const judgement of state.judged.values()) {
    const { exempt, condition } = judgement.decided.decision;
    if (exempt === null || !forATime.includes(exempt.by)) continue;
    const called = judgement.decided.conditions.find(({ type }) => type === condition)?.action ?? 'ignore';
    if (called === 'ignore' || isBegun(state, judgement)) continue;
    const until = exempt.until === null ? '' : ` until ${exempt.until.replace(/\.\d+Z$/, 'Z')}`;
    const why = [`${exempt.by}${until} (${exempt.rule})`];
    found.push({ judgement, action: called, is: 'exempt', why, tried: null });
  }
  return found.toSorted(soonestFirst);
}

function isBegun({ acting }: State, { workload: { uid } }: Judgement): boolean {
  return acting.underWay.has(uid) || acting.asked.some(({ target }) => target.uid === uid);
}

function soonestFirst(one: Waiting, other: Waiting): number {
  const end = ({ judgement }: Waiting): string => judgement.decided.decision.exempt?.until ?? '~';
  return compareText(end(one), end(other)) || worstFirst(one.judgement, other.judgement);
}

function judgementsOf({ judged }: State, uids: Iterable<string>): Judgement[] {
  return [...uids].flatMap((uid) => judged.get(uid) ?? []);
}
