import { expect, test } from 'vitest';
import { parseSize } from '../../src/settings/size.ts';

const cases: [text: string, bytes: number | undefined][] = [
  ['', undefined],
  ['MB', undefined],
  ['-1MB', undefined],
  ['1 000', undefined],
  ['1XB', undefined],
  ['1.5.2MB', undefined],
  ['0', 0],
  ['4096', 4096],
  ['4096B', 4096],
  ['200MB', 200_000_000],
  ['200 mb', 200_000_000],
  ['1.5GB', 1_500_000_000],
  ['1kB', 1000],
  ['1KiB', 1024],
  ['2MiB', 2_097_152],
  ['1GiB', 1_073_741_824],
];
for (const [text, bytes] of cases) {
  test(`${text === '' ? 'nothing' : text} is ${bytes ?? 'no size'}`, () => expect(parseSize(text)).toBe(bytes));
}
