// JUnit: a pipeline fails for the right reason only.
import { describe, expect, test } from 'vitest';
import { parse } from '../../support/xml.ts';
import type { Criterion } from '../../../src/core/gate.ts';
import { junit } from '../../../src/output/reports/junit.ts';
import type { Finding } from '../../../src/core/scan.ts';
import { knownText } from '../../../src/core/verdict-lines.ts';
import type { KnownText } from '../../../src/core/verdict-lines.ts';
import { recordKey } from '../../../src/core/verdict-record.ts';
import { textOfJudgement } from '../../../src/core/verdict-text.ts';
import type { ComparedWith } from '../../../src/output/reports/report.ts';
import type { Pair } from '../../support/a-report.ts';
import { aPair, aReport, everyPolicy, hostile, hostileReport, oneOfEach, written } from '../../support/a-report.ts';
import { aFinding, aPolicy, aScan, hour } from '../../support/builders.ts';

interface Outcome {
  readonly name: string;
  readonly is: string;
  readonly type: string;
  readonly message: string;
}

function outcomesOf(report = aReport(oneOfEach, { policy: everyPolicy })): Map<string, Outcome> {
  const cases = parse(written(junit, report)).flatMap((suites) => suites.children.flatMap((suite) => suite.children));
  return new Map(
    cases.map(({ attributes, children: [outcome] }) => {
      const { name = '' } = attributes;
      const { type = '', message = '' } = outcome?.attributes ?? {};
      return [name.replace('deployment/', ''), { name, is: outcome?.name ?? 'passed', type, message }];
    }),
  );
}

const criteria = (...all: Criterion[]): Criterion[] => all;

describe('a workload', () => {
  const cases: [name: string, is: string, type: string][] = [
    ['open', 'failure', 'security'],
    ['by-reference', 'failure', 'security'],
    ['half', 'failure', 'security'],
    ['licensed', 'failure', 'license'],
    ['foreign', 'failure', 'unscanned'],
    ['excepted', 'skipped', 'ignored'],
    ['listed', 'skipped', 'ignored'],
    ['unsupported', 'skipped', 'ignored'],
    ['waiting', 'error', 'pending'],
    ['lost', 'error', 'unknown'],
    ['silent', 'error', 'unknown'],
    ['clean', 'passed', ''],
    ['unwatched', 'passed', ''],
  ];
  const outcomes = outcomesOf();
  test('is a test case each', () => expect(outcomes.size).toBe(cases.length));
  for (const [name, is, type] of cases) {
    test(`${name}: ${is}`, () => expect(outcomes.get(name)).toMatchObject({ is, type }));
  }
});

describe('the message', () => {
  const outcomes = outcomesOf();
  test('of a failure says what was found', () =>
    expect(outcomes.get('open')?.message).toBe(
      'security: CVE-2026-1000 (Critical, CVSS 9.8) in npm://event-stream:3.3.6; fixed in 4.0.0; acme.jfrog.io/docker-local/app:1',
    ));
  test('of what is let be says by what', () => {
    expect(outcomes.get('excepted')?.message).toContain('[exceptions[0]: not reachable (ana), until 2027-01-31]');
    expect(outcomes.get('unsupported')?.message).toContain('[the policy does not name this reason]');
  });
  test('of an error says why nothing is known', () =>
    expect(outcomes.get('lost')?.message).toBe(
      'unknown: acme.jfrog.io/docker-local/app:9: unreachable: connect ECONNREFUSED',
    ));
});

describe('with --fail-on', () => {
  const only = (name: string, all: Criterion[]) =>
    outcomesOf(aReport(oneOfEach, { policy: everyPolicy, criteria: all })).get(name);

  test('what it does not name does not fail', () => {
    expect(only('licensed', criteria({ condition: 'security', severity: null }))).toMatchObject({ is: 'skipped' });
    expect(only('open', criteria({ condition: 'security', severity: null }))).toMatchObject({ is: 'failure' });
  });
  test('what is below its severity does not fail', () => {
    const low = aPair('low', 1, aScan({ findings: [aFinding({ severity: 'Medium' })] }));
    const report = aReport([low], { policy: everyPolicy, criteria: [{ condition: 'security', severity: 'High' }] });
    expect(outcomesOf(report).get('low')).toMatchObject({ is: 'skipped' });
  });
  test('what is below the policy and not below it fails, and says with what', () => {
    const low = aPair('low', 1, aScan({ findings: [aFinding({ severity: 'Low' })] }));
    const report = aReport([low], { criteria: [{ condition: 'security', severity: 'Low' }] });
    expect(outcomesOf(report).get('low')).toMatchObject({
      is: 'failure',
      message: expect.stringContaining('CVE-2026-1 (Low') as string,
    });
  });
  test('a condition that is not evaluated is an error where it is named', () => {
    expect(only('unwatched', criteria({ condition: 'license', severity: null }))).toMatchObject({
      is: 'error',
      type: 'notEvaluated',
    });
    expect(only('unwatched', criteria({ condition: 'security', severity: null }))).toMatchObject({ is: 'passed' });
  });
});

