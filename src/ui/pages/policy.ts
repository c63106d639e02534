// The policy in force: each rule with what it says and how many workloads it matches now.
import type { Exempt } from '../../core/decide.ts';
import { coveredBy } from '../../core/exception-standing.ts';
import type { Judgement } from '../../core/judgement.ts';
import { roomToday } from '../../core/limits.ts';
import { conditionTypes, exceptionEnds, matchesAny } from '../../core/policy.ts';
import type { ConditionType, Exception, Policy } from '../../core/policy.ts';
import { ageText } from '../../core/rows.ts';
import type { State } from '../../core/state.ts';
import type { Cell, Column, Row, Table, Tone } from '../table.ts';
import { told } from './act-cells.ts';

/** PART and RULE together are the key in the policy file. */
const columns: readonly Column[] = [
  { id: 'part', title: 'PART', key: 'P', align: 'left', from: 0, least: 10 },
  { id: 'rule', title: 'RULE', key: 'R', align: 'left', from: 0, least: 11 },
  { id: 'says', title: 'SAYS', key: 'S', align: 'left', from: 0, least: 9 },
  { id: 'matches', title: 'MATCH', key: 'M', align: 'right', from: 0 },
  { id: 'note', title: 'NOTE', key: 'N', align: 'left', from: 72, grows: true },
];

interface Said {
  readonly part: string;
  readonly rule: string;
  readonly says: string;
  readonly tone?: Tone;
  /** Of the workloads judged now; null: it matches none by its nature. */
  readonly matches: number | null;
  readonly note?: string;
  readonly fault?: boolean;
}

/** `now` in milliseconds since the epoch: an exception that is over by then is said to be. */
export function policyPage(state: State, now: number): Table {
  const { policy } = state;
  const judged = [...state.judged.values()];
  const all: readonly Said[] = [
    ...sourceRows(state),
    ...conditionTypes.flatMap((type) => conditionRows(type, policy, judged)),
    ...policy.exceptions.map((one, index) => exceptionRow(one, index, judged, now)),
    ...exemptRows(policy, judged),
    ...limitRows(state, now),
  ];
  const empty = 'no policy is known yet';
  return { is: 'table', title: 'policy', columns, rows: all.map(rowOf), empty };
}

function rowOf({ part, rule, says, tone, matches, note = '', fault = false }: Said): Row {
  const counted: Cell = { text: matches === null ? '' : String(matches), tone: matches === 0 ? 'muted' : 'plain' };
  const cells = [told(part), told(rule), told(says, tone), counted, told(note, fault ? 'fault' : 'muted')];
  const sort = [part, rule, says, -(matches ?? -1), note];
  return { id: [part, rule, says].join(' '), namespace: null, labels: {}, cells, sort, fault, workloads: [] };
}

/** A file that is not in force as it is now is the first thing to know. */
function sourceRows({ policy, policyFault }: State): readonly Said[] {
  const none: Said = { part: 'file', rule: '', says: 'none: every action is ignore', matches: null };
  const file = policy.source === null ? none : { ...none, says: policy.source };
  if (policyFault === null) return [file];
  const says = `not in force as it is now: ${policyFault}`;
  return [file, { part: 'file', rule: 'fault', says, tone: 'fault', matches: null, fault: true }];
}

function conditionRows(type: ConditionType, policy: Policy, judged: readonly Judgement[]): readonly Said[] {
  const { actions, whitelistNamespaces, gracePeriod, ...rest } = policy[type];
  const keys = [
    ...[...actions.values()].map(({ key, action }) => ({ key, action })),
    { key: 'default', action: rest.default },
  ];
  const holding = judged.filter(({ decided }) => decided.conditions.some((one) => one.type === type));
  return [
    ...keys.map(({ key, action }): Said => {
      const path = `${policy.rulePrefix}${type}.${key}`;
      const matching = holding.filter(({ decided }) =>
        decided.conditions.some((one) => one.type === type && one.rule === path),
      );
      const tone: Tone = action === 'ignore' ? 'muted' : 'due';
      return { part: type, rule: key, says: action, tone, matches: matching.length, note: spared(matching, type) };
    }),
    ...[...new Set(whitelistNamespaces)].map((glob): Said => {
      const matching = holding.filter(({ workload }) => matchesAny([glob], workload.namespace));
      return { part: type, rule: 'whitelistNamespaces', says: glob, matches: matching.length };
    }),
    {
      part: type,
      rule: 'gracePeriod',
      says: gracePeriod === 0 ? 'none' : ageText(gracePeriod),
      matches: gracePeriod === 0 ? null : holding.filter((one) => exemptOf(one, type)?.by === 'gracePeriod').length,
    },
    ...measureRows(type, policy).map((one): Said => ({ part: type, ...one, matches: holding.length })),
  ];
}

