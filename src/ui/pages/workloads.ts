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
  readonly age: string;
  readonly row: Row;
}

export interface WorkloadRows {
  /** All that were judged, worst first. */
  readonly all: (state: State, now: number) => readonly Row[];
}

/** Keeps a row until its workload is judged anew, is acted upon, or is told to be older. */
export function createWorkloadRows(): WorkloadRows {
  const kept = new Map<string, Kept>();
  let order: Judgement[] = [];

  const rowOf = (judgement: Judgement, state: State, now: number): Row => {
    const { uid, createdAt } = judgement.workload;
    const doing = doingOf(uid, state);
    const age = ageCell(createdAt, now);
    const known = kept.get(uid);
    if (known?.judgement === judgement && known.doing === doing && known.age === age.text) return known.row;
    const row = workloadRow(judgement, state, doing, age);
    kept.set(uid, { judgement, doing, age: age.text, row });
    return row;
  };
  return {
    all: (state, now) => {
      const { judged } = state;
      for (const uid of kept.keys()) if (!judged.has(uid)) kept.delete(uid);
      // What is in order already is put in order fast.
      const there = order.flatMap(({ workload }) => judged.get(workload.uid) ?? []);
      const known = new Set(there.map(({ workload }) => workload.uid));
      const more =
        there.length === judged.size ? [] : [...judged.values()].filter((one) => !known.has(one.workload.uid));
      order = [...there, ...more].toSorted(inOrder);
      return order.map((judgement) => rowOf(judgement, state, now));
    },
  };
}

/** What is alike in all that tells it worse stays in one order, however it came there. */
function inOrder(one: Judgement, other: Judgement): number {
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

function doingOf(uid: string, { acting }: State): string | null {
  const underWay = acting.underWay.get(uid)?.order ?? acting.asked.find(({ target }) => target.uid === uid);
  return underWay === undefined ? null : doingWords[underWay.action];
}

function toneOfConditions({ verdict, decided }: Judgement): Tone {
  const { conditions } = decided;
  if (conditions.length === 0) return verdict.settled ? 'good' : 'unknown';
  return conditions.every(({ exempt }) => exempt !== null) ? 'muted' : 'fault';
}

function toneOfAction(action: string): Tone {
  if (action === 'ignore') return 'plain';
  return action === 'scaled-down' ? 'muted' : 'due';
}
