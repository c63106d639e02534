// Limits of what a policy may do by itself: how many acts a minute, how many in a day, and the breaker that pauses all of it
// when much of what is known suddenly turns. Counted over all processes by the journal, over machines by annotations.
import type { Acting } from './acting.ts';
import type { Limits } from './policy.ts';
import type { Workload } from './workload.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How many more acts may begin now, and when the next one may where none may (ms since the epoch). */
export function roomThisMinute(acting: Acting, limits: Limits, now: number): { room: number; nextAt: number } {
  const recent = automaticActs(acting, now - minute).toSorted((one, other) => one - other);
  const room = limits.actionsPerMinute - recent.length;
  const [oldest = now] = recent.slice(-limits.actionsPerMinute);
  return { room: Math.max(0, room), nextAt: oldest + minute };
}

/** Of the workloads in scope, rounded up, at least 3; what may still be acted upon within a day, since the last resume. */
export function roomToday(acting: Acting, limits: Limits, workloads: readonly Workload[], now: number) {
  const allowed = Math.max(3, Math.ceil(limits.shareOfWorkloads * workloads.length - 1e-9));
  const since = Math.max(now - day, acting.history.resumedAt ?? 0);
  const elsewhere = workloads.filter(({ acted }) => {
    if (acted === null || !acted.automatic || acting.history.records.has(acted.id)) return false;
    return Date.parse(acted.at) > since;
  });
  const done = automaticActs(acting, since).length + elsewhere.length;
  return { allowed, done, room: Math.max(0, allowed - done) };
}

/** Why an act that was planned must wait after all, counted again with what other processes did; null: it need not. */
export function overLimits(acting: Acting, limits: Limits, workloads: readonly Workload[], now: number): string | null {
  const { pause } = acting.history;
  if (pause !== null) return `automatic acts are paused: ${pause.message}`;
  // The act itself is under way, and so counted.
  const { allowed, done } = roomToday(acting, limits, workloads, now);
  if (done > allowed) return `limits.shareOfWorkloads allows ${allowed} acts a day`;
  const lately = automaticActs(acting, now - minute).length;
  return lately > limits.actionsPerMinute ? `limits.actionsPerMinute allows ${limits.actionsPerMinute}` : null;
}

/** Times of the acts by policy that changed something, or are about to, after a time. */
function automaticActs({ history, underWay }: Acting, after: number): number[] {
  const times: number[] = [];
  for (const { order, outcome, at } of history.records.values()) {
    if (order.by === 'policy' && order.action !== 'restore' && !untouched.includes(outcome) && at > after)
      times.push(at);
  }
  for (const { order, since } of underWay.values()) {
    if (order.by === 'policy' && !history.records.has(order.id)) times.push(since);
  }
  return times;
}

const untouched: readonly string[] = ['refused', 'failed'];

const fewestTurns = 10;
const shareOfKnown = 0.05;

/** Why the breaker trips, in words; null where it does not: at least 10 digests and more than 5 % of those known. */
export function tripped({ standings, history }: Acting, now: number): string | null {
  const since = Math.max(now - hour, history.resumedAt ?? 0);
  let turned = 0;
  for (const standing of standings.values()) if (standing.turned && standing.since > since) turned += 1;
  if (turned < fewestTurns || turned <= standings.size * shareOfKnown) return null;
  return `${turned} of ${standings.size} known images turned condemned or unscanned within an hour`;
}
