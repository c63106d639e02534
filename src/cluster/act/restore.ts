// Undoes: puts a field back, or creates a deleted object again. Either way the object is held afterwards, so that no
// automatic act follows at once; another object of the same name is never touched.
import { actedAnnotation, heldAnnotation, heldText } from '../../core/annotations.ts';
import type { ActOrder, Performed, Ready } from '../../core/act.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { ApiResource } from '../api-resources.ts';
import type { Tree } from '../tree.ts';
import { readQuietly, type Write, write } from './ask.ts';
import { type Context, pathOf, timeOf } from './context.ts';
import { fieldWords, readField, type SavedField, specWith } from './fields.ts';
import { patchJobs, readUnfinishedJobs } from './jobs.ts';
import { metadataOf } from './live.ts';
import { failure } from './outcome.ts';
import { recreate } from './recreate.ts';
import { patchScale } from './scale.ts';
import { scalePath, withoutField } from './scale-path.ts';
import { writeAsRead } from './write-as-read.ts';

export async function restore(
  context: Context,
  order: ActOrder,
  ready: Ready,
  api: ApiResource,
  dryRun: boolean,
): Promise<Performed> {
  if (order.restore === null) return { is: 'failed', says: 'nothing is known of what was before' };
  const { saved } = order.restore;
  if (saved.is === 'manifest') return recreate(context, order, order.restore, saved.manifest, api, dryRun);
  return saved.field === 'scale' && saved.before !== null
    ? restoreScale(context, order, ready, saved, api, dryRun)
    : restoreField(context, order, ready, saved, api, dryRun);
}

/** Field and annotations in one patch; a CronJob's Jobs before it, since its annotation knows of them. */
async function restoreField(
  context: Context,
  order: ActOrder,
  ready: Ready,
  saved: SavedField,
  api: ApiResource,
  dryRun: boolean,
): Promise<Performed> {
  const { target } = order;
  const what = `restoring ${workloadLabel(target)}`;
  const resumed = await resumeJobs(context, order, saved, dryRun);
  if (typeof resumed !== 'number') return resumed;
  const annotations = { [actedAnnotation]: null, [heldAnnotation]: holding(context, order) };
  const path = pathOf(api, target.namespace, target.name);
  const spec = await fieldPatch(context, saved, api, path);
  if (spec === null) return { is: 'failed', says: `${what}: which field /scale sets could not be read` };
  const written = await writeAsRead(context, path, ready, (resourceVersion) => {
    const body = { metadata: { uid: target.uid, resourceVersion, annotations }, ...spec };
    return { method: 'PATCH', path, dryRun, body };
  });
  if (written.is !== 'ok') return failure(written, what);
  const value = readField(written.object, saved.field);
  // What is unset may get a default.
  if (saved.before !== null && value !== saved.before && 'spec' in spec) {
    return { is: 'failed', says: `${what}: the server did not keep it, ${fieldWords(saved.field, value)}` };
  }
  const jobs = resumed === 0 ? '' : `; resumed ${resumed === 1 ? 'a Job' : `${resumed} Jobs`}`;
  return { is: 'accepted', says: `restored it: ${fieldWords(saved.field, value)}${jobs}` };
}

/** Empty where the field stays: of a CronJob that was suspended before only the Jobs were ours. */
async function fieldPatch(
  context: Context,
  { field, before, after }: SavedField,
  api: ApiResource,
  path: string,
): Promise<Tree | null> {
  if (before === after) return {};
  if (field !== 'scale') return { spec: specWith(field, before) };
  const object = await readQuietly(context, path);
  const unset = object === null ? null : await scalePath(context, api, object, 0);
  return unset === null ? null : withoutField(unset);
}

/** How many were resumed; only those that are still suspended. */
async function resumeJobs(
  context: Context,
  { target }: ActOrder,
  { others }: SavedField,
  dryRun: boolean,
): Promise<number | Performed> {
  const wanted = others.filter(({ before }) => before !== true);
  if (wanted.length === 0) return 0;
  const read = await readUnfinishedJobs(context, target).catch(() => null);
  if (read?.is !== 'listed') return { is: 'failed', says: `the Jobs of ${workloadLabel(target)} could not be read` };
  const suspended = new Set(read.jobs.filter((job) => job.suspended === true).map((job) => job.target.uid));
  const jobs = wanted
    .filter((one) => suspended.has(one.target.uid))
    .map((one) => ({ target: one.target, suspend: one.before }));
  return (await patchJobs(context, jobs, dryRun)) ?? jobs.length;
}

/** Held first, then scaled, and the mark of the act goes last: whatever breaks between, the value before is still told. */
async function restoreScale(
  context: Context,
  order: ActOrder,
  ready: Ready,
  saved: SavedField,
  api: ApiResource,
  dryRun: boolean,
): Promise<Performed> {
  const { uid, namespace, name } = order.target;
  const what = `restoring ${workloadLabel(order.target)}`;
  const path = pathOf(api, namespace, name);
  const annotate = (metadata: Tree): Write => ({ method: 'PATCH', path, dryRun, body: { metadata } });
  const held = { [heldAnnotation]: holding(context, order) };
  const first = await writeAsRead(context, path, ready, (resourceVersion) =>
    annotate({ uid, resourceVersion, annotations: held }),
  );
  if (first.is !== 'ok') return failure(first, what);
  const value = typeof saved.before === 'number' ? saved.before : null;
  const failed = await patchScale(context, path, metadataOf(first.object), value, dryRun);
  if (failed !== null) return failed;
  const last = await write(context, annotate({ uid, annotations: { [actedAnnotation]: null } }));
  const left = last.is === 'ok' ? '' : `; its annotation ${actedAnnotation} could not be removed: ${last.says}`;
  return { is: 'accepted', says: `restored it: ${fieldWords('scale', value)}${left}` };
}

function holding(context: Context, order: ActOrder): string {
  return heldText(order, order.target.uid, context.parts, timeOf(context));
}
