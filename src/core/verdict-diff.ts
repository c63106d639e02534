// The report of `status --diff`: what reads otherwise than before. Fields are added, never renamed.
import { apiVersion } from './api-version.ts';
import type { ExemptBy } from './decide.ts';
import type { ConditionType } from './policy.ts';
import type { ReportMetadata } from './report.ts';
import type { Severity, SeverityCounts } from './severity.ts';
import type { ChangeWord, VerdictChange } from './verdict-change.ts';
import { wordsOfRecord } from './verdict-record.ts';
import type { EvidenceRecord, RecordedWorkload, VerdictRecord } from './verdict-record.ts';

export interface WorkloadVerdictDiff {
  readonly apiVersion: typeof apiVersion;
  readonly kind: 'WorkloadVerdictDiff';
  readonly metadata: ReportMetadata & { readonly base: DiffBase | null };
  readonly items: readonly VerdictChangeItem[];
}

/** What is compared with. */
export interface DiffBase {
  readonly source: 'lastRun' | 'since' | 'file';
  /** RFC 3339; null where a file does not say. */
  readonly at: string | null;
  readonly file: string | null;
}

export interface VerdictChangeItem {
  readonly change: ChangeWord;
  readonly workload: RecordedWorkload;
  readonly from: VerdictSaid | null;
  readonly to: VerdictSaid | null;
  readonly causes: readonly string[];
  readonly appeared: readonly EvidenceSaid[];
  readonly gone: readonly EvidenceSaid[];
}

export interface VerdictSaid {
  /** As the table of `status` has it: `clean`, `security,?`. */
  readonly text: string;
  readonly settled: boolean;
  readonly notEvaluated: readonly ConditionType[];
  readonly missing: readonly string[];
  readonly conditions: readonly { readonly type: ConditionType; readonly exempt: ExemptBy | null }[];
  readonly action: string;
  readonly exempt: ExemptBy | null;
  readonly severities: SeverityCounts;
  readonly images: readonly string[];
}

export interface EvidenceSaid {
  /** The id of a finding, `license NAME`, `unscanned IMAGE`. */
  readonly id: string;
  readonly says: string;
  readonly severity: Severity | null;
}

export function verdictDiff(
  metadata: WorkloadVerdictDiff['metadata'],
  changes: readonly VerdictChange[],
): WorkloadVerdictDiff {
  return { apiVersion, kind: 'WorkloadVerdictDiff', metadata, items: changes.map(changeItem) };
}

export function changeItem({ change, workload, from, to, causes, appeared, gone }: VerdictChange): VerdictChangeItem {
  const { uid, apiVersion: version, kind, namespace, name } = workload;
  return {
    change,
    workload: { uid, apiVersion: version, kind, namespace, name },
    from: from === null ? null : said(from),
    to: to === null ? null : said(to),
    causes,
    appeared: appeared.map(evidenceSaid),
    gone: gone.map(evidenceSaid),
  };
}

function said(record: VerdictRecord): VerdictSaid {
  const { settled, notEvaluated, missing, conditions, action, exempt, severities, images } = record;
  return {
    text: wordsOfRecord(record),
    settled,
    notEvaluated,
    missing,
    conditions: conditions.map(({ type, exempt: by }) => ({ type, exempt: by })),
    action,
    exempt,
    severities,
    images,
  };
}

function evidenceSaid({ key, says, severity }: EvidenceRecord): EvidenceSaid {
  return { id: key, says, severity };
}
