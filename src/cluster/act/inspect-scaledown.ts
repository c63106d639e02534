// What scaling down would do: which field stops the workload, what it was before, and what that ends for good.
import { readActed, actedAnnotation, savedByMark } from '../../core/annotations.ts';
import type { ActOrder, Inspection, Ready } from '../../core/act.ts';
import { consequenceOf } from '../../core/consequences.ts';
import { workloadLabel } from '../../core/workload.ts';
import { list, text, tree, type Tree } from '../tree.ts';
import type { Context } from './context.ts';
import {
  type Field,
  fieldOf,
  type FieldValue,
  fieldWords,
  isStopped,
  readField,
  type SavedField,
  stoppedValue,
} from './fields.ts';
import { isFinished, type OwnJob, readUnfinishedJobs } from './jobs.ts';
import { metadataOf, templateOf, type There } from './live.ts';
import { idleWords, preflight } from './preflight.ts';
import { dataLoss, refusedOutright, undoLess, versionOf } from './ready.ts';
import { reviewRights, type Right } from './rights.ts';
import { readScale } from './scale.ts';
import { scalePath } from './scale-path.ts';
import { readSubject } from './subject.ts';

interface Now {
  readonly field: Field;
  readonly value: FieldValue;
  readonly selector: string | null;
  /** A CronJob's unfinished Jobs. */
  readonly jobs: readonly OwnJob[];
}

export async function inspectScaledown(context: Context, order: ActOrder, live: There): Promise<Inspection> {
  const now = await readNow(context, order, live);
  if ('is' in now) return now;
  const { target } = order;
  const saved = savedBefore(order, live, now);
  const runs = now.jobs.filter(({ suspended }) => suspended !== true);
  if (isStopped(now.field, now.value) && runs.length === 0) return done(context, order, now);
  const [subject, rights] = await Promise.all([
    readSubject(context, target, order.action, live.object, now.selector),
    reviewRights(context, target, rightsFor(live, target.name, saved)),
  ]);
  const lost = claimsLost(target.kind, live.object);
  const losses = dataLoss(order, lost);
  const words = { ...wordsFor(order, live, now, saved), ...(await unsetUndo(context, live, saved)) };
  const findings = await preflight(context, subject);
  return {
    ...versionOf(live.object),
    saved,
    does: words.does,
    undo: undoLess(words.undo, lost),
    findings: [...losses.findings, ...findings, ...rights.findings, ...podClaims(live.object, target.kind)],
    refusals: [...losses.refusals, ...rights.refusals],
  };
}

async function readNow(context: Context, order: ActOrder, live: There): Promise<Now | Inspection> {
  const { target } = order;
  const label = workloadLabel(target);
  const impossible = (says: string): Ready => refusedOutright({ why: 'impossible', says }, live.object);
  const field = fieldOf(target);
  if (field === null) return impossible(`${label} is a bare pod: nothing scales it down, only delete ends it`);
  if (field === 'scale') {
    const scale = await readScale(context, live);
    if (scale.is === 'none') return impossible(`${label} cannot be scaled down: ${scale.says}`);
    if (scale.is === 'forbidden') return refusedOutright({ why: 'rights', says: scale.says }, live.object);
    return { field, value: scale.value, selector: scale.selector, jobs: [] };
  }
  const value = readField(live.object, field);
  if (target.kind === 'Job') {
    if (isFinished(live.object)) return { is: 'done', says: `${label} has finished` };
    if (value === null) return impossible(`${label} cannot be suspended: this server is too old to suspend Jobs`);
  }
  if (target.kind !== 'CronJob') return { field, value, selector: null, jobs: [] };
  const jobs = await readUnfinishedJobs(context, target);
  if (jobs.is === 'refused') {
    const says = `which of its Jobs run on could not be read: ${jobs.says}`;
    return refusedOutright({ why: 'rights', says }, live.object);
  }
  return { field, value, selector: null, jobs: jobs.jobs };
}

