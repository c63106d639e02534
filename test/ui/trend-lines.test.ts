import { describe, expect, test } from 'vitest';
import type { Sample } from '../../src/core/trend.ts';
import { createHeader } from '../../src/ui/header.ts';
import type { Page } from '../../src/ui/page.ts';
import { firstView } from '../../src/ui/update.ts';
import type { View } from '../../src/ui/view.ts';
import { hour, now } from '../support/builders.ts';
import { judgedState } from '../support/judged-state.ts';
import { aPicture } from '../support/screens.ts';

const sample = (ago: number, security: number): Sample => ({
  at: now - ago,
  counts: { security, license: 1, unscanned: 0, unknown: 0, pending: 0, clean: 20 - security },
});
const samples = Array.from({ length: 21 }, (_, index) => sample((20 - index) * hour, index < 10 ? index : 3));

function linesOn(
  at: 'history' | 'workloads',
  columns: number,
  more: Partial<{ ascii: boolean; samples: Sample[] }> = {},
): string[] {
  const page: Page = { at };
  const first = firstView({ columns, rows: 24 });
  const view: View = { ...first, visits: first.visits.map((visit) => ({ ...visit, page })) };
  const header = createHeader({ ascii: more.ascii ?? false });
  const picture = aPicture({ state: judgedState([]), about: { samples: more.samples ?? samples } });
  return header(picture, view).lines.map(({ cells }) => cells.map(({ text }) => text).join(''));
}

const drawn = (lines: readonly string[]): string[] =>
  lines.filter((line) => /^(security|license|clean) {2,}/.test(line) && !line.includes(' of '));

describe('above the page of history', () => {
  test('counts are drawn over time until now, at 80 columns', () => {
    const [security = '', license, clean] = drawn(linesOn('history', 80));
    expect(security).toBe('security  ▁▂▃▃▄▅▆▆▇██▃▃▃▃▃▃▃▃▃▃▁ 0');
    expect(security.length).toBeLessThanOrEqual(80);
    expect(license).toMatch(/^license {3}█{21}▁ 1 to 0$/);
    expect(clean).toMatch(/ 20 to 0$/);
  });
  test('and at 40', () => {
    const lines = drawn(linesOn('history', 40));
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
  });
  test('in ASCII where that is asked for', () => {
    expect(drawn(linesOn('history', 60, { ascii: true })).join('')).not.toMatch(/[^\u0020-\u007e]/);
  });
  test('they stand below what is in the way of an answer', () => {
    const lines = linesOn('history', 80);
    expect(lines[0]).toContain('prod');
    expect(lines[1]).toMatch(/^security 0/);
  });
});

test('without two looks there is nothing to draw', () => {
  expect(drawn(linesOn('history', 80, { samples: [] }))).toEqual([]);
  expect(drawn(linesOn('history', 80, { samples: [sample(0, 1)] }))).toEqual([]);
  expect(drawn(linesOn('history', 80, { samples: [sample(25 * hour, 1)] }))).toEqual([]);
});

test('other pages have no room for it', () => expect(drawn(linesOn('workloads', 80))).toEqual([]));
