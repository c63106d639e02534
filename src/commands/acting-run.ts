// A run that goes on and may act: what a command follows, asks for by hand and hears of. Only plan emits acts.
import type { ActOrder, Actor } from '../core/act.ts';
import type { ActEnd } from '../core/acting.ts';
import { isSettled } from '../core/plan.ts';
import type { DryRun } from '../core/plan-acts.ts';
import type { Acting, Journal } from '../engine/ports.ts';
import { RunError, showProgress } from './run.ts';
import type { Run } from './run.ts';
import type { Terminal } from './terminal.ts';

export type FollowingRun = Omit<Run, 'circumstances'> & {
  readonly journal: Journal;
  readonly identity: Actor;
  /** What leads another command to the same cluster and journal, for commands that are shown; empty, or with a blank before. */
  readonly sameFlags: string;
  /** Aborts when the user wants it to end. */
  readonly interruption: AbortSignal;
};

export type ActingRun = FollowingRun & {
  readonly acting: Acting;
  readonly terminal: Terminal;
};

/** What was under way came to its next line in the journal; then the run ended, as the user wanted. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}

/** Exit code after Ctrl-C. */
export const interruptedCode = 130;

/**
 * Follows the cluster while `work` goes on. Throws what ends the following, and `Interrupted` where the user does; in any
 * case what is under way is finished first. The run that `work` gets is interrupted too where the following ends.
 */
export async function whileFollowing<R extends FollowingRun, T>(run: R, work: (run: R) => Promise<T>): Promise<T> {
  const { engine, interruption } = run;
  const interrupted = Promise.withResolvers<never>();
  const ended = new AbortController();
  const onAbort = (): void => interrupted.reject(new Interrupted());
  if (interruption.aborted) onAbort();
  interruption.addEventListener('abort', onAbort, { once: true });
  const over = engine.follow({ once: false }).then(() => interrupted.promise);
  try {
    const working = work({ ...run, interruption: AbortSignal.any([interruption, ended.signal]) });
    return await Promise.race([working, over, interrupted.promise]);
  } finally {
    ended.abort();
    interruption.removeEventListener('abort', onAbort);
    await engine.finish();
  }
}

/** Until the cluster is read and every image in scope answered for, or the time is over: then the rest is unanswered. */
export async function readThrough(run: FollowingRun): Promise<void> {
  const { engine, clock, wait, interruption } = run;
  const stopProgress = run.progress ? showProgress(run) : () => {};
  const ended = Promise.withResolvers<void>();
  let isOver = false;
  // Looked at after a turn alone, so that everything that was read is judged.
  const unsubscribe = engine.subscribe(() => {
    if (isOver || isSettled(engine.getState(), engine.workloads())) ended.resolve();
  });
  const cancel = clock.after(wait, () => {
    isOver = true;
    engine.report([]);
  });
  const giveUp = (): void => ended.reject(new Interrupted());
  interruption.addEventListener('abort', giveUp, { once: true });
  engine.report([]);
  try {
    await ended.promise;
  } finally {
    interruption.removeEventListener('abort', giveUp);
    unsubscribe();
    cancel();
    stopProgress();
  }
  if (!engine.getState().clusterRead) {
    throw new RunError('the cluster could not be read within the time given (--wait)');
  }
}

export interface Done {
  readonly order: ActOrder;
  readonly end: ActEnd;
  readonly message: string | null;
}

/**
 * Has orders carried out and waits for what becomes of them; an accepted one until it is effective or stuck. `onEnd` hears
 * each step on the way.
 */
export async function carryOut(
  orders: readonly ActOrder[],
  run: FollowingRun,
  onEnd: (done: Done) => void,
): Promise<readonly Done[]> {
  const { engine } = run;
  const open = new Set(orders.map(({ id }) => id));
  const all: Done[] = [];
  const ended = Promise.withResolvers<void>();
  const unsubscribe = engine.subscribe(({ facts }) => {
    for (const fact of facts) {
      if (fact.type !== 'ActEnded' || !open.has(fact.order.id)) continue;
      const { order, end, message } = fact;
      onEnd({ order, end, message });
      if (end === 'accepted') continue;
      open.delete(order.id);
      all.push({ order, end, message });
    }
    if (open.size === 0) ended.resolve();
  });
  try {
    if (orders.length === 0) return [];
    engine.report(orders.map((order) => ({ type: 'ActionAsked', order })));
    await ended.promise;
    return all;
  } finally {
    unsubscribe();
  }
}

/** ` (dry run)`, as kubectl marks what was not done. */
export function dryRunMark(dryRun: DryRun): string {
  return { none: '', client: ' (dry run)', server: ' (server dry run)' }[dryRun];
}
