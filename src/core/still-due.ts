// Whether an act is still called for, by what was read live a moment ago.
import type { ActOrder } from './act.ts';
import type { Fact } from './fact.ts';
import { obstacles } from './decide.ts';
import type { Judgement } from './judgement.ts';
import { orderByPolicy } from './order.ts';
import type { Policy } from './policy.ts';

export type StillDue = { readonly order: ActOrder } | { readonly not: string };

/** `answers` are what Xray said just now: news for the run that asks, too, also where it cannot be reached. */
export type Rejudged = StillDue & { readonly answers?: readonly Fact[] };

/** The order by the fresh judgement, under its own id; or why not. Only evidence that was answered for just now counts. */
export function stillDue(order: ActOrder, judgement: Judgement | null, policy: Policy, now: number): StillDue {
  if (judgement === null) return { not: 'it is not there any more' };
  const { workload, verdict, decided } = judgement;
  if (workload.uid !== order.target.uid) return { not: 'another object has its name now' };
  const fresh = orderByPolicy(judgement, policy, now);
  if (fresh !== null && fresh.action === order.action) return { order: { ...fresh, id: order.id } };
  const { exempt } = decided.decision;
  if (exempt !== null) return { not: `it is exempt now: ${exempt.by} (${exempt.rule})` };
  if (decided.obstacle !== null) return { not: obstacles[decided.obstacle] };
  const [missing] = verdict.unanswered;
  if (missing !== undefined) {
    return { not: `no fresh answer about ${missing.image}: ${missing.cause ?? missing.reason}` };
  }
  return { not: 'looked at again, it does not call for that any more' };
}
