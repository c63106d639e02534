// Carries out what an inspection has shown to be possible: the calls that change a cluster, each with preconditions, so
// that nothing happens to an object that is not as it was read.
import { actedAnnotation, actedText, heldAnnotation } from '../../core/annotations.ts';
import type { ActOrder, Performed, Ready, Target } from '../../core/act.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { ApiResource } from '../api-resources.ts';
import { wordsOf } from '../errors.ts';
import { type Context, pathOf, timeOf } from './context.ts';
import { announce } from './event.ts';
import { fieldWords, readField, type SavedField, specWith } from './fields.ts';
import { patchJobs, readUnfinishedJobs } from './jobs.ts';
import { metadataOf } from './live.ts';
import { failure } from './outcome.ts';
import { restore } from './restore.ts';
import { patchScale } from './scale.ts';
import { writeAsRead } from './write-as-read.ts';

/** Never throws for what the server answers, nor for a connection that breaks on the way. */
export async function perform(context: Context, order: ActOrder, ready: Ready, dryRun: boolean): Promise<Performed> {
  const { target } = order;
  const api = await findQuietly(context, target);
  if (typeof api === 'string') return { is: 'failed', says: `nothing was asked for: ${api}` };
  if (api === null) return { is: 'conflict', says: `the server has no ${target.kind} in ${target.apiVersion}` };
  const performed = await carryOut(context, order, ready, api, dryRun);
  if (performed.is !== 'accepted') return performed;
  // As kubectl marks what a dry run says.
  if (dryRun) return { ...performed, says: `${performed.says} (server dry run)` };
  await announce(context, order, performed.says, performed.uid ?? target.uid);
  return performed;
}

/** Words where the server could not be asked. */
async function findQuietly({ discovery }: Context, { apiVersion, kind }: Target): Promise<ApiResource | string | null> {
  try {
    return await discovery.findOrThrow(apiVersion, kind);
  } catch (error) {
    return wordsOf(error);
  }
}

async function carryOut(
  context: Context,
  order: ActOrder,
  ready: Ready,
  api: ApiResource,
  dryRun: boolean,
): Promise<Performed> {
  switch (order.action) {
    case 'scaledown':
      if (ready.saved?.is !== 'field') return { is: 'failed', says: 'nothing is known of what would be changed' };
      return scaleDown(context, order, ready, ready.saved, api, dryRun);
    case 'delete':
      return remove(context, order, ready, api, dryRun);
    case 'restore':
      return restore(context, order, ready, api, dryRun);
  }
  return order.action satisfies never;
}

async function scaleDown(
  context: Context,
  order: ActOrder,
  ready: Ready,
  saved: SavedField,
  api: ApiResource,
  dryRun: boolean,
): Promise<Performed> {
  const { target } = order;
  const what = `scaling down ${workloadLabel(target)}`;
  const path = pathOf(api, target.namespace, target.name);
  const annotations = {
    [actedAnnotation]: actedText(order, saved, context.parts, timeOf(context)),
    // What was held is stopped now, by hand or because it has changed.
    [heldAnnotation]: null,
  };
  const custom = saved.field === 'scale';
  const spec = custom ? {} : { spec: specWith(saved.field, saved.after) };
  const written = await writeAsRead(context, path, ready, (resourceVersion) => {
    const body = { metadata: { uid: target.uid, resourceVersion, annotations }, ...spec };
    return { method: 'PATCH', path, dryRun, body };
  });
  if (written.is !== 'ok') return failure(written, what);
  if (custom) {
    const failed = await patchScale(context, path, metadataOf(written.object), 0, dryRun);
    return failed ?? { is: 'accepted', says: scaledWords(saved) };
  }
  const value = readField(written.object, saved.field);
  if (value !== saved.after) {
    return { is: 'failed', says: `${what}: the server did not keep it, ${fieldWords(saved.field, value)}` };
  }
  return (await suspendJobs(context, order, saved, dryRun)) ?? { is: 'accepted', says: scaledWords(saved) };
}

/** Those of a CronJob, which run on by themselves; null where all are suspended. */
async function suspendJobs(
  context: Context,
  order: ActOrder,
  { others }: SavedField,
  dryRun: boolean,
): Promise<Performed | null> {
  if (order.target.kind !== 'CronJob') return null;
  const jobs = others.map(({ target }) => ({ target, suspend: true }));
  const failed = await patchJobs(context, jobs, dryRun);
  if (failed !== null) return { ...failed, says: `${workloadLabel(order.target)} is suspended, but ${failed.says}` };
  const late = dryRun ? [] : await lateJobs(context, order);
  return late.length === 0 ? null : { is: 'conflict', says: `${late.join(', ')} began meanwhile and runs on` };
}

/** Unfinished Jobs that came between the inspection and now. */
async function lateJobs(context: Context, { target }: ActOrder): Promise<readonly string[]> {
  const read = await readUnfinishedJobs(context, target).catch(() => null);
  if (read?.is !== 'listed') return [];
  return read.jobs.filter((job) => job.suspended === false).map((job) => workloadLabel(job.target));
}

function scaledWords({ field, before, after, others }: SavedField): string {
  switch (field) {
    case 'replicas':
    case 'scale':
      return `set ${field === 'scale' ? '/scale' : 'replicas'} from ${before ?? 'unset'} to ${after}`;
    case 'suspend':
      return others.length === 0
        ? 'suspended it'
        : `suspended it and ${others.map(({ target }) => workloadLabel(target)).join(', ')}`;
    case 'nodeSelector':
      return 'gave it a node selector that matches no node';
  }
  return field satisfies never;
}

/** A pod with its own grace, anything else in the foreground: it is gone only when its pods are. */
async function remove(
  context: Context,
  { target }: ActOrder,
  ready: Ready,
  api: ApiResource,
  dryRun: boolean,
): Promise<Performed> {
  const path = pathOf(api, target.namespace, target.name);
  const written = await writeAsRead(context, path, ready, (resourceVersion) => ({
    method: 'DELETE',
    path,
    dryRun,
    body: {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: target.kind === 'Pod' && api.group === '' ? 'Background' : 'Foreground',
      preconditions: { uid: target.uid, resourceVersion },
      ...(dryRun ? { dryRun: ['All'] } : {}),
    },
  }));
  if (written.is !== 'ok') return failure(written, `deleting ${workloadLabel(target)}`);
  return { is: 'accepted', says: 'deleted it' };
}
