// History, newest first: all that the journal tells (acts, exceptions that somebody wrote, and pauses), and what came to read
// otherwise, as far as anybody looked.
import type { ActRecord } from '../../core/act.ts';
import { describeIgnored } from '../../core/history.ts';
import type { IgnoredLine, PauseLine } from '../../core/history.ts';
import { historyEntries } from '../../core/history-entries.ts';
import type { HistoryEntry } from '../../core/history-entries.ts';
import { undoneIn } from '../../core/restore.ts';
import { ageText } from '../../core/rows.ts';
import type { State } from '../../core/state.ts';
import type { DatedChange } from '../../core/verdict-lines.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { Cell, Column, Row, Table } from '../table.ts';
import { byText, isFault, outcomeCell, reasonOf, rowOn, timeText, told, undoCell } from './act-cells.ts';
import { changeCell, changedOn, readsWords } from './change-cells.ts';

/** Below 100 columns the age tells when it was. */
const columns: readonly Column[] = [
  { id: 'age', title: 'AGE', key: 'A', align: 'right', from: 0 },
  { id: 'at', title: 'AT', key: 'T', align: 'left', from: 100 },
  { id: 'what', title: 'WHAT', key: 'X', align: 'left', from: 0 },
  { id: 'outcome', title: 'OUTCOME', key: 'O', align: 'left', from: 0 },
  { id: 'namespace', title: 'NAMESPACE', key: 'N', align: 'left', from: 90 },
  { id: 'workload', title: 'WORKLOAD', key: 'W', align: 'left', from: 0, keepsEnd: true },
  { id: 'undo', title: 'UNDO', key: 'U', align: 'left', from: 110, least: 7 },
  { id: 'by', title: 'BY', key: 'B', align: 'left', from: 70 },
  { id: 'reason', title: 'REASON', key: 'R', align: 'left', from: 80, grows: true },
  { id: 'message', title: 'MESSAGE', key: null, align: 'left', from: 150, grows: true },
];

export function historyPage(state: State, now: number, changes: readonly DatedChange[] = []): Table {
  const { history, lasts } = state.acting;
  const undone = undoneIn(history);
  const rows = historyEntries(history, changes).map((entry) => rowOf(entry, state, undone, now));
  const empty = lasts === null ? 'reading the journal: what was done is not known yet' : 'nothing was done so far';
  return { is: 'table', title: 'history', columns, rows, empty };
}

interface Told {
  readonly what: string;
  readonly outcome: Cell;
  readonly namespace: string;
  readonly workload: string;
  readonly undo: Cell;
  readonly by: string;
  readonly reason: string;
  readonly message: string;
}

function rowOf(entry: HistoryEntry, state: State, undone: ReadonlySet<string>, now: number): Row {
  const { id, at } = entry;
  const { what, outcome, namespace, workload, undo, by, reason, message } = toldOf(entry, undone);
  const cells: readonly Cell[] = [
    { text: ageText(now - at), tone: 'muted' },
    { text: timeText(at) },
    { text: what },
    outcome,
    told(namespace),
    told(workload),
    undo,
    told(by),
    told(reason),
    told(message),
  ];
  const sort = cells.map(({ text }, index) => (columns[index]?.id === 'age' ? now - at : text));
  return { id, ...aboutOf(entry, state), cells, sort, fault: isFaulty(entry, state) };
}

/** A pause is one as long as it holds. */
function isFaulty(entry: HistoryEntry, { acting }: State): boolean {
  if (entry.is === 'act') return isFault(entry.record.outcome);
  const { pause } = acting.history;
  return entry.is === 'pause' && entry.line.type === 'Paused' && pause !== null && entry.at >= pause.at;
}

function aboutOf(entry: HistoryEntry, state: State): Pick<Row, 'namespace' | 'labels' | 'workloads'> {
  switch (entry.is) {
    case 'act':
      return rowOn(entry.record.order.target, state);
    case 'ignored':
      return rowOn(entry.line.target, state);
    case 'pause':
      return { namespace: null, labels: {}, workloads: [] };
    case 'verdict':
      return rowOn(changedOn(entry.change), state);
    default:
      return entry satisfies never;
  }
}

function toldOf(entry: HistoryEntry, undone: ReadonlySet<string>): Told {
  switch (entry.is) {
    case 'act':
      return toldOfAct(entry.record, undone.has(entry.id));
    case 'ignored':
      return toldOfIgnored(entry.line);
    case 'pause':
      return toldOfPause(entry.line);
    case 'verdict':
      return toldOfChange(entry.change);
    default:
      return entry satisfies never;
  }
}

function toldOfChange(change: DatedChange): Told {
  const { namespace } = change.workload;
  const [outcome, workload] = [changeCell(change), workloadLabel(changedOn(change))];
  const reason = `${readsWords(change)}: ${change.causes.join(', ')}`;
  const message = [...change.appeared.map(({ says }) => `+${says}`), ...change.gone.map(({ says }) => `-${says}`)].join(
    ' ',
  );
  return { what: 'verdict', outcome, namespace, workload, undo: { text: '' }, by: change.by, reason, message };
}

function toldOfAct(record: ActRecord, isUndone: boolean): Told {
  const { order, outcome, undo, message } = record;
  return {
    what: order.action,
    outcome: outcomeCell(outcome),
    namespace: order.target.namespace,
    workload: workloadLabel(order.target),
    undo: undoCell(undo?.grade ?? null, isUndone),
    by: byText(record),
    reason: reasonOf(order),
    message: message ?? '',
  };
}

function toldOfIgnored(line: IgnoredLine): Told {
  return {
    what: 'ignore',
    outcome: { text: 'written' },
    namespace: line.target.namespace,
    workload: workloadLabel(line.target),
    undo: { text: '' },
    by: line.actor,
    reason: describeIgnored(line),
    message: '',
  };
}

function toldOfPause(line: PauseLine): Told {
  const nothing = { namespace: '', workload: '', undo: { text: '' }, message: '' };
  if (line.type === 'Resumed') {
    const outcome: Cell = { text: 'resumed', tone: 'good' };
    return { ...nothing, what: 'resume', outcome, by: line.actor, reason: 'automatic acts go on' };
  }
  return { ...nothing, what: 'pause', outcome: { text: 'paused', tone: 'due' }, by: line.by, reason: line.message };
}
