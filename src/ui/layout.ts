// Which columns of a table a terminal has room for, and how wide each is. Pure; it knows text and widths alone.
import type { Column, Row, Table } from './table.ts';
import type { Theme } from './theme.ts';
import { widthOf } from './width.ts';

/** A column where it stands; `index` is its cell's in a row. */
export interface Placed {
  readonly column: Column;
  readonly index: number;
  readonly width: number;
  /** Blanks before it. */
  readonly gap: number;
}

export interface Asked {
  /** Of the terminal. */
  readonly columns: number;
  readonly wide: boolean;
  readonly sort: { readonly column: string; readonly reversed: boolean } | null;
}

/** What stands before every row: the mark of the cursor and that of a marked row. */
export const gutter = 2;

/** No column is made narrower than this before one is left out. */
const least = 6;

/**
 * Widths come from headings and the rows in sight. `before` is what the same page had last: columns only grow, so that they
 * do not dance while one scrolls.
 */
export function layOut(
  table: Table,
  rows: readonly Row[],
  asked: Asked,
  theme: Theme,
  before: readonly Placed[] = [],
): readonly Placed[] {
  const { columns: room, wide, sort } = asked;
  const widths = new Map(before.map(({ column, width }) => [column.id, width]));
  const placed = table.columns.flatMap((column, index): Placed[] => {
    if (column.from > room || (column.wide === true && !wide)) return [];
    const cells = rows.map(({ cells }) => widthOf(theme.printable(cells[index]?.text ?? '')));
    const title = widthOf(titleOf(column, sort));
    return [{ column, index, width: Math.max(title, widths.get(column.id) ?? 0, ...cells), gap: 0 }];
  });
  const gap = totalOf(placed, 2) <= room - gutter ? 2 : 1;
  return squeezed(placed, room - gutter, gap).map((one, at) => ({ ...one, gap: at === 0 ? 0 : gap }));
}

/** `NAME`; of the one that is sorted by, with a mark of the direction. */
export function titleOf(column: Column, sort: Asked['sort']): string {
  if (sort?.column !== column.id) return column.title;
  return `${column.title}${sort.reversed ? '^' : 'v'}`;
}

export function headingLine(placed: readonly Placed[], sort: Asked['sort'], theme: Theme): string {
  const titles = placed.map(({ column, width, gap }) => {
    return ' '.repeat(gap) + theme.fit(titleOf(column, sort), width, { align: column.align });
  });
  return ' '.repeat(gutter) + titles.join('');
}

/** The cells of a row as one text; `bare`: without their tones. */
export function rowLine(placed: readonly Placed[], row: Row, theme: Theme, bare: boolean): string {
  const cells = placed.map(({ column, index, width, gap }) => {
    const { text = '', tone } = row.cells[index] ?? {};
    const shown = theme.fit(theme.printable(text), width, column);
    return ' '.repeat(gap) + (bare ? shown : theme.paint(shown, tone));
  });
  return cells.join('');
}

/** First those that grow give way, then the others from the right, then the last ones are left out. */
function squeezed(placed: readonly Placed[], room: number, gap: number): readonly Placed[] {
  let over = totalOf(placed, gap) - room;
  if (over <= 0 || placed.length === 0) return placed;
  const widths = placed.map(({ width }) => width);
  for (const at of givingWay(placed)) {
    const spare = Math.max(0, Math.min(over, (widths[at] ?? 0) - leastOf(placed[at])));
    widths[at] = (widths[at] ?? 0) - spare;
    over -= spare;
  }
  const narrowed = placed.map((one, at) => ({ ...one, width: widths[at] ?? 0 }));
  if (over <= 0) return narrowed;
  if (placed.length > 1) return squeezed(placed.slice(0, -1), room, gap);
  return narrowed.map((one) => ({ ...one, width: Math.min(one.width, room) }));
}

function givingWay(placed: readonly Placed[]): readonly number[] {
  const all = placed.map((_, at) => at);
  const growing = all.filter((at) => placed[at]?.column.grows === true);
  const others = all.filter((at) => placed[at]?.column.grows !== true && placed[at]?.column.align === 'left');
  return [...growing, ...others.toReversed()];
}

function leastOf(one: Placed | undefined): number {
  const title = one === undefined ? 0 : widthOf(one.column.title);
  return Math.max(title, one?.column.least ?? (one?.column.grows === true ? 16 : least));
}

function totalOf(placed: readonly Placed[], gap: number): number {
  return placed.reduce((sum, { width }) => sum + width, 0) + gap * Math.max(0, placed.length - 1);
}
