// Undoes acts on a made-up cluster: puts a field back, or makes a deleted object again. Either way it is held afterwards.
import type { ActOrder, Actor, Inspection, Performed, Ready, RestoreOrder } from '../core/act.ts';
import { actedAnew, actedAnnotation, heldAnnotation, heldText, readActed, readHeld } from '../core/annotations.ts';
import { fieldRestored, manifestRestored } from '../core/consequences.ts';
import { fieldWords } from '../core/saved-field.ts';
import type { SavedField } from '../core/saved-field.ts';
import { workloadLabel } from '../core/workload.ts';
import type { Labels } from '../core/workload.ts';
import type { Controllers } from './controllers.ts';
import { changedByUs, impossible, metadataOf, readField, versionOf, withFormer } from './live.ts';
import type { Live } from './live.ts';
import type { LivingWorld } from './world.ts';

export interface Restoring {
  /** What is about to be deleted can be made again. */
  keep(live: Live): void;
  /** `live`: what has the name now. */
  inspect(order: ActOrder, live: Live | null): Inspection;
  perform(order: ActOrder, live: Live | null, ready: Ready, dryRun: boolean): Performed;
}

export function createRestoring(world: LivingWorld, controllers: Controllers, who: Actor): Restoring {
  /** By uid, as it was when it was deleted. */
  const deleted = new Map<string, Live>();
  const holding = (order: ActOrder, uid: string): string =>
    heldText(order, uid, who, new Date(world.now()).toISOString());

  const inspectField = (order: ActOrder, saved: SavedField, live: Live | null): Inspection => {
    const { target } = order;
    const label = workloadLabel(target);
    if (live?.is !== 'object') return { is: 'gone', says: `${label} is not there` };
    const { uid, terminating } = live.object;
    if (uid !== target.uid) return { is: 'gone', says: `${label} was made anew since: another object has its name` };
    if (terminating) return { is: 'gone', says: `${label} is being deleted` };
    const value = readField(controllers, live.object, saved.field);
    if (value !== saved.after) {
      return { is: 'done', says: `${label} is not as it was left: ${fieldWords(saved.field, value)}` };
    }
    const undo = { grade: 'full', means: 'scaledown stops it again' } as const;
    const does = fieldRestored(saved.field, saved.before, target.kind);
    return { ...versionOf(live), saved: null, does, undo, findings: [], refusals: [] };
  };
  const inspectManifest = (order: ActOrder, { undoes, release }: RestoreOrder, live: Live | null): Inspection => {
    const { target } = order;
    const label = workloadLabel(target);
    if (!deleted.has(target.uid)) return impossible(`${label} was not kept`);
    const waits = live === null ? '' : standing(order, undoes, live);
    if (typeof waits !== 'string') return waits;
    return {
      is: 'ready',
      resourceVersion: '',
      generation: 0,
      saved: null,
      does: `${waits}${manifestRestored(target.kind, !release)}`,
      undo: { grade: 'full', means: 'delete deletes it again' },
      findings: [],
      refusals: [],
    };
  };

  const putBack = (order: ActOrder, saved: SavedField, live: Live | null, ready: Ready, dryRun: boolean): Performed => {
    if (live?.is !== 'object' || versionOf(live).asRead !== ready.asRead) {
      return { is: 'conflict', says: `${workloadLabel(order.target)} has changed since it was read` };
    }
    const { object } = live;
    const { [actedAnnotation]: _acted, ...others } = object.annotations;
    const marked = changedByUs(object, { ...others, [heldAnnotation]: holding(order, object.uid) });
    const former = withFormer(marked, saved);
    const scale = saved.field === 'scale' ? Number(saved.before ?? 1) : undefined;
    if (!dryRun) controllers.apply(former, scale);
    return { is: 'accepted', says: `restored it: ${fieldWords(saved.field, saved.before)}` };
  };
  const makeAgain = (order: ActOrder, { release }: RestoreOrder, live: Live | null, dryRun: boolean): Performed => {
    const { target } = order;
    const label = workloadLabel(target);
    const kept = deleted.get(target.uid);
    if (kept === undefined) return { is: 'failed', says: `${label} was not kept` };
    if (live !== null && metadataOf(live).uid !== target.uid) {
      return { is: 'conflict', says: `somebody has made another ${label} since` };
    }
    const says = 'created it again';
    if (dryRun) return { is: 'accepted', says };
    controllers.collect(target.uid);
    const uid = create(kept, order, target.kind === 'Job' && !release);
    return { is: 'accepted', says, uid };
  };
  /** Only once it is made its uid is known, by which it is held. */
  const create = (kept: Live, order: ActOrder, suspended: boolean): string => {
    if (kept.is === 'pod') {
      const pod = controllers.createPod(kept.pod);
      const annotations = { ...pod.annotations, [heldAnnotation]: holding(order, pod.uid) };
      world.tell([{ type: 'PodSeen', pod: { ...pod, annotations } }]);
      return pod.uid;
    }
    const { object } = kept;
    const made = controllers.create({ ...object, suspended: object.suspended || suspended });
    const annotations = {
      ...markedAnew(made.annotations, object.uid, made.uid),
      [heldAnnotation]: holding(order, made.uid),
    };
    world.tell([{ type: 'ObjectSeen', object: changedByUs(world.objects.get(made.uid) ?? made, annotations) }]);
    return made.uid;
  };

  return {
    keep: (live) => deleted.set(metadataOf(live).uid, live),
    inspect: (order, live) => {
      const { restore, target } = order;
      if (restore === null) {
        return impossible(`nothing is known of what ${workloadLabel(target)} was before`);
      }
      const { saved } = restore;
      return saved.is === 'field' ? inspectField(order, saved, live) : inspectManifest(order, restore, live);
    },
    perform: (order, live, ready, dryRun) => {
      const { restore } = order;
      if (restore === null) return { is: 'failed', says: 'nothing is known of what was before' };
      const { saved } = restore;
      return saved.is === 'field'
        ? putBack(order, saved, live, ready, dryRun)
        : makeAgain(order, restore, live, dryRun);
    },
  };
}

/** What has the name: the deleted one still, which is waited for, or another, which is never overwritten. */
function standing({ target }: ActOrder, undoes: string, live: Live): Inspection | string {
  const { uid, terminating, annotations } = metadataOf(live);
  const label = workloadLabel(target);
  if (uid === target.uid && terminating) return 'waits until the deleted one is gone, then ';
  if (uid === target.uid) return { is: 'done', says: `${label} is still there: it was not deleted` };
  if (undoes !== '' && readHeld(annotations[heldAnnotation])?.undoes === undoes) {
    return { is: 'done', says: `${label} was created again already` };
  }
  return { is: 'gone', says: `somebody has made another ${label} since: it is not overwritten` };
}

/** It was stopped before it was deleted: that can still be undone. */
function markedAnew(annotations: Labels, before: string, uid: string): Labels {
  const mark = readActed(annotations[actedAnnotation]);
  if (mark === null || mark.uid !== before) return annotations;
  return { ...annotations, [actedAnnotation]: actedAnew(mark, uid) };
}
