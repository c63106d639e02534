import { expect, test } from 'vitest';
import { explain } from '../../src/core/explain.ts';
import { imageRows, judgeAll, scanOf } from '../../src/core/report.ts';
import { painter } from '../../src/output/colour.ts';
import { coverageLine } from '../../src/output/coverage.ts';
import { explanationText } from '../../src/core/explanation.ts';
import { clearLine, printable, printableLines } from '../../src/output/printable.ts';
import { nameLine } from '../../src/output/structured.ts';
import { imageTable, workloadTable } from '../../src/output/table.ts';
import {
  aFinding,
  aLicense,
  aPolicy,
  aScan,
  aViolation,
  aWorkload,
  anEntry,
  anImage,
  circumstances,
  now,
} from '../support/builders.ts';
import { judgementOf, stateWithScans } from '../support/states.ts';

const evil = 'x\u001b[2Jy\u001b]8;;http://evil.test\u0007\nz\r\u009b1m\u007f\u202e\u2066';
// eslint-disable-next-line no-control-regex -- that none is left is what is asked
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

/** Without the sequences that are our own, and no others. */
function withoutColour(text: string): string {
  // eslint-disable-next-line no-control-regex -- colour is made of them
  return text.replaceAll(/\u001b\[(?:1;31|31|33|32|2|0)m/g, '');
}

const policy = aPolicy({ security: { default: 'scaledown' }, license: { default: 'scaledown', basis: 'both' } });
const image = anImage(1);
const workload = aWorkload({
  name: evil,
  namespace: evil,
  labels: { app: evil },
  managedBy: evil,
  images: [anEntry({ container: evil, image: { ...image, reference: evil } })],
});
const finding = aFinding({ id: evil, cves: [], component: evil, fixedIn: [evil], summary: evil });
const scan = aScan({
  findings: [finding],
  licenses: [aLicense(evil)],
  violations: [aViolation({ id: evil, watch: evil, policy: evil })],
  paths: [evil],
});

test('a control character becomes its escape, and other text stays as it is', () => {
  expect(printable('a\u001b[31mb\nc\td\u0000\u007f\u009b')).toBe('a\\x1b[31mb\\x0ac\\x09d\\x00\\x7f\\x9b');
  expect(printable('\u202aa\u202e\u2066\u2069\u2028')).toBe('\\u202aa\\u202e\\u2066\\u2069\\u2028');
  expect(printable('größe 日本 🎉 …')).toBe('größe 日本 🎉 …');
});

test.each([false, true])('no table lets a control character through (colour: %s)', (colour) => {
  const state = stateWithScans([[workload, [scan]]], policy);
  const judgements = judgeAll(state, [workload], circumstances());
  const options = {
    wide: true,
    withNamespace: true,
    showLabels: true,
    headings: true,
    paint: painter(colour),
    now,
  };
  const tables = [
    workloadTable(judgements, scanOf(state), options),
    imageTable(
      imageRows(judgements, state).map(({ item }) => item),
      options,
    ),
  ];
  for (const table of tables) {
    expect(withoutColour(table)).not.toMatch(control);
    expect(table.trimEnd().split('\n')).toHaveLength(2);
    expect(table).toContain('\\x1b[2J');
  }
});

test.each([false, true])('no line of an explanation does (colour: %s)', (colour) => {
  const judgement = judgementOf(workload, [scan], policy);
  const explanation = explain(judgement, stateWithScans([[workload, [scan]]], policy), { context: 'prod', now });
  const text = explanationText(explanation, { label: evil, conditions: evil }, painter(colour));
  expect(withoutColour(text)).not.toMatch(control);
  expect(text).not.toMatch(/^z/m);
});

test('neither the line of what was covered nor a name does', () => {
  const none = { workloads: 0, pods: 0, images: 0, scanned: 0, unscanned: 0, pending: 0, unknown: 0 };
  const causes = [{ cause: 'xrayUnreachable', message: evil, images: 1 }] as const;
  const line = coverageLine({ ...none, causes, notEvaluated: [], forbidden: [] }, 0);
  for (const text of [line, nameLine(workload)]) expect(text).toMatch(/^[^\n]+\n$/);
  expect(line).not.toMatch(control);
  expect(nameLine(workload)).not.toMatch(control);
});

test('lines stay lines, and all else that controls a terminal is shown', () => {
  expect(printableLines('error: a\n\tb\r\u001b[2J\n')).toBe('error: a\n\\x09b\\x0d\\x1b[2J\n');
  expect(printableLines(`${clearLine}10 pods`)).toBe(`${clearLine}10 pods`);
  expect(printableLines(`error: ${clearLine}`)).toBe('error: \\x0d\\x1b[K');
});
