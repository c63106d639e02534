// What the state knows of acts: the journal's history, what is under way, what waits to be tried again, what is remembered.
import type { ActOrder, ActRecord, JournalLine, Target } from './act.ts';
import { addLine, emptyHistory } from './history.ts';
import type { History } from './history.ts';
import { nameOf } from './judged-index.ts';
import { nothingRemembered } from './memory.ts';
import type { Remembered, Standing } from './memory.ts';

/** `notNeeded`: live it calls for nothing any more. `deferred`: not now. `wouldAct`: a dry run. */
export type ActEnd = 'accepted' | 'effective' | 'stuck' | 'refused' | 'failed' | 'notNeeded' | 'deferred' | 'wouldAct';

/** Facts about acts. Times are ms since the epoch. */
export type ActFact =
  /** Lines of the journal, by whichever process. */
  | { readonly type: 'JournalRead'; readonly lines: readonly JournalLine[] }
  /** What is remembered between runs; where nothing can be kept (`lasts` false) no grace period ever ends. */
  | { readonly type: 'MemoryRead'; readonly remembered: Remembered; readonly lasts: boolean }
  | { readonly type: 'ActionAsked'; readonly order: ActOrder }
  | { readonly type: 'ActStarted'; readonly order: ActOrder; readonly at: number }
  | {
      readonly type: 'ActEnded';
      readonly order: ActOrder;
      readonly end: ActEnd;
      readonly message: string | null;
      readonly at: number;
      /** Refused for good: such an act on that object is never possible. */
      readonly forGood?: boolean;
    }
  /** Written down as paused, or about to be: nothing is planned meanwhile. */
  | { readonly type: 'PauseStarted'; readonly at: number };

export interface UnderWay {
  readonly order: ActOrder;
  readonly since: number;
  readonly accepted: boolean;
}

export interface Cooling {
  readonly until: number;
  /** As `callingOf` has it. */
  readonly calling: string;
  readonly end: ActEnd;
}

export interface Acting {
  readonly history: History;
  /** By `nameOf` their objects: ids of acts, in the order of the journal. */
  readonly actsOn: ReadonlyMap<string, readonly string[]>;
  /** Ids of the acts by policy, in the order of the journal. */
  readonly automatic: readonly string[];
  /** By the uid of the object. */
  readonly underWay: ReadonlyMap<string, UnderWay>;
  /** Asked for by hand and not yet begun. */
  readonly asked: readonly ActOrder[];
  /** By uid: not tried again before then, unless what calls for it has changed. */
  readonly cooling: ReadonlyMap<string, Cooling>;
  /** By uid: an act came about, and until then what the cluster tells of the object may be older than that. */
  readonly settling: ReadonlyMap<string, number>;
  /** By id: when a dry run would have done it; it counts as if it had. */
  readonly pretended: ReadonlyMap<string, number>;
  readonly firstSeen: ReadonlyMap<string, number>;
  readonly standings: ReadonlyMap<string, Standing>;
  /** Those of the standings that turned to the worse, by the same keys: since when. */
  readonly turned: ReadonlyMap<string, number>;
  readonly measure: string;
  /** Null: nothing was remembered or kept so far. */
  readonly lasts: boolean | null;
  readonly pausing: boolean;
}

export function emptyActing(): Acting {
  return {
    history: emptyHistory(),
    actsOn: new Map(),
    automatic: [],
    underWay: new Map(),
    asked: [],
    cooling: new Map(),
    settling: new Map(),
    pretended: new Map(),
    firstSeen: new Map(),
    standings: new Map(),
    turned: new Map(),
    measure: nothingRemembered.measure,
    lasts: null,
    pausing: false,
  };
}

interface Writable {
  readonly history: History;
  readonly actsOn: Map<string, string[]>;
  readonly automatic: string[];
  readonly underWay: Map<string, UnderWay>;
  readonly cooling: Map<string, Cooling>;
  readonly settling: Map<string, number>;
  readonly pretended: Map<string, number>;
  readonly firstSeen: Map<string, number>;
  standings: Map<string, Standing>;
  turned: Map<string, number>;
  asked: ActOrder[];
  measure: string;
  lasts: boolean | null;
  pausing: boolean;
}

const second = 1000;
const minute = 60 * second;

/** How long after such an end the same act is not tried again, milliseconds. */
const coolingTime: Readonly<Record<ActEnd, number>> = {
  accepted: 0,
  effective: 0,
  stuck: 10 * minute,
  refused: 10 * minute,
  failed: minute,
  notNeeded: minute / 2,
  deferred: 5 * second,
  wouldAct: Infinity,
};

/** An object's own news may come later than the act's: for so long nothing is made of it, milliseconds. */
const settlingTime = 10 * second;

