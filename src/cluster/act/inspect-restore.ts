// What undoing would do: whether what was changed is still as we left it, and whether what was deleted can come back.
import { heldAnnotation, readHeld } from '../../core/annotations.ts';
import type { ActOrder, Inspection, Ready, RestoreOrder } from '../../core/act.ts';
import { fieldRestored, manifestRestored } from '../../core/consequences.ts';
import { workloadLabel } from '../../core/workload.ts';
import { tree, type Tree } from '../tree.ts';
import type { Context } from './context.ts';
import { fieldWords, type FieldValue, readField, type SavedField } from './fields.ts';
import { readUnfinishedJobs } from './jobs.ts';
import { type Live, metadataOf, templateOf, type There } from './live.ts';
import { cleanedManifest } from './manifest.ts';
import { ownersGone } from './owners-gone.ts';
import { autoscalers, preflight } from './preflight.ts';
import { probe, probeName } from './probe.ts';
import { refusedOutright, versionOf } from './ready.ts';
import { reviewRights, type Right } from './rights.ts';
import { readScale } from './scale.ts';
import { scalePath } from './scale-path.ts';
import { imagesOf } from './subject.ts';

export async function inspectRestore(context: Context, order: ActOrder, live: Live): Promise<Inspection> {
  const { restore, target } = order;
  if (restore === null) {
    return refusedOutright({ why: 'impossible', says: `nothing is known of what ${workloadLabel(target)} was before` });
  }
  if (live.is === 'forbidden') return refusedOutright({ why: 'rights', says: live.says });
  if (restore.saved.is === 'manifest') return inspectManifest(context, order, restore, restore.saved.manifest, live);
  return inspectField(context, order, restore.saved, live);
}

async function inspectField(
  context: Context,
  order: ActOrder,
  saved: SavedField,
  live: Exclude<Live, { is: 'forbidden' }>,
): Promise<Inspection> {
  const { target } = order;
  const label = workloadLabel(target);
  if (live.is === 'absent') return { is: 'gone', says: live.says };
  const { uid, terminating } = metadataOf(live.object);
  if (uid !== target.uid) return { is: 'gone', says: `${label} was made anew since: another object has its name` };
  if (terminating) return { is: 'gone', says: `${label} is being deleted` };
  const value = await readValue(context, live, saved.field);
  if (typeof value === 'object' && value !== null) return value;
  const jobs = await stillSuspended(context, order, saved);
  if (typeof jobs === 'string') return refusedOutright({ why: 'rights', says: jobs }, live.object);
  if (value !== saved.after && jobs.length === 0) {
    return { is: 'done', says: `${label} is not as it was left: ${fieldWords(saved.field, value)}` };
  }
  if (
    saved.field === 'scale' &&
    saved.before === null &&
    (await scalePath(context, live.api, live.object, 0)) === null
  ) {
    const says = `what /scale of ${label} sets was unset, and its definition may not be read: unset it by hand`;
    return refusedOutright({ why: 'impossible', says }, live.object);
  }
  const [rights, findings] = await Promise.all([
    reviewRights(context, target, rightsFor(live, target.name, saved, jobs.length > 0)),
    autoscalers(context, target, 'restore'),
  ]);
  const also = jobs.length === 0 ? '' : `, and resumes ${jobs.join(', ')}`;
  return {
    ...versionOf(live.object),
    saved: null,
    does: `${fieldRestored(saved.field, saved.before, target.kind)}${also}`,
    undo: { grade: 'full', means: 'scaledown stops it again' },
    findings: [...findings, ...rights.findings],
    refusals: rights.refusals,
  };
}

async function readValue(context: Context, live: There, field: SavedField['field']): Promise<FieldValue | Ready> {
  if (field !== 'scale') return readField(live.object, field);
  const scale = await readScale(context, live);
  if (scale.is === 'scale') return scale.value;
  return refusedOutright({ why: scale.is === 'none' ? 'impossible' : 'rights', says: scale.says }, live.object);
}

