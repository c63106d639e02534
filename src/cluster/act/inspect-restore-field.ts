// What putting a field back would do: only while it is still as the act has left it.
import type { ActOrder, Inspection, Ready } from '../../core/act.ts';
import { fieldRestored } from '../../core/consequences.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { Context } from './context.ts';
import { fieldWords, type FieldValue, readField, type SavedField } from './fields.ts';
import { readUnfinishedJobs } from './jobs.ts';
import { type Live, metadataOf, type There } from './live.ts';
import { autoscalers } from './preflight.ts';
import { refusedOutright, versionOf } from './ready.ts';
import { reviewRights, type Right } from './rights.ts';
import { readScale } from './scale.ts';
import { scalePath } from './scale-path.ts';

export async function inspectField(
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
  const jobs = await leftToRestore(context, order, saved, live);
  if ('is' in jobs) return jobs;
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

/** Names of the Jobs that are to be resumed with it; or why nothing is to be, or can be, restored. */
async function leftToRestore(
  context: Context,
  order: ActOrder,
  saved: SavedField,
  live: There,
): Promise<readonly string[] | Inspection> {
  const label = workloadLabel(order.target);
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
  return jobs;
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
