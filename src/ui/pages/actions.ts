// Actions: what the policy calls for with why it waits, what is under way, and what became of the rest, newest first.
import type { ActOrder, ActRecord } from '../../core/act.ts';
import type { UnderWay } from '../../core/acting.ts';
import { consequenceOf } from '../../core/consequences.ts';
import type { UndoGrade } from '../../core/consequences.ts';
import type { DryRun } from '../../core/plan-acts.ts';
import { undoneIn } from '../../core/restore.ts';
import { ageText } from '../../core/rows.ts';
import type { State } from '../../core/state.ts';
import { waitingActs } from '../../core/waiting.ts';
import type { Waiting } from '../../core/waiting.ts';
import type { Cell, Column, Row, Table } from '../table.ts';
import { byText, isFault, namedCell, outcomeCell, reasonOf, rowOn, told, undoCell } from './act-cells.ts';

const columns: readonly Column[] = [
  { id: 'state', title: 'STATE', key: 'S', align: 'left', from: 0 },
  { id: 'action', title: 'ACTION', key: 'X', align: 'left', from: 0 },
  { id: 'namespace', title: 'NAMESPACE', key: 'N', align: 'left', from: 90 },
  { id: 'workload', title: 'WORKLOAD', key: 'W', align: 'left', from: 0, keepsEnd: true },
  { id: 'undo', title: 'UNDO', key: 'U', align: 'left', from: 56, least: 7 },
  { id: 'age', title: 'AGE', key: 'A', align: 'right', from: 50 },
  { id: 'why', title: 'WHY', key: 'R', align: 'left', from: 72, grows: true },
  { id: 'by', title: 'BY', key: 'B', align: 'left', from: 110 },
];

/** `enforcing` null: nobody here acts by the policy. */
export function actionsPage(state: State, now: number, enforcing: DryRun | null): Table {
  const { acting } = state;
  const underWay = [...acting.underWay.values()].toSorted((one, other) => other.since - one.since);
  const begun = new Set(underWay.map(({ order }) => order.id));
  const asked = acting.asked.filter(({ id }) => !begun.has(id));
  const records = [...acting.history.records.values()].filter(({ id }) => !begun.has(id));
  const undone = undoneIn(acting.history);
  const rows = [
    ...waitingActs(state, enforcing, now).map((one) => waitingRow(one, state)),
    ...underWay.map((one) => underWayRow(one, state, now)),
    ...asked.map((order) => askedRow(order, state)),
    ...newestFirst(records).map((record) => recordRow(record, state, undone.has(record.id), now)),
  ];
  return { is: 'table', title: 'actions', columns, rows, empty: emptyWords(state) };
}

/** Nothing due and nothing known are told apart. */
function emptyWords({ clusterRead, acting }: State): string {
  if (!clusterRead) return 'reading the cluster: what is due is not known yet';
  if (acting.lasts === null) return 'reading the journal: what was done is not known yet';
  return 'the policy calls for nothing, and nothing was done so far';
}

/** Of two of the same time the one that the journal has last comes first. */
function newestFirst(records: readonly ActRecord[]): readonly ActRecord[] {
  return records.toReversed().toSorted((one, other) => other.at - one.at);
}

interface Told {
  readonly id: string;
  readonly state: Cell;
  readonly action: string;
  readonly target: ActOrder['target'];
  readonly undo: Cell;
  /** Since when, ms since the epoch; null: no time tells. */
  readonly at: number | null;
  readonly why: string;
  readonly by: string;
  readonly fault: boolean;
}

/** What is due comes first, then what is under way, then what is over. */
function rowOf({ id, state, action, target, undo, at, why, by, fault }: Told, from: State, now: number): Row {
  const workload = namedCell(target);
  const cells: readonly Cell[] = [
    state,
    { text: action },
    told(target.namespace),
    workload,
    undo,
    { text: at === null ? '' : ageText(now - at), tone: 'muted' },
    told(why),
    told(by),
  ];
  const words = cells.map(({ text }) => text);
  const sort = words.map((text, index) => (columns[index]?.id === 'age' ? now - (at ?? now) : text));
  return { id, ...rowOn(target, from), cells, sort, fault };
}

function waitingRow({ judgement, action, is, why, tried }: Waiting, state: State): Row {
  const { workload, decided } = judgement;
  return rowOf(
    {
      id: `due ${workload.uid}`,
      state: is === 'due' ? { text: 'due', tone: 'due' } : { text: 'exempt', tone: 'muted' },
      action,
      target: workload,
      undo: undoCell(consequenceOf(action, workload)?.undo.grade ?? 'none'),
      at: null,
      why: why.join('; '),
      by: decided.decision.rule ?? '',
      fault: tried !== null,
    },
    state,
    0,
  );
}

function underWayRow({ order, since, accepted }: UnderWay, state: State, now: number): Row {
  const words = accepted ? 'accepted' : 'under way';
  const why = accepted ? 'the cluster has taken it; its pods are awaited' : reasonOf(order);
  const undo = undoOf(order, state);
  return rowOf({ ...begunBy(order), state: { text: words, tone: 'heading' }, undo, at: since, why }, state, now);
}

function askedRow(order: ActOrder, state: State): Row {
  const undo = undoOf(order, state);
  const asked: Cell = { text: 'asked', tone: 'heading' };
  return rowOf({ ...begunBy(order), state: asked, undo, at: null, why: reasonOf(order) }, state, 0);
}

function begunBy({ id, action, target, by }: ActOrder): Pick<Told, 'id' | 'action' | 'target' | 'by' | 'fault'> {
  return { id, action, target, by: by === 'policy' ? 'policy' : 'hand', fault: false };
}

/** As it was written down; before that, what such an act promises. */
function undoOf({ id, action, target }: ActOrder, { acting, judged }: State): Cell {
  const written = acting.history.records.get(id)?.undo?.grade;
  return undoCell(written ?? promised(action, judged.get(target.uid)?.workload));
}

function promised(
  action: ActOrder['action'],
  workload: Waiting['judgement']['workload'] | undefined,
): UndoGrade | null {
  if (action === 'restore' || workload === undefined) return null;
  return consequenceOf(action, workload)?.undo.grade ?? null;
}

/** What went wrong says more than why it was begun. */
function recordRow(record: ActRecord, state: State, isUndone: boolean, now: number): Row {
  const { id, at, order, outcome, message, undo } = record;
  const fault = isFault(outcome);
  const why = fault && message !== null && message !== '' ? message : reasonOf(order);
  return rowOf(
    {
      id,
      state: outcomeCell(outcome),
      action: order.action,
      target: order.target,
      undo: undoCell(undo?.grade ?? null, isUndone),
      at,
      why,
      by: byText(record),
      fault,
    },
    state,
    now,
  );
}
