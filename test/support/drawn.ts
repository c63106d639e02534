// Pages as they read on a terminal of so many columns, without colour.
import { headingLine, layOut, rowLine } from '../../src/ui/layout.ts';
import type { Table, Text } from '../../src/ui/table.ts';
import { wrapLine } from '../../src/ui/wrap-line.ts';
import { plainTheme } from './frames.ts';

/** The heading and every row. */
export function drawn(table: Table, columns = 80): readonly string[] {
  const asked = { columns, wide: false, sort: null };
  const placed = layOut(table, table.rows, asked, plainTheme);
  const rows = table.rows.map((row) => `  ${rowLine(placed, row, plainTheme, true)}`);
  return [headingLine(placed, asked.sort, plainTheme), ...rows].map((line) => line.trimEnd());
}

/** Whatever the gaps between its columns are. */
export function squeezed(line: string): string {
  return line.trim().replaceAll(/ +/g, ' ');
}

/** Of each row the words of some columns, by their ids. */
export function wordsIn({ columns, rows }: Table, ...ids: readonly string[]): readonly string[] {
  return rows.map(({ cells }) => {
    return ids.map((id) => cells[columns.findIndex((one) => one.id === id)]?.text ?? '').join(' | ');
  });
}

/** As it is broken on a terminal of so many columns. */
export function readText({ lines }: Text, columns = 83): string {
  const broken = lines.flatMap((line) => wrapLine(line, columns));
  return broken.map(({ cells }) => cells.map(({ text }) => text).join('')).join('\n');
}
