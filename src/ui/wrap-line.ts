// A line of a text that is longer than the terminal is wide: what does not fit goes on below, further in.
import type { Cell, Line } from './table.ts';
import { head, printable, widthOf, wrap } from './width.ts';

/** At most so much of a line is spent on going on further in. */
const furthest = 20;

export function wrapLine(given: Line, columns: number): readonly Line[] {
  const line = { cells: given.cells.map((cell) => ({ ...cell, text: printable(cell.text) })) };
  const text = line.cells.map((cell) => cell.text).join('');
  if (widthOf(text) <= columns) return [given];
  const inset = insetFor(text, insetOf(line, Math.min(furthest, Math.floor(columns / 3))), columns);
  const [first = '', ...rest] = wrapWithin(text, columns, inset);
  const last = line.cells.at(-1);
  return [
    { cells: cutCells(line.cells, first) },
    ...rest.map((more) => ({ cells: [{ ...last, text: ' '.repeat(inset) + more }] })),
  ];
}

/** Below the words of the line, not below its label or its own blanks. */
function insetOf({ cells }: Line, most: number): number {
  const [head, ...others] = cells;
  if (others.length > 0) return Math.min(most, widthOf(head?.text ?? ''));
  return Math.min(most, (head?.text.length ?? 0) - (head?.text.trimStart().length ?? 0) + 2);
}

/** Less far in where a word, most often a digest, is then whole; it can be copied from a terminal only so. */
function insetFor(text: string, inset: number, columns: number): number {
  const longest = Math.max(...text.split(' ').map(widthOf));
  return longest <= columns - 2 ? Math.min(inset, columns - longest) : inset;
}

/** The first line has the whole width and keeps its own blanks. */
function wrapWithin(text: string, columns: number, inset: number): readonly string[] {
  const blanks = text.length - text.trimStart().length;
  const first = firstOf(text.slice(blanks), Math.max(1, columns - blanks), columns - inset);
  const rest = text.slice(blanks + first.length).trimStart();
  if (rest === '') return [' '.repeat(blanks) + first];
  return [' '.repeat(blanks) + first, ...wrap(rest, Math.max(1, columns - inset))];
}

/** A word that has to be broken anyway begins beside its label. */
function firstOf(text: string, width: number, below: number): string {
  const [first = ''] = wrap(text, width);
  const [next = ''] = text.slice(first.length).trimStart().split(' ', 1);
  return widthOf(next) > below ? head(text, width) : first;
}

/** The cells of which the first line is made, with their tones. */
function cutCells(cells: readonly Cell[], first: string): readonly Cell[] {
  let left = first.length;
  return cells.flatMap((cell) => {
    const text = cell.text.slice(0, left);
    left -= text.length;
    return text === '' ? [] : [{ ...cell, text }];
  });
}
