// What the state knows of acts: the journal's history, what is under way, what waits to be tried again, what is remembered.
import type { ActOrder, JournalLine } from './act.ts';
import { addLine, emptyHistory } from './history.ts';
import type { History } from './history.ts';
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
    }
  /** Written down as paused, or about to be: nothing is planned meanwhile. */
  | { readonly type: 'PauseStarted'; readonly at: number };

export interface UnderWay {
  readonly order: ActOrder;
  readonly since: number;
  readonly accepted: boolean;
}

export interface Acting {
  readonly history: History;
  /** By the uid of the object. */
  readonly underWay: ReadonlyMap<string, UnderWay>;
  /** Asked for by hand and not yet begun. */
  readonly asked: readonly ActOrder[];
  /** By uid: not tried again before then, unless what calls for it has changed. */
  readonly cooling: ReadonlyMap<string, { readonly until: number; readonly calling: string }>;
  readonly firstSeen: ReadonlyMap<string, number>;
  readonly standings: ReadonlyMap<string, Standing>;
  readonly measure: string;
  /** Null: nothing was remembered or kept so far. */
  readonly lasts: boolean | null;
  readonly pausing: boolean;
}

export function emptyActing(): Acting {
  return {
    history: emptyHistory(),
    underWay: new Map(),
    asked: [],
    cooling: new Map(),
    firstSeen: new Map(),
    standings: new Map(),
    measure: nothingRemembered.measure,
    lasts: null,
    pausing: false,
  };
}

interface Writable {
  readonly history: History;
  readonly underWay: Map<string, UnderWay>;
  readonly cooling: Map<string, { readonly until: number; readonly calling: string }>;
  readonly firstSeen: Map<string, number>;
  standings: Map<string, Standing>;
  asked: ActOrder[];
  measure: string;
  lasts: boolean | null;
  pausing: boolean;
}

const minute = 60_000;

/** How long after such an end the same act is not tried again, milliseconds. */
const coolingTime: Readonly<Record<ActEnd, number>> = {
  accepted: 0,
  effective: 0,
  stuck: 10 * minute,
  refused: 10 * minute,
  failed: minute,
  notNeeded: minute / 2,
  deferred: 5_000,
  wouldAct: Infinity,
};

/** Folds a fact about acts; gives back the uids of the objects that it touches. */
export function recordAct(acting: Acting, fact: ActFact): readonly string[] {
  const writable = acting as Writable;
  switch (fact.type) {
    case 'JournalRead':
      for (const line of fact.lines) addLine(writable.history, line);
      writable.pausing = false;
      return fact.lines.flatMap((line) => ('order' in line ? [line.order.target.uid] : []));
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
      return [order.target.uid];
    }
    case 'ActEnded':
      recordEnd(writable, fact);
      return [fact.order.target.uid];
    case 'PauseStarted':
      writable.pausing = true;
      return [];
    default:
      return fact satisfies never;
  }
}

function recordMemory(acting: Writable, remembered: Remembered, lasts: boolean): void {
  acting.lasts = lasts;
  for (const [key, at] of Object.entries(remembered.firstSeen)) {
    acting.firstSeen.set(key, Math.min(at, acting.firstSeen.get(key) ?? Infinity));
  }
  acting.measure = remembered.measure;
  acting.standings = new Map(Object.entries(remembered.standings));
}

function recordEnd(acting: Writable, { order, end, at }: Extract<ActFact, { type: 'ActEnded' }>): void {
  const { uid } = order.target;
  if (end === 'accepted') {
    const since = acting.underWay.get(uid)?.since ?? at;
    acting.underWay.set(uid, { order, since, accepted: true });
    return;
  }
  acting.underWay.delete(uid);
  const wait = coolingTime[end];
  if (wait > 0 && order.by === 'policy') acting.cooling.set(uid, { until: at + wait, calling: callingOf(order) });
}

/** What an act rests on: another digest, condition or action is another act. */
export function callingOf({ action, digests, reason }: Pick<ActOrder, 'action' | 'digests' | 'reason'>): string {
  return [action, reason.condition, ...digests.toSorted()].join(' ');
}
