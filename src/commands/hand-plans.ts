// Plans of what is done by hand, for the command line and for the screen: what an act would do is read live, and a refusal
// stands in the journal as every other end of an act does.
import type { Inspection } from '../core/act.ts';
import { actedAnnotation, readActed } from '../core/annotations.ts';
import { protectionUnread } from '../core/explain.ts';
import { handPlan, refusalOf, restorePlan } from '../core/hand-plan.ts';
import type { HandPlan } from '../core/hand-plan.ts';
import type { Judgement } from '../core/judgement.ts';
import { orderByHand } from '../core/order.ts';
import type { Root } from '../core/owners.ts';
import { orderToRestore } from '../core/restore.ts';
import type { LiveObject, Undoable } from '../core/restore.ts';
import type { ActingRun } from './acting-run.ts';

export type PlanningRun = Pick<ActingRun, 'engine' | 'acting' | 'clock' | 'interruption'>;

export async function planByHand(
  judgement: Judgement,
  { action, acceptDataLoss }: { readonly action: 'scaledown' | 'delete'; readonly acceptDataLoss: boolean },
  { engine, acting, clock, interruption }: PlanningRun,
): Promise<HandPlan> {
  const state = engine.getState();
  const order = orderByHand(judgement, action, { acceptDataLoss, policy: state.policy, now: clock.now() });
  const inspection: Inspection = await acting.inspect(order, interruption);
  return handPlan(order, inspection, judgement, protectionUnread(judgement.workload.namespace, state));
}

/** `hold`: milliseconds for which no automatic act may follow; null: until digests or conditions change. */
export async function planRestore(
  undoable: Undoable,
  { hold, release }: { readonly hold: number | null; readonly release: boolean },
  { acting, clock, interruption }: PlanningRun,
): Promise<HandPlan> {
  const now = clock.now();
  const holdUntil = hold === null ? null : new Date(now + hold).toISOString();
  const order = orderToRestore(undoable, { holdUntil, release, now });
  return restorePlan(undoable, order, await acting.inspect(order, interruption));
}

export function isToDo(plan: HandPlan): boolean {
  return plan.inspection.is === 'ready' && refusalOf(plan) === null;
}

export async function writeRefusal(
  { order }: HandPlan,
  message: string,
  { journal, identity, clock }: Pick<ActingRun, 'journal' | 'identity' | 'clock'>,
): Promise<void> {
  const at = new Date(clock.now()).toISOString();
  await journal.append({ type: 'Refused', at, order, message, ...identity });
}

/** What stands at the top, as an undoing needs it. Null: only a reference to it is known. */
export function liveObject({ top }: Pick<Root, 'top'>): LiveObject | null {
  if (top === null) return null;
  if ('pod' in top) {
    const { uid, namespace, name, terminating } = top.pod;
    const target = { uid, apiVersion: 'v1', kind: 'Pod', resource: 'pods', namespace, name };
    return { target, terminating, mark: null };
  }
  const { uid, apiVersion, kind, resource, namespace, name, terminating, annotations } = top.object;
  const target = { uid, apiVersion, kind, resource, namespace: namespace ?? '', name };
  const mark = readActed(annotations[actedAnnotation]);
  return { target, terminating, mark };
}
