import { expect, test } from 'vitest';
import { readFilter, textOf, unfinished } from '../../src/ui/filter.ts';
import { aRow } from '../support/screens.ts';

const rows = [
  aRow('cart', { labels: { app: 'cart', tier: 'web' }, cells: [{ text: 'cart' }, { text: 'security' }] }),
  aRow('pay', { labels: { app: 'pay' }, cells: [{ text: 'pay' }, { text: 'clean' }] }),
  aRow('proxy', { namespace: 'kube-system', cells: [{ text: 'proxy[1' }, { text: 'license' }] }),
];

function kept(typed: string): string[] {
  const filter = readFilter(typed);
  return rows.filter((row) => filter === null || filter.keeps(textOf(row), row.labels)).map(({ id }) => id);
}

const all = ['cart', 'pay', 'proxy'];

test.each([
  ['', all],
  ['  ', all],
  ['!', all],
  ['-f', all],
  ['nothing at all', []],
  ['-f zz', []],
  ['-l app=other', []],
  ['CART', ['cart']],
  ['^shop cart', ['cart']],
  ['cart|pay', ['cart', 'pay']],
  ['kube', ['proxy']],
  ['proxy[1', ['proxy']],
  ['!cart', ['pay', 'proxy']],
  ['! cart|pay', ['proxy']],
  ['!proxy[1', ['cart', 'pay']],
  ['-l app=cart', ['cart']],
  ['-l app', ['cart', 'pay']],
  ['-l !app', ['proxy']],
  ['-l app in (cart,pay),tier!=web', ['pay']],
  ['-f crt', ['cart']],
  ['-f SHP cln', ['pay']],
])('/%s keeps %j', (typed, ids) => expect(kept(typed)).toEqual(ids));

test.each(['-l', '-l app=', '-l app!=', '-l app=cart,', '-l app in (', '-l app in (cart', '-l =x'])(
  '/%s is not finished: nothing is left out, and that is said',
  (typed) => {
    expect(kept(typed)).toEqual(all);
    expect(unfinished(typed)).toContain('nothing is filtered');
  },
);

test('a filter that does its work says nothing', () => {
  for (const typed of ['', 'cart', '!cart', '-l app=cart', '-f c']) expect(unfinished(typed)).toBeNull();
});
