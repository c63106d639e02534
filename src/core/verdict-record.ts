// What is kept of a verdict: enough to say later what has changed since, and no more. Made of a judgement, or of an item of
// an earlier report.
import type { ExemptBy } from './decide.ts';
import type { Judgement } from './judgement.ts';
import { groupOf } from './kind.ts';
import type { Target } from './act.ts';
import type { ConditionType } from './policy.ts';
import type { ConditionItem, EvidenceItem, WorkloadItem } from './report.ts';
import { actionText } from './rows.ts';
import { severityRank } from './severity.ts';
import type { Severity, SeverityCounts } from './severity.ts';
import type { Evidence } from './verdict.ts';

/** A workload is told apart by namespace, kind and name: one that was made anew is compared with the one before. */
export type RecordedWorkload = Omit<Target, 'resource'>;

/** One finding, license or missing scan, in whichever of the workload's images it is. */
export interface EvidenceRecord {
  /** The id of a finding, `license NAME`, or `unscanned IMAGE`. */
  readonly key: string;
  /** As people name it: the CVE, the license, why it is not scanned. */
  readonly says: string;
  readonly severity: Severity | null;
  /** No exception covers it. */
  readonly open: boolean;
}

export interface ConditionRecord {
  readonly type: ConditionType;
  readonly exempt: ExemptBy | null;
  /** A whitelist or exceptions cover it as a whole. */
  readonly covered: boolean;
  readonly evidence: readonly EvidenceRecord[];
}

export interface VerdictRecord {
  readonly workload: RecordedWorkload;
  readonly settled: boolean;
  /** Why answers are missing, each reason once. */
  readonly missing: readonly string[];
  readonly conditions: readonly ConditionRecord[];
  /** As the table has it: `ignore`, what is due, or `scaled-down`. */
  readonly action: string;
  readonly exempt: ExemptBy | null;
  readonly severities: SeverityCounts;
  /** `REFERENCE@DIGEST` of what decides, in order. */
  readonly images: readonly string[];
  /** What held before an answer was missing, and has not been answered for since. */
  readonly carried?: readonly EvidenceRecord[];
}

export function recordKey({ apiVersion, kind, namespace, name }: Omit<RecordedWorkload, 'uid'>): string {
  return `${namespace}/${kind}.${groupOf(apiVersion)}/${name}`;
}

export function recordOf(judgement: Judgement): VerdictRecord {
  const { workload, verdict, decided } = judgement;
  const { uid, apiVersion, kind, namespace, name, images } = workload;
  const running = images.filter(({ outdated, injected, role }) => !outdated && !injected && role !== 'ephemeral');
  return {
    workload: { uid, apiVersion, kind, namespace, name },
    settled: verdict.settled,
    missing: reasonsOf(verdict.unanswered),
    conditions: decided.conditions.map(({ type, exempt, covered, evidence }) => {
      return { type, exempt: exempt?.by ?? null, covered, evidence: distinct(evidence.map(evidenceRecord)) };
    }),
    action: actionText(judgement),
    exempt: decided.decision.exempt?.by ?? null,
    severities: verdict.severities,
    images: imagesOf(running.map(({ image }) => image)),
  };
}

/** Of `status -o json`. What a whitelist covers beside something stronger is not told there, and counts as holding. */
export function recordOfItem(item: WorkloadItem): VerdictRecord {
  const { uid, apiVersion, kind, namespace, name } = item.workload;
  const running = item.images.filter(({ outdated, injected, role }) => !outdated && !injected && role !== 'ephemeral');
  return {
    workload: { uid, apiVersion, kind, namespace, name },
    settled: item.settled,
    missing: reasonsOf(item.unanswered),
    conditions: item.conditions.map(conditionOfItem),
    action: item.acted?.action === 'scaledown' ? 'scaled-down' : item.decision.action,
    exempt: item.decision.exempt?.by ?? null,
    severities: item.severities,
    images: imagesOf(running),
  };
}

function conditionOfItem({ type, exempt, evidence }: ConditionItem): ConditionRecord {
  const covered = exempt?.by === 'whitelist' || evidence.every(({ excepted }) => excepted !== null);
  return { type, exempt: exempt?.by ?? null, covered, evidence: distinct(evidence.map(evidenceOfItem)) };
}

function reasonsOf(unanswered: readonly { readonly reason: string }[]): string[] {
  return [...new Set(unanswered.map(({ reason }) => reason))].toSorted();
}

