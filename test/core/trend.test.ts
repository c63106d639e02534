import { describe, expect, test } from 'vitest';
import { sparkline } from '../../src/core/sparkline.ts';
import { samplesIn, trendOf } from '../../src/core/trend.ts';
import type { Sample } from '../../src/core/trend.ts';
import { foldAll, lineOf } from '../../src/core/verdict-lines.ts';
import type { Look, VerdictLine } from '../../src/core/verdict-lines.ts';
import { hour, now } from '../support/builders.ts';
import { aLook, aRecord, condemned, unanswered } from '../support/verdicts.ts';

describe('a sparkline', () => {
  const cases: [name: string, values: (number | null)[], line: string][] = [
    ['nothing', [], ''],
    ['zeros lie at the bottom', [0, 0], '▁▁'],
    ['from 0 to the largest', [0, 1, 2, 3, 4, 5, 6, 7], '▁▂▃▄▅▆▇█'],
    ['one among many is seen', [0, 1, 1000], '▁▂█'],
    ['the same all along is full', [3, 3], '██'],
    ['where nobody looked is blank', [1, null, 2], '▅ █'],
  ];
  for (const [name, values, line] of cases) test(name, () => expect(sparkline(values, { ascii: false })).toBe(line));
  test('in ASCII alone', () => expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7, null], { ascii: true })).toBe('_.-=+*%# '));
});

function written(...looks: readonly Look[]): VerdictLine[] {
  const lines: VerdictLine[] = [];
  for (const look of looks) {
    const line = lineOf(foldAll(lines), look, { base: true, always: true });
    if (line !== null) lines.push(line);
  }
  return lines;
}

const lines = written(
  aLook([aRecord('cart'), aRecord('db', {}, 'data')], { at: now - 3 * hour }),
  aLook([condemned('cart', 'XRAY-1')], { at: now - 2 * hour, scope: { namespace: 'shop', selection: '' } }),
  aLook([unanswered('cart')], { at: now - hour }),
);

describe('counts over time', () => {
  const counted = (namespace: string): unknown[] =>
    samplesIn(lines, { namespace, selection: '' }).map(({ at, counts }) => [
      (now - at) / hour,
      counts.security,
      counts.unknown,
      counts.clean,
    ]);
  test('of all that was looked at whole', () =>
    expect(counted('')).toEqual([
      [3, 0, 0, 2],
      [1, 0, 1, 0],
    ]));
  test('of one namespace, also of looks at more than it', () =>
    expect(counted('shop')).toEqual([
      [3, 0, 0, 1],
      [2, 1, 0, 0],
      [1, 0, 1, 0],
    ]));
  test('of what nobody looked at', () => expect(counted('data')).toHaveLength(2));
  test('of a selection there are none', () =>
    expect(samplesIn(lines, { namespace: '', selection: 'app=cart' })).toEqual([]));
});

describe('a trend', () => {
  const sample = (ago: number, security: number): Sample => ({
    at: now - ago,
    counts: { security, license: 0, unscanned: 0, unknown: 0, pending: 0, clean: 9 - security },
  });
  const about = { since: now - 10 * hour, now, width: 4 };
  test('is none of less than two looks', () => {
    expect(trendOf([], about)).toBeNull();
    expect(trendOf([sample(hour, 1)], about)).toBeNull();
    expect(trendOf([sample(20 * hour, 1), sample(hour, 1)], about)).toBeNull();
  });
  test('has the last count of each stretch, and a gap where nobody looked', () => {
    const seen = [sample(4 * hour, 1), sample(3.8 * hour, 1), sample(3.5 * hour, 2), sample(0.5 * hour, 5)];
    const trend = trendOf(seen, about);
    expect(trend).toEqual({
      from: now - 4 * hour,
      to: now,
      lines: [
        { word: 'security', values: [2, null, null, 5], first: 1, last: 5 },
        { word: 'clean', values: [7, null, null, 4], first: 8, last: 4 },
      ],
    });
  });
  test('goes on for as long as whoever looks says so anew, and no longer', () => {
    const seen = [sample(2 * hour, 1), ...Array.from({ length: 7 }, () => sample(hour, 2))];
    const values = trendOf(seen, { ...about, width: 8 })?.lines[0]?.values;
    expect(values).toEqual([1, 1, null, null, 2, 2, null, null]);
  });
  test('has no more stretches than there were looks', () =>
    expect(trendOf([sample(4 * hour, 1), sample(hour, 2)], about)?.lines[0]?.values).toEqual([1, 2]));
  test('ends with what was seen just now', () =>
    expect(trendOf([sample(hour, 1), sample(0, 3)], about)?.lines[0]?.values.at(-1)).toBe(3));
});
