// A line of a text that is longer than the terminal is wide: what does not fit goes on below, further in.
import type { Cell, Line } from './table.ts';
import { widthOf, wrap } from './width.ts';

/** At most so much of a line is spent on going on further in. */
const furthest = 20;

export function wrapLine(line: Line, columns: number): readonly Line[] {
  const text = line.cells.map((cell) => cell.text).join('');
  if (widthOf(text) <= columns) return [line];
  const inset = insetOf(line, Math.min(furthest, Math.floor(columns / 3)));
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

/** The first line has the whole width and keeps its own blanks. */
function wrapWithin(text: string, columns: number, inset: number): readonly string[] {
  const blanks = text.length - text.trimStart().length;
  const [first = ''] = wrap(text.slice(blanks), Math.max(1, columns - blanks));
  const rest = text.slice(blanks + first.length).trimStart();
  if (rest === '') return [' '.repeat(blanks) + first];
  return [' '.repeat(blanks) + first, ...wrap(rest, Math.max(1, columns - inset))];
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
