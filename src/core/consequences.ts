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

/** What would come of an action; null where it is not possible for this kind, or there is nothing left to stop. `ignore` does nothing. */
export function consequenceOf(action: Action, workload: Workload): Consequence | null {
  if (action === 'ignore') return null;
  if (workload.mirror || (action === 'scaledown' && workload.idle !== null)) return null;
  return action === 'scaledown' ? ofScaledown(workload) : ofDelete(workload);
}

const runningState = 'memory, emptyDir volumes and work in flight are lost';

function ofScaledown(workload: Workload): Consequence | null {
  const kind = builtinKindOf(workload.apiVersion, workload.kind)?.kind;
  const desired = workload.replicas?.desired;
  switch (kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'ReplicaSet':
      return full(`sets its replicas from ${desired ?? 1} to 0`, `sets its replicas to ${desired ?? 1} again`);
    case 'CronJob':
      return full('suspends it and its unfinished Jobs', 'resumes it; a missed run may start at once');
    case 'Job':
      return full('suspends it, which ends its pods', 'resumes it; its pods start anew');
    case 'DaemonSet':
      return full('gives it a node selector that matches no node', 'removes that node selector again');
    case 'Pod':
      return null;
    default:
      return workload.scalable === false ? null : full('sets /scale to 0', 'sets /scale to its former value');
  }
}

function full(does: string, back: string): Consequence {
  return { action: 'scaledown', does, undo: { grade: 'full', means: `${back}; ${runningState}` } };
}

function ofDelete(workload: Workload): Consequence | null {
  const kind = builtinKindOf(workload.apiVersion, workload.kind)?.kind;
  const partial = (means: string): Consequence => ({
    action: 'delete',
    does: kind === 'Pod' ? 'deletes the pod' : 'deletes the object and its pods',
    undo: { grade: 'partial', means },
  });
  switch (kind) {
    case 'Deployment':
      return partial(`creates it again from its saved manifest; its rollout history is lost, and ${runningState}`);
    case 'Job':
      return partial(`creates it again, suspended: it would run from its start; ${runningState}`);
    case 'Pod':
      return partial(`creates it again, on whatever node fits; ${runningState}`);
    case undefined:
      return {
        action: 'delete',
        does: 'deletes the object and everything it owns, which may include data',
        undo: { grade: 'none', means: 'what its controller collects with it cannot be known' },
      };
    default:
      return partial(`creates it again from its saved manifest; ${runningState}`);
  }
}
