// What deleting would do: what goes along with the object, and whether the server would take it back.
import type { ActOrder, Inspection, PreflightFinding, Ready, Refusal } from '../../core/act.ts';
import { consequenceOf } from '../../core/consequences.ts';
import { builtinKindOf } from '../../core/kind.ts';
import { workloadLabel } from '../../core/workload.ts';
import { list, tree, type Tree } from '../tree.ts';
import type { Context } from './context.ts';
import { type Dependents, readDependents } from './dependents.ts';
import { metadataOf, type There } from './live.ts';
import { cleanedManifest, savedManifest } from './manifest.ts';
import { preflight, unreadFinding } from './preflight.ts';
import { probe, probeName } from './probe.ts';
import { dataLoss, refusedOutright, undoLess, versionOf } from './ready.ts';
import { reviewRights, type Rights } from './rights.ts';
import { readScale } from './scale.ts';
import { readSubject } from './subject.ts';

/** So many objects or kinds are named; the others are counted. */
const mostNamed = 5;

export async function inspectDelete(context: Context, order: ActOrder, live: There): Promise<Inspection> {
  const { target } = order;
  const { api, object } = live;
  const builtin = builtinKindOf(target.apiVersion, target.kind) !== undefined;
  if (!builtin && order.by === 'policy') {
    const says = `${workloadLabel(target)} is of a custom kind: what its controller collects with it cannot be known, so only a delete by hand may`;
    return refusedOutright({ why: 'impossible', says }, object);
  }
  const scale = builtin ? null : await readScale(context, live);
  const manifest = savedManifest(object);
  const anew = cleanedManifest(manifest, { ownersGone: new Set(), suspendJob: true });
  const byPolicy = order.by === 'policy';
  const [dependents, unfit, rights, creating, subject] = await Promise.all([
    readDependents(context, target),
    probe(context, api, target.namespace, anew, probeName(order.id)),
    reviewRights(context, target, [{ verb: 'delete', api, name: target.name }]),
    reviewRights(context, target, byPolicy ? [{ verb: 'create', api }] : []),
    readSubject(context, target, order.action, object, scale?.is === 'scale' ? scale.selector : null),
  ]);
  const lost = lossesOf(object, dependents);
  const losses = dataLoss(order, lost);
  const undoing = undoOf(order, creating, unfit);
  const findings = await preflight(context, subject);
  return {
    ...versionOf(object),
    saved: { is: 'manifest', manifest },
    does: wordsOf(order)?.does ?? 'deletes the object',
    undo: undoLess(undoing.undo, lost),
    findings: [...losses.findings, ...undoing.findings, ...unlisted(dependents), ...findings, ...rights.findings],
    refusals: [...losses.refusals, ...unknownClaims(order, dependents), ...undoing.refusals, ...rights.refusals],
  };
}

function wordsOf({ target: { apiVersion, kind } }: ActOrder) {
  return consequenceOf('delete', { apiVersion, kind, mirror: false, scalable: null, idle: null, replicas: null });
}

function lossesOf(object: Tree, { lost }: Dependents): readonly string[] {
  const spec = tree(object['spec']);
  const claims = list(spec['volumeClaimTemplates']).map((one) => metadataOf(tree(one)).name);
  const named = claims.length === 0 ? '' : ` (${claims.join(', ')})`;
  const policy = tree(spec['persistentVolumeClaimRetentionPolicy'])['whenDeleted'] === 'Delete';
  const names = lost.map(({ resource, name }) => `${resource}/${name}`);
  return [
    ...(policy ? [`its claims${named} are deleted with it: whenDeleted is Delete`] : []),
    ...(names.length > 0 ? [`what it owns is deleted with it and does not come back: ${some(names)}`] : []),
  ];
}

interface Undoing {
  readonly undo: Ready['undo'];
  readonly refusals: readonly Refusal[];
  readonly findings: readonly PreflightFinding[];
}

/** By policy nothing is deleted that the server would not take back; by hand it is said. */
function undoOf(order: ActOrder, creating: Rights, unfit: string | null): Undoing {
  const undo = wordsOf(order)?.undo ?? { grade: 'none', means: 'not possible' };
  // Without the right to create it, that is why.
  if (unfit === null || creating.refusals.length > 0) return { undo, ...creating };
  const says = `it could not be created again: ${unfit}`;
  const none: Ready['undo'] = { grade: 'none', means: says };
  if (order.by === 'policy') return { undo: none, refusals: [{ why: 'cannotUndo', says }], findings: [] };
  return { undo: none, refusals: [], findings: [{ topic: 'data', says }] };
}

function unlisted({ unread }: Dependents): readonly PreflightFinding[] {
  return unread.length === 0
    ? []
    : [unreadFinding(some(unread), 'whether it owns any of them, which would be deleted with it,')];
}

/** By policy nothing is deleted whose data may go along unseen. */
function unknownClaims({ by }: ActOrder, { unread }: Dependents): readonly Refusal[] {
  if (by === 'hand' || !unread.includes('persistentvolumeclaims')) return [];
  const says =
    'persistentvolumeclaims may not be listed: whether it owns any, which would be deleted with it, is not known';
  return [{ why: 'rights', says }];
}

function some(names: readonly string[]): string {
  const rest = names.length - mostNamed;
  return `${names.slice(0, mostNamed).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