async function done(context: Context, { target }: ActOrder, { field, value }: Now): Promise<Inspection> {
  const idle = field === 'replicas' || field === 'scale' ? await idleWords(context, target) : null;
  const says = `${workloadLabel(target)} is stopped already: ${fieldWords(field, value)}`;
  return { is: 'done', says: idle === null ? says : `${says}; ${idle}` };
}

/**
 * A CronJob that we have suspended may have got another Job by hand since: what our mark says was there before stands,
 * and is never overwritten.
 */
function savedBefore({ id, target }: ActOrder, { object }: There, { field, value, jobs }: Now): SavedField {
  const others = jobs
    .filter(({ suspended }) => suspended === false)
    .map((job) => ({ target: job.target, before: job.suspended }));
  const before = typeof value === 'string' ? null : value;
  const mark = readActed(metadataOf(object).annotations[actedAnnotation]);
  const earlier = mark?.uid === target.uid && isStopped(field, value) ? savedByMark(mark, target) : null;
  if (earlier === null) return { is: 'field', field, before, after: stoppedValue(field, id), others };
  const known = earlier.others.filter(({ target }) => !others.some((one) => one.target.uid === target.uid));
  return { ...earlier, others: [...known, ...others] };
}

function wordsFor(order: ActOrder, live: There, { field, jobs }: Now, saved: SavedField): Pick<Ready, 'does' | 'undo'> {
  const { apiVersion, kind } = order.target;
  const desired = typeof saved.before === 'number' ? { desired: saved.before } : null;
  const subject = { apiVersion, kind, mirror: false, scalable: live.api.scalable, idle: null, replicas: desired };
  const consequence = consequenceOf('scaledown', subject);
  const undo = consequence?.undo ?? { grade: 'none', means: 'not possible' };
  const names = saved.others.map(({ target }) => workloadLabel(target)).join(', ');
  const running = jobs.filter(({ suspended }) => suspended === null).map(({ target }) => workloadLabel(target));
  const does = `${consequence?.does ?? `sets its ${field}`}${names === '' ? '' : `: ${names}`}`;
  if (running.length === 0) return { does, undo };
  return { does: `${does}; this server is too old to suspend ${running.join(', ')}`, undo };
}

/** What was unset can be left unset again only where it is known which field that is. */
async function unsetUndo(context: Context, { api, object }: There, saved: SavedField): Promise<Partial<Ready>> {
  if (saved.field !== 'scale' || saved.before !== null) return {};
  if ((await scalePath(context, api, object, null)) !== null) return {};
  const means = 'what /scale sets was unset, and its definition may not be read: it would have to be unset by hand';
  return { undo: { grade: 'partial', means } };
}

function rightsFor({ api }: There, name: string, saved: SavedField): readonly Right[] {
  const patch: Right = { verb: 'patch', api, name };
  return [
    patch,
    ...(saved.field === 'scale' ? [{ ...patch, subresource: 'scale' }] : []),
    ...(saved.others.length > 0 ? [{ verb: 'patch', api: { group: 'batch', name: 'jobs' } } as const] : []),
  ];
}

/** Tried: with whenScaled Delete a StatefulSet's claims are deleted within seconds. */
function claimsLost(kind: string, object: Tree): readonly string[] {
  if (kind !== 'StatefulSet') return [];
  const spec = tree(object['spec']);
  if (tree(spec['persistentVolumeClaimRetentionPolicy'])['whenScaled'] !== 'Delete') return [];
  const claims = list(spec['volumeClaimTemplates']).map((one) => metadataOf(tree(one)).name);
  return [
    `its claims${claims.length === 0 ? '' : ` (${claims.join(', ')})`} are deleted with its pods: whenScaled is Delete`,
  ];
}

/** Generic ephemeral volumes: their claims are the pod's own, and made for its lifetime. */
function podClaims(object: Tree, kind: string): Ready['findings'] {
  const volumes = list(tree(tree(templateOf(object, kind) ?? {})['spec'])['volumes']).map(tree);
  const names = volumes.filter((one) => one['ephemeral'] !== undefined).map((one) => text(one['name']));
  if (names.length === 0) return [];
  return [{ topic: 'data', says: `ephemeral volumes end with its pods, their claims too: ${names.join(', ')}` }];
}
