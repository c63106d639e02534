// Which acts are due: what was asked for by hand, and what the policy calls for within its limits. Level-based: what was
// begun is part of the state, so that looking twice begins nothing twice.
import type { ActOrder } from './act.ts';
import { callingOf } from './acting.ts';
import type { ActEnd, Cooling } from './acting.ts';
import { isOnItsWayOut } from './contested.ts';
import type { State } from './state.ts';
import type { Judgement } from './judgement.ts';
import { nameOf } from './judged-index.ts';
import { roomThisMinute, roomToday, tripped } from './limits.ts';
import { standingKey } from './memory.ts';
import { orderByPolicy } from './order.ts';
import { worstFirst } from './rows.ts';
import type { ContainerImage } from './workload.ts';

/** `none` acts; `client` says what it would do; `server` lets the server check it, and changes nothing. */
export type DryRun = 'none' | 'client' | 'server';

export type ActStep =
  | { readonly type: 'Act'; readonly order: ActOrder; readonly dryRun: DryRun }
  /** Automatic acts stop until somebody resumes. */
  | { readonly type: 'Pause'; readonly by: 'limit' | 'breaker'; readonly message: string };

export interface ActsDue {
  readonly steps: readonly ActStep[];
  /** When to look again though nothing happens; Infinity: never. */
  readonly wakeAt: number;
  /** More is due than may begin now; it will without anybody's doing. */
  readonly heldBack: boolean;
}

/** One at a time for each object; what has only to become effective keeps nobody waiting. */
export function actsByHand({ acting }: State, dryRun: DryRun): ActStep[] {
  const first = new Map(acting.asked.toReversed().map((order) => [order.target.uid, order]));
  return [...first.values()]
    .toReversed()
    .filter(({ target }) => acting.underWay.get(target.uid)?.accepted !== false)
    .map((order) => ({ type: 'Act', order, dryRun }));
}

/** By policy. Nothing is due before the cluster was read whole and the journal and the memory were. */
export function actsByPolicy(state: State, dryRun: DryRun, now: number): ActsDue {
  const { acting } = state;
  if (!state.clusterRead || acting.lasts === null || acting.pausing || acting.history.pause !== null) return nothing;
  const message = tripped(state, now);
  if (message !== null) return { ...nothing, steps: [{ type: 'Pause', by: 'breaker', message }] };
  if (state.index.calling.size === 0) return nothing;
  const today = roomToday(state, now);
  // A dry run is one picture of all that is due: only the daily limit shows in it.
  const minute = dryRun === 'none' ? roomThisMinute(state, now) : { room: Infinity, nextAt: Infinity };
  const room = Math.min(today.room, minute.room);
  // Of thousands that must wait for their minute, one is enough to know that they do.
  const due = dueJudgements(state, now, today.room > 0 && room === 0 ? 1 : Infinity);
  if (due.ready.length === 0) return { steps: [], wakeAt: due.wakeAt, heldBack: due.heldBack };
  const chosen = room === 0 ? [] : due.ready.toSorted(worstFirst).slice(0, room);
  const steps = chosen.flatMap((judgement): ActStep[] => {
    const order = orderByPolicy(judgement, state.policy, now);
    return order === null ? [] : [{ type: 'Act', order, dryRun }];
  });
  const left = due.ready.length - chosen.length;
  if (today.room === 0 && !isAboutToAct(state))
    steps.push({ type: 'Pause', by: 'limit', message: overDay(today, left) });
  const waits = left > 0 && today.room > 0 && state.policy.limits.actionsPerMinute > 0;
  return {
    steps,
    wakeAt: Math.min(due.wakeAt, waits ? minute.nextAt : Infinity),
    heldBack: due.heldBack || waits,
  };
}

const nothing: ActsDue = { steps: [], wakeAt: Infinity, heldBack: false };

/** The last of what the limit allows is done before the pause, which holds back what has only begun. */
function isAboutToAct({ acting }: State): boolean {
  return [...acting.underWay.values()].some(({ order, accepted }) => order.by === 'policy' && !accepted);
}

