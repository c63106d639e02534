// The decision: what the policy calls for, and what is exempt from it.
// The strongest action wins; an exemption belongs to its own condition, or covers the whole workload.
import { builtinKindOf } from './kind.ts';
import { actions, matchesAny, stronger } from './policy.ts';
import type { Action, ConditionType, Policy, Rule } from './policy.ts';
import type { Evidence, ProvenCondition, Verdict } from './verdict.ts';
import type { Held, Workload } from './workload.ts';

export type ExemptBy = 'protect' | 'managed' | 'held' | 'contested' | 'whitelist' | 'exception' | 'gracePeriod';

export interface Exempt {
  readonly by: ExemptBy;
  /** What in the policy or on the workload says so. */
  readonly rule: string;
  /** RFC 3339; null where it does not end by itself, or nothing remembers since when it holds. */
  readonly until: string | null;
}

export interface Decision {
  readonly action: Action;
  readonly condition: ConditionType | null;
  /** Path in the policy file, `scanPolicy.security.deployments`. */
  readonly rule: string | null;
  /** Set only where exemptions took every action away: that of the strongest. */
  readonly exempt: Exempt | null;
}

/** A proven condition with what it calls for and what exempts it. */
export interface DecidedCondition extends ProvenCondition {
  readonly exempt: Exempt | null;
  /** A whitelist or an exception covers it, whatever else exempts it: `--fail-on` leaves it out. */
  readonly covered: boolean;
  /** What its rule calls for here, before exemptions; `ignore` where that is denied. */
  readonly action: Action;
  /** Why what its rule says is never done to such a workload. */
  readonly denied: Obstacle | null;
  readonly rule: string;
}

export interface Circumstances {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** When this evidence was first seen on its digest, ms since the epoch; null where nothing remembers. */
  readonly firstSeen: (workload: Workload, evidence: Evidence) => number | null;
  /** Brought up or made again by somebody after it was stopped; null where nothing remembers, or nobody did. */
  readonly contested: (workload: Workload) => Exempt | null;
  /** Namespaces that serve the configured Xray or Artifactory. */
  readonly ownNamespaces: readonly string[];
}

/** Why an action that is called for cannot or must not happen at all, in words. */
export const obstacles = {
  ownerChainIncomplete: 'its owner chain could not be read whole',
  atZero: 'it is at zero already',
  suspended: 'it is suspended already',
  finished: 'it has finished',
  staticPod: 'a static pod can only be stopped on its node',
  barePod: 'a bare pod cannot be scaled down',
  noScale: 'its kind has no /scale',
  referenceOnly: 'nothing is deleted while only the reference of its image is known, and not the digest that runs',
  customKind: 'a custom kind is never deleted by a policy, because what it owns would go with it',
  kindNotNamed: 'a custom kind is acted upon only where the policy names it',
} as const;

export type Obstacle = keyof typeof obstacles;

export interface Decided {
  readonly decision: Decision;
  readonly conditions: readonly DecidedCondition[];
  /** Set only where something is called for. */
  readonly obstacle: Obstacle | null;
  /** What keeps acts by policy away from the whole workload, whether or not anything calls for one. */
  readonly wholesale: Exempt | null;
}

export const nothingCalledFor: Decision = { action: 'ignore', condition: null, rule: null, exempt: null };

/** Applies the policy to a verdict. Evidence alone counts: what is missing calls for nothing. */
export function decide(verdict: Verdict, workload: Workload, policy: Policy, circumstances: Circumstances): Decided {
  const called = verdict.conditions.map((proven) => ({ ...proven, ...calledFor(proven, workload, policy) }));
  const wholesale = wholeWorkloadExemption(called, workload, policy, circumstances);
  const conditions = called.map((one) => {
    return { ...one, ...exemption(one, one.action, workload, policy, circumstances, wholesale) };
  });
  const active = conditions.filter((one) => one.action !== 'ignore');
  const strongest = active.map((one) => one.action).reduce(stronger, 'ignore');
  if (strongest === 'ignore') {
    const denied = conditions.find((one) => one.exempt === null && one.denied !== null)?.denied ?? null;
    const obstacle = denied === null ? null : (obstacleTo(workload) ?? denied);
    return { decision: nothingCalledFor, conditions, obstacle, wholesale };
  }
  const unexempt = active.filter((one) => one.exempt === null);
  const obstacle = obstacleTo(workload) ?? impossibility(workload, unexempt.length > 0 ? unexempt : active);
  if (obstacle !== null) return { decision: nothingCalledFor, conditions, obstacle, wholesale };
  const due = strongestOf(unexempt);
  if (due !== null) {
    return {
      decision: { action: due.action, condition: due.type, rule: due.rule, exempt: null },
      conditions,
      obstacle,
      wholesale,
    };
  }
  const spared = strongestOf(active);
  if (spared === null) return { decision: nothingCalledFor, conditions, obstacle, wholesale };
  const { type: condition, rule, exempt } = spared;
  return { decision: { action: 'ignore', condition, rule, exempt }, conditions, obstacle, wholesale };
}

