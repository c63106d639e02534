// JUnit: a pipeline fails for the right reason only.
import { describe, expect, test } from 'vitest';
import { parse } from '../../support/xml.ts';
import type { Criterion } from '../../../src/core/gate.ts';
import { junit } from '../../../src/output/reports/junit.ts';
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
