// Contested: what was stopped and brought up or made again within a day, with the digests it was stopped for. Whoever did
// that meant it: it is not acted upon again, and said who it was where managedFields tell.
import type { ActRecord } from './act.ts';
import type { Acting } from './acting.ts';
import type { Exempt } from './decide.ts';
import type { Workload } from './workload.ts';

const day = 24 * 60 * 60_000;

/** An object's own news may come later than the journal's: so long after an act nothing counts as contested, ms. */
const settling = 10_000;

/** Null where nobody contests. `until` is when it ends by itself. */
export function contested(acting: Acting, workload: Workload, now: number): Exempt | null {
  if (!wantsPods(workload) || acting.underWay.has(workload.uid)) return null;
  const last = lastActOn(acting, workload);
  // Whether one that was only intended came about is not known; then the object itself tells.
  if (last === null || last.outcome === 'intended') return null;
  if (last.at + day <= now || last.at + settling > now || !contradicts(workload, last)) return null;
  const who = workload.changedBy === null ? '' : ` by ${workload.changedBy}`;
  return { by: 'contested', rule: `${words(workload, last)}${who}`, until: new Date(last.at + day).toISOString() };
}

/** The last act that changed this object, or one of its name; null where it was a restore. */
export function lastActOn({ history }: Acting, { kind, namespace, name }: Workload): ActRecord | null {
  let last: ActRecord | null = null;
  for (const record of history.records.values()) {
    const { target } = record.order;
    if (target.name !== name || target.kind !== kind || target.namespace !== namespace) continue;
    if (record.outcome !== 'refused' && record.outcome !== 'failed') last = record;
  }
  return last?.order.action === 'restore' ? null : last;
}

function contradicts(workload: Workload, { order }: ActRecord): boolean {
  // The same object after a delete is on its way out.
  if (order.action === 'delete' && order.target.uid === workload.uid) return false;
  return workload.images.some(({ image }) => image.digest !== null && order.digests.includes(image.digest));
}

function words({ uid }: Workload, { order }: ActRecord): string {
  return uid === order.target.uid ? 'brought up again' : 'made again';
}

function wantsPods({ replicas, pods }: Workload): boolean {
  return replicas === null ? pods > 0 : replicas.desired > 0;
}
