// `-o csv`: the rows of the table with whole values in them, for spreadsheets (RFC 4180).
import { actionText, conditionsText, reasonText } from '../../core/rows.ts';
import { contentsOf } from '../../core/scan.ts';
import { imageItem, mergedEntries, scanOf } from '../../core/report.ts';
import type { ImageRow, Judgement } from '../../core/report.ts';
import type { SeverityCounts } from '../../core/severity.ts';
import { printable } from '../printable.ts';
import { ruleOf } from './report.ts';
import type { Report } from './report.ts';

type Cell = string | number | boolean | null | readonly string[];

const severityHeadings = ['critical', 'high', 'medium', 'low', 'information', 'unknown'] as const;

const workloadHeadings = [
  'namespace',
  'kind',
  'name',
  'apiVersion',
  'uid',
  'pods',
  'conditions',
  'settled',
  'action',
  'reason',
  ...severityHeadings,
  'evidence',
  'images',
  'digests',
  'licenses',
  'scanned',
  'deciding',
  'createdAt',
];

const imageHeadings = [
  'reference',
  'digest',
  'platform',
  'scan',
  'reason',
  'cause',
  'pods',
  'workloads',
  ...severityHeadings,
  'licenses',
  'path',
  'askedAt',
];

export function* csv(report: Report): Iterable<string> {
  const { headings, of: about, judgements, images } = report;
  if (headings) yield line(about === 'image' ? imageHeadings : workloadHeadings);
  if (about === 'image') for (const row of images) yield line(imageCells(row));
  else for (const judgement of judgements) yield line(workloadCells(judgement, report));
}

function workloadCells(judgement: Judgement, { state }: Report): Cell[] {
  const { workload, verdict, decided } = judgement;
  const scans = workload.images.map(({ image }) => scanOf(state)(image)).filter((scan) => scan !== null);
  const items = mergedEntries(workload.images, state).map((entry) => imageItem(entry, scanOf(state)(entry.image)));
  return [
    workload.namespace,
    workload.kind,
    workload.name,
    workload.apiVersion,
    workload.uid,
    workload.pods,
    conditionsText(judgement),
    verdict.settled,
    actionText(judgement),
    reasonText(judgement),
    ...severityCells(verdict.severities),
    distinct(decided.conditions.flatMap(({ evidence }) => evidence.map(ruleOf))),
    distinct(items.map(({ reference }) => reference)),
    distinct(items.flatMap(({ digest }) => (digest === null ? [] : [digest]))),
    distinct(scans.flatMap((scan) => contentsOf(scan).licenses.map(({ name }) => name))).toSorted(),
    verdict.deciding.scanned,
    verdict.deciding.images,
    workload.createdAt === null ? null : new Date(workload.createdAt).toISOString(),
  ];
}

function imageCells({ item }: ImageRow): Cell[] {
  return [
    item.reference,
    item.digest,
    item.platform,
    item.scan,
    item.reason,
    item.cause,
    item.pods,
    item.workloads.map(({ namespace, kind, name }) => `${namespace}/${kind.toLowerCase()}/${name}`),
    ...severityCells(item.severities),
    item.licenses,
    item.path,
    item.askedAt,
  ];
}

function severityCells(counts: SeverityCounts): number[] {
  return severityHeadings.map((severity) => counts[severity]);
}

function distinct(all: readonly string[]): string[] {
  return [...new Set(all)];
}

function line(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  return quoted(harmless(typeof cell === 'string' ? printable(cell) : cell.map(printable).join(' ')));
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What a spreadsheet would compute begins with one of these: an apostrophe makes it a text (OWASP, CSV injection). */
function harmless(text: string): string {
  return /^[\s=+\-@\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;
}
