// Rows: the words of the table, one set for table, screen and filters.
import { countedAs, severities, severityRank } from './severity.ts';
import type { Severity, SeverityCounts } from './severity.ts';
import type { Judgement } from './report.ts';
import type { ConditionType } from './policy.ts';
import type { Verdict } from './verdict.ts';

/** The words a row can be chosen by with `--condition`. */
export const conditionWords = ['unscanned', 'security', 'license', 'clean', 'pending', 'unknown'] as const;
export type ConditionWord = (typeof conditionWords)[number];

/** `clean`, `pending`, `unknown`, or the list: `security,license`, `security,?` while answers are missing, `[exempt]`. */
export function conditionsText(judgement: Judgement): string {
  const { verdict, decided } = judgement;
  if (decided.conditions.length === 0) return quietWord(verdict);
  const words = decided.conditions.map((one) => (one.exempt === null ? one.type : `[${one.type}]`));
  return (verdict.settled ? words : [...words, '?']).join(',');
}

/** What a verdict says beside what it proves. */
export function quietWord(verdict: Verdict): 'clean' | 'pending' | 'unknown' {
  if (verdict.settled) return 'clean';
  const onlyWaiting = verdict.unanswered.every((one) => one.reason === 'indexing' || one.reason === 'scanning');
  return onlyWaiting ? 'pending' : 'unknown';
}

/** Every word a row answers to: its conditions, and `pending` or `unknown` also beside something proven. */
export function wordsOf(judgement: Judgement): ConditionWord[] {
  const types: ConditionType[] = judgement.decided.conditions.map((one) => one.type);
  const quiet = quietWord(judgement.verdict);
  if (types.length === 0) return [quiet];
  return quiet === 'clean' ? types : [...types, quiet];
}

/** What is due (`scaledown`), `scaled-down` for what we stopped, else `ignore`. */
export function actionText({ workload, decided }: Judgement): string {
  if (workload.acted?.action === 'scaledown') return 'scaled-down';
  return decided.decision.action;
}

/** Why this reads so, without blanks: who stopped it, the exemption, what stands in the way, the rule, what is missing. */
export function reasonText({ workload, verdict, decided, obstacle }: Judgement): string | null {
  if (workload.acted !== null) return `by:${workload.acted.by.replaceAll(/\s/g, '_')}`;
  const { exempt, rule } = decided.decision;
  if (exempt?.by === 'gracePeriod') return `gracePeriod:${exempt.until ?? 'since-unknown'}`;
  if (exempt !== null) return exempt.by;
  if (obstacle !== null || rule !== null) return obstacle ?? rule;
  const spared = decided.conditions.find((one) => one.exempt !== null)?.exempt?.by;
  const missing = [...new Set(verdict.unanswered.map((one) => one.reason))].join(',');
  const unscanned = decided.conditions.flatMap((one) =>
    one.evidence.flatMap((evidence) => (evidence.type === 'unscanned' ? [evidence.reason] : [])),
  );
  return spared ?? (missing || [...new Set(unscanned)].join(',') || null);
}

/** The worst severity a row counts; null of none. */
export function worstSeverity(counts: SeverityCounts): Severity | null {
  return severities.find((severity) => counts[countedAs[severity]] > 0) ?? null;
}

/**
 * Worst first: what is due, what holds and runs, what is not known, what is stopped already, what is exempt, then the
 * counts; namespace and name break ties.
 */
export function worstFirst(one: Judgement, other: Judgement): number {
  return (
    urgency(other) - urgency(one) ||
    compareCounts(other, one) ||
    compareText(one.workload.namespace, other.workload.namespace) ||
    compareText(one.workload.name, other.workload.name) ||
    compareText(one.workload.kind, other.workload.kind)
  );
}

function urgency(judgement: Judgement): number {
  const { workload, verdict, decided } = judgement;
  if (decided.decision.action !== 'ignore') return decided.decision.action === 'delete' ? 7 : 6;
  if (decided.conditions.some((one) => one.exempt === null)) return workload.idle === null ? 5 : 2;
  if (!verdict.settled) return quietWord(verdict) === 'unknown' ? 4 : 3;
  return decided.conditions.length > 0 ? 1 : 0;
}

/** By code units, as kubectl sorts: the same on every machine, whatever its language. */
export function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function compareCounts(one: Judgement, other: Judgement): number {
  for (const severity of severities) {
    const key = countedAs[severity];
    const difference = one.verdict.severities[key] - other.verdict.severities[key];
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether a row's counts hold at least one finding at or above a severity. */
export function hasSeverity(counts: SeverityCounts, atLeast: Severity): boolean {
  const worst = worstSeverity(counts);
  return worst !== null && severityRank(worst) >= severityRank(atLeast);
}

/** An age as kubectl prints it: `45s`, `5m3s`, `3h12m`, `26h`, `3d4h`, `400d`, `2y30d`. */
export function ageText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return joined(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return joined(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (days < 8) return joined(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  if (days < 2920) return joined(Math.floor(days / 365), 'y', days % 365, 'd');
  return `${Math.floor(days / 365)}y`;
}

function joined(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit}${small}${smallUnit}`;
}
