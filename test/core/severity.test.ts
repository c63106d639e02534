import { expect, test } from 'vitest';
import { countSeverities, parseSeverity, reaches, severities, severityRank, worstOf } from '../../src/core/severity.ts';
import type { Severity } from '../../src/core/severity.ts';

test('severities stand worst first', () => {
  expect(severities).toEqual(['Critical', 'High', 'Medium', 'Low', 'Information', 'Unknown']);
  expect(severities.map(severityRank)).toEqual([5, 4, 3, 2, 1, 0]);
});

const thresholds: [severity: Severity, threshold: Severity, reached: boolean][] = [
  ['Unknown', 'Critical', false],
  ['Unknown', 'Information', false],
  ['Unknown', 'Unknown', true],
  ['Medium', 'High', false],
  ['High', 'High', true],
  ['Critical', 'High', true],
  ['Information', 'Unknown', true],
];
for (const [severity, threshold, reached] of thresholds) {
  test(`${severity} ${reached ? 'reaches' : 'does not reach'} ${threshold}`, () =>
    expect(reaches(severity, threshold)).toBe(reached));
}

const words: [text: string, severity: Severity | undefined][] = [
  ['', undefined],
  ['severe', undefined],
  ['HIGH', 'High'],
  [' critical ', 'Critical'],
];
for (const [text, severity] of words) {
  test(`"${text}" reads as ${severity}`, () => expect(parseSeverity(text)).toBe(severity));
}

test('the worst of none is null', () => expect(worstOf([])).toBeNull());
test('the worst is found wherever it stands', () => expect(worstOf(['Low', 'Unknown', 'High', 'Medium'])).toBe('High'));
test('each severity is counted', () =>
  expect(countSeverities(['Low', 'High', 'Low', 'Unknown'])).toEqual({
    critical: 0,
    high: 1,
    medium: 0,
    low: 2,
    information: 0,
    unknown: 1,
  }));
