// The table of `history`: what was done and what came to read otherwise, oldest first.
import { isVerdictChange } from '../core/history-list.ts';
import type { HistoryList, VerdictChangeRecord } from '../core/history-list.ts';
import type { ActionRecordItem } from '../core/history.ts';
import { resourceOf } from '../core/kind.ts';
import { workloadLabel } from '../core/workload.ts';
import { columns } from './columns.ts';
import type { Paint } from './colour.ts';
import { printable } from './printable.ts';

export interface HistoryTableOptions {
  readonly wide: boolean;
  readonly withNamespace: boolean;
  readonly headings: boolean;
  readonly paint: Paint;
}

export function historyTable(items: HistoryList['items'], options: HistoryTableOptions): string {
  const { wide, withNamespace, headings } = options;
  const names = [
    ...(withNamespace ? ['NAMESPACE'] : []),
    'AT',
    'ACTION',
    'WORKLOAD',
    'OUTCOME',
    'BY',
    'REASON',
    'UNDO',
    ...(wide ? ['MACHINE', 'RULE', 'EVIDENCE', 'MESSAGE'] : []),
  ];
  const rows = items.map((item) => [
    ...(withNamespace ? [cell(item.workload.namespace)] : []),
    `${item.at.slice(0, 19)}Z`,
    ...(isVerdictChange(item) ? changeCells(item, options) : actCells(item, options)),
  ]);
  return columns(headings ? names : null, rows);
}

function actCells(item: ActionRecordItem, { wide, paint }: HistoryTableOptions): string[] {
  return [
    item.action,
    cell(labelOf(item)),
    outcomeCell(item, paint),
    cell(item.automatic ? `policy:${item.by}` : item.by),
    cell(reasonOf(item)),
    item.undo?.grade ?? '<none>',
    ...(wide ? [item.machine, item.rule ?? '', item.evidence.join(','), item.message ?? ''].map(cell) : []),
  ];
}

/** Who saw it has not done it: BY is the command. */
function changeCells(item: VerdictChangeRecord, { wide, paint }: HistoryTableOptions): string[] {
  const { change, from, to, causes, appeared, gone, seenBy } = item;
  const isBad = change === 'worse' || (change === 'appeared' && appeared.length > 0);
  const reads = `${from?.text ?? '<none>'}>${to?.text ?? '<none>'}`;
  const told = [...appeared.map(({ says }) => `+${says}`), ...gone.map(({ says }) => `-${says}`)];
  return [
    'verdict',
    cell(labelOf(item)),
    isBad ? paint(change, 'high') : change === 'unsettled' ? paint(change, 'warning') : change,
    cell(seenBy),
    cell(`${reads}:${causes.join(',')}`),
    '<none>',
    ...(wide ? ['', '', told.join(','), ''].map(cell) : []),
  ];
}

function labelOf({ workload: { apiVersion, kind, name } }: Pick<ActionRecordItem, 'workload'>): string {
  return workloadLabel({ kind, name, resource: resourceOf(apiVersion, kind) });
}

/** The condition that decided with the worst of its evidence; of an exception, what it covers. */
function reasonOf({ action, condition, evidence, reason }: ActionRecordItem): string {
  if (action === 'ignore') return reason;
  const worst = evidence[0]?.split(' ')[0];
  const first = condition ?? 'by-hand';
  return worst === undefined || action === 'restore' ? first : `${first}:${worst}`;
}

function outcomeCell({ outcome }: ActionRecordItem, paint: Paint): string {
  if (outcome === 'effective' || outcome === 'accepted') return outcome;
  return paint(outcome, outcome === 'intended' || outcome === 'refused' ? 'warning' : 'critical');
}

/** No blanks inside a column, so that awk and cut work. */
function cell(text: string): string {
  return printable(text.trim().replaceAll(/\s+/g, '_')) || '<none>';
}
