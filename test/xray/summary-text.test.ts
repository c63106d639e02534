import { describe, expect, test } from 'vitest';
import { notIndexedAtEnd, readSummaryText } from '../../src/xray/summary-text.ts';
import { readSummary } from '../../src/xray/wire-summary.ts';

const sha256 = (nth: number): string => nth.toString(16).padStart(64, '0');

/** An artifact of about 10 KB. */
function anArtifact(nth: number, over: object = {}) {
  const issues = Array.from({ length: 20 }, (_, at) => ({
    issue_id: `XRAY-${nth}-${at}`,
    severity: 'High',
    summary: `${nth} ${at} ${'long '.repeat(60)}`,
    components: [{ component_id: `npm://lib-${at}:1.0.${nth}`, fixed_versions: ['[1.1.0]'] }],
    cves: [{ cve: `CVE-2026-${nth}${at}` }],
  }));
  const general = { name: `app-${nth}:1.0`, path: `default/docker-local/app-${nth}/1.0/`, sha256: sha256(nth) };
  return { general, issues, licenses: [{ name: 'MIT', components: [] }], ...over };
}

const artifacts = Array.from({ length: 20 }, (_, nth) => anArtifact(nth));
const errors = [{ identifier: sha256(99), error: "Artifact doesn't exist or not indexed in Xray" }];
const nested = { extra: [{ general: { a: 1 } }, { general: { b: 2 } }] };

const texts: [name: string, text: string][] = [
  ['as Xray writes it', JSON.stringify({ artifacts, errors })],
  ['without errors', JSON.stringify({ artifacts })],
  ['with its errors first', JSON.stringify({ errors, artifacts })],
  ['with blanks and line breaks', JSON.stringify({ artifacts, errors }, null, 2)],
  ['with one digest twice', JSON.stringify({ artifacts: [...artifacts, anArtifact(3, { licenses: [] })], errors })],
  ['with an artifact that is none', JSON.stringify({ artifacts: [...artifacts, null, 7, anArtifact(21)], errors })],
  ['with what looks like artifacts within one', JSON.stringify({ artifacts: [...artifacts, anArtifact(21, nested)] })],
  ['with what looks like artifacts before them', JSON.stringify({ ...nested, artifacts, errors })],
  ['with what looks like artifacts behind them', JSON.stringify({ artifacts, errors, ...nested })],
  [
    'with a text that quotes one',
    JSON.stringify({ artifacts: [...artifacts, anArtifact(21, { note: ',{"general":{' })] }),
  ],
  ['whose artifacts are no list', JSON.stringify({ artifacts: { 0: artifacts }, errors })],
  ['that is no summary', JSON.stringify({ results: artifacts })],
  ['that is short', JSON.stringify({ artifacts: artifacts.slice(0, 2), errors })],
];
for (const [name, text] of texts) {
  test(`a text ${name} reads as its JSON does`, () => {
    expect(readSummaryText(text)).toEqual(readSummary(JSON.parse(text)));
  });
}

test('a text that is cut anywhere is no JSON', () => {
  const text = JSON.stringify({ artifacts, errors });
  const between = text.indexOf(',{"general"', 120_000);
  for (const end of [text.length - 1, 150_000, between, between + 1, 200]) {
    expect(() => readSummaryText(text.slice(0, end))).toThrow(SyntaxError);
  }
});

describe('what is not indexed is told by the end of a text', () => {
  const asked = [3, 98, 99].map((nth) => `sha256:${sha256(nth)}`);
  const atEnd = (text: string): readonly string[] => notIndexedAtEnd(Buffer.from(text), asked);

  test('as Xray writes it', () => {
    expect(atEnd(JSON.stringify({ artifacts, errors }))).toEqual([`sha256:${sha256(99)}`]);
  });
  test('but not of a digest that is among the artifacts too', () => {
    const contradicted = [...errors, { ...errors[0], identifier: sha256(3) }];
    expect(atEnd(JSON.stringify({ artifacts, errors: contradicted }))).toEqual([`sha256:${sha256(99)}`]);
  });
  test('but not of what was not asked about, or of which something else is said', () => {
    const others = [
      { identifier: sha256(97), error: errors[0]?.error },
      { identifier: sha256(98), error: 'Internal error' },
    ];
    expect(atEnd(JSON.stringify({ artifacts, errors: others }))).toEqual([]);
  });
  test.each([
    ['is cut', JSON.stringify({ artifacts, errors }).slice(0, -1)],
    ['goes on behind it', JSON.stringify({ artifacts, errors, more: [1] }).replace('"more":[1]', '"errors":[')],
    ['has none', JSON.stringify({ artifacts })],
    ['has them within an artifact', JSON.stringify({ artifacts: [anArtifact(3, { errors })] })],
    ['quotes them', JSON.stringify({ artifacts: [anArtifact(3, { note: JSON.stringify({ errors }) })] })],
    ['has them first', JSON.stringify({ errors, artifacts })],
  ])('not where it %s', (_, text) => {
    expect(atEnd(text)).toEqual([]);
  });
});
