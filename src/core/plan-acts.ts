// Which acts are due: what was asked for by hand, and what the policy calls for within its limits. Level-based: what was
// begun is part of the state, so that looking twice begins nothing twice.
import type { ActOrder } from './act.ts';
import { callingOf } from './acting.ts';
import { lastActOn } from './contested.ts';
import type { State } from './inventory.ts';
import type { Judgement } from './judgement.ts';
import { roomThisMinute, roomToday, tripped } from './limits.ts';
import { orderByPolicy } from './order.ts';
import { worstFirst } from './rows.ts';

/** `none` acts; `client` says what it would do; `server` lets the server check it, and changes nothing. */
export type DryRun = 'none' | 'client' | 'server';

export type ActStep =
  | { readonly type: 'Act'; readonly order: ActOrder; readonly dryRun: DryRun }
  /** Automatic acts stop until somebody resumes. */
  | { readonly type: 'Pause'; readonly by: 'limit' | 'breaker'; readonly message: string };

/** A wave of answers is let through whole before anything acts on the first of it, milliseconds. */
const waveTime = 30_000;

export interface ActsDue {
  readonly steps: readonly ActStep[];
  /** When to look again though nothing happens; Infinity: never. */
  readonly wakeAt: number;
  /** More is due than may begin now; it will without anybody's doing. */
  readonly heldBack: boolean;
}

export function actsByHand({ acting }: State, dryRun: DryRun): ActStep[] {
  return acting.asked
    .filter(({ target }) => !acting.underWay.has(target.uid))
    .map((order) => ({ type: 'Act', order, dryRun }));
}

/** By policy. Nothing is due before the cluster was read whole and the journal and the memory were. */
export function actsByPolicy(state: State, dryRun: DryRun, now: number): ActsDue {
  const { acting, policy } = state;
  if (!state.clusterRead || acting.lasts === null || acting.pausing || acting.history.pause !== null) return nothing;
  const due = dueJudgements(state, now);
  const wave = breakerOrWave(state, now);
  if (wave.steps.length > 0 || due.ready.length === 0) {
    return { steps: wave.steps, wakeAt: due.wakeAt, heldBack: false };
  }
  const ready = due.ready.filter((one) => !wave.holds(one)).toSorted(worstFirst);
  const today = roomToday(acting, policy.limits, workloadsIn(state), now);
  // A dry run is one picture of all that is due: only the daily limit shows in it.
  const minute = dryRun === 'none' ? roomThisMinute(acting, policy.limits, now) : { room: Infinity, nextAt: Infinity };
  const chosen = ready.slice(0, Math.min(today.room, minute.room));
  const steps = chosen.flatMap((judgement): ActStep[] => {
    const order = orderByPolicy(judgement, policy, now);
    return order === null ? [] : [{ type: 'Act', order, dryRun }];
  });
  const over = ready.length > today.room && chosen.length === today.room;
  if (over) steps.push({ type: 'Pause', by: 'limit', message: limitWords(today, ready.length - chosen.length) });
  const heldBack = ready.length > chosen.length || ready.length < due.ready.length;
  const wakeAt = Math.min(due.wakeAt, heldBack ? Math.min(minute.nextAt, now + waveTime) : Infinity);
  return { steps, wakeAt, heldBack: heldBack && policy.limits.actionsPerMinute > 0 };
}

const nothing: ActsDue = { steps: [], wakeAt: Infinity, heldBack: false };

function workloadsIn(state: State) {
  return [...state.judged.values()].map(({ workload }) => workload);
}

function limitWords({ allowed, done }: { allowed: number; done: number }, left: number): string {
  const more = left === 1 ? 'one more workload is' : `${left} more workloads are`;
  return `limits.shareOfWorkloads allows ${allowed} acts a day, ${done} were done before, and ${more} due`;
}

/** What calls for an act, less what is under way, cooling down or on its way out. */
function dueJudgements(state: State, now: number): { ready: Judgement[]; wakeAt: number } {
  const { acting, policy } = state;
  const ready: Judgement[] = [];
  let wakeAt = Infinity;
  for (const judgement of state.judged.values()) {
    const { workload, decided } = judgement;
    if (decided.decision.action === 'ignore' || acting.underWay.has(workload.uid)) continue;
    const cooling = acting.cooling.get(workload.uid);
    if (cooling !== undefined && cooling.until > now) {
      const order = orderByPolicy(judgement, policy, now);
      if (order !== null && callingOf(order) === cooling.calling) {
        wakeAt = Math.min(wakeAt, cooling.until);
        continue;
      }
    }
    if (!isOnItsWayOut(state, judgement)) ready.push(judgement);
  }
  return { ready, wakeAt };
}

/** Deleted or stopped already, by whichever process, and not gone yet. */
function isOnItsWayOut({ acting }: State, { workload }: Judgement): boolean {
  const last = lastActOn(acting, workload);
  if (last === null || last.order.target.uid !== workload.uid) return false;
  return last.order.action === 'delete' && last.outcome !== 'intended';
}

/** The breaker looks at a wave of answers as a whole: until it has passed, nothing acts on what has just turned. */
function breakerOrWave(state: State, now: number): { steps: ActStep[]; holds: (one: Judgement) => boolean } {
  const message = tripped(state.acting, now);
  if (message !== null) return { steps: [{ type: 'Pause', by: 'breaker', message }], holds: () => true };
  const { standings } = state.acting;
  const isOpen = [...state.lookUps.values()].some(({ asked, scan }) => asked && scan !== null);
  const hasTurned = (digest: string): boolean => {
    const standing = standings.get(digest);
    return standing !== undefined && standing.turned && standing.since > now - waveTime;
  };
  const holds = ({ workload }: Judgement): boolean =>
    isOpen && workload.images.some(({ image }) => image.digest !== null && hasTurned(image.digest));
  return { steps: [], holds };
}
