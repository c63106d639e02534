// One picture of the screen, whole: what the components draw, and nothing else.
import type { Placed } from './layout.ts';
import type { Page } from './page.ts';
import type { Picture } from './picture.ts';
import type { Content, Line, Row } from './table.ts';
import type { Shown, View } from './view.ts';

/** What stands above every page, the most important line first. */
export interface Header {
  readonly lines: readonly Line[];
}

export interface Frame {
  readonly view: View;
  readonly picture: Picture;
  readonly header: Header;
  readonly content: Content;
  readonly shown: Shown;
  /** Those in sight, of a table. */
  readonly rows: readonly Row[];
  /** Those in sight, of a text. */
  readonly lines: readonly Line[];
  /** Of a table: the columns there is room for. */
  readonly placed: readonly Placed[];
}

/** The page that is shown. */
export function pageOf({ visits }: View): Page {
  return visits.at(-1)?.page ?? { at: 'workloads' };
}

/** How many lines each part has; with crumbs and the lowest line one less than the terminal has. */
export interface Heights {
  readonly header: number;
  /** A table's headings and rows, or a text, or a dialog in its place. */
  readonly body: number;
}

/** Crumbs above the page; below it, the line where one types and is told things. */
const around = 2;

/** How many rows of a table, or lines of a text, there is room for. */
export function fitsOf(content: Content, { rows }: Pick<View, 'rows'>): number {
  const headings = content.is === 'table' ? 1 : 0;
  return Math.max(1, rows - 1 - around - headerOf(rows) - headings);
}

/** The page gets what it says fits; the header what is left. A dialog is read first, so it gets that too where it is low. */
export function heightsOf({ view, shown, content }: Pick<Frame, 'view' | 'shown' | 'content'>): Heights {
  const all = Math.max(1, view.rows - 1 - around);
  const wanted = shown.fits + (content.is === 'table' ? 1 : 0);
  const body = Math.min(all, Math.max(wanted, 1));
  if (view.dialog !== null && view.rows < tall)
    return { header: Math.min(1, all - 1), body: all - Math.min(1, all - 1) };
  return { header: all - body, body };
}

const tall = 24;

/** Lines of the header, by those of the terminal. */
function headerOf(rows: number): number {
  // What is in the way of an answer is said there in full, where there is room.
  if (rows >= 36) return 7;
  if (rows >= tall) return 4;
  if (rows >= 18) return 3;
  return rows >= 12 ? 2 : 1;
}

/** No more than fits, from where the page is scrolled to. */
export function inSight<T>(all: readonly T[], { visits, rows }: View, { fits }: Shown): readonly T[] {
  const room = Math.min(fits, rows);
  const top = Math.min(visits.at(-1)?.top ?? 0, Math.max(0, all.length - room));
  return all.slice(top, top + room);
}