function strongestOf(conditions: readonly DecidedCondition[]): DecidedCondition | null {
  const rank = (one: DecidedCondition): number => actions.indexOf(one.action) * 10 - tellingOrder.indexOf(one.type);
  return conditions.toSorted((one, other) => rank(other) - rank(one))[0] ?? null;
}

/** Of equally strong ones, the condition that tells an engineer most is named. */
const tellingOrder: readonly ConditionType[] = ['security', 'license', 'unscanned'];

/** What keeps every act away, whatever calls for it. */
function obstacleTo(workload: Workload): Obstacle | null {
  if (workload.ownerChain === 'incomplete') return 'ownerChainIncomplete';
  if (workload.idle !== null) return workload.idle === 'zero' ? 'atZero' : workload.idle;
  return workload.mirror ? 'staticPod' : null;
}

function impossibility(workload: Workload, active: readonly DecidedCondition[]): Obstacle | null {
  if (!active.every((one) => one.action === 'scaledown')) return null;
  const builtin = builtinKindOf(workload.apiVersion, workload.kind);
  if (builtin?.kind === 'Pod') return 'barePod';
  return builtin === undefined && workload.scalable === false ? 'noScale' : null;
}

type Called = Pick<DecidedCondition, 'action' | 'rule' | 'denied'>;

function calledFor(proven: ProvenCondition, workload: Workload, policy: Policy): Called {
  const rule = policy[proven.type];
  const prefix = `${policy.rulePrefix}${proven.type}.`;
  const named = rule.actions.get(workload.resource.toLowerCase());
  const isCustom = builtinKindOf(workload.apiVersion, workload.kind) === undefined;
  const name = named?.key ?? (isCustom ? workload.resource : 'default');
  const action = actionFor(named?.action ?? rule.default, proven, policy);
  const denied = isCustom && named === undefined ? 'kindNotNamed' : denial(action, isCustom, proven, policy);
  if (action === 'ignore' || denied === null) return { action, rule: `${prefix}${name}`, denied: null };
  return { action: 'ignore', rule: `${prefix}${name}`, denied };
}

/** `unscanned` calls for something only by the reasons that the policy names. */
function actionFor(action: Action, { evidence }: ProvenCondition, policy: Policy): Action {
  return evidence.some((one) => isCondemning(one, policy)) ? action : 'ignore';
}

/** Never `delete` by reference alone, nor a custom kind. */
function denial(action: Action, isCustom: boolean, { evidence }: ProvenCondition, policy: Policy): Obstacle | null {
  if (action !== 'delete') return null;
  if (isCustom) return 'customKind';
  const calling = evidence.filter((one) => isCondemning(one, policy));
  const open = calling.filter((one) => one.excepted === null);
  return (open.length > 0 ? open : calling).every((one) => one.byReference) ? 'referenceOnly' : null;
}

/** Whether evidence calls for anything: of unscanned only the reasons that the policy names. */
export function isCondemning(evidence: Evidence, policy: Policy): boolean {
  return evidence.type !== 'unscanned' || policy.unscanned.reasons.includes(evidence.reason);
}

type CalledFor = ProvenCondition & { readonly action: Action };

function wholeWorkloadExemption(
  called: readonly CalledFor[],
  workload: Workload,
  policy: Policy,
  circumstances: Circumstances,
): Exempt | null {
  const { namespace } = workload;
  if (namespace === 'kube-system') return exemptBy('protect', 'kube-system');
  if (matchesAny(policy.protectNamespaces, namespace)) return exemptBy('protect', 'protect.namespaces');
  if (circumstances.ownNamespaces.includes(namespace)) return exemptBy('protect', 'serves Xray or Artifactory');
  if (workload.protectedBy !== null) return exemptBy('protect', workload.protectedBy);
  if (workload.managedBy !== null && policy.onManaged === 'refuse') {
    return exemptBy('managed', `onManaged (${workload.managedBy})`);
  }
  if (workload.held !== null && stillHeld(workload.held, called, policy)) {
    return exemptBy('held', 'kubectl-xray/held', workload.held.until || null);
  }
  return circumstances.contested(workload);
}