function overDay({ allowed, done }: { allowed: number; done: number }, left: number): string {
  const more = left === 1 ? 'one more workload is' : `${left} more workloads are`;
  return `limits.shareOfWorkloads allows ${allowed} acts a day, ${done} are done, and ${more} due`;
}

interface Due {
  readonly ready: Judgement[];
  /** When more is ready, by time alone. */
  wakeAt: number;
  heldBack: boolean;
}

/** What calls for an act, less what is under way, cooling down, on its way out or part of a wave; as many as are enough. */
function dueJudgements(state: State, now: number, enough: number): Due {
  const due: Due = { ready: [], wakeAt: Infinity, heldBack: false };
  const { acting } = state;
  const asked = new Set(acting.asked.map(({ target }) => target.uid));
  const wave = waveNow(state, now);
  for (const uid of state.index.calling) {
    if (due.ready.length >= enough) break;
    const judgement = state.judged.get(uid);
    if (judgement === undefined || acting.underWay.has(uid) || asked.has(uid)) continue;
    if (isOnItsWayOut(acting, judgement.workload, now)) continue;
    const cooling = coolingOf(state, judgement, now);
    const passing = Math.max(acting.settling.get(uid) ?? 0, wave.endsFor(judgement));
    const until = Math.max(passing, cooling?.until ?? 0);
    if (until <= now) {
      due.ready.push(judgement);
      continue;
    }
    due.wakeAt = Math.min(due.wakeAt, until);
    due.heldBack ||= cooling === null || cooling.end === 'deferred';
  }
  return due;
}

/** Null: the same act was not tried, or may be tried again. */
export function coolingOf({ acting, policy }: State, judgement: Judgement, now: number): Cooling | null {
  const cooling = acting.cooling.get(judgement.workload.uid);
  if (cooling === undefined || cooling.until <= now) return null;
  const order = orderByPolicy(judgement, policy, now);
  return order !== null && callingOf(order) === cooling.calling ? cooling : null;
}

/** What is due and was tried before, in vain: it waits for its time. */
export interface TriedBefore {
  readonly workload: Judgement['workload'];
  readonly end: ActEnd;
  /** Not before then is it tried again, ms since the epoch. */
  readonly until: number;
  readonly message: string | null;
}

export function triedBefore(state: State, now: number): TriedBefore[] {
  const { actsOn, history } = state.acting;
  return [...state.index.calling].flatMap((uid) => {
    const judgement = state.judged.get(uid);
    const cooling = judgement === undefined ? null : coolingOf(state, judgement, now);
    if (judgement === undefined || cooling === null || !inVain.includes(cooling.end)) return [];
    const { workload } = judgement;
    const last = actsOn.get(nameOf(workload))?.at(-1);
    const message = history.records.get(last ?? '')?.message ?? null;
    return [{ workload, end: cooling.end, until: cooling.until, message }];
  });
}

const inVain: readonly ActEnd[] = ['refused', 'failed', 'stuck'];

/** A wave of answers is let through whole before anything acts on the first of it, milliseconds. */
const waveTime = 30_000;

export interface Wave {
  /** When what a workload runs is no part of the wave any more (ms since the epoch); 0: it is none. */
  readonly endsFor: (judgement: Judgement) => number;
}

/**
 * The breaker looks at a wave of answers as a whole. One that has turned stands for a wave where another one has turned
 * within that time too, or where more are being asked.
 */
export function waveNow({ acting, lookUps }: State, now: number): Wave {
  const recent = new Map([...acting.turned].filter(([, since]) => since > now - waveTime));
  if (recent.size === 0) return noWave;
  const isOpen = recent.size > 1 || [...lookUps.values()].some(({ asked }) => asked);
  if (!isOpen) return noWave;
  const endOf = (key: string | null): number => ((key === null ? undefined : recent.get(key)) ?? -waveTime) + waveTime;
  const keyOf = ({ image }: ContainerImage): string | null => standingKey(image, lookUps.get(image.key)?.scan ?? null);
  return { endsFor: ({ workload }) => Math.max(0, ...workload.images.map((entry) => endOf(keyOf(entry)))) };
}

const noWave: Wave = { endsFor: () => 0 };
