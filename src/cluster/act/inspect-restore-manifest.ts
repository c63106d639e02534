// What creating a deleted object again would do: whether its name is free, and whether the server would take it.
import { heldAnnotation, readHeld } from '../../core/annotations.ts';
import type { ActOrder, Inspection, Ready, RestoreOrder } from '../../core/act.ts';
import { manifestRestored } from '../../core/consequences.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { ApiResource } from '../api-resources.ts';
import { tree, type Tree } from '../tree.ts';
import type { Context } from './context.ts';
import { type Live, metadataOf, servedAs, templateOf, type There } from './live.ts';
import { cleanedManifest } from './manifest.ts';
import { ownersGone } from './owners-gone.ts';
import { autoscalers, pulls } from './preflight.ts';
import { probe, probeName } from './probe.ts';
import { refusedOutright, versionOf } from './ready.ts';
import { reviewRights } from './rights.ts';
import { imagesOf } from './subject.ts';

export async function inspectManifest(
  context: Context,
  order: ActOrder,
  restore: RestoreOrder,
  manifest: Tree,
  live: Exclude<Live, { is: 'forbidden' }>,
): Promise<Inspection> {
  const { target } = order;
  const waits = live.is === 'there' ? standing(order, restore, live) : null;
  if (waits !== null && typeof waits !== 'string') return waits;
  const api = await context.discovery.findOrThrow(target.apiVersion, target.kind);
  if (api === null) {
    const says = `the server has no ${target.kind} in ${target.apiVersion} any more`;
    return refusedOutright({ why: 'impossible', says });
  }
  const tried = await tryCreating(context, order, restore, manifest, api);
  return {
    ...versionOf({}),
    saved: null,
    does: `${waits ?? ''}${manifestRestored(target.kind, !restore.release)}`,
    undo: { grade: 'full', means: 'delete deletes it again' },
    ...tried,
  };
}

async function tryCreating(
  context: Context,
  { id, target }: ActOrder,
  { release }: RestoreOrder,
  manifest: Tree,
  api: ApiResource,
): Promise<Pick<Ready, 'findings' | 'refusals'>> {
  const owners = await ownersGone(context, manifest);
  const anew = cleanedManifest(manifest, { ownersGone: owners.gone, suspendJob: !release });
  const spec = tree(tree(templateOf(manifest, target.kind))['spec']);
  const [unfit, rights, scaling, pulling] = await Promise.all([
    probe(context, api, target.namespace, { ...anew, ...servedAs(api) }, probeName(id)),
    reviewRights(context, target, [
      { verb: 'create', api },
      { verb: 'patch', api, name: target.name },
    ]),
    autoscalers(context, target, 'restore'),
    pulls(context, imagesOf(spec), 'restore'),
  ]);
  const findings = [...scaling, ...pulling, ...rights.findings, ...owners.findings];
  // Without the right to create it, that is why.
  if (unfit === null || rights.refusals.length > 0) return { findings, refusals: rights.refusals };
  return { findings, refusals: [{ why: 'impossible', says: `the server would not create it: ${unfit}` }] };
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
