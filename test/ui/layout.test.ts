import { describe, expect, test } from 'vitest';
import { gutter, headingLine, layOut, rowLine } from '../../src/ui/layout.ts';
import type { Asked, Placed } from '../../src/ui/layout.ts';
import { widthOf } from '../../src/ui/width.ts';
import { aColumn, aRow, aTable, plainTheme } from '../support/frames.ts';

const asked = (overrides: Partial<Asked> = {}): Asked => ({ columns: 80, wide: false, sort: null, ...overrides });
const rows = [aRow(0), aRow(1)];
const placed = (columns: number, overrides: Partial<Asked> = {}): readonly Placed[] =>
  layOut(aTable(2), rows, asked({ columns, ...overrides }), plainTheme);
const ids = (columns: number, overrides: Partial<Asked> = {}): string =>
  placed(columns, overrides)
    .map(({ column }) => column.id)
    .join(' ');
const total = (all: readonly Placed[]): number => gutter + all.reduce((sum, { width, gap }) => sum + width + gap, 0);

describe('which columns are shown', () => {
  test('follows the width of the terminal', () => {
    expect(ids(50)).toBe('name pods crit action age');
    expect(ids(80)).toBe('namespace name pods crit action age');
    expect(ids(120)).toBe('namespace name pods crit conditions action age');
  });
  test('and what is asked for', () => expect(ids(120, { wide: true })).toContain('action reason age'));
  test('leaves out the last ones where there is no room even for narrow ones', () => {
    const columns = Array.from({ length: 12 }, (_, index) => aColumn(`column-${index}`));
    const cells = columns.map(({ title }) => ({ text: title }));
    const narrow = layOut(aTable(0, { columns }), [aRow(0, { cells })], asked({ columns: 40 }), plainTheme);
    expect(narrow.map(({ column }) => column.id)).toEqual(['column-0', 'column-1', 'column-2', 'column-3']);
  });
});

describe('widths', () => {
  test('never come to more than the terminal has', () => {
    const cells = aRow(0).cells.map(() => ({ text: '日本語'.repeat(100) }));
    for (let columns = 40; columns <= 400; columns += 9) {
      for (const wide of [false, true]) {
        const all = layOut(aTable(1), [aRow(0, { cells })], asked({ columns, wide }), plainTheme);
        expect(total(all)).toBeLessThanOrEqual(columns);
        const line = rowLine(all, aRow(0, { cells }), plainTheme, true);
        expect(widthOf(line)).toBe(total(all) - gutter);
      }
    }
  });
  test('come from titles and the rows in sight', () => {
    const [, name, pods] = placed(80);
    expect(name?.width).toBe('deployment/service-0'.length);
    expect(pods?.width).toBe('PODS'.length);
  });
  test('only grow while the page is the same', () => {
    const long = aRow(2, { cells: aRow(2).cells.map((cell) => ({ text: `${cell.text}-long` })) });
    const grown = layOut(aTable(3), [long], asked({ columns: 120 }), plainTheme);
    expect(layOut(aTable(3), rows, asked({ columns: 120 }), plainTheme, grown)).toEqual(grown);
  });
  test('that are too wide take from what grows first, and from the blanks between', () => {
    const widthsAt = (columns: number): readonly number[] => placed(columns).map(({ width, gap }) => width + gap);
    expect(widthsAt(80)).toEqual([9, 22, 6, 6, 11, 5]);
    expect(widthsAt(60)).toEqual([9, 21, 5, 5, 10, 4]);
    expect(widthsAt(50)).toEqual([20, 6, 6, 11, 5]);
    expect(widthsAt(44)).toEqual([18, 5, 5, 10, 4]);
  });
});

test('numbers stand below the right end of their heading, and the sorted one is marked', () => {
  const sort = { column: 'pods', reversed: false };
  const all = layOut(aTable(2), rows, asked({ sort }), plainTheme);
  expect(headingLine(all, sort, plainTheme)).toBe('  NAMESPACE  NAME                  PODSv  CRIT  ACTION     AGE');
  expect(rowLine(all, aRow(1), plainTheme, true)).toBe('shop       deployment/service-1      3     1  scaledown   5d');
});
