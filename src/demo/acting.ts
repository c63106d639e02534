// Acts on a made-up cluster, by the same words, marks and refusals as on a real one. It judges nothing and writes no journal.
import type { ActOrder, Actor, Inspection, Performed, Ready, Target } from '../core/act.ts';
import { actedAnnotation, actedText, heldAnnotation } from '../core/annotations.ts';
import { consequenceOf } from '../core/consequences.ts';
import { dataLoss, undoLess } from '../core/data-loss.ts';
import { builtinKindOf } from '../core/kind.ts';
import type { LiveObject, NamedObject } from '../core/restore.ts';
import { fieldOf, fieldWords, isStopped, stoppedValue } from '../core/saved-field.ts';
import type { SavedField } from '../core/saved-field.ts';
import { workloadLabel } from '../core/workload.ts';
import type { OwnerObject } from '../core/workload.ts';
import type { Controllers } from './controllers.ts';
import {
  changedByUs,
  impossible,
  liveObjectOf,
  liveOf,
  metadataOf,
  readField,
  versionOf,
  withStopped,
} from './live.ts';
import type { Live } from './live.ts';
import { manifestOf } from './manifest.ts';
import { createRestoring } from './restoring.ts';
import type { LivingWorld } from './world.ts';

export interface DemoActing {
  inspect(order: ActOrder, signal: AbortSignal): Promise<Inspection>;
  perform(order: ActOrder, ready: Ready, options: { dryRun: boolean }, signal: AbortSignal): Promise<Performed>;
  blockers(order: ActOrder, signal: AbortSignal): Promise<readonly string[]>;
}

export interface MadeUpActing {
  readonly acting: DemoActing;
  /** What has that name now, for `restore`; null: nothing. */
  readonly readNamed: (named: NamedObject) => Promise<LiveObject | null>;
}

/** Claims that are deleted with the pods or the object, by namespace and name of their StatefulSet. */
const claims: ReadonlyMap<string, string> = new Map([['staging/notebook', 'home']]);

export function createActing(world: LivingWorld, controllers: Controllers, who: Actor): MadeUpActing {
  const restoring = createRestoring(world, controllers, who);

  const inspect = (order: ActOrder): Inspection => {
    const { target, action } = order;
    const live = liveOf(world, target);
    if (action === 'restore') return restoring.inspect(order, live);
    const label = workloadLabel(target);
    if (live === null) return { is: 'gone', says: `${label} is not there` };
    const { uid, terminating } = metadataOf(live);
    if (uid !== target.uid) return { is: 'gone', says: `${label} was made anew: another object has its name` };
    if (terminating) return { is: 'done', says: `${label} is being deleted already` };
    if (live.is === 'pod' && live.pod.mirror) {
      return impossible(`${label} is a static pod: its node's kubelet runs it from a file, whatever happens here`);
    }
    return action === 'scaledown' ? inspectScaledown(order, live) : inspectDelete(order, live);
  };
  const inspectScaledown = (order: ActOrder, live: Live): Inspection => {
    const { id, target } = order;
    const label = workloadLabel(target);
    const field = fieldOf(target);
    if (field === null || live.is === 'pod') {
      return impossible(`${label} is a bare pod: nothing scales it down, only delete ends it`);
    }
    const value = readField(controllers, live.object, field);
    if (isStopped(field, value))
      return { is: 'done', says: `${label} is stopped already: ${fieldWords(field, value)}` };
    const before = typeof value === 'string' ? null : value;
    const saved: SavedField = { is: 'field', field, before, after: stoppedValue(field, id), others: [] };
    return readyFor(order, live, saved, claimsOf(target, 'with its pods: whenScaled is Delete'));
  };

  const perform = (order: ActOrder, ready: Ready, dryRun: boolean): Performed => {
    const { target, action } = order;
    const live = liveOf(world, target);
    if (action === 'restore') return restoring.perform(order, live, ready, dryRun);
    if (live === null || versionOf(live).asRead !== ready.asRead) {
      return { is: 'conflict', says: `${workloadLabel(target)} has changed since it was read` };
    }
    if (action === 'delete') {
      if (!dryRun) restoring.keep(live);
      if (!dryRun) controllers.remove(target.uid);
      return { is: 'accepted', says: 'deleted it' };
    }
    const { saved } = ready;
    if (live.is === 'pod' || saved?.is !== 'field') {
      return { is: 'failed', says: 'nothing is known of what would be changed' };
    }
    if (!dryRun) scaleDown(order, live.object, saved);
    return { is: 'accepted', says: scaledWords(saved) };
  };
  const scaleDown = (order: ActOrder, object: OwnerObject, saved: SavedField): void => {
    const { [heldAnnotation]: _held, ...others } = object.annotations;
    const acted = actedText(order, saved, who, new Date(world.now()).toISOString());
    const marked = changedByUs(object, { ...others, [actedAnnotation]: acted });
    controllers.apply(withStopped(marked, saved.field), saved.field === 'scale' ? 0 : undefined);
  };

  return {
    acting: {
      // eslint-disable-next-line require-await -- a cluster in memory answers at once
      inspect: async (order) => inspect(order),
      // eslint-disable-next-line require-await -- as above
      perform: async (order, ready, { dryRun }) => perform(order, ready, dryRun),
      blockers: () => Promise.resolve([]),
    },
    readNamed: (named) => {
      const live = liveOf(world, named);
      return Promise.resolve(live === null ? null : liveObjectOf(live));
    },
  };
}

