// Consequences: what an action would do to a workload, and what undoing it would bring back. In words, by kind.
import { builtinKindOf } from './kind.ts';
import type { Action } from './policy.ts';
import type { Workload } from './workload.ts';

export type UndoGrade = 'full' | 'partial' | 'none';

export interface Consequence {
  readonly action: Action;
  readonly does: string;
  readonly undo: { readonly grade: UndoGrade; readonly means: string };
}

/** What is to be known of a workload. */
export type Subject = Pick<Workload, 'apiVersion' | 'kind' | 'mirror' | 'scalable' | 'idle'> & {
  readonly replicas: Pick<NonNullable<Workload['replicas']>, 'desired'> | null;
};

/** What would come of an action; null where it is not possible for this kind, or there is nothing left to stop. `ignore` does nothing. */
export function consequenceOf(action: Action, workload: Subject): Consequence | null {
  if (action === 'ignore') return null;
  if (workload.mirror || (action === 'scaledown' && workload.idle !== null)) return null;
  return action === 'scaledown' ? ofScaledown(workload) : ofDelete(workload);
}

const runningState = 'memory, emptyDir volumes and work in flight are lost';

function ofScaledown(workload: Subject): Consequence | null {
  const kind = builtinKindOf(workload.apiVersion, workload.kind)?.kind;
  const desired = workload.replicas?.desired;
  switch (kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'ReplicaSet':
      return full(`sets its replicas from ${desired ?? 1} to 0`, fieldRestored('replicas', desired ?? 1));
    case 'CronJob':
      return full('suspends it and its unfinished Jobs', fieldRestored('suspend', false, kind));
    case 'Job':
      return full('suspends it, which ends its pods', fieldRestored('suspend', false, kind));
    case 'DaemonSet':
      return full('gives it a node selector that matches no node', fieldRestored('nodeSelector', null));
    case 'Pod':
      return null;
    default:
      return workload.scalable === false ? null : ofScale(desired);
  }
}

function ofScale(desired: number | undefined): Consequence {
  const back = desired === undefined ? 'sets /scale to its former value' : fieldRestored('scale', desired);
  return full('sets /scale to 0', back);
}

function full(does: string, back: string): Consequence {
  return { action: 'scaledown', does, undo: { grade: 'full', means: `${back}; ${runningState}` } };
}

function ofDelete(workload: Subject): Consequence | null {
  const kind = builtinKindOf(workload.apiVersion, workload.kind)?.kind;
  if (kind === undefined) {
    return {
      action: 'delete',
      does: 'deletes the object and everything it owns, which may include data',
      undo: { grade: 'none', means: 'what its controller collects with it cannot be known' },
    };
  }
  return {
    action: 'delete',
    does: kind === 'Pod' ? 'deletes the pod' : 'deletes the object and its pods',
    undo: { grade: 'partial', means: manifestRestored(kind, true) },
  };
}

/** What bringing one field back does; `before` null: it was unset. */
export function fieldRestored(
  field: 'replicas' | 'scale' | 'suspend' | 'nodeSelector',
  before: number | boolean | null,
  kind?: string,
): string {
  switch (field) {
    case 'replicas':
      return before === null ? 'leaves its replicas unset again' : `sets its replicas to ${before} again`;
    case 'scale':
      return before === null ? 'leaves what /scale sets unset again' : `sets /scale to ${before} again`;
    case 'suspend':
      if (before === true) return 'leaves it suspended, as it was';
      return kind === 'Job' ? 'resumes it; its pods start anew' : 'resumes it; a missed run may start at once';
    case 'nodeSelector':
      return 'removes that node selector again';
  }
  return field satisfies never;
}

/** What creating a deleted object again does, and what it does not bring back. `suspendJob`: a Job is not to run at once. */
export function manifestRestored(kind: string, suspendJob: boolean): string {
  switch (kind) {
    case 'Deployment':
      return `creates it again from its saved manifest; its rollout history is lost, and ${runningState}`;
    case 'StatefulSet':
      return `creates it again from its saved manifest, on the claims that stay; ${runningState}`;
    case 'Job':
      return `creates it again, ${suspendJob ? 'suspended: it would run' : 'to run'} from its start; ${runningState}`;
    case 'Pod':
      return `creates it again, on whatever node fits; ${runningState}`;
    default:
      return `creates it again from its saved manifest; ${runningState}`;
  }
}
