import { describe, expect, test } from 'vitest';
import type { Line } from '../../src/ui/table.ts';
import { printable, widthOf } from '../../src/ui/width.ts';
import { wrapLine } from '../../src/ui/wrap-line.ts';
import { chance } from '../support/random.ts';

function wrapped(line: Line | string, columns: number): readonly string[] {
  const given = typeof line === 'string' ? { cells: [{ text: line }] } : line;
  return wrapLine(given, columns).map(({ cells }) => cells.map(({ text }) => text).join(''));
}

function labelled(label: string, text: string): Line {
  return {
    cells: [
      { text: label.padEnd(13), tone: 'heading' },
      { text, tone: 'fault' },
    ],
  };
}

const hex = 'f6efcec2dbd362833b8b2f622007cc521b5d8b6e92ac0c279ebf24079e8e2223';

describe('a line that is too long', () => {
  test('goes on below its words, not below its label', () =>
    expect(wrapped(labelled('Summary:', 'it steals the wallets of all who use it'), 40)).toEqual([
      'Summary:     it steals the wallets of',
      '             all who use it',
    ]));
  test('goes on two further in than its own blanks', () =>
    expect(wrapped('    one two three four', 21)).toEqual(['    one two three', '      four']));
  test('keeps its tones', () =>
    expect(
      wrapLine(labelled('Why:', 'one two three four five six'), 30).map(({ cells }) => cells.map(({ tone }) => tone)),
    ).toEqual([['heading', 'fault'], ['fault']]));
  test('keeps a digest whole where there is room for it', () => {
    const lines = wrapped(labelled('Digest:', `sha256:${hex}`), 80);
    expect(lines[0]?.trimEnd()).toBe('Digest:');
    expect(lines[1]?.trim()).toBe(`sha256:${hex}`);
  });
  test('begins a word that has to be broken beside its label', () =>
    expect(wrapped(labelled('Digest:', `sha256:${hex}`), 40)).toEqual([
      'Digest:      sha256:f6efcec2dbd362833b8b',
      '             2f622007cc521b5d8b6e92ac0c2',
      '             79ebf24079e8e2223',
    ]));
  test('is measured as it is shown: control characters take room', () => {
    for (const line of wrapped(labelled('Why:', '\u001b[2J'.repeat(20)), 40)) {
      expect(widthOf(line)).toBeLessThanOrEqual(40);
      expect(line).not.toContain('\u001b');
    }
  });
});

test('a line that fits is the same object', () => {
  const line = labelled('Why:', 'security');
  expect(wrapLine(line, 40)).toEqual([line]);
  expect(wrapLine(line, 40)[0]).toBe(line);
});

test('nothing is lost, and no line is too wide, whatever the words are', () => {
  const random = chance(3);
  const words = ['a', 'security', '日本語', 'npm://event-stream:3.3.6', hex, '👩‍💻', ''];
  for (let turn = 0; turn < 300; turn += 1) {
    const text = Array.from({ length: 1 + random.below(12) }, () => random.one(words)).join(' ');
    const line = random.often(0.5)
      ? labelled('Label:', text)
      : { cells: [{ text: `${' '.repeat(random.below(8))}${text}` }] };
    const columns = 40 + random.below(80);
    const lines = wrapped(line, columns);
    for (const one of lines) expect(widthOf(one)).toBeLessThanOrEqual(columns);
    const given = line.cells.map((cell) => cell.text).join('');
    expect(printable(lines.join('')).replaceAll(' ', '')).toBe(printable(given).replaceAll(' ', ''));
  }
});
