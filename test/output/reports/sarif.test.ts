// SARIF, as OASIS published it and as code scanning takes it.
import { describe, expect, test } from 'vitest';
import { sarif } from '../../../src/output/reports/sarif.ts';
import { aReport, aPair, everyPolicy, hostileReport, oneOfEach, written } from '../../support/a-report.ts';
import type { Pair } from '../../support/a-report.ts';
import { aFinding, anEntry, anImage, aScan } from '../../support/builders.ts';
import { mistakesIn, sarifSchema } from './schemas.ts';

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } };
    readonly logicalLocations: readonly { readonly fullyQualifiedName: string; readonly name: string }[];
  }[];
  readonly suppressions?: readonly { readonly justification: string }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
}

interface Run {
  readonly tool: { readonly driver: { readonly version: string; readonly rules: readonly Rule[] } };
  readonly automationDetails: { readonly id: string };
  readonly invocations: readonly {
    readonly executionSuccessful: boolean;
    readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[];
  }[];
  readonly results: readonly Result[];
}

interface Rule {
  readonly id: string;
  readonly defaultConfiguration: { readonly level: string };
  readonly properties: { readonly 'security-severity'?: string };
}

const validate = sarifSchema();

function runOf(report = aReport(oneOfEach, { policy: everyPolicy })): Run {
  const log = JSON.parse(written(sarif, report)) as { readonly runs: readonly [Run] };
  expect(mistakesIn(log, validate)).toEqual([]);
  return log.runs[0];
}

const of = (run: Run, name: string): Result[] =>
  run.results.filter(({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri.endsWith(`/${name}`));

describe('the schema', () => {
  test('holds what a cluster shows, and a cluster of which everything is hostile', () => {
    runOf();
    runOf(hostileReport());
    runOf(aReport([]));
  });
  test('refuses what is wrong', () => {
    const log = JSON.parse(written(sarif, aReport(oneOfEach))) as { runs: { results: { level: string }[] }[] };
    for (const result of log.runs[0]?.results ?? []) result.level = 'bad';
    expect(mistakesIn(log, validate)).not.toEqual([]);
  });
});

describe('a result', () => {
  test('has its rule, its level and where it runs', () => {
    const [critical, medium] = of(runOf(), 'open');
    expect(critical).toMatchObject({
      ruleId: 'CVE-2026-1000',
      level: 'error',
      message: { text: expect.stringContaining('fixed in 4.0.0. Image acme.jfrog.io/docker-local/app:1,') as string },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: 'shop/deployment/open' }, region: { startLine: 1 } },
          logicalLocations: [
            { name: 'deployment/open', fullyQualifiedName: 'shop/deployment/open', kind: 'resource' },
            {
              name: 'acme.jfrog.io/docker-local/app:1',
              fullyQualifiedName: 'shop/deployment/open/app',
              kind: 'module',
            },
          ],
        },
      ],
    });
    expect(medium).toMatchObject({ ruleId: 'CVE-2026-1001', level: 'warning' });
    expect(critical).not.toHaveProperty('suppressions');
  });
  test('has the number of its rule, and each rule stands there once', () => {
    const { results, tool } = runOf();
    const { rules } = tool.driver;
    expect(results.map(({ ruleId, ruleIndex }) => rules[ruleIndex]?.id === ruleId)).not.toContain(false);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    expect(results.filter(({ ruleId }) => ruleId === 'CVE-2026-1000')).toHaveLength(3);
  });
  test('that an exception covers is suppressed, with its words', () =>
    expect(of(runOf(), 'excepted')).toMatchObject([
      {
        ruleId: 'CVE-2026-2000',
        suppressions: [{ justification: 'exceptions[0]: not reachable (ana), until 2027-01-31' }],
      },
    ]));
  test('that a whitelist covers is suppressed by its rule', () =>
    expect(of(runOf(), 'listed')).toMatchObject([
      { suppressions: [{ justification: 'scanPolicy.security.whitelistNamespaces' }] },
    ]));
  test('is of a license, too, and of what Xray never scanned', () => {
    const run = runOf();
    expect(of(run, 'licensed').map(({ ruleId }) => ruleId)).toContain('license/GPL-3.0-only');
    expect(of(run, 'foreign')).toMatchObject([{ ruleId: 'unscanned/foreign', level: 'warning' }]);
  });
  test('of a clean workload is not there', () => expect(of(runOf(), 'clean')).toEqual([]));
});

