import type { Key } from 'ink';
import { describe, expect, test } from 'vitest';
import { pastedOf, pressesOf } from '../../src/ui/presses.ts';

const none: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

/** `ctrl-d`, `shift-G`, `enter`. */
const told = (input: string, key: Partial<Key> = {}): readonly string[] =>
  pressesOf(input, { ...none, ...key }).map(
    ({ char, name, ctrl, shift }) => `${ctrl ? 'ctrl-' : ''}${shift ? 'shift-' : ''}${name === 'char' ? char : name}`,
  );

const cases: [name: string, input: string, key: Partial<Key>, presses: readonly string[]][] = [
  ['a letter', 'j', {}, ['j']],
  ['a capital letter', 'G', { shift: true }, ['shift-G']],
  ['enter', '', { return: true }, ['enter']],
  ['the line feed of ctrl-j', '\n', {}, ['enter']],
  ['shift-tab', '', { tab: true, shift: true }, ['shift-tab']],
  ['page down', '', { pageDown: true }, ['pagedown']],
  ['ctrl and a letter', 'd', { ctrl: true }, ['ctrl-d']],
  ['ctrl-space', ' ', { ctrl: true }, ['ctrl- ']],
  ['ctrl-\\', '\\', { ctrl: true }, ['ctrl-\\']],
  ['several keys at once', 'jjG', {}, ['j', 'j', 'shift-G']],
  ['keys with ends of line and controls among them', 's\u0004\r\u0000', {}, ['s', 'ctrl-d', 'enter', 'ctrl- ']],
  ['esc and a key right after it', ':', { meta: true }, ['esc', ':']],
  ['a character of two halves', '😀', {}, ['😀']],
  ['a key that is none here', '', {}, []],
];

describe('keys become presses', () => {
  for (const [name, input, key, presses] of cases) test(name, () => expect(told(input, key)).toEqual(presses));
});

test('what is pasted is text: no end of line agrees to anything', () => {
  const pasted = pastedOf('cart\r\n\u0003shop\u001b[A\n');
  expect(pasted.map(({ char }) => char).join('')).toBe('cart shop[A ');
  expect(pasted.every(({ name, ctrl }) => name === 'char' && !ctrl)).toBe(true);
});