describe('with --fail-on new', () => {
  const [old, more] = [aFinding(), aFinding({ id: 'XRAY-2', cves: ['CVE-2026-2'], severity: 'High' })];
  const medium = aFinding({ id: 'XRAY-3', cves: ['CVE-2026-3'], severity: 'Medium' });
  const knownOf = (pairs: readonly Pair[]): ComparedWith => {
    const known = aReport(pairs).judgements.map((one): [string, KnownText] => [
      recordKey(one.workload),
      knownText(textOfJudgement(one)),
    ]);
    return { known: new Map(known), missing: '' };
  };
  const scanned = (...findings: Finding[]): Pair => aPair('x', 1, aScan({ findings }));
  const outcome = (now: Pair, compared: ComparedWith, all: Criterion[] = []) =>
    outcomesOf(aReport([now], { compared, criteria: all })).get('x');

  test('what was there before does not fail', () =>
    expect(outcome(scanned(old), knownOf([scanned(old)]))).toMatchObject({ is: 'skipped', type: 'ignored' }));
  test('what is new fails, and that alone is named', () => {
    const failing = outcome(scanned(old, more), knownOf([scanned(old)]));
    expect(failing).toMatchObject({ is: 'failure', type: 'security' });
    expect(failing?.message).toMatch(/^security: CVE-2026-2 \(High/);
  });
  test('of conditions beside it only these fail', () => {
    const critical = criteria({ condition: 'security', severity: 'Critical' });
    expect(outcome(scanned(old, more), knownOf([scanned(old)]), critical)).toMatchObject({ is: 'skipped' });
  });
  test('what may be new or not is an error', () => {
    const asked = criteria({ condition: 'security', severity: 'Medium' });
    expect(outcome(scanned(medium), knownOf([scanned(medium)]), asked)).toMatchObject({
      is: 'error',
      type: 'notCompared',
      message: expect.stringMatching(/CVE-2026-3.*\[it cannot be told whether it is new\]$/) as string,
    });
  });
  test('without anything to compare with, that is an error, and so is whatever would fail', () => {
    const missing = 'there is nothing to compare with';
    const pairs = [scanned(old), aPair('y', 2, aScan())];
    const outcomes = outcomesOf(aReport(pairs, { compared: { known: null, missing } }));
    expect(outcomes.get('there is something to compare with')).toMatchObject({ is: 'error', message: missing });
    expect([outcomes.get('x')?.is, outcomes.get('y')?.is]).toEqual(['error', 'passed']);
  });
  test('a condition that is evaluated nowhere is an error, as any may be new', () => {
    const unwatched = aPair('x', 1, aScan({ evaluated: { security: 'covered', license: 'notCovered' } }));
    expect(outcome(unwatched, knownOf([unwatched]))).toMatchObject({ is: 'error', type: 'notEvaluated' });
  });
});

test('a grace period keeps an act away, not a failure', () => {
  const policy = aPolicy({ security: { default: 'scaledown', gracePeriod: hour } });
  const report = aReport([aPair('x', 1, aScan({ findings: [aFinding()] }))], { policy });
  expect(outcomesOf(report).get('x')).toMatchObject({ is: 'failure' });
});

test('what may not be read is an error of its own', () => {
  const forbidden = [{ resource: 'pods', namespace: 'vault', message: 'no' }];
  const outcomes = outcomesOf(aReport([aPair('x', 1, aScan())], { forbidden }));
  expect(outcomes.get('everything can be read')).toMatchObject({ is: 'error', type: 'forbidden' });
  expect(outcomes.get('x')).toMatchObject({ is: 'passed' });
});

test('the counts are those of the cases', () => {
  const [suites] = parse(written(junit, aReport(oneOfEach, { policy: everyPolicy })));
  expect(suites?.attributes).toMatchObject({ tests: '13', failures: '5', errors: '3', skipped: '3' });
  const sums = (name: string) => suites?.children.reduce((sum, { attributes }) => sum + Number(attributes[name]), 0);
  expect([sums('tests'), sums('failures'), sums('errors'), sums('skipped')]).toEqual([13, 5, 3, 3]);
});

test('whatever a name holds, it stays a name', () => {
  const [suites] = parse(written(junit, hostileReport()));
  const suite = suites?.children.find(({ children }) => children[0]?.attributes['name']?.includes('owned') === true);
  expect(suite?.attributes['name']).toContain(hostile.slice(0, 40));
  expect(suite?.children[0]?.children[0]?.name).toBe('failure');
});

test('no workload is no test', () =>
  expect(parse(written(junit, aReport([])))[0]).toMatchObject({ attributes: { tests: '0' }, children: [] }));
