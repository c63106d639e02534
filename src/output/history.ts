// The table of `history`: what was done, oldest first.
import { labelOfItem, reasonInShort } from '../core/history.ts';
import type { ActionRecordItem } from '../core/history.ts';
import { columns } from './columns.ts';
import type { Paint } from './colour.ts';
import { printable } from './printable.ts';

export interface HistoryTableOptions {
  readonly wide: boolean;
  readonly withNamespace: boolean;
  readonly headings: boolean;
  readonly paint: Paint;
}

export function historyTable(items: readonly ActionRecordItem[], options: HistoryTableOptions): string {
  const { wide, withNamespace, headings, paint } = options;
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
    item.action,
    cell(labelOfItem(item)),
    outcomeCell(item, paint),
    cell(item.automatic ? `policy:${item.by}` : item.by),
    cell(reasonInShort(item)),
    item.undo?.grade ?? '<none>',
    ...(wide ? [item.machine, item.rule ?? '', item.evidence.join(','), item.message ?? ''].map(cell) : []),
  ]);
  return columns(headings ? names : null, rows);
}

function outcomeCell({ outcome }: ActionRecordItem, paint: Paint): string {
  if (outcome === 'effective' || outcome === 'accepted') return outcome;
  return paint(outcome, outcome === 'intended' || outcome === 'refused' ? 'warning' : 'critical');
}

/** No blanks inside a column, so that awk and cut work. */
function cell(text: string): string {
  return printable(text.trim().replaceAll(/\s+/g, '_')) || '<none>';
}
