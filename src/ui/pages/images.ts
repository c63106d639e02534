// Images: all that run, or those of one workload with their containers; and what is known of one of them.
import { imageItem, scanOf } from '../../core/report.ts';
import type { ImageItem } from '../../core/report.ts';
import type { Judgement } from '../../core/judgement.ts';
import { compareText } from '../../core/rows.ts';
import { contentsOf, imageIdentity } from '../../core/scan.ts';
import type { Scan } from '../../core/scan.ts';
import type { State } from '../../core/state.ts';
import { decides } from '../../core/verdict.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { ContainerImage, Workload } from '../../core/workload.ts';
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
import { createMembers } from './members.ts';
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

/** One image, with all that runs it. */
export interface RunImage {
  readonly id: string;
  readonly item: ImageItem;
  readonly scan: Scan | null;
  readonly uses: readonly Use[];
}

interface Use {
  readonly workload: Workload;
  readonly entries: readonly ContainerImage[];
  /** Of each entry: what was answered. */
  readonly scans: readonly (Scan | null)[];
  readonly pods: number;
  /** The containers that run it, in words. */
  readonly containers: string;
}

export interface Images {
  /** Of one workload, by its uid; null: of all. */
  readonly table: (state: State, workload: string | null, now: number) => Table;
  /** The image of a row by its id; null: nobody runs it any more. */
  readonly find: (state: State, workload: string | null, id: string) => RunImage | null;
}

/** Keeps what all workloads run, so that a turn costs what it touched. */
export function createImages(): Images {
  const members = createMembers(usesIn, alike);
  const kept = new Map<string, RunImage>();
  const imagesOf = (state: State, workload: string | null): readonly RunImage[] => {
    if (workload !== null) return imagesOfOne(state.judged.get(workload), state);
    for (const key of members.update(state)) {
      const uses = members.all.get(key);
      if (uses === undefined) kept.delete(key);
      else kept.set(key, runImage([...uses.values()], state));
    }
    return [...kept.values()];
  };
  return {
    table: (state, workload, now) => imagesTable(imagesOf(state, workload), state, workload, now),
    find: (state, workload, id) =>
      imagesOf(state, workload).find(
        (one) => one.id === id || one.uses.some((use) => use.entries.some((entry) => idOf(entry) === id)),
      ) ?? null,
  };
}

function imagesOfOne(judgement: Judgement | undefined, state: State): readonly RunImage[] {
  return judgement === undefined ? [] : [...usesIn(judgement, state).values()].map((use) => runImage([use], state));
}

/** By the identity of the image and how it is written. */
function usesIn({ workload }: Judgement, state: State): ReadonlyMap<string, Use> {
  const grouped = Map.groupBy(
    workload.images,
    ({ image }) => `${imageIdentity(image, scanOf(state)(image))}|${image.reference}`,
  );
  return new Map(
    [...grouped].map(([key, entries]) => {
      const pods = entries.reduce((sum, entry) => sum + entry.pods, 0);
      const containers = [...new Set(entries.map((entry) => containerText(entry, state)))].join(',');
      const scans = entries.map(({ image }) => scanOf(state)(image));
      return [key, { workload, entries, scans, pods, containers }];
    }),
  );
}

/** A pod that comes or goes changes how many there are; one that becomes ready changes nothing here. */
function alike(one: Use, other: Use): boolean {
  return (
    one.pods === other.pods &&
    one.containers === other.containers &&
    one.entries.length === other.entries.length &&
    one.entries.every(({ image }, at) => image.key === other.entries[at]?.image.key) &&
    one.scans.every((scan, at) => scan === other.scans[at])
  );
}

/** It outlives an answer, and a workload that goes: of several, the first by their keys. */
function idOf({ image }: ContainerImage): string {
  return `${image.key}\n${image.reference}`;
}

function runImage(uses: readonly Use[], state: State): RunImage {
  let [first, id]: [ContainerImage | null, string] = [null, ''];
  for (const { entries } of uses) {
    for (const entry of entries) {
      const one = idOf(entry);
      if (first === null || one < id) [first, id] = [entry, one];
    }
  }
  if (first === null) throw new Error('an image that nobody runs');
  const scan = scanOf(state)(first.image);
  return { id, item: imageItem(first, scan), scan, uses };
}

function imagesTable(images: readonly RunImage[], state: State, workload: string | null, now: number): Table {
  const ranked = images.map((one) => [rankOf(one, state), imageRow(one, state, now)] as const);
  const rows = ranked.toSorted(worstImageFirst).map(([, row]) => row);
  const judgement = workload === null ? undefined : state.judged.get(workload);
  const label = judgement === undefined ? '' : ` of ${workloadLabel(judgement.workload)}`;
  const gone = workload !== null && judgement === undefined;
  const empty = gone && state.clusterRead ? 'it is not there any more' : nothingWords(state, 'no image runs here');
  return { is: 'table', title: `images${label}`, columns, rows, empty };
}

function imageRow(one: RunImage, state: State, now: number): Row {
  const { id, item, scan, uses } = one;
  const { reference, severities, licenses, path, reason, cause, askedAt } = item;
  const asked = askedAt === null ? null : Date.parse(askedAt);
  const violations = scan === null ? null : contentsOf(scan).violationsCause;
  const told = [
    ...[reason, cause].filter((part) => part !== null),
    ...(violations === null ? [] : [`violations unknown: ${violations.message}`]),
  ].join(': ');
  const spaces = new Set(uses.map(({ workload }) => workload.namespace));
  const containers = [...new Set(uses.map((use) => use.containers))].join(',');
  const pods = uses.reduce((sum, use) => sum + use.pods, 0);
  const lacking = lacksViolations(scan, state.policy);
  const shown = scanCell(scan, lacking);
  return {
    id,
    namespace: spaces.size === 1 ? ([...spaces][0] ?? null) : null,
    labels: {},
    cells: [
      { text: reference },
      { text: containers },
      { text: shortDigest(item.digest) },
      shown,
      ...severityCells(severities),
      { text: String(uses.length) },
      { text: String(pods) },
      listCell(licenses),
      { text: path ?? '<none>' },
      { text: told === '' ? '<none>' : told, tone: 'muted' },
      ageCell(asked, now),
    ],
    sort: [
      reference,
      containers,
      item.digest ?? '',
      shown.text,
      ...severitySorts(severities),
      -uses.length,
      -pods,
      licenses[0] ?? '',
      path ?? '',
      told,
      asked ?? 0,
    ],
    fault: item.scan !== 'scanned' || lacking || isProven(one),
    workloads: uses.map(({ workload }) => workload.uid),
  };
}

function isProven({ item: { severities }, scan }: RunImage): boolean {
  const violations = scan === null ? 0 : contentsOf(scan).violations.length;
  return severities.critical + severities.high + violations > 0;
}

function containerText(entry: ContainerImage, state: State): string {
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
function rankOf(one: RunImage, state: State): number {
  if (isProven(one)) return 0;
  if (one.scan?.state === 'unscanned') return 1;
  return one.scan?.state === 'scanned' && !lacksViolations(one.scan, state.policy) ? 3 : 2;
}

/** By the counts, worst first. */
function compare(one: Row['sort'], other: Row['sort']): number {
  for (const at of [4, 5, 6, 7]) {
    const difference = Number(one[at]) - Number(other[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}
