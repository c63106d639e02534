// What an act would find, do and must not do: the object and everything around it, read live. Nothing is changed.
import type { ActOrder, Inspection } from '../../core/act.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { Context } from './context.ts';
import { inspectDelete } from './inspect-delete.ts';
import { inspectRestore } from './inspect-restore.ts';
import { inspectScaledown } from './inspect-scaledown.ts';
import { isMirror, metadataOf, readLive } from './live.ts';
import { refusedOutright } from './ready.ts';

/** Throws a ClusterError where the server cannot be asked. */
export async function inspect(context: Context, order: ActOrder): Promise<Inspection> {
  const { target } = order;
  const live = await readLive(context, target);
  if (order.action === 'restore') return inspectRestore(context, order, live);
  if (live.is === 'absent') return { is: 'gone', says: live.says };
  if (live.is === 'forbidden') return refusedOutright({ why: 'rights', says: live.says });
  const { uid, terminating, finalizers } = metadataOf(live.object);
  const label = workloadLabel(target);
  if (uid !== target.uid) return { is: 'gone', says: `${label} was made anew: another object has its name` };
  if (terminating) {
    const kept = finalizers.length === 0 ? '' : `; finalizers keep it: ${finalizers.join(', ')}`;
    return { is: 'done', says: `${label} is being deleted already${kept}` };
  }
  if (isMirror(live.object)) {
    const says = `${label} is a static pod: its node's kubelet runs it from a file, whatever happens here`;
    return refusedOutright({ why: 'impossible', says }, live.object);
  }
  return order.action === 'scaledown' ? inspectScaledown(context, order, live) : inspectDelete(context, order, live);
}
