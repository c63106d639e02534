// The images of the page: a row each, and below it all that was found in it.
import { wordsOfImage } from '../../../core/image-words.ts';
import { contentsOf } from '../../../core/scan.ts';
import type { Finding, Scan } from '../../../core/scan.ts';
import { scanOf } from '../../../core/report.ts';
import type { ImageRow } from '../../../core/report.ts';
import { severityRank } from '../../../core/severity.ts';
import type { ContainerImage } from '../../../core/workload.ts';
import { idOf, pathOf } from '../report.ts';
import type { Report } from '../report.ts';
import { countText } from './charts.ts';
import { rowHtml, tables } from './tables.ts';
import { cell, headingRow, numberCell, severityCells, text } from './text.ts';

const manyWorkloads = 50;

/** Which row an entry of a workload is to be found in. */
export function placesOf(images: readonly ImageRow[]): Map<ContainerImage, number> {
  return new Map(images.flatMap(({ uses }, place) => uses.map(({ entry }) => [entry, place] as const)));
}

export function* imageRowsHtml(report: Report): Iterable<string> {
  const { images } = report;
  const headings = ['Image', 'Scan', 'Critical', 'High', 'Medium', 'Low', 'Workloads', 'Pods'];
  yield* tables(
    { name: 'images', title: 'Images', headings },
    images.map((row, place) => () => imageHtml(row, place, report)),
  );
}

function imageHtml(row: ImageRow, place: number, { state, circumstances }: Report): string {
  const { item, uses } = row;
  const image = uses[0]?.entry.image;
  const scan = image === undefined ? null : scanOf(state)(image);
  const scanned = item.reason === null ? item.scan : `${item.scan} (${item.reason})`;
  const cells = [
    `<td${item.scan === 'scanned' ? '' : ' class="open"'}>${text(scanned)}</td>`,
    ...severityCells(item.severities),
    numberCell(item.workloads.length, 'Workloads'),
    numberCell(item.pods, 'Pods'),
  ];
  const words = wordsOfImage(row, state, circumstances.now);
  const about = { of: 'image', words, name: item.reference, inShort: inShort(scan), id: `image-${place}` };
  return rowHtml(about, cells, [factsHtml(row), findingsHtml(scan)]);
}

function inShort(scan: Scan | null): string {
  if (scan === null || scan.state === 'unknown') return 'not known: it could not be asked';
  if (scan.state === 'unscanned') return 'Xray knows nothing of it';
  const { findings, licenses } = contentsOf(scan);
  return `${countText(findings.length, 'finding')}, ${countText(licenses.length, 'license')}`;
}

function factsHtml({ item, uses }: ImageRow): string {
  const paths = [...new Set(uses.map(({ workload }) => pathOf(workload)))];
  const more = paths.length > manyWorkloads ? ` and ${paths.length - manyWorkloads} more` : '';
  const facts: readonly (readonly [name: string, value: string | null])[] = [
    ['Digest', item.digest],
    ['Platform', item.platform],
    ['Path', item.path],
    ['Cause', item.cause],
    ['Asked', item.askedAt],
    ['Licenses', item.licenses.join(', ') || null],
    ['Run by', `${paths.slice(0, manyWorkloads).join(', ')}${more}`],
  ];
  const known = facts.map(([name, value]) =>
    value === null ? '' : `<div><dt>${name}</dt><dd>${text(value)}</dd></div>`,
  );
  return `<dl class="facts">${known.join('')}</dl>`;
}

function findingsHtml(scan: Scan | null): string {
  const findings = scan === null ? [] : contentsOf(scan).findings;
  if (findings.length === 0) return '';
  const rows = findings
    .toSorted((one, other) => severityRank(other.severity) - severityRank(one.severity))
    .map(findingRow);
  const headings = headingRow(['Severity', 'What', 'CVSS', 'Component', 'Fixed in', 'Summary']);
  return `<table class="inner"><caption>Findings</caption>${headings}<tbody>${rows.join('')}</tbody></table>`;
}

function findingRow(finding: Finding): string {
  const { severity, cvss, component, fixedIn, applicability, summary } = finding;
  const applies = applicability === null ? '' : ` (${applicability.replaceAll('_', ' ')})`;
  const cells = [
    severity,
    `${idOf(finding)}${applies}`,
    cvss === null ? '' : String(cvss),
    component,
    fixedIn.join(', '),
    summary,
  ];
  return `<tr>${cells.map(cell).join('')}</tr>`;
}
