// One object of a made-up cluster as an act finds it: an object, or a pod that nothing owns.
import type { Ready } from '../core/act.ts';
import { actedAnnotation, readActed, savedByMark } from '../core/annotations.ts';
import type { LiveObject, NamedObject } from '../core/restore.ts';
import type { Field, FieldValue, SavedField } from '../core/saved-field.ts';
import type { OwnerObject, Pod } from '../core/workload.ts';
import type { Controllers } from './controllers.ts';
import { nodes } from './objects.ts';
import type { LivingWorld } from './world.ts';

export type Live = { readonly is: 'object'; readonly object: OwnerObject } | { readonly is: 'pod'; readonly pod: Pod };

/** By its name, as a server finds it; whose uid it is, is for the caller to look at. Null: nothing has that name. */
export function liveOf({ objects, pods }: LivingWorld, { resource, namespace, name }: NamedObject): Live | null {
  const isNamed = (one: OwnerObject | Pod): boolean => one.namespace === namespace && one.name === name;
  if (resource === 'pods') {
    const pod = [...pods.values()].find(isNamed);
    return pod === undefined ? null : { is: 'pod', pod };
  }
  const object = [...objects.values()].find((one) => one.resource === resource && isNamed(one));
  return object === undefined ? null : { is: 'object', object };
}

export function metadataOf(live: Live): Pick<OwnerObject, 'uid' | 'terminating' | 'annotations'> {
  return live.is === 'object' ? live.object : live.pod;
}

/** As `restore` looks for what it undoes. */
export function liveObjectOf(live: Live): LiveObject {
  const { uid, terminating, annotations } = metadataOf(live);
  const kind = live.is === 'object' ? live.object : { apiVersion: 'v1', kind: 'Pod', resource: 'pods' };
  const { namespace, name } = live.is === 'object' ? live.object : live.pod;
  return {
    target: {
      uid,
      apiVersion: kind.apiVersion,
      kind: kind.kind,
      resource: kind.resource,
      namespace: namespace ?? '',
      name,
    },
    terminating,
    mark: readActed(annotations[actedAnnotation]),
  };
}

/** Its status is no part of what was read: a pod that starts meanwhile is no conflict. */
export function versionOf(
  live: Live,
): Pick<Ready, 'is' | 'resourceVersion' | 'generation'> & { readonly asRead: string } {
  const { uid, annotations, terminating } = metadataOf(live);
  if (live.is === 'pod') {
    const asRead = JSON.stringify([uid, annotations, terminating]);
    return { is: 'ready', resourceVersion: '1', generation: 1, asRead };
  }
  const { template, replicas, suspended, generation } = live.object;
  const asRead = JSON.stringify([uid, annotations, terminating, template, replicas, suspended]);
  return { is: 'ready', resourceVersion: String(generation), generation, asRead };
}

/** A DaemonSet is known by how many nodes it wants, its node selector by our mark. */
export function readField({ wanted }: Controllers, object: OwnerObject, field: Field): FieldValue {
  switch (field) {
    case 'replicas':
      return object.replicas;
    case 'scale':
      return wanted(object);
    case 'suspend':
      return object.suspended;
    case 'nodeSelector': {
      const mark = readActed(object.annotations[actedAnnotation]);
      return mark === null || object.replicas !== 0 ? null : (savedByMark(mark, { namespace: '' })?.after ?? null);
    }
  }
  return field satisfies never;
}

export function withStopped(object: OwnerObject, field: Field): OwnerObject {
  switch (field) {
    case 'replicas':
    case 'nodeSelector':
      return { ...object, replicas: 0 };
    case 'suspend':
      return { ...object, suspended: true };
    case 'scale':
      return object;
  }
  return field satisfies never;
}

/** A DaemonSet runs on every worker again, what was unset gets its default. */
export function withFormer(object: OwnerObject, { field, before }: SavedField): OwnerObject {
  switch (field) {
    case 'replicas':
      return { ...object, replicas: typeof before === 'number' ? before : 1 };
    case 'nodeSelector':
      return { ...object, replicas: nodes.length - 1 };
    case 'suspend':
      return { ...object, suspended: before === true };
    case 'scale':
      return object;
  }
  return field satisfies never;
}

/** Whoever changed it last comes last. */
export function changedByUs(object: OwnerObject, annotations: OwnerObject['annotations']): OwnerObject {
  const others = object.fieldManagers.filter((one) => one !== 'kubectl-xray');
  return { ...object, annotations, fieldManagers: [...others, 'kubectl-xray'] };
}

/** An act that cannot be. */
export function impossible(says: string): Ready {
  return {
    is: 'ready',
    resourceVersion: '',
    generation: 0,
    saved: null,
    does: 'does nothing',
    undo: { grade: 'none', means: 'there is nothing to undo' },
    findings: [],
    refusals: [{ why: 'impossible', says }],
  };
}
