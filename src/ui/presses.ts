// Keys as Ink tells them, made into presses. What several keys wrote at once is told as one text, and taken apart here.
import type { Key } from 'ink';
import type { Press } from './view.ts';

type Named = Exclude<Press['name'], 'char'>;

const plain = { ctrl: false, shift: false } as const;

export function pressesOf(input: string, key: Key): readonly Press[] {
  const { ctrl, shift } = key;
  const name = nameOf(key);
  if (name !== null) return [{ char: '', name, ctrl, shift }];
  if (ctrl) return input === '' ? [] : [{ char: input, name: 'char', ctrl, shift }];
  const presses = Array.from(input, pressOf);
  // A terminal tells `esc` and a key soon after it as one; no key here is one with alt.
  return key.meta ? [{ char: '', name: 'esc', ...plain }, ...presses] : presses;
}

/** What is pasted is text and never a command: without its ends of line and other controls. */
export function pastedOf(text: string): readonly Press[] {
  return Array.from(text.replaceAll(/[\r\n\t]+/g, ' '), pressOf).filter(({ name, ctrl }) => name === 'char' && !ctrl);
}

function nameOf(key: Key): Named | null {
  const names: readonly (readonly [boolean, Named])[] = [
    [key.return, 'enter'],
    [key.escape, 'esc'],
    [key.upArrow, 'up'],
    [key.downArrow, 'down'],
    [key.leftArrow, 'left'],
    [key.rightArrow, 'right'],
    [key.pageUp, 'pageup'],
    [key.pageDown, 'pagedown'],
    [key.home, 'home'],
    [key.end, 'end'],
    [key.tab, 'tab'],
    [key.backspace, 'backspace'],
    [key.delete, 'delete'],
  ];
  return names.find(([is]) => is)?.[1] ?? null;
}

const named: Readonly<Record<string, Named>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\b': 'backspace',
  '\u007f': 'backspace',
  '\u001b': 'esc',
};

function pressOf(char: string): Press {
  const name = named[char];
  if (name !== undefined) return { char: '', name, ...plain };
  const code = char.charCodeAt(0);
  // NUL is ctrl and blank; 1 to 26 are letters; ctrl-\ is 28.
  if (code === 0) return { char: ' ', name: 'char', ctrl: true, shift: false };
  if (code < 32) {
    return { char: String.fromCharCode(code + (code <= 26 ? 96 : 64)), name: 'char', ctrl: true, shift: false };
  }
  return { char, name: 'char', ctrl: false, shift: /^[A-Z]$/.test(char) };
}