describe('what could not be asked', () => {
  const cases: [name: string, ruleId: string][] = [
    ['waiting', 'not-answered/scanning'],
    ['lost', 'not-answered/unreachable'],
    ['silent', 'not-answered/timeout'],
    ['half', 'not-answered/throttled'],
  ];
  for (const [name, ruleId] of cases) {
    test(`is a result: ${name}`, () => expect(of(runOf(), name).map((one) => one.ruleId)).toContain(ruleId));
  }
  test('is told by the run, which then has not succeeded', () => {
    const forbidden = [{ resource: 'pods', namespace: 'vault', message: 'no' }];
    const [invocation] = runOf(aReport(oneOfEach, { policy: everyPolicy, forbidden })).invocations;
    const told = invocation?.toolExecutionNotifications.map(({ message }) => message.text);
    expect(invocation?.executionSuccessful).toBe(false);
    expect(told).toEqual([
      'pods in vault may not be read: no',
      '1 image: violations: throttled: 429',
      '1 image: unreachable: connect ECONNREFUSED',
      '1 image: timeout: no answer within the time given (--wait)',
      '1 image: Xray is still at it',
      'license in docker-local: no watch with such a policy is known to cover it',
    ]);
  });
  test('is nothing where everything was answered', () => {
    const [invocation] = runOf(aReport([aPair('clean', 1, aScan())])).invocations;
    expect(invocation).toMatchObject({ executionSuccessful: true, toolExecutionNotifications: [] });
  });
});

describe('security-severity', () => {
  const cases: [name: string, finding: Parameters<typeof aFinding>[0], score: string | undefined][] = [
    ['is the CVSS score', { severity: 'Critical', cvss: 9.8 }, '9.8'],
    ['says what the severity says where the score says something else', { severity: 'High', cvss: 9.8 }, '8.0'],
    ['stands for the severity where there is no score', { severity: 'Low', cvss: null }, '2.0'],
    ['is not there for what is not rated', { severity: 'Unknown', cvss: null }, undefined],
  ];
  for (const [name, finding, score] of cases) {
    test(name, () => {
      const policy = { ...everyPolicy, security: { ...everyPolicy.security, minSeverity: 'Unknown' as const } };
      const { tool } = runOf(aReport([aPair('x', 1, aScan({ findings: [aFinding(finding)] }))], { policy }));
      expect(tool.driver.rules[0]?.properties['security-severity']).toBe(score);
    });
  }
  test('is that of the worst finding of a rule', () => {
    const at = (severity: 'High' | 'Medium', component: string) => aFinding({ severity, cvss: null, component });
    const scan = aScan({ findings: [at('Medium', 'a'), at('High', 'b'), at('Medium', 'c')] });
    const { tool } = runOf(aReport([aPair('x', 1, scan)], { policy: everyPolicy }));
    expect(tool.driver.rules).toMatchObject([
      { defaultConfiguration: { level: 'error' }, properties: { 'security-severity': '8.0' } },
    ]);
  });
});

describe('a fingerprint', () => {
  const printsOf = (pairs: readonly Pair[]) =>
    runOf(aReport(pairs)).results.map(({ partialFingerprints }) => partialFingerprints['primaryLocationLineHash']);
  const withImage = (image: number): Pair => {
    const entry = anEntry({ image: anImage(image) });
    return aPair('x', image, aScan({ findings: [aFinding(), aFinding({ component: 'npm://b:1' })] }), {
      images: [entry],
    });
  };

  test('stays when the image is built anew', () => expect(printsOf([withImage(1)])).toEqual(printsOf([withImage(2)])));
  test('tells components and workloads apart', () => {
    const other = aPair('y', 3, aScan({ findings: [aFinding()] }));
    expect(new Set(printsOf([withImage(1), other])).size).toBe(3);
  });
});

describe('the category', () => {
  const cases: [context: string, namespace: string, id: string][] = [
    ['prod', '', 'kubectl-xray/prod/all-namespaces/'],
    ['prod', 'shop', 'kubectl-xray/prod/shop/'],
    ['', '', 'kubectl-xray/manifests/'],
  ];
  for (const [context, namespace, id] of cases) {
    test(id, () => {
      const report = aReport([]);
      const metadata = { ...report.metadata, context, namespace };
      expect(runOf({ ...report, metadata }).automationDetails).toEqual({ id });
    });
  }
});
