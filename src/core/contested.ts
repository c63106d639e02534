// Contested: what was stopped and brought up or made again within a day, with the digests it was stopped for. Whoever did
// that meant it: it is not acted upon again, and said who it was where managedFields tell.
import type { ActOrder, ActRecord } from './act.ts';
import { hasComeAbout } from './acting.ts';
import type { Acting } from './acting.ts';
import type { Exempt } from './decide.ts';
import { nameOf } from './judged-index.ts';
import { builtinKindOf } from './kind.ts';
import type { Workload } from './workload.ts';

const day = 24 * 60 * 60_000;

/** Null where nobody contests. `until` is when it ends by itself. */
export function contested(acting: Acting, workload: Workload, now: number): Exempt | null {
  if (!wantsPods(workload) || (acting.settling.get(workload.uid) ?? 0) > now) return null;
  return contestedByJournal(acting, workload, now) ?? contestedByMark(acting, workload, now);
}

function contestedByJournal(acting: Acting, workload: Workload, now: number): Exempt | null {
  const last = lastActOn(acting, workload);
  if (last === null || last.at + day <= now || isOwnDoing(acting, workload, last.id)) return null;
  if (!isBroughtUp(workload, last) || !runsAny(workload, last.order.digests)) return null;
  return contestedBy(workload, words(workload, last), last.at);
}

/**
 * Stopped by another machine, whose journal is not here: the annotation tells, until somebody writes over it. Of a stop
 * that is known here the journal tells; but that it came about, where only that it was intended is known, the annotation.
 */
function contestedByMark(acting: Acting, workload: Workload, now: number): Exempt | null {
  const { broughtUp } = workload;
  if (broughtUp === null || isOwnDoing(acting, workload, broughtUp.id)) return null;
  const known = acting.history.records.get(broughtUp.id);
  if (known !== undefined && (known.outcome !== 'intended' || !tellsWhatItWants(workload))) return null;
  const at = Date.parse(broughtUp.at);
  if (!(at + day > now) || !runsAny(workload, broughtUp.digests)) return null;
  return contestedBy(workload, 'brought up again', at);
}

function contestedBy({ changedBy }: Workload, what: string, at: number): Exempt {
  const who = changedBy === null ? '' : ` by ${changedBy}`;
  return { by: 'contested', rule: `${what}${who}`, until: new Date(at + day).toISOString() };
}

/** The last act that changed this object, or one of its name, or may have; null where it was a restore. */
export function lastActOn(acting: Acting, named: Pick<Workload, 'kind' | 'namespace' | 'name'>): ActRecord | null {
  const ids = acting.actsOn.get(nameOf(named)) ?? [];
  for (const id of ids.toReversed()) {
    const record = acting.history.records.get(id);
    if (record === undefined || record.outcome === 'refused' || record.outcome === 'failed') continue;
    return record.order.action === 'restore' ? null : record;
  }
  return null;
}

/** Something else was done to the object since: what becomes of the earlier act does not show any more. */
export function isSuperseded({ actsOn, history }: Acting, { id, target }: ActOrder): boolean {
  const ids = actsOn.get(nameOf(target)) ?? [];
  if (!ids.includes(id)) return false;
  return ids.slice(ids.indexOf(id) + 1).some((later) => {
    const record = history.records.get(later);
    return record?.order.target.uid === target.uid && hasComeAbout(record.outcome);
  });
}

/** Stopped or deleted already, by whichever process, and not gone yet. */
export function isOnItsWayOut(acting: Acting, workload: Workload, now: number): boolean {
  if (workload.replicas?.desired === 0 || workload.acted?.action === 'scaledown') return true;
  const last = lastActOn(acting, workload);
  if (last === null || last.order.target.uid !== workload.uid || last.outcome === 'intended') return false;
  if (last.order.action === 'delete') return true;
  return last.outcome !== 'effective' && last.at + day > now && !isBroughtUp(workload, last);
}

/** Our own act is under way, and has come about or is that act. */
function isOwnDoing(acting: Acting, { uid }: Workload, id: string): boolean {
  const own = acting.underWay.get(uid);
  return own !== undefined && (own.accepted || own.order.id === id);
}

/**
 * That it runs is no proof, for it may not have stopped yet; that it wants to is, or that it had stopped. Whether an act
 * that was only intended came about is not known.
 */
function isBroughtUp(workload: Workload, { id, order, outcome }: ActRecord): boolean {
  if (outcome === 'intended' || workload.acted?.id === id) return false;
  if (workload.uid !== order.target.uid) return true;
  // The same object after a delete is on its way out.
  if (order.action === 'delete') return false;
  return outcome === 'effective' || tellsWhatItWants(workload);
}

/** Of a DaemonSet only what its controller made of it is known, of a custom kind only its pods. */
function tellsWhatItWants({ apiVersion, kind }: Workload): boolean {
  const builtin = builtinKindOf(apiVersion, kind);
  return builtin !== undefined && builtin.kind !== 'DaemonSet';
}

/** A digest that is not known yet may be the same. */
function runsAny({ images }: Workload, digests: readonly string[]): boolean {
  if (digests.length === 0) return true;
  return images.some(({ image, outdated }) => !outdated && (image.digest === null || digests.includes(image.digest)));
}

function words({ uid }: Workload, { order }: ActRecord): string {
  return uid === order.target.uid ? 'brought up again' : 'made again';
}

function wantsPods({ apiVersion, kind, replicas, pods, idle }: Workload): boolean {
  if (replicas !== null) return replicas.desired > 0;
  return builtinKindOf(apiVersion, kind) === undefined ? pods > 0 : idle === null;
}
