// Images: all that run, or those of one workload with their containers; and what is known of one of them.
import type { Judgement } from '../../core/judgement.ts';
import { imageRows, scanOf } from '../../core/report.ts';
import type { ImageRow } from '../../core/report.ts';
import { contentsOf } from '../../core/scan.ts';
import type { Scan } from '../../core/scan.ts';
import type { State } from '../../core/state.ts';
import { decides } from '../../core/verdict.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { Column, Row, Table } from '../table.ts';
import { ageCell, listCell, scanCell, severityCells, severityColumns, severitySorts, shortDigest } from './cells.ts';

const columns: readonly Column[] = [
  { id: 'image', title: 'IMAGE', key: 'I', align: 'left', from: 0, grows: true },
  { id: 'containers', title: 'CONTAINERS', key: null, align: 'left', from: 110 },
  { id: 'digest', title: 'DIGEST', key: 'D', align: 'left', from: 140 },
  { id: 'scan', title: 'SCAN', key: 'S', align: 'left', from: 0 },
  ...severityColumns([46, 60, 100, 100]),
  { id: 'workloads', title: 'WORKLOADS', key: 'W', align: 'right', from: 70 },
  { id: 'pods', title: 'PODS', key: 'P', align: 'right', from: 80 },
  { id: 'licenses', title: 'LICENSES', key: null, align: 'left', from: 0, wide: true },
  { id: 'path', title: 'PATH', key: null, align: 'left', from: 0, wide: true },
  { id: 'reason', title: 'REASON', key: 'R', align: 'left', from: 120 },
  { id: 'asked', title: 'ASKED', key: 'A', align: 'right', from: 90 },
];

/** Of one workload, by its uid; null: of all. */
export function imagesPage(state: State, workload: string | null, now: number): Table {
  const rows = rowsOf(state, workload).map((one) => imageRow(one, state, now));
  const judgement = workload === null ? undefined : state.judged.get(workload);
  const label = judgement === undefined ? '' : ` of ${workloadLabel(judgement.workload)}`;
  const gone = workload !== null && judgement === undefined;
  const empty = gone ? 'it is not there any more' : 'no image runs here, as far as could be read';
  return { is: 'table', title: `images${label}`, columns, rows: rows.toSorted(worstImageFirst), empty };
}

/** The image of a row by its id; null: nobody runs it any more. */
export function imageById(state: State, workload: string | null, id: string): ImageRow | null {
  return rowsOf(state, workload).find((one) => idOf(one) === id) ?? null;
}

export function scanOfRow({ uses }: ImageRow, state: State): Scan | null {
  const image = uses[0]?.entry.image;
  return image === undefined ? null : scanOf(state)(image);
}

function rowsOf(state: State, workload: string | null): readonly ImageRow[] {
  const judgements: Judgement[] =
    workload === null ? [...state.judged.values()] : [state.judged.get(workload)].filter((one) => one !== undefined);
  return imageRows(judgements, state);
}

function idOf({ item }: ImageRow): string {
  return [item.digest ?? '', item.platform ?? '', item.reference].join(' ');
}

function imageRow(one: ImageRow, state: State, now: number): Row {
  const { item, uses } = one;
  const { reference, severities, pods, workloads, licenses, path, reason, cause, askedAt } = item;
  const scan = scanOfRow(one, state);
  const asked = askedAt === null ? null : Date.parse(askedAt);
  const told = [reason, cause].filter((part) => part !== null).join(': ');
  const spaces = new Set(uses.map(({ workload }) => workload.namespace));
  return {
    id: idOf(one),
    namespace: spaces.size === 1 ? ([...spaces][0] ?? null) : null,
    labels: {},
    cells: [
      { text: reference },
      { text: [...new Set(uses.map((use) => containerText(use, state)))].join(',') },
      { text: shortDigest(item.digest) },
      scanCell(scan),
      ...severityCells(severities),
      { text: String(workloads.length) },
      { text: String(pods) },
      listCell(licenses),
      { text: path ?? '<none>' },
      { text: told === '' ? '<none>' : told, tone: 'muted' },
      ageCell(asked, now),
    ],
    sort: [
      reference,
      '',
      item.digest ?? '',
      item.scan,
      ...severitySorts(severities),
      -workloads.length,
      -pods,
      licenses[0] ?? '',
      path ?? '',
      told,
      asked ?? 0,
    ],
    fault: item.scan !== 'scanned' || severities.critical + severities.high > 0 || hasViolations(scan),
    workloads: [...new Set(uses.map(({ workload }) => workload.uid))],
  };
}

function hasViolations(scan: Scan | null): boolean {
  return scan !== null && contentsOf(scan).violations.length > 0;
}

function containerText({ entry }: ImageRow['uses'][number], state: State): string {
  const marks = [
    ...(entry.role === 'container' ? [] : [entry.role]),
    ...(entry.injected ? ['injected'] : []),
    ...(entry.outdated ? ['outdated'] : []),
    ...(decides(entry, state.policy) ? [] : ['decides-nothing']),
  ];
  return marks.length === 0 ? entry.container : `${entry.container}(${marks.join(' ')})`;
}

function worstImageFirst(one: Row, other: Row): number {
  return rankOf(one) - rankOf(other) || compare(one.sort, other.sort) || (one.id < other.id ? -1 : 1);
}

/** What is not known comes before what is known to have nothing. */
function rankOf({ fault, cells }: Row): number {
  const scan = cells[3]?.text;
  if (scan === 'scanned') return fault ? 0 : 3;
  return scan === 'unscanned' ? 1 : 2;
}

/** By the counts, worst first. */
function compare(one: Row['sort'], other: Row['sort']): number {
  for (const at of [4, 5, 6, 7]) {
    const difference = Number(one[at]) - Number(other[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}
