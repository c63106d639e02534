import { expect, test } from 'vitest';
import { textDiff } from '../../src/output/diff.ts';

const cases: [name: string, before: string, after: string, diff: string][] = [
  ['nothing changed', 'a\nb\n', 'a\nb\n', ''],
  ['a line came at the end', 'a\nb\n', 'a\nb\nc\n', ' b\n+c\n'],
  ['a line came between two', 'a\nb\n', 'a\nc\nb\n', ' a\n+c\n b\n'],
  ['a line came at the beginning', 'a\n', 'b\na\n', '+b\n a\n'],
  ['a line became another', 'a\nb\nc\n', 'a\nx\nc\n', ' a\n-b\n+x\n c\n'],
  ['a line went', 'a\nb\nc\n', 'a\nc\n', ' a\n-b\n c\n'],
  ['a repeated line came', 'a\na\n', 'a\na\na\n', ' a\n+a\n'],
  ['the last line had no end', 'a', 'a\nb\n', ' a\n+b\n'],
  ['lines end as on Windows', 'a\r\nb\r\n', 'a\r\nc\r\nb\r\n', ' a\n+c\n b\n'],
  ['there was nothing', '', 'a\n', '+a\n'],
];
for (const [name, before, after, diff] of cases) test(name, () => expect(textDiff(before, after)).toBe(diff));
