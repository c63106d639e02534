// The first page: a row for each workload, worst first, in the words of `status`.
import type { ActAction } from '../../core/act.ts';
import { actionText, compareText, conditionsText, reasonText, worstFirst } from '../../core/rows.ts';
import type { Judgement } from '../../core/judgement.ts';
import { scanOf } from '../../core/report.ts';
import { contentsOf } from '../../core/scan.ts';
import type { State } from '../../core/state.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { Cell, Column, Row, Table, Tone } from '../table.ts';
import { ageCell, listCell, severityCells, severityColumns, severitySorts } from './cells.ts';

/** Below 80 columns a row still has its name and its conditions in words. */
const columns: readonly Column[] = [
  { id: 'namespace', title: 'NAMESPACE', key: 'N', align: 'left', from: 80 },
  { id: 'name', title: 'NAME', key: 'W', align: 'left', from: 0, grows: true, keepsEnd: true },
  { id: 'pods', title: 'PODS', key: 'P', align: 'right', from: 60 },
  ...severityColumns([46, 90, 100, 100]),
  { id: 'conditions', title: 'CONDITIONS', key: 'V', align: 'left', from: 0 },
  { id: 'action', title: 'ACTION', key: 'X', align: 'left', from: 70 },
  { id: 'images', title: 'IMAGES', key: null, align: 'left', from: 0, wide: true },
  { id: 'licenses', title: 'LICENSES', key: null, align: 'left', from: 0, wide: true },
  { id: 'scanned', title: 'SCANNED', key: null, align: 'right', from: 0, wide: true },
  { id: 'reason', title: 'REASON', key: 'R', align: 'left', from: 0, wide: true },
  { id: 'age', title: 'AGE', key: 'A', align: 'right', from: 100 },
];

interface Kept {
  readonly judgement: Judgement;
  readonly doing: string | null;
  /** When its age was told last, in steps of ten seconds. */
  readonly ages: number;
  readonly row: Row;
}

export interface WorkloadRows {
  /** All that were judged, worst first. */
  readonly all: (state: State, now: number) => readonly Row[];
}

/** Ages are told anew so often, milliseconds. */
const agesEvery = 10_000;

/** Keeps rows and their order: a turn costs one look at each workload, and work for those that were judged anew. */
export function createWorkloadRows(): WorkloadRows {
  const kept = new Map<string, Kept>();
  let order: readonly Judgement[] = [];
  return {
    all: (state, now) => {
      order = inOrder(order, state.judged, (one) => kept.get(one.workload.uid)?.judgement === one);
      if (kept.size > order.length) for (const uid of kept.keys()) if (!state.judged.has(uid)) kept.delete(uid);
      const doing = doingIn(state);
      const ages = Math.floor(now / agesEvery);
      return order.map((judgement) => {
        const { uid } = judgement.workload;
        const known = kept.get(uid);
        const does = doing.get(uid) ?? null;
        const same = known?.judgement === judgement && known.doing === does;
        if (same && known.ages === ages) return known.row;
        const age = ageCell(judgement.workload.createdAt, now);
        const row =
          same && known.row.cells.at(-1)?.text === age.text ? known.row : workloadRow(judgement, state, does, age);
        kept.set(uid, { judgement, doing: does, ages, row });
        return row;
      });
    },
  };
}

/** Those judged anew are put where they belong; the others keep their order. */
function inOrder(
  before: readonly Judgement[],
  judged: State['judged'],
  isKept: (judgement: Judgement) => boolean,
): readonly Judgement[] {
  const still = before.filter((judgement) => judged.get(judgement.workload.uid) === judgement);
  if (still.length === judged.size) return still.length === before.length ? before : still;
  const anew = [...judged.values()].filter((judgement) => !isKept(judgement)).toSorted(worseFirst);
  const merged: Judgement[] = [];
  let at = 0;
  for (const judgement of anew) {
    const end = placeOf(judgement, still, at);
    for (const one of still.slice(at, end)) merged.push(one);
    merged.push(judgement);
    at = end;
  }
  return merged.concat(still.slice(at));
}

/** Where it belongs among those in order, from a place on; found by halves. */
function placeOf(judgement: Judgement, sorted: readonly Judgement[], from: number): number {
  let [low, high] = [from, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = sorted[middle];
    if (one !== undefined && worseFirst(one, judgement) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What is alike in all that tells it worse stays in one order, however it came there. */
function worseFirst(one: Judgement, other: Judgement): number {
  return worstFirst(one, other) || compareText(one.workload.uid, other.workload.uid);
}

/** The namespace is left out where there is only one. */
export function workloadsTable(rows: readonly Row[], title: string, empty: string, oneNamespace: boolean): Table {
  return { is: 'table', title, columns: oneNamespace ? withoutNamespace : columns, rows, empty };
}

const withoutNamespace = columns.map((one) => (one.id === 'namespace' ? { ...one, from: Infinity } : one));

function workloadRow(judgement: Judgement, state: State, doing: string | null, age: Cell): Row {
  const { workload, verdict } = judgement;
  const { uid, namespace, labels, pods, images, createdAt } = workload;
  const name = workloadLabel(workload);
  const conditions = conditionsText(judgement);
  const action = doing ?? actionText(judgement);
  const reason = reasonText(judgement) ?? '<none>';
  const { deciding, severities } = verdict;
  const licenses = licensesOf(judgement, state);
  return {
    id: uid,
    namespace,
    labels,
    cells: [
      { text: namespace },
      { text: name },
      { text: String(pods) },
      ...severityCells(severities),
      { text: conditions, tone: toneOfConditions(judgement) },
      { text: action, tone: toneOfAction(action) },
      listCell([...new Set(images.map(({ image }) => image.reference))]),
      listCell(licenses),
      { text: `${deciding.scanned}/${deciding.images}` },
      { text: reason, tone: 'muted' },
      age,
    ],
    sort: [
      namespace,
      name,
      -pods,
      ...severitySorts(severities),
      conditions,
      action,
      images[0]?.image.reference ?? '',
      licenses[0] ?? '',
      deciding.scanned - deciding.images,
      reason,
      createdAt === null ? 0 : -createdAt,
    ],
    fault: conditions !== 'clean',
    workloads: [uid],
  };
}

function licensesOf({ workload }: Judgement, state: State): string[] {
  const scans = workload.images.flatMap(({ image }) => scanOf(state)(image) ?? []);
  return [...new Set(scans.flatMap((scan) => contentsOf(scan).licenses.map(({ name }) => name)))].toSorted();
}

const doingWords: Readonly<Record<ActAction, string>> = {
  scaledown: 'scaling-down',
  delete: 'deleting',
  restore: 'restoring',
};

/** By uid: what is being done to it, or was asked for. */
function doingIn({ acting }: State): ReadonlyMap<string, string> {
  const orders = [...acting.asked, ...[...acting.underWay.values()].map(({ order }) => order)];
  return new Map(orders.map(({ target, action }) => [target.uid, doingWords[action]]));
}

function toneOfConditions({ verdict, decided }: Judgement): Tone {
  const { conditions } = decided;
  if (conditions.length === 0) return verdict.settled ? 'good' : 'unknown';
  if (conditions.some(({ exempt }) => exempt === null)) return 'fault';
  return verdict.settled ? 'muted' : 'unknown';
}

function toneOfAction(action: string): Tone {
  if (action === 'ignore') return 'plain';
  return action === 'scaled-down' ? 'muted' : 'due';
}
