// Copy and save: the words of a page alone, without colour. What others wrote must not speak to a terminal from there either.
import { printable } from '../core/printable.ts';
import { chosenRows } from './marking.ts';
import { visitOf } from './moving.ts';
import { createShown } from './shown.ts';
import { asking, flashed } from './updated.ts';
import type { Seen, Updated } from './updated.ts';
import type { View } from './view.ts';
import type { Content, Row, Table } from './table.ts';
import type { Chosen } from './shown.ts';

export function copy(view: View, seen: Seen): Updated {
  const { content, shown } = seen;
  const rows = chosenRows(view, content, shown);
  if (typeof rows === 'string') return flashed(view, rows, seen);
  const text = content.is === 'text' ? linesShown(view, seen).join('\n') : namesOf(content, rows).join('\n');
  return text === '' ? flashed(view, 'there is nothing here to copy', seen) : asking(view, { type: 'Copy', text });
}

export function save(view: View, seen: Seen): Updated {
  const name = fileName(visitOf(view).page.at, seen.picture.now);
  return asking(view, { type: 'Save', name, lines: linesShown(view, seen) });
}

/** Seldom asked for, so it is worked out anew. */
function linesShown(view: View, { content }: Seen): readonly string[] {
  return linesOf(content, createShown()(content, view), view.wide);
}

/** What a row is called, by the first of these columns that a table has. */
const naming = ['name', 'workload', 'cve', 'image', 'id'];

/** The name of each row; of a table without names the first cell. */
function namesOf({ columns }: Table, rows: readonly Row[]): readonly string[] {
  const named = naming.map((name) => columns.findIndex(({ id }) => id === name)).find((index) => index !== -1);
  return rows.map(({ cells }) => printable(cells[named ?? 0]?.text ?? ''));
}

/** As the page shows them, each column as wide as its widest cell. */
function linesOf(content: Content, { rows, lines }: Pick<Chosen, 'rows' | 'lines'>, wide: boolean): readonly string[] {
  if (content.is === 'text')
    return lines.map(({ cells }) =>
      cells
        .map(({ text }) => printable(text))
        .join('')
        .trimEnd(),
    );
  const indices = content.columns.flatMap((column, index) => (column.wide === true && !wide ? [] : [index]));
  const table = [
    indices.map((index) => content.columns[index]?.title ?? ''),
    ...rows.map(({ cells }) => indices.map((index) => printable(cells[index]?.text ?? ''))),
  ];
  const widths = indices.map((_, column) => table.reduce((most, line) => Math.max(most, length(line[column])), 0));
  return table.map((line) =>
    line
      .map((text, column) => text + ' '.repeat(Math.max(0, (widths[column] ?? 0) - length(text))))
      .join('  ')
      .trimEnd(),
  );
}

function length(text = ''): number {
  return Array.from(text).length;
}

/** `xray-workloads-2026-11-21T20-00-00Z.txt`. */
function fileName(page: string, now: number): string {
  const at = new Date(now).toISOString().replace(/\.\d+/, '').replaceAll(':', '-');
  return `xray-${page}-${at}.txt`;
}