function inspectDelete(order: ActOrder, live: Live): Inspection {
  const { target, by } = order;
  if (by === 'policy' && builtinKindOf(target.apiVersion, target.kind) === undefined) {
    const why = 'what its controller collects with it cannot be known, so only a delete by hand may';
    return impossible(`${workloadLabel(target)} is of a custom kind: ${why}`);
  }
  const manifest = manifestOf(live);
  return readyFor(order, live, { is: 'manifest', manifest }, claimsOf(target, 'with it: whenDeleted is Delete'));
}

function readyFor(order: ActOrder, live: Live, saved: NonNullable<Ready['saved']>, lost: readonly string[]): Ready {
  const { apiVersion, kind } = order.target;
  const desired = saved.is === 'field' && typeof saved.before === 'number' ? { desired: saved.before } : null;
  const about = { apiVersion, kind, mirror: false, scalable: true, idle: null, replicas: desired };
  const consequence = consequenceOf(saved.is === 'field' ? 'scaledown' : 'delete', about);
  const losses = dataLoss(order, lost);
  return {
    ...versionOf(live),
    saved,
    does: consequence?.does ?? 'does nothing',
    undo: undoLess(consequence?.undo ?? { grade: 'none', means: 'not possible' }, lost),
    findings: [...losses.findings, ...backends(live)],
    refusals: losses.refusals,
  };
}

function claimsOf({ kind, namespace, name }: Target, how: string): readonly string[] {
  const lost = kind === 'StatefulSet' ? claims.get(`${namespace}/${name}`) : undefined;
  return lost === undefined ? [] : [`its claims (${lost}) are deleted ${how}`];
}

/** Deployments and StatefulSets of the shop stand behind Services of their names. */
function backends(live: Live): Ready['findings'] {
  if (live.is === 'pod') return [];
  const { kind, name, ready } = live.object;
  if (ready === 0 || (kind !== 'Deployment' && kind !== 'StatefulSet')) return [];
  return [{ topic: 'backend', says: `Service/${name} has no other ready pod: it is left without a backend` }];
}

function scaledWords({ field, before, after }: SavedField): string {
  switch (field) {
    case 'replicas':
      return `set replicas from ${before ?? 'unset'} to ${after}`;
    case 'scale':
      return `set /scale from ${before ?? 'unset'} to ${after}`;
    case 'suspend':
      return 'suspended it';
    case 'nodeSelector':
      return 'gave it a node selector that matches no node';
  }
  return field satisfies never;
}
