import { describe, expect, test } from 'vitest';
import { cut, fit, printable, widthOf, wrap } from '../../src/ui/width.ts';

describe('a text is as wide as the terminal draws it', () => {
  const cases: [text: string, width: number][] = [
    ['', 0],
    ['cart', 4],
    ['日本', 4],
    ['é', 1],
    ['e\u0301', 1],
    ['👩‍💻', 2],
    ['…', 1],
  ];
  for (const [text, width] of cases) test(text, () => expect(widthOf(text)).toBe(width));
});

describe('what does not fit is cut, never through a character', () => {
  const cases: [text: string, width: number, shown: string][] = [
    ['cart', 4, 'cart'],
    ['carts', 4, 'car…'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['👩‍💻👩‍💻', 3, '👩‍💻…'],
    ['cart', 1, '…'],
    ['cart', 0, ''],
  ];
  for (const [text, width, shown] of cases) test(`${text} in ${width}`, () => expect(cut(text, width)).toBe(shown));
  test('in ASCII with a mark of ASCII', () => expect(cut('carts', 4, '~')).toBe('car~'));
  test('and filled up to the width', () => {
    expect(fit('日本語', 4)).toBe('日… ');
    expect(fit('7', 3, { align: 'right' })).toBe('  7');
  });
});

describe('what others wrote only shows its controls', () => {
  const cases: [name: string, text: string, shown: string][] = [
    ['a terminal sequence', '\u001b[2J', '\\x1b[2J'],
    ['an end of line', 'a\nb', 'a\\x0ab'],
    ['an override of the direction', 'a\u202eb', 'a\\u202eb'],
    ['a character without a width', 'a\u200bb', 'a\\u200bb'],
    ['C1', '\u009b2J', '\\x9b2J'],
  ];
  for (const [name, text, shown] of cases) test(name, () => expect(printable(text)).toBe(shown));
  test('in ASCII each character becomes one like it, or a question mark', () =>
    expect(printable('✓ é 日本 … →', true)).toBe('+ ? ?? ~ >'));
});

describe('a long text is broken', () => {
  test('between words', () => expect(wrap('sets its replicas', 10)).toEqual(['sets its', 'replicas']));
  test('inside a word that is too long', () =>
    expect(wrap('a registry/image', 6)).toEqual(['a', 'regist', 'ry/ima', 'ge']));
  test('never wider than asked for, whatever is in it', () => {
    for (let width = 2; width < 20; width += 1) {
      for (const line of wrap('日本語 x👩‍💻y abcdefghijklmnop', width)) expect(widthOf(line)).toBeLessThanOrEqual(width);
    }
  });
  test('an empty one is one empty line', () => expect(wrap('', 10)).toEqual(['']));
});
