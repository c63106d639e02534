// From a judgement to an order: what is acted upon, and why.
import type { ActOrder, Reason, Target } from './act.ts';
import { isCondemning } from './decide.ts';
import type { DecidedCondition } from './decide.ts';
import type { Ran } from './image.ts';
import { hashOf } from './hash.ts';
import type { Judgement } from './judgement.ts';
import type { Policy } from './policy.ts';
import type { Evidence } from './verdict.ts';
import { decides } from './verdict.ts';
import type { Workload } from './workload.ts';

export function targetOf({ uid, apiVersion, kind, resource, namespace, name }: Workload): Target {
  return { uid, apiVersion, kind, resource, namespace, name };
}

/** The order that a decision calls for; null where nothing is due. */
export function orderByPolicy(judgement: Judgement, policy: Policy, now: number): ActOrder | null {
  const { workload, decided } = judgement;
  const { action, condition, rule } = decided.decision;
  if (action === 'ignore') return null;
  const calling = decided.conditions.filter((one) => one.exempt === null && one.action === action);
  const evidence = calling.flatMap((one) => condemning(one, policy));
  return {
    id: idOf(workload, action, now),
    action,
    target: targetOf(workload),
    by: 'policy',
    reason: { condition, rule, evidence: wordsOf(evidence) },
    digests: [...new Set(evidence.filter((one) => !one.byReference).map(({ image }) => image))].toSorted(),
    ran: ranBy(workload, policy),
    conditions: decided.conditions.map(({ type }) => type),
    acceptDataLoss: false,
    restore: null,
  };
}

/** By hand everything that runs is meant, whatever the policy says. */
export function orderByHand(
  { workload, decided }: Judgement,
  action: 'scaledown' | 'delete',
  options: { readonly acceptDataLoss: boolean; readonly policy: Policy; readonly now: number },
): ActOrder {
  const digests = ranBy(workload, options.policy).map(({ digest }) => digest);
  const evidence = decided.conditions.flatMap((one) => condemning(one, options.policy));
  const reason: Reason = { condition: null, rule: null, evidence: wordsOf(evidence) };
  return {
    id: idOf(workload, action, options.now),
    action,
    target: targetOf(workload),
    by: 'hand',
    reason,
    digests: [...new Set(digests)].toSorted(),
    ran: ranBy(workload, options.policy),
    conditions: decided.conditions.map(({ type }) => type),
    acceptDataLoss: options.acceptDataLoss,
    restore: null,
  };
}

/** The images that decide, as far as their digests are known. */
function ranBy({ images }: Workload, policy: Policy): Ran[] {
  const known = images.filter((entry) => entry.image.digest !== null && decides(entry, policy));
  const pairs = known.map(({ image }) => ({ reference: image.reference, digest: image.digest ?? '' }));
  return [...new Map(pairs.map((one) => [`${one.reference} ${one.digest}`, one])).values()];
}

/** Unique within a run: an object has one act under way, and time moves on between two. */
export function idOf({ uid }: Pick<Workload, 'uid'>, action: string, now: number): string {
  return `${action}-${now.toString(36)}-${hashOf(uid).toString(36)}`;
}

function condemning({ evidence }: DecidedCondition, policy: Policy): Evidence[] {
  return evidence.filter((one) => one.excepted === null && isCondemning(one, policy));
}

const mostWords = 10;

function wordsOf(evidence: readonly Evidence[]): string[] {
  return [...new Set(evidence.map(inWords))].slice(0, mostWords);
}

/** `CVE-2026-1 (Critical) in npm://event-stream:3.3.6`, `GPL-3.0-only in npm://a:1`, `neverScanned REFERENCE`. */
function inWords(evidence: Evidence): string {
  switch (evidence.type) {
    case 'security':
      return `${evidence.cves.join(' ') || evidence.id} (${evidence.severity}) in ${evidence.component}`;
    case 'license':
      return `${evidence.license} in ${evidence.component || evidence.image}`;
    case 'unscanned':
      return `${evidence.reason} ${evidence.image}`;
    default:
      return evidence satisfies never;
  }
}
