// The gate: whether `--fail-on` matches, for pipelines that must fail for the right reason only.
import { failsOn, isUncounted } from './decide.ts';
import type { Circumstances, DecidedCondition } from './decide.ts';
import type { Judgement } from './judgement.ts';
import type { UnscannedReason } from './scan.ts';
import type { State } from './state.ts';
import { matchesAny } from './policy.ts';
import type { ConditionType, Policy } from './policy.ts';
import { judgeAll } from './report.ts';
import type { Severity } from './severity.ts';
import type { Workload } from './workload.ts';

/** One word of `--fail-on`: a condition, of at least a severity where one is given (it replaces minSeverity). */
export interface Criterion {
  readonly condition: ConditionType;
  readonly severity: Severity | null;
}

/** `incomplete`: nothing matched, and something that could have matched is not known. */
export type GateResult = 'matched' | 'passed' | 'incomplete';

export interface Uncounted {
  readonly reason: UnscannedReason;
  readonly images: number;
}

/** How one workload stands to the criteria. */
export interface Standing {
  /** The conditions that match, as they are decided for their criterion; each once. */
  readonly matched: readonly DecidedCondition[];
  /** Something that could have matched is not known. */
  readonly isIncomplete: boolean;
}

/** Holds the workloads in scope against the criteria; `missed` is whether some may not have been seen at all. */
export function gate(
  state: State,
  workloads: readonly Workload[],
  criteria: readonly Criterion[],
  circumstances: Circumstances,
  missed: boolean,
): GateResult {
  const standing = standings(state, criteria, circumstances);
  let incomplete = missed;
  for (const workload of workloads) {
    const { matched, isIncomplete } = standing(workload);
    if (matched.length > 0) return 'matched';
    incomplete ||= isIncomplete;
  }
  return incomplete ? 'incomplete' : 'passed';
}

/** Tells of any workload how it stands to the criteria. */
export function standings(
  state: State,
  criteria: readonly Criterion[],
  circumstances: Circumstances,
): (workload: Workload) => Standing {
  const asked = criteria.map((criterion) => ({
    type: criterion.condition,
    policy: policyFor(criterion, state.policy),
  }));
  return (workload) => {
    const matched = new Map<ConditionType, DecidedCondition>();
    let isIncomplete = false;
    for (const { type, policy } of asked) {
      for (const { verdict, decided } of judgeAll(state, [workload], circumstances, policy)) {
        const holding = decided.conditions.find((one) => one.type === type);
        if (holding !== undefined && failsOn(decided.conditions, type, policy)) matched.set(type, holding);
        // What a whitelist covers could not have matched, whatever the missing answer is.
        else if (!matchesAny(policy[type].whitelistNamespaces, workload.namespace)) {
          isIncomplete ||= !verdict.settled || verdict.notEvaluated.includes(type);
        }
      }
    }
    return { matched: [...matched.values()], isIncomplete };
  };
}

/** How many images are unscanned for each reason that does not count, by the policy; the commonest first. */
export function uncountedReasons(judgements: readonly Judgement[], policy: Policy): readonly Uncounted[] {
  const images = new Map<UnscannedReason, Set<string>>();
  for (const { decided } of judgements) {
    for (const condition of decided.conditions) {
      for (const evidence of condition.evidence) {
        if (evidence.type !== 'unscanned' || !isUncounted(condition, evidence, policy)) continue;
        images.set(evidence.reason, (images.get(evidence.reason) ?? new Set()).add(evidence.image));
      }
    }
  }
  const counted = [...images].map(([reason, found]) => ({ reason, images: found.size }));
  return counted.toSorted((one, other) => other.images - one.images);
}

/** A severity of a criterion takes the place of the policy's. */
export function policyFor({ condition, severity }: Criterion, policy: Policy): Policy {
  if (severity === null || condition !== 'security') return policy;
  return { ...policy, security: { ...policy.security, minSeverity: severity } };
}
