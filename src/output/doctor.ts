// What `doctor` prints: a line for each thing found, by symbol and word, with its cure below it.
import type { Diagnosis, Result } from '../core/doctor/diagnosis.ts';
import type { Paint, Tone } from './colour.ts';
import { printable } from './printable.ts';

export interface DoctorShown {
  readonly ascii: boolean;
  readonly paint: Paint;
  /** Of the longest name of a check. */
  readonly width: number;
}

const symbols: Readonly<Record<Result, readonly [plain: string, ascii: string]>> = {
  ok: ['✓', '+'],
  note: ['·', '.'],
  warning: ['!', '!'],
  failed: ['✗', 'x'],
  skipped: ['-', '-'],
};

const tones: Readonly<Record<Result, Tone | null>> = {
  ok: 'good',
  note: null,
  warning: 'warning',
  failed: 'critical',
  skipped: 'dim',
};

/** `isFirst`: of its area, whose name then stands above. */
export function diagnosisText(diagnosis: Diagnosis, isFirst: boolean, { ascii, paint, width }: DoctorShown): string {
  const { area, check, result, message, cure } = diagnosis;
  const tone = tones[result];
  const standing = `${symbols[result][ascii ? 1 : 0]} ${result.padEnd(7)}`;
  const indent = ' '.repeat(2 + standing.length + 2 + width + 2);
  const lines = message.split('\n').map(printable);
  const said = [
    ...lines,
    ...(cure === null ? [] : cure.split('\n').map((line, at) => `${at === 0 ? 'cure: ' : ''}${printable(line)}`)),
  ];
  const head = `  ${tone === null ? standing : paint(standing, tone)}  ${check.padEnd(width)}  `;
  return `${isFirst ? `${area}\n` : ''}${head}${said.join(`\n${indent}`)}\n`;
}

/** `1 failed, 2 warnings, 17 ok, 3 notes, 1 skipped`. */
export function summaryLine({ failed, warning, ok, note, skipped }: Readonly<Record<Result, number>>): string {
  const parts = [
    `${failed} failed`,
    `${warning} warning${warning === 1 ? '' : 's'}`,
    `${ok} ok`,
    ...(note > 0 ? [`${note} note${note === 1 ? '' : 's'}`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return `${parts.join(', ')}\n`;
}
