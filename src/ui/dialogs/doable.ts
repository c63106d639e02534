// What of a plan is done when one agrees, and what is to be typed before.
import { refusalOf } from '../../core/hand-plan.ts';
import type { HandPlan } from '../../core/hand-plan.ts';
import type { Dialog } from '../view.ts';

/** Of which something is to be done when one agrees. */
export function doable(plans: readonly HandPlan[]): readonly HandPlan[] {
  return plans.filter((plan) => plan.inspection.is === 'ready' && refusalOf(plan) === null);
}

/** What is to be typed before these are deleted; null: nothing. */
export function numberToType({
  action,
  plans,
}: Pick<Extract<Dialog, { readonly type: 'plan' }>, 'action' | 'plans'>): string | null {
  const many = doable(plans).length;
  return action === 'delete' && many > 1 ? String(many) : null;
}
