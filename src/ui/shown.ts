// What of a page is shown, and in which order. It is asked for with every frame, so what was found is kept until the
// content or what chooses among it is another: a key that only moves the cursor costs neither sort nor filter.
import { compareText } from '../core/rows.ts';
import { readFilter, textOf, textOfCells } from './filter.ts';
import { fitsOf } from './frame.ts';
import { wrapLine } from './wrap-line.ts';
import type { Content, Line, Row, Table } from './table.ts';
import type { Shown, View, Visit } from './view.ts';

export interface Chosen {
  /** Empty of a text. */
  readonly rows: readonly Row[];
  /** Empty of a table. */
  readonly lines: readonly Line[];
  readonly shown: Shown;
}

/** A text is broken into lines as wide as the terminal; of a table the width changes nothing. */
type Choosing = Pick<View, 'faultsOnly' | 'namespace' | 'columns'> & Pick<Visit, 'filter' | 'sort'>;

/** `room` says how many rows or lines fit. */
export function createShown(
  room: (content: Content, view: View) => number = fitsOf,
): (content: Content, view: View) => Chosen {
  const sorted = keptByRows();
  const texts = keptTexts();
  let last: { content: Content; by: Choosing; chosen: Chosen } | null = null;
  return (content, view) => {
    const by = choosing(view);
    const fits = room(content, view);
    if (last === null || last.content !== content || !alike(content, last.by, by)) {
      last = { content, by, chosen: choose(content, by, fits, sorted, texts) };
    } else if (last.chosen.shown.fits !== fits) {
      last = { ...last, chosen: { ...last.chosen, shown: { ...last.chosen.shown, fits } } };
    }
    return last.chosen;
  };
}

function choosing({ visits, faultsOnly, namespace, columns }: View): Choosing {
  const { filter = '', sort = null } = visits.at(-1) ?? {};
  return { filter, sort, faultsOnly, namespace, columns };
}

function alike({ is }: Content, one: Choosing, other: Choosing): boolean {
  return (
    (is === 'table' || one.columns === other.columns) &&
    one.filter === other.filter &&
    sameSort(one.sort, other.sort) &&
    one.faultsOnly === other.faultsOnly &&
    one.namespace === other.namespace
  );
}

function sameSort(one: Visit['sort'], other: Visit['sort']): boolean {
  return one?.column === other?.column && one?.reversed === other?.reversed;
}

type Sorting = (table: Table, sort: Visit['sort']) => readonly Row[];
type Texting = (row: Row) => string;

function choose(content: Content, by: Choosing, fits: number, sorted: Sorting, texts: Texting): Chosen {
  const filter = readFilter(by.filter);
  if (content.is === 'text') {
    const kept =
      filter === null ? content.lines : content.lines.filter(({ cells }) => filter.keeps(textOfCells(cells), {}));
    const lines = kept.flatMap((line) => wrapLine(line, by.columns));
    return { rows: [], lines, shown: { ids: [], length: lines.length, fits } };
  }
  const all = sorted(content, by.sort);
  const rows = all.filter(
    (row) =>
      (by.namespace === null || row.namespace === null || row.namespace === by.namespace) &&
      (!by.faultsOnly || row.fault) &&
      (filter === null || filter.keeps(texts(row), row.labels)),
  );
  return { rows, lines: [], shown: { ids: rows.map(({ id }) => id), length: rows.length, fits } };
}

/** Typing a filter does not sort anew. */
function keptByRows(): Sorting {
  let last: { table: Table; sort: Visit['sort']; rows: readonly Row[] } | null = null;
  return (table, sort) => {
    if (last === null || last.table !== table || !sameSort(last.sort, sort)) {
      last = { table, sort, rows: sortRows(table, sort) };
    }
    return last.rows;
  };
}

/** A row that is the same object has the same text. */
function keptTexts(): Texting {
  const texts = new WeakMap<Row, string>();
  return (row) => {
    const known = texts.get(row);
    if (known !== undefined) return known;
    const text = textOf(row);
    texts.set(row, text);
    return text;
  };
}

/** Rows that are alike in a column stay in the order of the table, also where it is reversed. */
export function sortRows({ columns, rows }: Table, sort: Visit['sort']): readonly Row[] {
  const index = columns.findIndex(({ id }) => id === sort?.column);
  if (sort === null || index === -1) return rows;
  const sign = sort.reversed ? -1 : 1;
  return rows.toSorted((one, other) => sign * compareKeys(one.sort[index] ?? '', other.sort[index] ?? ''));
}

/** Numbers before words, each from small to large. */
function compareKeys(one: string | number, other: string | number): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one === 'number') return -1;
  return typeof other === 'number' ? 1 : compareText(one, other);
}
