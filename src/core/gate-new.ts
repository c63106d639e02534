// The gate of `--fail-on new`: whether anything matches that did not hold in what is compared with. What cannot be compared
// is never taken for old.
import { failingEvidence } from './decide.ts';
import type { Circumstances, DecidedCondition } from './decide.ts';
import { policyFor } from './gate.ts';
import type { Criterion, GateResult, Standing } from './gate.ts';
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

/** How one workload stands to the criteria, beside what was known before. */
export interface StandingNew extends Standing {
  /** With the evidence that matches and may be new, or may have been there before: it cannot be told. */
  readonly notCompared: readonly DecidedCondition[];
}

/** Holds the workloads in scope against the criteria. Without anything to compare with it is `incomplete`. */
export function gateNew({ state, workloads, criteria, circumstances, missed, before }: Gated): GatedNew {
  if (before === null) return { result: 'incomplete', matches: [] };
  const standing = standingsNew(state, criteria, circumstances, before);
  let incomplete = missed;
  const matches: NewMatch[] = [];
  for (const workload of workloads) {
    const { matched, isIncomplete } = standing(workload);
    matches.push(...matched.map(({ type, evidence }) => ({ workload, condition: type, evidence })));
    incomplete ||= isIncomplete;
  }
  return { result: matches.length > 0 ? 'matched' : incomplete ? 'incomplete' : 'passed', matches };
}

/** Tells of any workload how it stands; what it matches with is new. Without anything to compare with nothing is known to be. */
export function standingsNew(
  state: State,
  criteria: readonly Criterion[],
  circumstances: Circumstances,
  before: Gated['before'],
): (workload: Workload) => StandingNew {
  const any = conditionTypes.map((condition): Criterion => ({ condition, severity: null }));
  const asked = (criteria.length === 0 ? any : criteria).map((criterion) => ({
    type: criterion.condition,
    policy: policyFor(criterion, state.policy),
  }));
  return (workload) => {
    const known = before === null ? null : (before.get(recordKey(workload))?.verdict() ?? null);
    const [matched, notCompared] = [
      new Map<ConditionType, DecidedCondition>(),
      new Map<ConditionType, DecidedCondition>(),
    ];
    let isIncomplete = false;
    for (const { type, policy } of asked) {
      for (const { verdict, decided } of judgeAll(state, [workload], circumstances, policy)) {
        for (const holding of decided.conditions.filter((one) => one.type === type)) {
          const compared = Map.groupBy(failingEvidence(holding, policy), (one) =>
            before === null ? 'notKnown' : compare(one, known, state.policy),
          );
          note(matched, holding, compared.get('new'));
          note(notCompared, holding, compared.get('notKnown'));
        }
        if (matchesAny(policy[type].whitelistNamespaces, workload.namespace)) continue;
        isIncomplete ||= !verdict.settled || verdict.notEvaluated.includes(type);
      }
    }
    isIncomplete ||= notCompared.size > 0;
    return { matched: [...matched.values()], notCompared: [...notCompared.values()], isIncomplete };
  };
}

/** Of two criteria for a condition one asks for more than the other. */
function note(
  found: Map<ConditionType, DecidedCondition>,
  holding: DecidedCondition,
  evidence: readonly Evidence[] = [],
): void {
  if (evidence.length <= (found.get(holding.type)?.evidence.length ?? 0)) return;
  found.set(holding.type, { ...holding, evidence });
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
