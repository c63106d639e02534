// The gate of `--fail-on new`: whether anything matches that did not hold in what is compared with. What cannot be compared
// is never taken for old.
import { failingEvidence } from './decide.ts';
import type { Circumstances } from './decide.ts';
import { policyFor } from './gate.ts';
import type { Criterion, GateResult } from './gate.ts';
import { conditionTypes, matchesAny } from './policy.ts';
import type { ConditionType, Policy } from './policy.ts';
import { judgeAll } from './report.ts';
import { countedAs, severityRank } from './severity.ts';
import type { State } from './state.ts';
import type { KnownVerdict } from './verdict-change.ts';
import type { Evidence } from './verdict.ts';
import type { KnownText } from './verdict-lines.ts';
import { keyOfEvidence, rankOf, recordKey } from './verdict-record.ts';
import type { Workload } from './workload.ts';

export interface NewMatch {
  readonly workload: Workload;
  readonly condition: ConditionType;
  readonly evidence: readonly Evidence[];
}

export interface GatedNew {
  readonly result: GateResult;
  readonly matches: readonly NewMatch[];
}

interface Gated {
  readonly state: State;
  readonly workloads: readonly Workload[];
  /** None: any condition. */
  readonly criteria: readonly Criterion[];
  readonly circumstances: Circumstances;
  /** Some workloads may not have been seen at all. */
  readonly missed: boolean;
  /** By `recordKey`; null: there is nothing to compare with. */
  readonly before: ReadonlyMap<string, KnownText> | null;
}

/** Holds the workloads in scope against the criteria. Without anything to compare with it is `incomplete`. */
export function gateNew({ state, workloads, criteria, circumstances, missed, before }: Gated): GatedNew {
  if (before === null) return { result: 'incomplete', matches: [] };
  let incomplete = missed;
  const matches: NewMatch[] = [];
  const any = conditionTypes.map((condition): Criterion => ({ condition, severity: null }));
  for (const criterion of criteria.length === 0 ? any : criteria) {
    const { condition } = criterion;
    const policy = policyFor(criterion, state.policy);
    for (const { workload, verdict, decided } of judgeAll(state, workloads, circumstances, policy)) {
      const known = before.get(recordKey(workload))?.verdict ?? null;
      const failing = decided.conditions
        .filter(({ type }) => type === condition)
        .flatMap((one) => failingEvidence(one, policy));
      const compared = Map.groupBy(failing, (one) => compare(one, known?.() ?? null, state.policy));
      const evidence = compared.get('new') ?? [];
      if (evidence.length > 0) matches.push({ workload, condition, evidence });
      if (compared.has('notKnown')) incomplete = true;
      if (matchesAny(policy[condition].whitelistNamespaces, workload.namespace)) continue;
      incomplete ||= !verdict.settled || verdict.notEvaluated.includes(condition);
    }
  }
  return { result: matches.length > 0 ? 'matched' : incomplete ? 'incomplete' : 'passed', matches };
}

/**
 * A finding below what the policy asks for is kept nowhere but in the counts: where there were some of its severity it may
 * be one of those.
 */
function compare(evidence: Evidence, known: KnownVerdict | null, policy: Policy): 'new' | 'old' | 'notKnown' {
  if (known === null) return 'new';
  const severity = evidence.type === 'security' ? evidence.severity : null;
  const before = known.holding.get(keyOfEvidence(evidence));
  // Not scanned for another reason is another matter: not every reason fails.
  const isSame = evidence.type !== 'unscanned' || before?.says === evidence.reason;
  if (before !== undefined && isSame && rankOf(before) >= rankOf({ severity })) return 'old';
  if (severity === null || severityRank(severity) >= severityRank(policy.security.minSeverity)) return 'new';
  return known.record.severities[countedAs[severity]] > 0 ? 'notKnown' : 'new';
}
