// Whether an accepted act has had its effect on what runs.
import type { ActOrder } from './act.ts';
import { imageOfContainer, isCounted } from './assemble.ts';
import type { State } from './inventory.ts';
import { familyOf } from './owners.ts';
import type { Pod } from './workload.ts';

/** Stopped: no counted pod of a condemned digest is left. Restored: the object is there, and what it wants may run. */
export function isEffective(state: State, order: ActOrder): boolean {
  if (order.action === 'restore') return isBack(state, order);
  const pods = familyOf(state, order.target.uid).pods.filter(isCounted);
  return !pods.some((pod) => isMeant(state, order, pod));
}

/** Without a digest every pod is meant. */
function isMeant(state: State, { digests }: ActOrder, pod: Pod): boolean {
  if (digests.length === 0) return true;
  return pod.containers.some((container) => {
    const { digest } = imageOfContainer(state, pod, container);
    return digest === null || digests.includes(digest);
  });
}

function isBack(state: State, { target, restore }: ActOrder): boolean {
  const { uid, kind, namespace, name } = target;
  for (const { workload } of state.workloads.values()) {
    if (workload.name !== name || workload.kind !== kind || workload.namespace !== namespace) continue;
    if (restore?.saved.is === 'manifest') return workload.uid !== uid;
    return workload.uid === uid && isAsBefore(workload.idle, restore?.saved.before);
  }
  // A finished or bare pod that was made again may be gone again already; an object without pods is no workload.
  return false;
}

/** What was at zero or suspended before is so again. */
function isAsBefore(idle: string | null, before: unknown): boolean {
  return idle === null || before === 0 || before === true;
}
