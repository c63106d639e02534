// Counts over time, one line per condition, for whoever looks at a terminal.
import { sparkline } from '../core/sparkline.ts';
import type { Trend, TrendLine } from '../core/trend.ts';
import type { Paint } from './colour.ts';

/** Values a line, by the columns of the terminal: beside them stand the word and two numbers. */
export function trendWidth(columns: number): number {
  return Math.max(8, Math.min(60, columns - 26));
}

/** `security     ▁▁▂▅   2 to 5`; the numbers are those at its beginning and at its end. */
export function trendText(
  { from, lines }: Trend,
  { ascii, paint }: { readonly ascii: boolean; readonly paint: Paint },
) {
  const heading = `workloads since ${new Date(from).toISOString().slice(0, 19)}Z, blank where nobody looked:\n`;
  const rows = lines.map(
    (line) => `${line.word.padEnd(10)}${sparkline(line.values, { ascii })}   ${turnWords(line)}\n`,
  );
  return paint(heading.trimEnd(), 'dim') + '\n' + rows.join('');
}

export function turnWords({ first, last }: TrendLine): string {
  return first === last ? String(last) : `${first} to ${last}`;
}
