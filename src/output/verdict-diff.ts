// The table of `status --diff`: one row per workload that reads otherwise than before.
import { resourceOf } from '../core/kind.ts';
import type { VerdictChange } from '../core/verdict-change.ts';
import { wordsOfRecord } from '../core/verdict-record.ts';
import type { EvidenceRecord, RecordedWorkload, VerdictRecord } from '../core/verdict-record.ts';
import { workloadLabel } from '../core/workload.ts';
import { columns } from './columns.ts';
import type { Paint } from './colour.ts';
import { printable } from './printable.ts';

export interface DiffTableOptions {
  readonly wide: boolean;
  readonly withNamespace: boolean;
  readonly headings: boolean;
  readonly paint: Paint;
}

export function diffTable(changes: readonly VerdictChange[], options: DiffTableOptions): string {
  const { wide, withNamespace, headings, paint } = options;
  const names = [
    ...(withNamespace ? ['NAMESPACE'] : []),
    'NAME',
    'CHANGE',
    'FROM',
    'TO',
    'ACTION',
    'WHY',
    'NEW',
    'NO-LONGER',
    ...(wide ? ['IMAGES'] : []),
  ];
  const rows = changes.map((one) => [
    ...(withNamespace ? [printable(one.workload.namespace)] : []),
    printable(labelOf(one.workload)),
    paintChange(one, paint),
    readsAs(one.from),
    readsAs(one.to),
    actionOf(one),
    whyOf(one),
    listOf(one.appeared, wide),
    listOf(one.gone, wide),
    ...(wide ? [cell(one.to?.images.join(',') ?? '')] : []),
  ]);
  return columns(headings ? names : null, rows);
}

export function labelOf({ apiVersion, kind, name }: RecordedWorkload): string {
  return workloadLabel({ kind, name, resource: resourceOf(apiVersion, kind) });
}

function readsAs(record: VerdictRecord | null): string {
  return record === null ? '<none>' : printable(wordsOfRecord(record));
}

/** `ignore`, or where it has changed `ignore>scaledown`. */
function actionOf({ from, to }: VerdictChange): string {
  const [before, after] = [from?.action ?? null, to?.action ?? null];
  return cell(before === null || after === null || before === after ? (after ?? '') : `${before}>${after}`);
}

/** `new_finding`, without blanks so that awk and cut work. */
export function whyOf({ causes }: Pick<VerdictChange, 'causes'>): string {
  return cell(causes.join(','));
}

const mostNamed = 3;

/** The worst first. */
export function listOf(evidence: readonly EvidenceRecord[], whole: boolean): string {
  const names = evidence.map(({ says }) => says);
  const shown = whole ? names : names.slice(0, mostNamed);
  const more = names.length > shown.length ? [`+${names.length - shown.length}`] : [];
  return cell([...shown, ...more].join(','));
}

function cell(text: string): string {
  return printable(text.trim().replaceAll(/\s+/g, '_')) || '<none>';
}

function paintChange({ change, appeared }: VerdictChange, paint: Paint): string {
  if (change === 'worse' || (change === 'appeared' && appeared.length > 0)) return paint(change, 'high');
  if (change === 'unsettled') return paint(change, 'warning');
  return change === 'better' ? paint(change, 'good') : change;
}
