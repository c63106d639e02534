// Counts over time above the page of history: one line per condition, with a sparkline where there is room for one.
import { sparkline } from '../core/sparkline.ts';
import { trendOf } from '../core/trend.ts';
import type { Sample, TrendLine } from '../core/trend.ts';
import { conditionTones } from './condition-tones.ts';
import type { Picture } from './picture.ts';
import type { Line } from './table.ts';
import type { View } from './view.ts';

const day = 24 * 60 * 60 * 1000;
/** The word before it, and two numbers behind. */
const beside = 10 + 14;
const widest = 60;

/** Of the last day until now; none where there is nothing to compare. */
export function trendLines(
  { about, now }: Picture,
  counts: Sample['counts'],
  { columns }: View,
  ascii: boolean,
): readonly Line[] {
  const width = Math.max(4, Math.min(widest, columns - beside));
  const samples = [...(about.samples ?? []), { at: now, counts }];
  const trend = trendOf(samples, { since: now - day, now, width });
  return trend === null ? [] : trend.lines.map((line) => trendLine(line, ascii));
}

function trendLine({ word, values, first, last }: TrendLine, ascii: boolean): Line {
  const turned = first === last ? `${last}` : `${first} to ${last}`;
  return {
    cells: [
      { text: word.padEnd(10) },
      { text: sparkline(values, { ascii }), tone: last === 0 ? 'muted' : conditionTones[word] },
      { text: ` ${turned}`, tone: 'muted' },
    ],
  };
}
