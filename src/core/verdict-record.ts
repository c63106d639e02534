// What is kept of a verdict: enough to say later what has changed since, and no more.
import type { ExemptBy } from './decide.ts';
import { groupOf } from './kind.ts';
import type { Target } from './act.ts';
import type { ConditionType } from './policy.ts';
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
  /** Conditions that nothing was asked about, as no watch covers them: that none is found says nothing. */
  readonly notEvaluated: readonly ConditionType[];
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

/** What a piece of evidence is told apart by in a record. */
export function keyOfEvidence(evidence: Evidence): string {
  switch (evidence.type) {
    case 'security':
      return findingKey(evidence);
    case 'license':
      return licenseKey(evidence.license);
    case 'unscanned':
      return unscannedKey(evidence.image);
    default:
      return evidence satisfies never;
  }
}

export function findingKey({ id, cves }: { readonly id: string; readonly cves: readonly string[] }): string {
  return id || cves.join();
}

export function licenseKey(license: string): string {
  return `license ${license}`;
}

export function unscannedKey(image: string): string {
  return `unscanned ${image}`;
}

/** Of which condition a key tells. */
export function typeOfKey(key: string): ConditionType {
  if (key.startsWith('license ')) return 'license';
  return key.startsWith('unscanned ') ? 'unscanned' : 'security';
}

/** Higher is worse; what has no severity is below all that have. */
export function rankOf({ severity }: Pick<EvidenceRecord, 'severity'>): number {
  return severity === null ? -1 : severityRank(severity);
}

/** What holds: neither excepted nor in a condition that is covered; by its key. */
export function holdingIn({ conditions, carried }: Pick<VerdictRecord, 'conditions' | 'carried'>) {
  const holding = new Map<string, EvidenceRecord>();
  for (const { covered, evidence } of conditions) {
    if (covered) continue;
    for (const one of evidence) {
      // The same finding may be in several images and components.
      const known = holding.get(one.key);
      if (one.open && (known === undefined || rankOf(one) > rankOf(known))) holding.set(one.key, one);
    }
  }
  for (const one of carried ?? []) if (!holding.has(one.key)) holding.set(one.key, one);
  return holding;
}

/** `clean`, `pending`, `unknown` or the conditions, as the table of `status` has them. */
export function wordsOfRecord({
  conditions,
  settled,
  missing,
}: Pick<VerdictRecord, 'conditions' | 'settled' | 'missing'>): string {
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
