// What `restore` undoes: what the live object's annotation says, on whichever machine it was done, else the journal's last
// act that is not undone. Whether the object still is as it was left is found out when it is read live.
import type { ActOrder, ActRecord, Saved, Target } from './act.ts';
import { savedByMark } from './annotations.ts';
import type { ActedMark } from './annotations.ts';
import type { Consequence } from './consequences.ts';
import type { History } from './history.ts';
import { idOf } from './order.ts';

/** As the user names an object; it need not be there any more. */
export interface NamedObject {
  /** `deployments`, `widgets.example.com`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

export interface LiveObject {
  readonly target: Target;
  /** Has a deletionTimestamp. */
  readonly terminating: boolean;
  /** Of `kubectl-xray/acted`, whether or not it still holds. */
  readonly mark: ActedMark | null;
}

/** An act that can be undone. */
export interface Undoable {
  readonly is: 'undo';
  /** The object that is brought back; of a deleted one, as it was. */
  readonly target: Target;
  /** The id of the act. */
  readonly undoes: string;
  readonly action: 'scaledown' | 'delete';
  readonly saved: Saved;
  /** What was promised when it was done; null where only the annotation tells. */
  readonly undo: Consequence['undo'] | null;
  readonly digests: ActOrder['digests'];
  readonly conditions: readonly string[];
  /** RFC 3339; empty where nobody wrote it down. */
  readonly at: string;
  readonly by: string;
  /** The journal does not know whether it came about: the object itself tells. */
  readonly uncertain: boolean;
}

export type ToUndo = Undoable | { readonly is: 'nothing'; readonly says: string };

/** `live` null: no object of that name is there. */
export function toUndo(named: NamedObject, live: LiveObject | null, history: History): ToUndo {
  const acts = actsOn(live?.target ?? named, history);
  const undone = undoneIn(history);
  const there = live !== null && !live.terminating ? live : null;
  const found = there === null ? deletedBefore(acts, undone, live) : stoppedBefore(there, acts, undone);
  return found ?? { is: 'nothing', says: whyNothing(there, acts, undone) };
}

/** The order that undoes it. `holdUntil` RFC 3339; null: until digests or conditions change. */
export function orderToRestore(
  undoable: Undoable,
  options: { readonly holdUntil: string | null; readonly release: boolean; readonly now: number },
): ActOrder {
  const { target, undoes, saved, digests, conditions } = undoable;
  const { holdUntil, release, now } = options;
  return {
    id: idOf(target, 'restore', now),
    action: 'restore',
    target,
    by: 'hand',
    reason: { condition: null, rule: null, evidence: [`undoes ${wordsOfAct(undoable)}`] },
    digests,
    ran: [],
    conditions: conditions as ActOrder['conditions'],
    acceptDataLoss: false,
    restore: { undoes, saved, holdUntil, release },
  };
}

/** `the scaledown of 2026-11-21T20:00:00.000Z by ana`. */
export function wordsOfAct({ action, at, by }: Pick<Undoable, 'action' | 'at' | 'by'>): string {
  return [`the ${action}`, at === '' ? '' : `of ${at}`, by === '' ? '' : `by ${by}`].filter(Boolean).join(' ');
}

type Act = ActRecord & { readonly order: { readonly action: 'scaledown' | 'delete' } };

/** What was done to objects of that name, in the order of the journal; a refusal did nothing. */
function actsOn({ resource, namespace, name }: NamedObject, { records }: History): readonly Act[] {
  return [...records.values()].filter((record): record is Act => {
    const { action, target } = record.order;
    const same = target.resource === resource && target.namespace === namespace && target.name === name;
    return same && action !== 'restore' && record.outcome !== 'refused';
  });
}

/** Ids of the acts that a restore has undone. One that was only intended, or failed, may have done nothing. */
export function undoneIn({ records }: Pick<History, 'records'>): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { order, outcome } of records.values()) {
    const came = outcome === 'accepted' || outcome === 'effective' || outcome === 'stuck';
    if (order.restore !== null && came) ids.add(order.restore.undoes);
  }
  return ids;
}

/** No object is there, or it is on its way out: the last delete, however it ended, has come about. */
function deletedBefore(acts: readonly Act[], undone: ReadonlySet<string>, live: LiveObject | null): Undoable | null {
  const last = acts.findLast(({ order }) => {
    return order.action === 'delete' && (live === null || order.target.uid === live.target.uid);
  });
  if (last === undefined || undone.has(last.id) || last.saved?.is !== 'manifest') return null;
  return fromRecord(last, last.saved, last.order.target);
}

/** The object is there: a delete of it did not come about, and what was done to another of its name is not its own. */
function stoppedBefore(live: LiveObject, acts: readonly Act[], undone: ReadonlySet<string>): Undoable | null {
  const { target, mark } = live;
  if (mark !== null && mark.uid === target.uid && mark.action === 'scaledown' && !undone.has(mark.id)) {
    const record = acts.find(({ id }) => id === mark.id);
    if (record?.saved?.is === 'field') return fromRecord(record, record.saved, target);
    const saved = savedByMark(mark, target);
    if (saved !== null) return fromMark(mark, saved, target);
  }
  const last = acts.findLast(({ id, order, outcome }) => {
    const own = order.action === 'scaledown' && order.target.uid === target.uid;
    return own && outcome !== 'failed' && !undone.has(id);
  });
  return last?.saved?.is === 'field' ? fromRecord(last, last.saved, target) : null;
}

function fromRecord({ id, order, undo, at, actor, outcome }: Act, saved: Saved, target: Target): Undoable {
  return {
    is: 'undo',
    target,
    undoes: id,
    action: order.action,
    saved,
    undo,
    digests: order.digests,
    conditions: order.conditions,
    at: new Date(at).toISOString(),
    by: actor,
    uncertain: outcome === 'intended' || outcome === 'failed',
  };
}

function fromMark(mark: ActedMark, saved: Saved, target: Target): Undoable {
  const { id, digests, conditions, time, actor } = mark;
  return {
    is: 'undo',
    target,
    undoes: id,
    action: 'scaledown',
    saved,
    undo: null,
    digests,
    conditions,
    at: time,
    by: actor,
    uncertain: false,
  };
}

function whyNothing(there: LiveObject | null, acts: readonly Act[], undone: ReadonlySet<string>): string {
  const last = acts.at(-1);
  if (last === undefined) return 'nothing is known to have been done to it';
  const { action } = last.order;
  const done = `the ${action} of ${new Date(last.at).toISOString()} by ${last.actor}`;
  if (undone.has(last.id)) return `${done} was undone already`;
  if (there !== null && there.target.uid !== last.order.target.uid) {
    return `${done} was of another object: this one was made anew since`;
  }
  if (there !== null) return `${done} did not come about: it is there as it was`;
  return action === 'scaledown'
    ? `it is not there any more, and ${done} saved nothing to make it again from`
    : `${done} saved nothing to make it again from`;
}
