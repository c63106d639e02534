// The plan of an act by hand: everything to be said before anybody says yes.
import type { ActOrder, Inspection } from './act.ts';
import type { Consequence } from './consequences.ts';
import type { Exempt } from './decide.ts';
import type { Judgement } from './judgement.ts';
import { wordsOfAct } from './restore.ts';
import type { Undoable } from './restore.ts';
import type { Unanswered } from './verdict.ts';

export interface HandPlan {
  readonly order: ActOrder;
  readonly inspection: Inspection;
  /** What keeps the policy away from it, and is lifted by naming it. */
  readonly lifted: readonly Exempt[];
  /** What Xray did not answer; of a restore nothing is asked. */
  readonly unanswered: readonly Unanswered[];
  /** What else is to be known: each a sentence without its stop. */
  readonly warnings: readonly string[];
  /** Of a restore: the act it undoes, in words. */
  readonly undoes: string | null;
  /** Of a restore: what was promised when that act was done. */
  readonly promised: Consequence['undo'] | null;
}

/** Of an object that was judged. `unread`: what could protect it and may not be read. */
export function handPlan(
  order: ActOrder,
  inspection: Inspection,
  judgement: Judgement,
  unread: readonly string[] = [],
): HandPlan {
  const { decided, verdict } = judgement;
  const exempts = [decided.wholesale, ...decided.conditions.map(({ exempt }) => exempt)];
  const lifted = new Map(exempts.flatMap((one) => (one === null ? [] : [[`${one.by} ${one.rule}`, one] as const])));
  const { unanswered } = verdict;
  const warnings =
    unread.length === 0 ? [] : [`whether it is protected is not known, as it may not be read: ${unread.join(', ')}`];
  return { order, inspection, lifted: [...lifted.values()], unanswered, warnings, undoes: null, promised: null };
}

/** Of something to undo. */
export function restorePlan(undoable: Undoable, order: ActOrder, inspection: Inspection): HandPlan {
  const undoes = wordsOfAct(undoable);
  const warnings = [
    ...(undoable.uncertain ? [`it is not known whether that ${undoable.action} came about`] : []),
    ...(mayRunAtOnce(undoable) ? ['a run that was missed meanwhile may start at once'] : []),
  ];
  return { order, inspection, lifted: [], unanswered: [], warnings, undoes, promised: undoable.undo };
}

/** A CronJob that is resumed may start a missed run (tried on a real API server). */
export function mayRunAtOnce({ target: { kind }, saved }: Undoable): boolean {
  return kind === 'CronJob' && saved.is === 'field' && saved.field === 'suspend' && saved.before !== true;
}

/** Why it is not done, in words; null where it may be. */
export function refusalOf({ inspection }: HandPlan): string | null {
  if (inspection.is !== 'ready' || inspection.refusals.length === 0) return null;
  return inspection.refusals.map(({ says }) => says).join('; ');
}
