// The one field that stops a workload of each kind: which it is, what stops it, and how its values are told.
import type { Saved, Target } from './act.ts';
import { builtinKindOf } from './kind.ts';

export type SavedField = Extract<Saved, { is: 'field' }>;
export type Field = SavedField['field'];
export type FieldValue = number | boolean | string | null;

/** In a DaemonSet's node selector: no node has this label. */
export const stoppedLabel = 'kubectl-xray/stopped';

/** Null for a bare pod, which nothing stops but its end. */
export function fieldOf({ apiVersion, kind }: Pick<Target, 'apiVersion' | 'kind'>): Field | null {
  switch (builtinKindOf(apiVersion, kind)?.kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'ReplicaSet':
      return 'replicas';
    case 'CronJob':
    case 'Job':
      return 'suspend';
    case 'DaemonSet':
      return 'nodeSelector';
    case 'Pod':
      return null;
    default:
      return 'scale';
  }
}

/** What stops it. A label's value has at most 63 of few characters; the id is told in full by the annotation. */
export function stoppedValue(field: Field, id: string): number | boolean | string {
  switch (field) {
    case 'replicas':
    case 'scale':
      return 0;
    case 'suspend':
      return true;
    case 'nodeSelector':
      return (
        id
          .replaceAll(/[^A-Za-z0-9-]/g, '-')
          .slice(0, 63)
          .replaceAll(/^-+|-+$/g, '') || 'stopped'
      );
  }
  return field satisfies never;
}

/** Whether a value of the field means that nothing runs. */
export function isStopped(field: Field, value: FieldValue): boolean {
  switch (field) {
    case 'replicas':
    case 'scale':
      return value === 0;
    case 'suspend':
      return value === true;
    case 'nodeSelector':
      return value !== null;
  }
  return field satisfies never;
}

/** `replicas are 3`, `it is not suspended`. */
export function fieldWords(field: Field, value: FieldValue): string {
  switch (field) {
    case 'replicas':
      return value === null ? 'its replicas are unset' : `its replicas are ${value}`;
    case 'scale':
      return value === null ? 'its /scale is unset' : `its /scale is ${value}`;
    case 'suspend':
      return value === true ? 'it is suspended' : 'it is not suspended';
    case 'nodeSelector':
      return `its node selector has ${value === null ? 'no ' : ''}${stoppedLabel}`;
  }
  return field satisfies never;
}
