// Whether an accepted act has had its effect on what runs.
import type { ActOrder, Target } from './act.ts';
import { imageOfContainer, isCounted } from './assemble.ts';
import type { State } from './state.ts';
import { lastActOn } from './contested.ts';
import { nameOf } from './judged-index.ts';
import { builtinKindOf } from './kind.ts';
import { familyOf } from './owners.ts';
import type { Pod, Workload } from './workload.ts';

/** Whether what runs could tell: nothing does before the cluster was read, or of a namespace that is not read. */
export function isInSight({ clusterRead, namespaces }: State, { target }: ActOrder): boolean {
  return clusterRead && (namespaces === null || namespaces.includes(target.namespace));
}

/**
 * Stopped: no counted pod of a condemned digest is left. Deleted: nor the object itself. Restored: the object is there, and
 * what it wants may run.
 */
export function isEffective(state: State, order: ActOrder): boolean {
  const { uid } = order.target;
  if (order.action === 'restore') return isBack(state, order);
  if (order.action === 'delete' && (state.objects.has(uid) || state.pods.has(uid))) return false;
  const pods = familyOf(state, uid).pods.filter(isCounted);
  return !pods.some((pod) => isMeant(state, order, pod));
}

/**
 * Whether what runs shows that an act came about of which only the intention is known: the object carries its mark, or a
 * deleted one is gone. What cannot be seen shows nothing.
 */
export function cameAbout(state: State, { id, action, target }: ActOrder): boolean {
  const { uid, apiVersion, kind, resource } = target;
  if (action === 'scaledown') return state.workloads.get(uid)?.workload.acted?.id === id;
  // Other kinds are read only where they own pods. A restore says by itself that there is nothing left to restore.
  if (action === 'restore' || builtinKindOf(apiVersion, kind) === undefined) return false;
  // Of an object that was deleted once more, the later delete says so.
  if (lastActOn(state.acting, target)?.id !== id) return false;
  const isUnread = state.forbidden.some((one) => one.resource.split('.')[0] === resource);
  return !isUnread && !state.objects.has(uid) && !state.pods.has(uid);
}

/** Without a digest every pod is meant. */
function isMeant(state: State, { digests }: ActOrder, pod: Pod): boolean {
  if (digests.length === 0) return true;
  return pod.containers.some((container) => {
    const { digest } = imageOfContainer(state, pod, container);
    return digest === null || digests.includes(digest);
  });
}

/** A bare pod, or a Job, that was made again may have ended again already: then no workload tells of it. */
function isBack(state: State, { target, restore }: ActOrder): boolean {
  const { uid } = target;
  if (restore?.saved.is === 'manifest') {
    const namesakes = [...(state.index.named.get(nameOf(target)) ?? [])];
    return namesakes.some((one) => one !== uid) || isMadeAgain(state, target);
  }
  const workload = state.workloads.get(uid)?.workload;
  return workload !== undefined && isAsBefore(workload, restore?.saved.before);
}

function isMadeAgain({ objects, pods }: State, { uid, kind, namespace, name }: Target): boolean {
  for (const one of kind === 'Pod' ? pods.values() : objects.values()) {
    if (one.name !== name || one.namespace !== namespace || one.uid === uid) continue;
    if (!('kind' in one) || one.kind === kind) return true;
  }
  return false;
}

/** What was at zero or suspended before is so again; else it wants pods, whether or not some run already. */
function isAsBefore({ idle, replicas }: Workload, before: unknown): boolean {
  if (before === 0 || before === true) return true;
  return idle === null && replicas?.desired !== 0;
}