/** Folds a fact about acts; gives back the objects that it touches. */
export function recordAct(acting: Acting, fact: ActFact): readonly Target[] {
  const writable = acting as Writable;
  switch (fact.type) {
    case 'JournalRead':
      return recordLines(writable, fact.lines);
    case 'MemoryRead':
      recordMemory(writable, fact.remembered, fact.lasts);
      return [];
    case 'ActionAsked':
      writable.asked = [...writable.asked, fact.order];
      return [];
    case 'ActStarted': {
      const { order, at } = fact;
      writable.asked = writable.asked.filter((one) => one.id !== order.id);
      writable.underWay.set(order.target.uid, { order, since: at, accepted: false });
      return [order.target];
    }
    case 'ActEnded':
      recordEnd(writable, fact);
      return [fact.order.target];
    case 'PauseStarted':
      writable.pausing = true;
      return [];
    default:
      return fact satisfies never;
  }
}

function recordLines(acting: Writable, lines: readonly JournalLine[]): Target[] {
  const newest = Math.max(...lines.map(({ at }) => Date.parse(at)));
  return lines.flatMap((line) => {
    addLine(acting.history, line);
    if (line.type === 'Paused' || line.type === 'Resumed') acting.pausing = false;
    if (line.type === 'Intended' || line.type === 'Refused') addToIndex(acting, line.order);
    const id = 'order' in line ? line.order.id : 'id' in line ? line.id : null;
    const record = id === null ? undefined : acting.history.records.get(id);
    if (record === undefined) return [];
    coolByLine(acting, record, line, newest);
    endByLine(acting, record, line);
    return [record.order.target];
  });
}

function addToIndex({ actsOn, automatic }: Writable, { id, target, by }: ActOrder): void {
  const name = nameOf(target);
  const ids = actsOn.get(name);
  if (ids?.includes(id) === true) return;
  if (ids === undefined) actsOn.set(name, [id]);
  else ids.push(id);
  if (by === 'policy') automatic.push(id);
}

/** What another process, or an earlier run, came to see is not tried again at once either. */
function coolByLine(acting: Writable, { order }: ActRecord, line: JournalLine, newest: number): void {
  if (line.type !== 'Ended' && line.type !== 'Refused') return;
  const end = line.type === 'Refused' ? 'refused' : line.outcome;
  // It may have failed because the object had changed, and its process ended before it tried once more.
  if (end !== 'failed') cool(acting, order, end, Date.parse(line.at), newest);
}

/** What was accepted is not awaited any more once something else was done to the object, by whichever process. */
function endByLine({ underWay }: Writable, { order }: ActRecord, line: JournalLine): void {
  const own = underWay.get(order.target.uid);
  if (line.type !== 'Ended' || !hasComeAbout(line.outcome) || own === undefined) return;
  if (own.accepted && own.order.id !== order.id) underWay.delete(order.target.uid);
}

/** Whether the cluster has done it. */
export function hasComeAbout(outcome: ActRecord['outcome'] | undefined): boolean {
  return outcome === 'accepted' || outcome === 'effective' || outcome === 'stuck';
}

/** `now` may be earlier than it is: of an old journal nothing is kept that is over by its last line. */
function cool(acting: Writable, order: ActOrder, end: ActEnd, at: number, now: number, time = coolingTime[end]): void {
  const { uid } = order.target;
  const [calling, until] = [callingOf(order), at + time];
  const known = acting.cooling.get(uid);
  const isLonger = known === undefined || known.calling !== calling || known.until < until;
  if (order.by === 'policy' && until > now && isLonger) acting.cooling.set(uid, { until, calling, end });
  const came = end === 'accepted' || end === 'effective';
  if (came && at + settlingTime > now) acting.settling.set(uid, at + settlingTime);
}

function recordMemory(acting: Writable, { firstSeen, standings, measure }: Remembered, lasts: boolean): void {
  acting.lasts = lasts;
  for (const [key, at] of Object.entries(firstSeen)) {
    acting.firstSeen.set(key, Math.min(at, acting.firstSeen.get(key) ?? Infinity));
  }
  acting.measure = measure;
  const all = Object.entries(standings);
  acting.standings = new Map(all);
  acting.turned = new Map(all.filter(([, { turned }]) => turned).map(([key, { since }]) => [key, since]));
}

function recordEnd(acting: Writable, { order, end, at, forGood }: Extract<ActFact, { type: 'ActEnded' }>): void {
  const { uid } = order.target;
  if (end === 'accepted') {
    const since = acting.underWay.get(uid)?.since ?? at;
    acting.underWay.set(uid, { order, since, accepted: true });
    return;
  }
  if (acting.underWay.get(uid)?.order.id === order.id) acting.underWay.delete(uid);
  if (end === 'wouldAct' && order.by === 'policy') acting.pretended.set(order.id, at);
  cool(acting, order, end, at, at, forGood === true ? Infinity : coolingTime[end]);
}

/** What an act rests on: another digest, condition or action is another act. */
export function callingOf({ action, digests, reason }: Pick<ActOrder, 'action' | 'digests' | 'reason'>): string {
  return [action, reason.condition, ...digests.toSorted()].join(' ');
}

/** Nothing is kept of an object that is gone, but for what the journal says. */
export function forgetObject(acting: Acting, uid: string): void {
  const { cooling, settling } = acting as Writable;
  cooling.delete(uid);
  settling.delete(uid);
}
