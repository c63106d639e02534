import { expect, test } from 'vitest';
import { emptyWords, filterWords } from '../../src/ui/hidden.ts';
import { aRow, aTable, drive } from '../support/screens.ts';

test('a table without rows says why in its own words, whatever narrows it', () => {
  const screen = drive(aTable([]));
  screen.press('/', 'x', 'enter', 'ctrl-z');
  expect(emptyWords(aTable([]), screen.view())).toBe('nothing runs');
});

test('rows that are not shown are counted, with what hides them and how that ends', () => {
  const table = aTable(['cart', aRow('pay', { namespace: 'bank' })]);
  const screen = drive(table);
  screen.press('/', 'x', 'enter');
  expect(emptyWords(table, screen.view())).toBe('2 rows are not shown, by /x (esc clears it)');
  screen.press('ctrl-z', ':');
  screen.type('ns shop');
  screen.press('enter');
  expect(emptyWords(aTable(['cart']), screen.view())).toBe(
    'one row is not shown, by /x (esc clears it), only faults (ctrl-z shows all), namespace shop (0 shows all)',
  );
});

test('a filter that is not finished says so', () => {
  expect(filterWords('-l app=')).toBe('/-l app=: the label selector is not finished: nothing is filtered');
  expect(filterWords('cart')).toBe('/cart');
});