/**
 * A hold is of what called for the act that was undone: another condition, or a digest that was not among those condemned
 * then, ends it. What runs beside them and is clean says nothing.
 */
function stillHeld({ digests, conditions }: Held, called: readonly CalledFor[], policy: Policy): boolean {
  if (conditions.length > 0 && !called.every(({ type }) => conditions.includes(type))) return false;
  const strongest = called.map(({ action }) => action).reduce(stronger, 'ignore');
  const calling = called.filter(({ action }) => action !== 'ignore' && action === strongest);
  const condemned = calling.flatMap(({ evidence }) =>
    evidence.filter((one) => one.excepted === null && !one.byReference && isCondemning(one, policy)),
  );
  return digests.length === 0 || condemned.every(({ image }) => digests.includes(image));
}

function exemptBy(by: ExemptBy, rule: string, until: string | null = null): Exempt {
  return { by, rule, until };
}

function exemption(
  proven: ProvenCondition,
  action: Action,
  workload: Workload,
  policy: Policy,
  circumstances: Circumstances,
  wholesale: Exempt | null,
): { exempt: Exempt | null; covered: boolean } {
  const rule = policy[proven.type];
  const path = `${policy.rulePrefix}${proven.type}`;
  const whitelisted = matchesAny(rule.whitelistNamespaces, workload.namespace);
  const open = proven.evidence.filter((one) => one.excepted === null);
  const excepted = proven.evidence[0]?.excepted ?? '';
  const covered = whitelisted || open.length === 0;
  if (wholesale !== null) return { exempt: wholesale, covered };
  if (whitelisted) {
    return { exempt: { by: 'whitelist', rule: `${path}.whitelistNamespaces`, until: null }, covered };
  }
  if (open.length === 0) {
    return { exempt: { by: 'exception', rule: excepted, until: endOf(excepted, policy) }, covered };
  }
  // A delete rests on what is not known by reference alone, so it waits for that.
  const calling = open.filter((one) => isCondemning(one, policy) && (action !== 'delete' || !one.byReference));
  return { exempt: action === 'ignore' ? null : gracePeriod(calling, rule, path, workload, circumstances), covered };
}

function endOf(excepted: string, policy: Policy): string | null {
  const index = Number(/\d+/.exec(excepted)?.[0] ?? -1);
  return policy.exceptions[index]?.until ?? null;
}

/** From first seen until an act is due; as soon as one piece of evidence is past it, the condition is. */
function gracePeriod(
  evidence: readonly Evidence[],
  rule: Rule,
  path: string,
  workload: Workload,
  circumstances: Circumstances,
): Exempt | null {
  if (rule.gracePeriod === 0) return null;
  const ends = evidence.map((one) => graceEnds(one, rule, workload, circumstances));
  if (ends.some((end) => end !== null && end <= circumstances.now)) return null;
  const known = ends.filter((end) => end !== null);
  const until = known.length > 0 ? new Date(Math.min(...known)).toISOString() : null;
  return { by: 'gracePeriod', rule: `${path}.gracePeriod`, until };
}

function graceEnds(evidence: Evidence, rule: Rule, workload: Workload, circumstances: Circumstances): number | null {
  const created = evidence.created === null ? Number.NaN : Date.parse(evidence.created);
  const seen = Number.isNaN(created) ? circumstances.firstSeen(workload, evidence) : created;
  if (seen === null) return null;
  return Math.max(seen, workload.revisionAt, evidence.exceptedUntil ?? 0) + rule.gracePeriod;
}

/** Whether a condition counts for `--fail-on`: proven, not covered, and of unscanned only the reasons the policy names. */
export function failsOn(conditions: readonly DecidedCondition[], type: ConditionType, policy: Policy): boolean {
  return conditions.some((one) => one.type === type && failingEvidence(one, policy).length > 0);
}

/** Whether evidence is covered by nothing, and yet does not count: unscanned, for a reason that the policy does not name. */
export function isUncounted({ covered }: DecidedCondition, evidence: Evidence, policy: Policy): boolean {
  return !covered && evidence.excepted === null && !isCondemning(evidence, policy);
}

/** The evidence for which a condition counts so. */
export function failingEvidence({ covered, evidence }: DecidedCondition, policy: Policy): readonly Evidence[] {
  return covered ? [] : evidence.filter((one) => one.excepted === null && isCondemning(one, policy));
}