/** Only of a digest that runs is it certain which image it is. */
function imagesOf(
  images: readonly { readonly reference: string; readonly basis: string; readonly digest: string | null }[],
): string[] {
  const names = images.map(({ reference, basis, digest }) => {
    return basis === 'digest' && digest !== null ? `${reference}@${digest.slice(0, 19)}` : reference;
  });
  return [...new Set(names)].toSorted();
}

function evidenceRecord(evidence: Evidence): EvidenceRecord {
  switch (evidence.type) {
    case 'security':
      return findingRecord(evidence);
    case 'license':
      return licenseRecord(evidence.license, evidence.excepted);
    case 'unscanned':
      return unscannedRecord(evidence);
    default:
      return evidence satisfies never;
  }
}

function evidenceOfItem(evidence: EvidenceItem): EvidenceRecord {
  if ('license' in evidence) return licenseRecord(evidence.license, evidence.excepted);
  return 'id' in evidence ? findingRecord(evidence) : unscannedRecord(evidence);
}

interface FindingSaid {
  readonly id: string;
  readonly cves: readonly string[];
  readonly severity: Severity;
  readonly excepted: string | null;
}

function findingRecord({ id, cves, severity, excepted }: FindingSaid): EvidenceRecord {
  return { key: findingKey({ id, cves }), says: cves[0] ?? id, severity, open: excepted === null };
}

function licenseRecord(license: string, excepted: string | null): EvidenceRecord {
  return { key: `license ${license}`, says: license, severity: null, open: excepted === null };
}

function unscannedRecord({ image, reason, excepted }: Extract<EvidenceItem, { reason: string }>): EvidenceRecord {
  return { key: `unscanned ${image}`, says: reason, severity: null, open: excepted === null };
}

function findingKey({ id, cves }: Pick<FindingSaid, 'id' | 'cves'>): string {
  return id || cves.join();
}

/** What a piece of evidence is told apart by in a record. */
export function keyOfEvidence(evidence: Evidence): string {
  return evidenceRecord(evidence).key;
}

/** The same finding in several images or components: the worst of it, and open where any is. */
function distinct(all: readonly EvidenceRecord[]): EvidenceRecord[] {
  const found = new Map<string, EvidenceRecord>();
  for (const one of all) {
    const known = found.get(one.key);
    found.set(one.key, known === undefined ? one : worse(known, one));
  }
  return [...found.values()];
}

function worse(one: EvidenceRecord, other: EvidenceRecord): EvidenceRecord {
  if (one.open !== other.open) return one.open ? one : other;
  return rankOf(other) > rankOf(one) ? other : one;
}

/** Higher is worse; what has no severity is below all that have. */
export function rankOf({ severity }: Pick<EvidenceRecord, 'severity'>): number {
  return severity === null ? -1 : severityRank(severity);
}

/** What holds: neither excepted nor in a condition that is covered; by its key. */
export function holdingIn({ conditions, carried }: Pick<VerdictRecord, 'conditions' | 'carried'>) {
  const holding = new Map<string, EvidenceRecord>();
  for (const { covered, evidence } of conditions) {
    if (!covered) for (const one of evidence) if (one.open) holding.set(one.key, one);
  }
  for (const one of carried ?? []) if (!holding.has(one.key)) holding.set(one.key, one);
  return holding;
}

/** `clean`, `pending`, `unknown` or the conditions, as the table of `status` has them. */
export function wordsOfRecord({ conditions, settled, missing }: VerdictRecord): string {
  if (conditions.length === 0) return settled ? 'clean' : quiet(missing);
  const words = conditions.map(({ type, exempt }) => (exempt === null ? type : `[${type}]`));
  return (settled ? words : [...words, '?']).join(',');
}

/** Every word it is counted by: its conditions, and `pending` or `unknown` also beside them. */
export function countedWords({ conditions, settled, missing }: VerdictRecord): readonly CountedWord[] {
  const types = conditions.map(({ type }) => type);
  if (!settled) return [...types, quiet(missing)];
  return types.length === 0 ? ['clean'] : types;
}

export type CountedWord = ConditionType | 'pending' | 'unknown' | 'clean';

function quiet(missing: readonly string[]): 'pending' | 'unknown' {
  return missing.every((reason) => reason === 'indexing' || reason === 'scanning') ? 'pending' : 'unknown';
}
