// Notices: what a run that goes on tells, each thing once. Lines on a terminal and JSON lines are two ways to print them.
import type { ActAction, ActOrder, Target } from './act.ts';
import type { ActEnd } from './acting.ts';
import type { Consequence } from './consequences.ts';
import { consequenceOf } from './consequences.ts';
import { collectionWords, forbiddenWords } from './forbidden.ts';
import { describeReason } from './history.ts';
import type { Fact } from './fact.ts';
import type { State } from './state.ts';
import { targetOf } from './order.ts';

export type NoticeType =
  | 'act'
  /** A workload reads otherwise than before; `action` is what the policy calls for now. */
  | 'verdict'
  /** A workload that was told of is not there any more. */
  | 'gone'
  /** Left alone, as somebody brought it up or made it again after it was stopped. */
  | 'contested'
  | 'paused'
  | 'resumed'
  | 'policyChanged'
  /** What was in force before stays so. */
  | 'policyRefused'
  /** What the cluster shows may be stale until it is restored. */
  | 'streamLost'
  | 'streamRestored'
  /** What of the cluster may not be read: what it holds stays unseen. */
  | 'readForbidden'
  | 'readAllowed'
  /** What is new at Xray is not heard at once; images are asked about again by age all the same. */
  | 'newsLost'
  | 'newsRestored';

/** `notNeeded`: looked at again at the moment of acting, it does not call for that any more. */
export type NoticeOutcome = Exclude<ActEnd, 'deferred'>;

export interface Notice {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly type: NoticeType;
  readonly workload: Target | null;
  /** What is done; of a verdict what is due, null: nothing. */
  readonly action: ActAction | null;
  readonly outcome: NoticeOutcome | null;
  /** Why, in words: the condition, the rule and the worst of the evidence. */
  readonly reason: string | null;
  readonly undo: Consequence['undo'] | null;
  readonly message: string | null;
}

/** What was told before; the one who asks for notices keeps it between two turns. */
export interface Told {
  /** By uid: the last thing said of it. */
  readonly ofWorkloads: Map<string, string>;
  paused: boolean;
  /** What may not be read was told once the cluster was read. */
  ofRights: boolean;
}

export function nothingTold(state: State): Told {
  return { ofWorkloads: new Map(), paused: state.acting.history.pause !== null, ofRights: false };
}

/** What one turn brought: its facts, and the uids of the workloads that were judged anew in it. */
export function noticesOf(
  state: State,
  { facts, judged }: { readonly facts: readonly Fact[]; readonly judged: ReadonlySet<string> },
  told: Told,
  now: number,
): Notice[] {
  return [
    ...facts.flatMap((fact) => ofFact(fact, state, told, now)),
    ...ofRights(facts, state, told, now),
    ...ofPause(state, told, now),
    ...[...judged].flatMap((uid) => ofContest(uid, state, told, now)),
  ];
}

const blank = { workload: null, action: null, outcome: null, reason: null, undo: null, message: null };

function ofFact(fact: Fact, state: State, told: Told, now: number): Notice[] {
  switch (fact.type) {
    case 'ActEnded':
      return fact.end === 'deferred' ? [] : ofAct(fact.order, fact.end, fact.message, fact.at, state, told);
    case 'PolicyRead':
      return [{ ...blank, at: now, type: 'policyChanged', message: fact.policy.source }];
    case 'PolicyRefused':
      return [{ ...blank, at: now, type: 'policyRefused', message: fact.message }];
    case 'StreamLost':
      return [{ ...blank, at: now, type: 'streamLost', message: `${collectionWords(fact)}: ${fact.cause}` }];
    case 'StreamRestored':
      return [{ ...blank, at: now, type: 'streamRestored', message: collectionWords(fact) }];
    case 'NewsFault': {
      const { from, message } = fact;
      if (message === null) return [{ ...blank, at: now, type: 'newsRestored', message: from }];
      return [{ ...blank, at: now, type: 'newsLost', message: `${from}: ${message}` }];
    }
    default:
      return [];
  }
}

/** One notice for all of it: whoever may read one namespace may not read a dozen things, and there may be hundreds. */
function ofRights(
  facts: readonly Fact[],
  { clusterRead, forbidden, serving }: State,
  told: Told,
  now: number,
): Notice[] {
  if (!clusterRead) return [];
  const news = told.ofRights
    ? facts.flatMap((fact) => (fact.type === 'ReadForbidden' ? fact.forbidden : []))
    : [...forbidden, ...serving.unread];
  const back = told.ofRights ? facts.flatMap((fact) => (fact.type === 'ReadAllowed' ? fact : [])) : [];
  told.ofRights = true;
  const tell = (type: NoticeType, what: Parameters<typeof forbiddenWords>[0]): Notice[] =>
    what.length === 0 ? [] : [{ ...blank, at: now, type, message: forbiddenWords(what) }];
  return [...tell('readForbidden', news), ...tell('readAllowed', back)];
}

function ofAct(
  order: ActOrder,
  outcome: NoticeOutcome,
  message: string | null,
  at: number,
  state: State,
  told: Told,
): Notice[] {
  const { target, action } = order;
  // What is tried again and again is said once, until something else is to be said of it.
  if (!isNew(told, target.uid, [action, outcome, ...order.digests, message].join(' '))) return [];
  const undo = undoOf(order, state);
  return [{ at, type: 'act', workload: target, action, outcome, reason: describeReason({ order }), undo, message }];
}

/** As it was promised when it was written down; of what was not done, as its kind has it. */
function undoOf({ id, action, target }: ActOrder, state: State): Consequence['undo'] | null {
  const written = state.acting.history.records.get(id)?.undo;
  if (written !== undefined && written !== null) return written;
  const workload = state.workloads.get(target.uid)?.workload;
  return workload === undefined || action === 'restore' ? null : (consequenceOf(action, workload)?.undo ?? null);
}

/** Whoever paused or resumed: it stands in the journal. */
function ofPause(state: State, told: Told, now: number): Notice[] {
  const { pause } = state.acting.history;
  if ((pause !== null) === told.paused) return [];
  told.paused = pause !== null;
  if (pause === null) return [{ ...blank, at: now, type: 'resumed' }];
  return [{ ...blank, at: now, type: 'paused', reason: pause.by, message: pause.message }];
}

function ofContest(uid: string, state: State, told: Told, now: number): Notice[] {
  const judgement = state.judged.get(uid);
  const exempt = judgement?.decided.decision.exempt ?? null;
  if (judgement === undefined || exempt === null || exempt.by !== 'contested') return [];
  if (!isNew(told, uid, `contested ${exempt.rule} ${exempt.until}`)) return [];
  const { condition, rule } = judgement.decided.decision;
  const reason = `${condition} (${rule})`;
  const until = exempt.until === null ? '' : ` (until ${exempt.until})`;
  const message = `${exempt.rule}${until}`;
  return [{ ...blank, at: now, type: 'contested', workload: targetOf(judgement.workload), reason, message }];
}

function isNew({ ofWorkloads }: Told, uid: string, what: string): boolean {
  if (ofWorkloads.get(uid) === what) return false;
  ofWorkloads.set(uid, what);
  return true;
}
