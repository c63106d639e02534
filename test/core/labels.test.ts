import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { matchesLabels, parseLabelSelector } from '../../src/core/labels.ts';

describe('a label selector that makes no sense is refused', () => {
  for (const text of ['=a', 'a in b', 'a in (b', 'a b', 'a===b', '!a=b', 'a=b c', '-a']) {
    test(text, () => expect(() => parseLabelSelector(text)).toThrow(UsageError));
  }
  test('and the part that makes none is named', () =>
    expect(() => parseLabelSelector('a=b,c d')).toThrow('"c d" is no label selector'));
});

describe('a label selector', () => {
  const labels = { app: 'cart', tier: '', 'app.kubernetes.io/name': 'cart' };
  const cases: [selector: string, matches: boolean][] = [
    ['app=pay', false],
    ['app!=cart', false],
    ['app in (pay,report)', false],
    ['app notin (cart)', false],
    ['team', false],
    ['!app', false],
    ['app=cart,team', false],
    ['team=a', false],
    ['', true],
    ['app=cart', true],
    ['app==cart', true],
    ['app = cart', true],
    ['tier=', true],
    ['app!=pay', true],
    ['team!=a', true],
    ['app in (pay, cart)', true],
    ['app in(cart)', true],
    ['app notin (pay)', true],
    ['team notin (a)', true],
    ['app', true],
    ['!team', true],
    ['app.kubernetes.io/name=cart', true],
    ['app in (pay,cart),!team,tier', true],
  ];
  for (const [selector, matches] of cases) {
    test(`${selector || '(empty)'} ${matches ? 'matches' : 'does not match'}`, () =>
      expect(matchesLabels(parseLabelSelector(selector), labels)).toBe(matches));
  }
});
