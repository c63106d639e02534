// A CronJob's unfinished Jobs: suspending the CronJob alone leaves them running.
import type { Target } from '../../core/act.ts';
import { list, tree, type Tree } from '../tree.ts';
import { listObjects, write } from './ask.ts';
import { workloadLabel } from '../../core/workload.ts';
import { type Context, pathOf } from './context.ts';
import { readField, specWith } from './fields.ts';
import { metadataOf } from './live.ts';
import { type Failed, failure } from './outcome.ts';

export interface OwnJob {
  readonly target: Target;
  /** spec.suspend; null where it is unset, which only servers do that cannot suspend a Job (before Kubernetes 1.21). */
  readonly suspended: boolean | null;
}

export type OwnJobs =
  | { readonly is: 'listed'; readonly jobs: readonly OwnJob[] }
  | { readonly is: 'refused'; readonly says: string };

export async function readUnfinishedJobs(context: Context, cronJob: Target): Promise<OwnJobs> {
  const api = await context.discovery.findOrThrow('batch/v1', 'Job');
  if (api === null) return { is: 'refused', says: 'the server has no Jobs' };
  const listed = await listObjects(context, pathOf(api, cronJob.namespace), false);
  if (listed.is === 'refused') return { is: 'refused', says: listed.says };
  if (!listed.whole) return { is: 'refused', says: `there are too many Jobs in namespace "${cronJob.namespace}"` };
  const own = listed.items.filter((job) => {
    const { owners, terminating } = metadataOf(job);
    return owners.some(({ uid }) => uid === cronJob.uid) && !terminating && !isFinished(job);
  });
  return { is: 'listed', jobs: own.map((job) => ownJob(job, cronJob.namespace)) };
}

export function isFinished(job: Tree): boolean {
  const conditions = list(tree(job['status'])['conditions']).map(tree);
  return conditions.some((one) => ['Complete', 'Failed'].includes(String(one['type'])) && one['status'] === 'True');
}

function ownJob(job: Tree, namespace: string): OwnJob {
  const { uid, name } = metadataOf(job);
  const value = readField(job, 'suspend');
  const target = { uid, apiVersion: 'batch/v1', kind: 'Job', resource: 'jobs', namespace, name };
  return { target, suspended: typeof value === 'boolean' ? value : null };
}

/** Suspends or resumes Jobs one by one; one that is gone meanwhile is no matter. Null where all went well. */
export async function patchJobs(
  context: Context,
  jobs: readonly { readonly target: Target; readonly suspend: boolean | null }[],
  dryRun: boolean,
): Promise<Failed | null> {
  if (jobs.length === 0) return null;
  const api = await context.discovery.findOrThrow('batch/v1', 'Job').catch(() => null);
  for (const { target, suspend } of jobs) {
    const what = `${suspend === true ? 'suspending' : 'resuming'} ${workloadLabel(target)}`;
    if (api === null) return { is: 'failed', says: `${what}: where Jobs lie could not be asked` };
    const path = pathOf(api, target.namespace, target.name);
    const body = { metadata: { uid: target.uid }, spec: specWith('suspend', suspend) };
    const written = await write(context, { method: 'PATCH', path, dryRun, body });
    if (written.is === 'ok') continue;
    const failed = failure(written, what);
    if (failed.is !== 'conflict') return failed;
  }
  return null;
}
