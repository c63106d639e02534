// The gate: whether `--fail-on` matches, for pipelines that must fail for the right reason only.
import { failsOn } from './decide.ts';
import type { Circumstances } from './decide.ts';
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

/** Holds the workloads in scope against the criteria; `missed` is whether some may not have been seen at all. */
export function gate(
  state: State,
  workloads: readonly Workload[],
  criteria: readonly Criterion[],
  circumstances: Circumstances,
  missed: boolean,
): GateResult {
  let incomplete = missed;
  for (const criterion of criteria) {
    const policy = policyFor(criterion, state.policy);
    for (const { workload, verdict, decided } of judgeAll(state, workloads, circumstances, policy)) {
      if (failsOn(decided.conditions, criterion.condition, policy)) return 'matched';
      // What a whitelist covers could not have matched, whatever the missing answer is.
      if (matchesAny(policy[criterion.condition].whitelistNamespaces, workload.namespace)) continue;
      incomplete ||= !verdict.settled || verdict.notEvaluated.includes(criterion.condition);
    }
  }
  return incomplete ? 'incomplete' : 'passed';
}

/** A severity of a criterion takes the place of the policy's. */
export function policyFor({ condition, severity }: Criterion, policy: Policy): Policy {
  if (severity === null || condition !== 'security') return policy;
  return { ...policy, security: { ...policy.security, minSeverity: severity } };
}