/** How many of them an exemption spares. */
function spared(matching: readonly Judgement[], type: ConditionType): string {
  const exempt = matching.filter((one) => exemptOf(one, type) !== null).length;
  return exempt === 0 ? '' : `${exempt} exempt`;
}

function exemptOf({ decided }: Judgement, type: ConditionType): Exempt | null {
  return decided.conditions.find((one) => one.type === type)?.exempt ?? null;
}

/** By what the condition holds at all. */
function measureRows(type: ConditionType, policy: Policy): readonly Pick<Said, 'rule' | 'says'>[] {
  const { unscanned, security, license } = policy;
  switch (type) {
    case 'unscanned':
      return [{ rule: 'reasons', says: listText(unscanned.reasons) }];
    case 'security':
      return [
        { rule: 'minSeverity', says: security.minSeverity.toLowerCase() },
        { rule: 'basis', says: security.basis },
        ...(security.fixableOnly ? [{ rule: 'fixableOnly', says: 'true' }] : []),
        ...(security.applicableOnly ? [{ rule: 'applicableOnly', says: 'true' }] : []),
      ];
    case 'license':
      return [
        { rule: 'basis', says: license.basis },
        ...(license.denied === null ? [] : [{ rule: 'denied', says: listText(license.denied) }]),
        ...(license.allowed === null ? [] : [{ rule: 'allowed', says: listText(license.allowed) }]),
      ];
    default:
      return type satisfies never;
  }
}

function listText(all: readonly string[]): string {
  return all.length === 0 ? 'none' : all.join(', ');
}

function exceptionRow(exception: Exception, index: number, judged: readonly Judgement[], now: number): Said {
  const { covers, namespaces, workloads, image, until, by, reason } = exception;
  const isOver = exceptionEnds(exception) <= now;
  const where = [...(namespaces ?? []), ...(workloads ?? []), ...(image === null ? [] : [image])];
  const says = `${coveredText(covers)}${where.length === 0 ? '' : ` in ${where.join(', ')}`}`;
  const told = [
    ...(until === null ? [] : [`${isOver ? 'expired: ' : ''}until ${until}`]),
    ...(by === null ? [] : [`by ${by}`]),
    ...(reason === null ? [] : [reason]),
  ];
  const covered = coveredBy(index, judged);
  const part: Said = { part: 'exceptions', rule: `[${index}]`, says, matches: covered.length, note: told.join('; ') };
  return isOver ? { ...part, tone: 'muted', fault: true } : part;
}

function coveredText(covers: Exception['covers']): string {
  if ('cve' in covers) return covers.cve;
  return 'license' in covers ? `license ${covers.license}` : `condition ${covers.condition}`;
}

/** What keeps acts by policy away from whole workloads. */
function exemptRows({ protectNamespaces, onManaged, roles }: Policy, judged: readonly Judgement[]): readonly Said[] {
  const protectedAnyway = judged.filter(({ decided: { wholesale } }) => {
    return wholesale?.by === 'protect' && wholesale.rule !== 'protect.namespaces';
  });
  const managed = judged.filter(({ workload }) => workload.managedBy !== null).length;
  return [
    ...[...new Set(protectNamespaces)].map((glob): Said => {
      const matching = judged.filter(({ workload }) => matchesAny([glob], workload.namespace));
      return { part: 'protect', rule: 'namespaces', says: glob, matches: matching.length };
    }),
    {
      part: 'protect',
      rule: 'always',
      says: 'kube-system, critical priority, what serves the cluster or Xray',
      matches: protectedAnyway.length,
    },
    { part: 'onManaged', rule: '', says: onManaged, matches: managed },
    { part: 'roles', rule: '', says: listText(roles), matches: null },
  ];
}

function limitRows(state: State, now: number): readonly Said[] {
  const { actionsPerMinute, shareOfWorkloads } = state.policy.limits;
  const { allowed, done } = roomToday(state, now);
  const { pause } = state.acting.history;
  const share = `${Number((shareOfWorkloads * 100).toFixed(6))}%`;
  return [
    { part: 'limits', rule: 'actionsPerMinute', says: String(actionsPerMinute), matches: null },
    {
      part: 'limits',
      rule: 'shareOfWorkloads',
      says: share,
      matches: null,
      note: `${done} of ${allowed} acts done within a day`,
    },
    ...(pause === null
      ? []
      : [{ part: 'limits', rule: 'paused', says: pause.message, tone: 'fault' as const, matches: null, fault: true }]),
  ];
}
