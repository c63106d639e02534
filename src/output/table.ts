// The table of `status`: one row per workload, or one per image with --images.
import { actionText, ageText, conditionsText, reasonText } from '../core/rows.ts';
import { searchedIn } from '../core/where/answer.ts';
import { workloadLabel } from '../core/workload.ts';
import { contentsOf } from '../core/scan.ts';
import type { Scan } from '../core/scan.ts';
import type { Image } from '../core/image.ts';
import type { ImageVerdictItem, Judgement } from '../core/report.ts';
import type { SeverityCounts } from '../core/severity.ts';
import type { Paint } from './colour.ts';
import { columns } from './columns.ts';
import { printable } from './printable.ts';

export interface TableOptions {
  readonly wide: boolean;
  readonly withNamespace: boolean;
  readonly showLabels: boolean;
  readonly headings: boolean;
  readonly paint: Paint;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function workloadTable(
  judgements: readonly Judgement[],
  scanOf: (image: Image) => Scan | null,
  options: TableOptions,
): string {
  const headings = [
    ...(options.withNamespace ? ['NAMESPACE'] : []),
    'NAME',
    'PODS',
    ...severityHeadings,
    'CONDITIONS',
    'ACTION',
    ...(options.wide ? ['IMAGES', 'LICENSES', 'SCANNED', 'ASKED', 'REASON'] : []),
    'AGE',
    ...(options.showLabels ? ['LABELS'] : []),
  ];
  const rows = judgements.map((judgement) => {
    const { workload, verdict } = judgement;
    const age = workload.createdAt === null ? '<unknown>' : ageText(options.now - workload.createdAt);
    return [
      ...(options.withNamespace ? [printable(workload.namespace)] : []),
      printable(workloadLabel(workload)),
      String(workload.pods),
      ...severityCells(verdict.severities, options.paint),
      paintConditions(printable(conditionsText(judgement)), options.paint),
      paintAction(printable(actionText(judgement)), options.paint),
      ...(options.wide ? wideCells(judgement, scanOf, options.now) : []),
      age,
      ...(options.showLabels ? [labelsText(workload.labels)] : []),
    ];
  });
  return columns(options.headings ? headings : null, rows);
}

export function imageTable(items: readonly ImageVerdictItem[], options: TableOptions): string {
  const headings = [
    'IMAGE',
    'DIGEST',
    'PLATFORM',
    'SCAN',
    ...severityHeadings,
    'WORKLOADS',
    'PODS',
    ...(options.wide ? ['LICENSES', 'PATH', 'REASON'] : []),
    'ASKED',
  ];
  const rows = items.map((item) => [
    printable(item.reference),
    printable(item.digest === null ? '<none>' : options.wide ? item.digest : item.digest.slice(0, 19)),
    printable(item.platform ?? '<none>'),
    paintScan(item.scan, options.paint),
    ...severityCells(item.severities, options.paint),
    String(item.workloads.length),
    String(item.pods),
    ...(options.wide
      ? [listCell(item.licenses), ...[item.path, item.reason].map((text) => printable(text ?? '<none>'))]
      : []),
    item.askedAt === null ? '<unknown>' : ageText(options.now - Date.parse(item.askedAt)),
  ]);
  return columns(options.headings ? headings : null, rows);
}

const severityHeadings = ['CRIT', 'HIGH', 'MED', 'LOW'];

function severityCells(counts: SeverityCounts, paint: Paint): string[] {
  return [
    counts.critical > 0 ? paint(String(counts.critical), 'critical') : '0',
    counts.high > 0 ? paint(String(counts.high), 'high') : '0',
    counts.medium > 0 ? paint(String(counts.medium), 'warning') : '0',
    String(counts.low),
  ];
}

function wideCells(judgement: Judgement, scanOf: (image: Image) => Scan | null, now: number): string[] {
  const { images } = judgement.workload;
  const { deciding } = judgement.verdict;
  const scans = images.map(({ image }) => scanOf(image));
  const licenses = scans.flatMap((scan) => (scan === null ? [] : contentsOf(scan).licenses.map((one) => one.name)));
  const { oldest } = searchedIn([judgement], scanOf);
  return [
    listCell([...new Set(images.map(({ image }) => image.reference))]),
    listCell([...new Set(licenses)].toSorted()),
    `${deciding.scanned}/${deciding.images}`,
    oldest === null ? '<none>' : ageText(now - oldest),
    printable(reasonText(judgement) ?? '<none>'),
  ];
}

function listCell(items: readonly string[]): string {
  return items.length === 0 ? '<none>' : printable(items.map((item) => item.replaceAll(/\s+/g, '_')).join(','));
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const all = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return all.length === 0 ? '<none>' : printable(all.toSorted().join(','));
}

function paintConditions(text: string, paint: Paint): string {
  if (text === 'clean') return paint(text, 'good');
  if (text === 'pending' || text === 'unknown') return paint(text, 'warning');
  const words = text.split(',').filter((word) => word !== '?');
  return words.every((word) => word.startsWith('[')) ? paint(text, 'dim') : paint(text, 'high');
}

function paintAction(text: string, paint: Paint): string {
  return text === 'ignore' ? text : paint(text, text === 'scaled-down' ? 'dim' : 'critical');
}

function paintScan(text: string, paint: Paint): string {
  return text === 'scanned' ? text : paint(text, 'warning');
}
