import { expect, test } from 'vitest';
import { createShown, sortRows } from '../../src/ui/shown.ts';
import { firstView } from '../../src/ui/update.ts';
import type { View, Visit } from '../../src/ui/view.ts';
import { aRow, aTable, aText } from '../support/screens.ts';

function aView(visit: Partial<Visit> = {}, overrides: Partial<View> = {}): View {
  const view = firstView({ columns: 80, rows: 24 });
  return { ...view, visits: view.visits.map((one) => ({ ...one, ...visit })), ...overrides };
}

const table = aTable([
  aRow('cart', { sort: ['cart', 2], fault: true }),
  aRow('pay', { sort: ['pay', 'none'] }),
  aRow('proxy', { sort: ['proxy', 2], namespace: 'kube-system', fault: true }),
  aRow('db', { sort: ['db', 10] }),
]);

function idsOf(view: View): readonly string[] {
  return createShown()(table, view).shown.ids;
}

test('a column that is not there sorts nothing', () => {
  expect(idsOf(aView({ sort: { column: 'gone', reversed: true } }))).toEqual(['cart', 'pay', 'proxy', 'db']);
});

test('where nothing is left there is no row', () => {
  const { rows, shown } = createShown(() => 7)(table, aView({ filter: 'nothing' }));
  expect(rows).toEqual([]);
  expect(shown).toEqual({ ids: [], length: 0, fits: 7 });
});

test('rows that are alike stay in the order of the table, also where it is reversed', () => {
  expect(idsOf(aView({ sort: { column: 'count', reversed: false } }))).toEqual(['cart', 'proxy', 'db', 'pay']);
  expect(idsOf(aView({ sort: { column: 'count', reversed: true } }))).toEqual(['pay', 'db', 'cart', 'proxy']);
});

test('filter, namespace and faults leave out what is not among them all', () => {
  expect(idsOf(aView({}, { namespace: 'shop' }))).toEqual(['cart', 'pay', 'db']);
  expect(idsOf(aView({}, { faultsOnly: true }))).toEqual(['cart', 'proxy']);
  expect(idsOf(aView({ filter: 'ca' }, { faultsOnly: true, namespace: 'shop' }))).toEqual(['cart']);
});

test('what is in no namespace is shown in each', () => {
  const images = aTable([aRow('nginx', { namespace: null })]);
  expect(createShown()(images, aView({}, { namespace: 'shop' })).shown.ids).toEqual(['nginx']);
});

test('a text is filtered by its lines, and knows neither namespace nor fault', () => {
  const { lines, shown } = createShown(() => 5)(
    aText(['one', 'two', 'three']),
    aView({ filter: 't' }, { faultsOnly: true, namespace: 'shop' }),
  );
  expect(lines.map(({ cells }) => cells[0]?.text)).toEqual(['two', 'three']);
  expect(shown).toEqual({ ids: [], length: 2, fits: 5 });
});

test('moving the cursor costs neither sort nor filter', () => {
  const shown = createShown();
  const by = { filter: 'a', sort: { column: 'count', reversed: true } };
  const before = shown(table, aView(by));
  expect(shown(table, aView({ ...by, sort: { ...by.sort }, cursor: 'pay', index: 1, top: 1 }))).toBe(before);
  expect(shown(table, aView({ ...by, filter: 'ab' }))).not.toBe(before);
  expect(shown({ ...table }, aView({ ...by, filter: 'ab' }))).not.toBe(before);
});

test('another height changes only how many fit', () => {
  const shown = createShown((_, { rows }) => rows);
  const before = shown(table, aView());
  const after = shown(table, aView({}, { rows: 40 }));
  expect(after.rows).toBe(before.rows);
  expect(after.shown).toEqual({ ...before.shown, fits: 40 });
});

test('some rows fit on every terminal', () => {
  for (const rows of [1, 2, 5, 10, 24, 400]) {
    const { fits } = createShown()(table, aView({}, { rows })).shown;
    expect(fits).toBeGreaterThanOrEqual(1);
    expect(fits).toBeLessThanOrEqual(Math.max(1, rows - 4));
  }
});

test('sorting leaves the table as it was', () => {
  const ids = table.rows.map(({ id }) => id);
  sortRows(table, { column: 'name', reversed: true });
  expect(table.rows.map(({ id }) => id)).toEqual(ids);
});
