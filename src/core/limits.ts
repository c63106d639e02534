// Limits of what a policy may do by itself: how many acts a minute, how many in a day, and the breaker that pauses all of it
// when much of what is known suddenly turns. Counted over all processes by the journal, over machines by annotations.
import type { ActRecord } from './act.ts';
import type { Acting } from './acting.ts';
import type { State } from './state.ts';
import { nameOf } from './judged-index.ts';
import { digestOfKey, standingKey } from './memory.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How many more acts may begin now, and when the next one may where none may (ms since the epoch). */
export function roomThisMinute({ acting, policy }: State, now: number): { room: number; nextAt: number } {
  const { actionsPerMinute } = policy.limits;
  const recent = [...writtenDown(acting, now - minute), ...aboutTo(acting)].toSorted((one, other) => one - other);
  const room = actionsPerMinute - recent.length;
  const [oldest = now] = actionsPerMinute > 0 ? recent.slice(-actionsPerMinute) : [];
  return { room: Math.max(0, room), nextAt: oldest + minute };
}

/** Of the workloads in scope, rounded up, at least 3; what may still be acted upon within a day, since the last resume. */
export function roomToday(state: State, now: number): { allowed: number; done: number; room: number } {
  const allowed = allowedADay(state, now);
  const done = doneToday(state, now) + aboutTo(state.acting).length;
  return { allowed, done, room: Math.max(0, allowed - done) };
}

/** Why an act that was planned must wait after all, counted again with what other processes did; null: it need not. */
export function overLimits(state: State, id: string, now: number): string | null {
  const { acting, policy } = state;
  const { pause } = acting.history;
  if (pause !== null) return `automatic acts are paused: ${pause.message}`;
  if (acting.pausing) return 'automatic acts are being paused';
  // What this run is about to do beside it is counted in its turn.
  const allowed = allowedADay(state, now);
  if (doneToday(state, now, id) >= allowed) return `limits.shareOfWorkloads allows ${allowed} acts a day`;
  const { actionsPerMinute } = policy.limits;
  const lately = writtenDown(acting, now - minute, id).length;
  return lately >= actionsPerMinute ? `limits.actionsPerMinute allows ${actionsPerMinute}` : null;
}

function allowedADay(state: State, now: number): number {
  const workloads = state.judged.size + deletedToday(state, now);
  return Math.max(3, Math.ceil(state.policy.limits.shareOfWorkloads * workloads - 1e-9));
}

/** What was deleted counts among what there was: else each delete would make the share of the next one smaller. */
function deletedToday({ acting, index, namespaces }: State, now: number): number {
  return recordsAfter(acting, today(acting, now)).filter(({ order: { action, target } }) => {
    const inScope = namespaces === null || namespaces.includes(target.namespace);
    return action === 'delete' && inScope && !index.named.has(nameOf(target));
  }).length;
}

/** Since when acts count for the day, ms since the epoch. */
function today({ history }: Acting, now: number): number {
  return Math.max(now - day, history.resumedAt ?? 0);
}

/** By the journal, and by the annotations of other machines. */
function doneToday(state: State, now: number, except?: string): number {
  const { acting, judged, index } = state;
  const since = today(acting, now);
  let elsewhere = 0;
  for (const uid of index.acted) {
    const workload = judged.get(uid)?.workload;
    const acted = workload?.acted ?? workload?.broughtUp ?? null;
    if (acted === null || !acted.automatic || acting.history.records.has(acted.id)) continue;
    if (Date.parse(acted.at) > since) elsewhere += 1;
  }
  return writtenDown(acting, since, except).length + elsewhere;
}

/** Times of the acts by policy after a time that changed something, or may have, as the journal has them. */
function writtenDown(acting: Acting, after: number, except?: string): number[] {
  const pretended = [...acting.pretended.values()].filter((at) => at > after);
  return [...pretended, ...recordsAfter(acting, after, except).map(({ at }) => at)];
}

function recordsAfter({ history, automatic }: Acting, after: number, except?: string): ActRecord[] {
  const records: ActRecord[] = [];
  for (let index = automatic.length - 1; index >= 0; index -= 1) {
    const record = history.records.get(automatic[index] ?? '');
    if (record === undefined) continue;
    // Lines stand in the order of time, but for clocks that were set.
    if (record.at <= after - hour) break;
    const changed = record.outcome !== 'refused' && record.outcome !== 'failed';
    if (changed && record.at > after && record.id !== except) records.push(record);
  }
  return records;
}

/** Since when acts by policy are under way that are not written down yet. */
function aboutTo({ history, underWay }: Acting): number[] {
  return [...underWay.values()]
    .filter(({ order }) => order.by === 'policy' && !history.records.has(order.id))
    .map(({ since }) => since);
}

const fewestTurns = 10;
const shareOfKnown = 0.05;

/** Why the breaker trips, in words; null where it does not: at least 10 digests and more than 5 % of those known. */
export function tripped(state: State, now: number): string | null {
  const { turned, history } = state.acting;
  if (turned.size < fewestTurns) return null;
  const since = Math.max(now - hour, history.resumedAt ?? 0);
  const digests = new Set<string>();
  for (const [key, at] of turned) if (at > since) digests.add(digestOfKey(key));
  if (digests.size < fewestTurns) return null;
  const known = knownDigests(state).size;
  if (digests.size <= known * shareOfKnown) return null;
  return `${digests.size} of ${known} known images turned condemned or unscanned within an hour`;
}

/** Those that run and were answered for: what was known once and runs no more must not outweigh what does. */
function knownDigests({ usedBy, lookUps, acting }: State): ReadonlySet<string> {
  const digests = new Set<string>();
  for (const key of usedBy.keys()) {
    const lookUp = lookUps.get(key);
    const standing = lookUp === undefined ? null : standingKey(lookUp.image, lookUp.scan);
    if (standing !== null && acting.standings.has(standing)) digests.add(digestOfKey(standing));
  }
  return digests;
}
