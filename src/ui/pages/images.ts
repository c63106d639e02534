// Images: all that run, or those of one workload with their containers; and what is known of one of them.
import type { Image } from '../../core/image.ts';
import type { Judgement } from '../../core/judgement.ts';
import { compareText } from '../../core/rows.ts';
import { imageRows, scanOf } from '../../core/report.ts';
import type { ImageRow } from '../../core/report.ts';
import { contentsOf } from '../../core/scan.ts';
import type { Scan } from '../../core/scan.ts';
import type { State } from '../../core/state.ts';
import { decides } from '../../core/verdict.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { Column, Row, Table } from '../table.ts';
import {
  ageCell,
  lacksViolations,
  listCell,
  scanCell,
  severityCells,
  severityColumns,
  severitySorts,
  shortDigest,
} from './cells.ts';
import { nothingWords } from './nothing.ts';

const columns: readonly Column[] = [
  { id: 'image', title: 'IMAGE', key: 'I', align: 'left', from: 0, grows: true, keepsEnd: true },
  { id: 'containers', title: 'CONTAINERS', key: null, align: 'left', from: 110 },
  { id: 'digest', title: 'DIGEST', key: 'D', align: 'left', from: 140 },
  { id: 'scan', title: 'SCAN', key: 'S', align: 'left', from: 0 },
  ...severityColumns([40, 60, 100, 100]),
  { id: 'workloads', title: 'WORKLOADS', key: 'W', align: 'right', from: 70 },
  { id: 'pods', title: 'PODS', key: 'P', align: 'right', from: 80 },
  { id: 'licenses', title: 'LICENSES', key: null, align: 'left', from: 0, wide: true },
  { id: 'path', title: 'PATH', key: null, align: 'left', from: 0, wide: true },
  { id: 'reason', title: 'REASON', key: 'R', align: 'left', from: 120 },
  { id: 'asked', title: 'ASKED', key: 'A', align: 'right', from: 90 },
];

/** Of one workload, by its uid; null: of all. */
export function imagesPage(state: State, workload: string | null, now: number): Table {
  const ranked = rowsOf(state, workload).map((one) => [rankOf(one, state), imageRow(one, state, now)] as const);
  const rows = ranked.toSorted(worstImageFirst).map(([, row]) => row);
  const judgement = workload === null ? undefined : state.judged.get(workload);
  const label = judgement === undefined ? '' : ` of ${workloadLabel(judgement.workload)}`;
  const gone = workload !== null && judgement === undefined;
  const empty = gone && state.clusterRead ? 'it is not there any more' : nothingWords(state, 'no image runs here');
  return { is: 'table', title: `images${label}`, columns, rows, empty };
}

/** The image of a row by its id; null: nobody runs it any more. */
export function imageById(state: State, workload: string | null, id: string): ImageRow | null {
  const uses = (one: ImageRow): boolean => one.uses.some(({ entry }) => keyOf(entry.image) === id);
  return rowsOf(state, workload).find(uses) ?? null;
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

/** By what runs, and not by what an answer makes of it: a page that is open stays on its image when it comes. */
function idOf({ uses }: ImageRow): string {
  return uses.map(({ entry }) => keyOf(entry.image)).reduce((one, other) => (other < one ? other : one));
}

function keyOf({ key, reference }: Image): string {
  return `${key} ${reference}`;
}

function imageRow(one: ImageRow, state: State, now: number): Row {
  const { item, uses } = one;
  const { reference, severities, pods, workloads, licenses, path, reason, cause, askedAt } = item;
  const scan = scanOfRow(one, state);
  const lacking = lacksViolations(scan, state.policy);
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
      scanCell(scan, lacking),
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
    fault: item.scan !== 'scanned' || lacking || isProven(one, scan),
    workloads: [...new Set(uses.map(({ workload }) => workload.uid))],
  };
}

function isProven({ item: { severities } }: ImageRow, scan: Scan | null): boolean {
  const violations = scan === null ? 0 : contentsOf(scan).violations.length;
  return severities.critical + severities.high + violations > 0;
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

type Ranked = readonly [rank: number, row: Row];

function worstImageFirst([rank, one]: Ranked, [otherRank, other]: Ranked): number {
  return rank - otherRank || compare(one.sort, other.sort) || compareText(one.id, other.id);
}

/** What is proven first, also of half an answer; what is not known comes before what is known to have nothing. */
function rankOf(one: ImageRow, state: State): number {
  const scan = scanOfRow(one, state);
  if (isProven(one, scan)) return 0;
  if (scan?.state === 'unscanned') return 1;
  return scan?.state === 'scanned' && !lacksViolations(scan, state.policy) ? 3 : 2;
}

/** By the counts, worst first. */
function compare(one: Row['sort'], other: Row['sort']): number {
  for (const at of [4, 5, 6, 7]) {
    const difference = Number(one[at]) - Number(other[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}