/** Names of the Jobs that were suspended with their CronJob and still are; words where they may not be read. */
async function stillSuspended(
  context: Context,
  { target }: ActOrder,
  { others }: SavedField,
): Promise<readonly string[] | string> {
  if (others.length === 0) return [];
  const read = await readUnfinishedJobs(context, target);
  if (read.is === 'refused') return `which of its Jobs are suspended could not be read: ${read.says}`;
  const suspended = new Set(read.jobs.filter((job) => job.suspended === true).map((job) => job.target.uid));
  const ours = others.filter(({ target, before }) => before !== true && suspended.has(target.uid));
  return ours.map(({ target }) => workloadLabel(target));
}

function rightsFor({ api }: There, name: string, { field }: SavedField, jobs: boolean): readonly Right[] {
  const patch: Right = { verb: 'patch', api, name };
  return [
    patch,
    ...(field === 'scale' ? [{ ...patch, subresource: 'scale' }] : []),
    ...(jobs ? [{ verb: 'patch', api: { group: 'batch', name: 'jobs' } } as const] : []),
  ];
}

async function inspectManifest(
  context: Context,
  order: ActOrder,
  restore: RestoreOrder,
  manifest: Tree,
  live: Exclude<Live, { is: 'forbidden' }>,
): Promise<Inspection> {
  const { target } = order;
  const waits = live.is === 'there' ? standing(order, restore, live) : null;
  if (waits !== null && typeof waits !== 'string') return waits;
  const api = await context.discovery.find(target.apiVersion, target.kind);
  if (api === null) {
    const says = `the server has no ${target.kind} in ${target.apiVersion} any more`;
    return refusedOutright({ why: 'impossible', says });
  }
  const suspendJob = !restore.release;
  const owners = await ownersGone(context, manifest);
  const anew = cleanedManifest(manifest, { ownersGone: owners.gone, suspendJob });
  const spec = tree(tree(templateOf(manifest, target.kind) ?? {})['spec']);
  const family = { pods: [], own: new Set<string>(), unread: [] };
  const [unfit, rights, findings] = await Promise.all([
    probe(context, api, target.namespace, anew, probeName(order.id)),
    reviewRights(context, target, [
      { verb: 'create', api },
      { verb: 'patch', api, name: target.name },
    ]),
    preflight(context, { target, action: 'restore', labels: [], family, references: imagesOf(spec) }),
  ]);
  const refused =
    unfit === null || rights.refusals.length > 0
      ? []
      : [{ why: 'impossible', says: `the server would not create it: ${unfit}` } as const];
  return {
    ...versionOf({}),
    saved: null,
    does: `${waits ?? ''}${manifestRestored(target.kind, suspendJob)}`,
    undo: { grade: 'full', means: 'delete deletes it again' },
    findings: [...findings, ...rights.findings, ...owners.findings],
    refusals: [...refused, ...rights.refusals],
  };
}

/** What has the object's name: the deleted one still, which is waited for, or another, which is never overwritten. */
function standing({ target }: ActOrder, { undoes }: RestoreOrder, { object }: There): Inspection | string {
  const { uid, terminating, finalizers, annotations } = metadataOf(object);
  const label = workloadLabel(target);
  if (uid === target.uid && !terminating) return { is: 'done', says: `${label} is still there: it was not deleted` };
  if (uid === target.uid) {
    const kept = finalizers.length === 0 ? '' : ` (finalizers keep it: ${finalizers.join(', ')})`;
    return `waits until the deleted one is gone${kept}, then `;
  }
  if (undoes !== '' && readHeld(annotations[heldAnnotation])?.undoes === undoes) {
    return { is: 'done', says: `${label} was created again already` };
  }
  return { is: 'gone', says: `somebody has made another ${label} since: it is not overwritten` };
}
