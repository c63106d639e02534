import { describe, expect, test } from 'vitest';
import { imageOf } from '../../src/core/image.ts';
import type { Exception, Policy } from '../../src/core/policy.ts';
import type { Finding, Scan, UnknownReason, UnscannedReason } from '../../src/core/scan.ts';
import { judge } from '../../src/core/verdict.ts';
import type { Evidence, Verdict } from '../../src/core/verdict.ts';
import type { ContainerImage, Workload } from '../../src/core/workload.ts';
import {
  aFinding,
  aLicense,
  aPolicy,
  aReference,
  aScan,
  aViolation,
  aWorkload,
  anEntry,
  anException,
  anImage,
  day,
  digest,
  imageID,
  minute,
  now,
  pending,
  unknown,
  unscanned,
} from '../support/builders.ts';

/** Judges a workload of one container for each scan. */
function verdictOf(
  scans: readonly (Scan | null)[],
  policy: Policy = aPolicy(),
  workload: Partial<Workload> = {},
): Verdict {
  const images = scans.map((_, index) => anEntry({ container: `c${index}`, image: anImage(index + 1) }));
  return verdictOn(images, scans, policy, workload);
}

function verdictOn(
  images: readonly ContainerImage[],
  scans: readonly (Scan | null)[],
  policy: Policy = aPolicy(),
  workload: Partial<Workload> = {},
): Verdict {
  const byKey = new Map(images.map((entry, index) => [entry.image.key, scans[index] ?? null]));
  return judge(aWorkload({ images, ...workload }), (image) => byKey.get(image.key) ?? null, policy, now);
}

function holds({ conditions, settled }: Verdict): string {
  const types = conditions.map((one) => one.type);
  return [...types, ...(settled ? [] : ['?'])].join() || 'clean';
}

const bad = aScan({ findings: [aFinding()] });
const clean = aScan();

describe('what answers are worth', () => {
  const cases: [name: string, scans: (Scan | null)[], holds: string][] = [
    ['no answer is never clean', [null], '?'],
    ['an unknown answer is never clean, and never unscanned', [unknown()], '?'],
    ['a pending answer is not clean yet', [pending()], '?'],
    ['a missing answer beside a clean one is not clean', [clean, unknown()], '?'],
    ['unscanned is an answer', [unscanned()], 'unscanned'],
    ['clean needs every answer', [clean, clean], 'clean'],
    ['what is proven holds beside a missing answer', [bad, null], 'security,?'],
    [
      'every condition is named, never the first alone',
      [bad, unscanned(), aScan({ violations: [aViolation()] })],
      'unscanned,security,license',
    ],
    ['a partial scan counts', [aScan({ reason: 'partial', findings: [aFinding()] })], 'security'],
    ['an expired scan still counts', [aScan({ reason: 'expired', findings: [aFinding()] })], 'security'],
    ['children of an index that were answered prove, though others were not', [partly(unknown())], 'security,?'],
    ['a pending index proves by the children that were answered', [partly(pending())], 'security,?'],
  ];
  for (const [name, scans, expected] of cases) test(name, () => expect(holds(verdictOf(scans))).toBe(expected));

  const reasons: UnscannedReason[] = ['foreign', 'neverScanned', 'unconfirmed', 'failed', 'unsupported', 'gone'];
  for (const reason of reasons) {
    test(`unscanned for the reason ${reason} holds`, () =>
      expect(verdictOf([unscanned(reason)]).conditions).toMatchObject([
        { type: 'unscanned', severity: null, evidence: [{ reason, image: digest(1) }] },
      ]));
  }

  const unknowns: UnknownReason[] = [
    'unauthorized',
    'forbidden',
    'unreachable',
    'timeout',
    'throttled',
    'notXray',
    'badAnswer',
    'configDigest',
    'pendingTooLong',
    'forgotten',
  ];
  for (const reason of unknowns) {
    test(`unknown for the reason ${reason} is unanswered, with its cause`, () =>
      expect(verdictOf([unknown(reason, 'because')])).toMatchObject({
        conditions: [],
        settled: false,
        unanswered: [{ image: digest(1), reference: anImage().reference, reason, cause: 'because' }],
      }));
  }

  test('an image nobody has answered for is a time-out', () =>
    expect(verdictOf([null]).unanswered).toMatchObject([{ reason: 'timeout' }]));
  test('an image without a digest is named by its reference', () =>
    expect(verdictOn([anEntry({ image: aReference() })], [unscanned()]).conditions[0]?.evidence).toMatchObject([
      { image: 'acme.jfrog.io/docker-local/app:1', byReference: true },
    ]));
});

describe('which images decide', () => {
  const cases: [name: string, entry: Partial<ContainerImage>, policy: Partial<Policy>, decides: boolean][] = [
    [
      'an outdated one does not, whatever the policy names',
      { outdated: true },
      { roles: ['container', 'injected', 'ephemeral'] },
      false,
    ],
    ['an ephemeral one does not', { role: 'ephemeral' }, {}, false],
    ['an injected one does not', { injected: true }, {}, false],
    [
      'an injected one of a role that is not named does not',
      { injected: true, role: 'sidecar' },
      { roles: ['injected', 'container'] },
      false,
    ],
    ['a role that the policy leaves out does not', { role: 'init' }, { roles: ['container'] }, false],
    ['a container does', {}, {}, true],
    ['a sidecar does', { role: 'sidecar' }, {}, true],
    ['an init container does', { role: 'init' }, {}, true],
    ['a volume does', { role: 'volume' }, {}, true],
    ['an ephemeral one does where the policy names it', { role: 'ephemeral' }, { roles: ['ephemeral'] }, true],
    ['an injected one does where the policy names it', { injected: true }, { roles: ['container', 'injected'] }, true],
  ];
  for (const [name, entry, policy, decides] of cases) {
    test(name, () => {
      const verdict = verdictOn([anEntry(entry)], [bad], aPolicy(policy));
      expect(holds(verdict)).toBe(decides ? 'security' : 'clean');
      expect(verdict.severities.critical).toBe(decides ? 1 : 0);
    });
  }

  test('a missing answer about an image that does not decide leaves the rest settled', () =>
    expect(holds(verdictOn([anEntry(), anEntry({ role: 'ephemeral', image: anImage(2) })], [clean, null]))).toBe(
      'clean',
    ));
});

describe('security', () => {
  const cases: [name: string, finding: Partial<Finding>, security: Parameters<typeof aPolicy>[0], holds: boolean][] = [
    ['below minSeverity does not hold', { severity: 'Medium' }, {}, false],
    [
      'of severity Unknown reaches no threshold',
      { severity: 'Unknown' },
      { security: { minSeverity: 'Information' } },
      false,
    ],
    [
      'of severity Unknown reaches the threshold unknown',
      { severity: 'Unknown' },
      { security: { minSeverity: 'Unknown' } },
      true,
    ],
    ['at minSeverity holds', { severity: 'High' }, {}, true],
    ['above minSeverity holds', { severity: 'Critical' }, { security: { minSeverity: 'Low' } }, true],
    ['without a fix does not hold with fixableOnly', { fixedIn: [] }, { security: { fixableOnly: true } }, false],
    ['with a fix holds with fixableOnly', {}, { security: { fixableOnly: true } }, true],
    [
      'without contextual analysis does not hold with applicableOnly',
      {},
      { security: { applicableOnly: true } },
      false,
    ],
    [
      'undetermined does not hold with applicableOnly',
      { applicability: 'undetermined' },
      { security: { applicableOnly: true } },
      false,
    ],
    [
      'not applicable does not hold with applicableOnly',
      { applicability: 'not_applicable' },
      { security: { applicableOnly: true } },
      false,
    ],
    [
      'applicable holds with applicableOnly',
      { applicability: 'applicable' },
      { security: { applicableOnly: true } },
      true,
    ],
    ['not applicable holds without applicableOnly', { applicability: 'not_applicable' }, {}, true],
    ['an issue alone does not hold on the basis of violations', {}, { security: { basis: 'violations' } }, false],
  ];
  for (const [name, finding, policy, expected] of cases) {
    test(name, () => {
      const verdict = verdictOf([aScan({ findings: [aFinding(finding)] })], aPolicy(policy));
      expect(holds(verdict)).toBe(expected ? 'security' : 'clean');
    });
  }

  test('tells the worst severity of its evidence, and the worst evidence first', () =>
    expect(
      verdictOf([
        aScan({ findings: [aFinding({ severity: 'High' }), aFinding({ id: 'XRAY-2', severity: 'Critical' })] }),
      ]).conditions,
    ).toMatchObject([{ severity: 'Critical', evidence: [{ id: 'XRAY-2' }, { id: 'XRAY-1' }] }]));

  describe('on the basis of violations', () => {
    const policy = aPolicy({ security: { basis: 'violations' } });
    const violation = aViolation({ type: 'security', id: 'XRAY-1', severity: 'Critical', components: [] });

    test('a violation below minSeverity does not hold', () =>
      expect(holds(verdictOf([aScan({ violations: [{ ...violation, severity: 'Low' }] })], policy))).toBe('clean'));
    test('a license violation does not hold', () =>
      expect(
        holds(
          verdictOf(
            [aScan({ violations: [aViolation()] })],
            aPolicy({ security: { basis: 'violations' }, license: { basis: 'lists' } }),
          ),
        ),
      ).toBe('clean'));
    test('a violation counts with its own severity, watch, policy and time, and with what the finding knows', () =>
      expect(
        verdictOf(
          [aScan({ findings: [aFinding({ severity: 'Low' }), aFinding({ id: 'XRAY-2' })], violations: [violation] })],
          policy,
        ).conditions,
      ).toMatchObject([
        {
          severity: 'Critical',
          evidence: [
            {
              id: 'XRAY-1',
              severity: 'Critical',
              fixedIn: ['4.0.0'],
              watch: 'all-images',
              policy: 'no-copyleft',
              created: '2026-11-01T00:00:00Z',
            },
          ],
        },
      ]));
    test('a violation of one component speaks of that component alone', () => {
      const findings = [aFinding({ component: 'npm://a:1' }), aFinding({ component: 'npm://b:1' })];
      const violations = [{ ...violation, components: ['npm://b:1'] }];
      expect(verdictOf([aScan({ findings, violations })], policy).conditions[0]?.evidence).toMatchObject([
        { component: 'npm://b:1' },
      ]);
    });
    test('a violation whose component is written otherwise speaks of every finding of its issue', () => {
      const violations = [{ ...violation, components: ['event-stream:3.3.6'] }];
      const scan = aScan({ findings: [aFinding(), aFinding({ id: 'XRAY-2' })], violations });
      expect(verdictOf([scan], policy).conditions[0]?.evidence).toMatchObject([
        { id: 'XRAY-1', component: 'npm://event-stream:3.3.6' },
      ]);
    });
    test('a violation that the summary hides counts by itself', () =>
      expect(
        verdictOf([aScan({ violations: [{ ...violation, components: ['npm://a:1'] }] })], policy).conditions,
      ).toMatchObject([{ severity: 'Critical', evidence: [{ id: 'XRAY-1', component: 'npm://a:1', cvss: null }] }]));
  });
});

describe('license', () => {
  const gpl = aScan({ licenses: [aLicense(), aLicense('MIT', ['npm://a:1'])] });
  const violated = aScan({ licenses: [aLicense()], violations: [aViolation()] });
  const cases: [name: string, scan: Scan, license: Partial<Policy['license']>, evidence: string[]][] = [
    ['found but in no list and no violation does not hold', gpl, {}, []],
    ['in a list does not hold on the basis of violations', gpl, { denied: ['GPL-3.0-only'] }, []],
    ['violated does not hold on the basis of lists', violated, { basis: 'lists', denied: ['Apache-2.0'] }, []],
    ['violated holds', violated, {}, ['GPL-3.0-only by all-images']],
    ['denied holds', gpl, { basis: 'lists', denied: ['GPL-3.0-only'] }, ['GPL-3.0-only by list']],
    ['is compared without regard to case', gpl, { basis: 'lists', denied: ['gpl-3.0-ONLY'] }, ['GPL-3.0-only by list']],
    ['not allowed holds', gpl, { basis: 'lists', allowed: ['MIT'] }, ['GPL-3.0-only by list']],
    ['allowed does not hold', gpl, { basis: 'lists', allowed: ['MIT', 'GPL-3.0-only'] }, []],
    [
      'unknown to Xray is not allowed',
      aScan({ licenses: [aLicense('Unknown', [])] }),
      { basis: 'lists', allowed: ['MIT'] },
      ['Unknown by list'],
    ],
    [
      'on both bases: by Xray and by the list',
      aScan({ licenses: [aLicense('MIT', ['npm://a:1'])], violations: [aViolation()] }),
      { basis: 'both', denied: ['MIT'] },
      ['GPL-3.0-only by all-images', 'MIT by list'],
    ],
    [
      'on both bases the same component is said once, as a violation',
      violated,
      { basis: 'both', denied: ['GPL-3.0-only'] },
      ['GPL-3.0-only by all-images'],
    ],
  ];
  for (const [name, scan, license, expected] of cases) {
    test(name, () => {
      const { conditions } = verdictOf([scan], aPolicy({ license }));
      const evidence = conditions.flatMap((one) => one.evidence);
      expect(evidence.map(textOf)).toEqual(expected);
    });
  }
});

const covers = (
  license: 'covered' | 'notCovered' | 'unreadable' | 'unanswered' | 'notAsked',
  more: Parameters<typeof aScan>[0] = {},
): Scan => aScan({ evaluated: { security: 'notAsked', license }, ...more });

describe('where a condition rests on violations', () => {
  const cases: [
    name: string,
    scan: Scan,
    basis: 'violations' | 'lists' | 'both',
    holds: string,
    notEvaluated: string[],
  ][] = [
    ['a question that failed is unanswered', covers('unanswered'), 'violations', '?', []],
    [
      'a question that failed leaves the rest standing',
      covers('unanswered', { findings: [aFinding()] }),
      'violations',
      'security,?',
      [],
    ],
    [
      'violations that nobody asked for, as the policy was another one then, are unanswered',
      covers('notAsked'),
      'violations',
      '?',
      [],
    ],
    ['nor were they asked for where only lists count', covers('notAsked'), 'lists', 'clean', []],
    ['no watch and none found is not evaluated, and clean', covers('notCovered'), 'violations', 'clean', ['license']],
    ['watches that cannot be read and none found is not evaluated', covers('unreadable'), 'both', 'clean', ['license']],
    [
      'no watch, but violations found, count',
      covers('notCovered', { violations: [aViolation()] }),
      'violations',
      'license',
      [],
    ],
    ['a watch and none found is clean', covers('covered'), 'violations', 'clean', []],
    ['nothing of this matters on the basis of lists', covers('unanswered'), 'lists', 'clean', []],
    ['nor where nothing covers it', covers('notCovered'), 'lists', 'clean', []],
  ];
  for (const [name, scan, basis, expected, notEvaluated] of cases) {
    test(name, () => {
      const verdict = verdictOf([scan], aPolicy({ license: { basis } }));
      expect([holds(verdict), verdict.notEvaluated]).toEqual([expected, notEvaluated]);
    });
  }

  test('the cause of a question that failed is told', () =>
    expect(
      verdictOf([covers('unanswered', { violationsCause: { reason: 'forbidden', message: 'no right' } })]).unanswered,
    ).toMatchObject([{ reason: 'forbidden', cause: 'no right' }]));
  test('one image that nothing covers is enough', () =>
    expect(verdictOf([covers('covered'), covers('notCovered')]).notEvaluated).toEqual(['license']));
  test('security too is not evaluated where nothing covers it', () =>
    expect(
      verdictOf(
        [aScan({ evaluated: { security: 'notCovered', license: 'covered' } })],
        aPolicy({ security: { basis: 'violations' } }),
      ).notEvaluated,
    ).toEqual(['security']));
});

describe('severities', () => {
  test('count distinct findings by id and component, over all images', () => {
    const first = aScan({ findings: [aFinding(), aFinding({ component: 'npm://other:1' })] });
    const second = aScan({ findings: [aFinding(), aFinding({ id: 'XRAY-2', severity: 'Low' })] });
    expect(verdictOf([first, second]).severities).toMatchObject({ critical: 2, low: 1 });
  });
  test('count what is below minSeverity too', () =>
    expect(verdictOf([aScan({ findings: [aFinding({ severity: 'Information' })] })]).severities.information).toBe(1));
  test('an issue that is told of twice counts once, by its worst severity', () => {
    const [critical, high] = [
      aFinding({ id: 'XRAY-9', severity: 'Critical' }),
      aFinding({ id: 'XRAY-9', severity: 'High' }),
    ];
    for (const findings of [
      [critical, high],
      [high, critical],
    ]) {
      expect(verdictOf([aScan({ findings })]).severities).toMatchObject({ critical: 1, high: 0 });
    }
  });
});

describe('one digest in several places', () => {
  const [first, other] = [
    imageOf('acme.jfrog.io/docker-local/app:1', imageID(1), 'linux/amd64'),
    imageOf('acme.jfrog.io/docker-local/app:2', imageID(1), null),
  ];

  test('is evidence once', () => {
    const images = [
      anEntry({ image: first }),
      anEntry({ image: other }),
      anEntry({ image: { ...first, platform: 'linux/arm64', key: 'arm' } }),
    ];
    expect(verdictOn(images, [bad, bad, bad]).conditions[0]?.evidence).toHaveLength(1);
  });
  test('is excepted only where each of its references is', () => {
    const policy = aPolicy({ exceptions: [anException({ image: '*:2' })] });
    const images = [anEntry({ image: first }), anEntry({ image: { ...other, key: first.key } })];
    expect(verdictOn(images, [bad, bad], policy).conditions[0]?.evidence.map((one) => one.excepted)).toEqual([
      null,
      'exceptions[0]',
    ]);
  });
});

const cve = (name: string, more: Partial<Exception> = {}): Exception => anException({ covers: { cve: name }, ...more });

const ends = (date: string): number => Date.parse(date) + day;

describe('an exception', () => {
  const twoCves = aScan({ findings: [aFinding({ cves: ['CVE-2026-1', 'CVE-2026-2'] })] });
  const licensed = aScan({ violations: [aViolation()] });
  const cases: [name: string, covered: boolean, scan: Scan, exceptions: Exception[], workload?: Partial<Workload>][] = [
    ['for another CVE does not cover', false, bad, [cve('CVE-2026-9')]],
    ['for a license does not cover a finding', false, bad, [anException({ covers: { license: 'CVE-2026-1' } })]],
    ['for another condition does not cover', false, bad, [anException({ covers: { condition: 'license' } })]],
    ['for another namespace does not cover', false, bad, [cve('CVE-2026-1', { namespaces: ['team-*'] })]],
    ['for another workload does not cover', false, bad, [cve('CVE-2026-1', { workloads: ['deployment/report'] })]],
    ['for another image does not cover', false, bad, [cve('CVE-2026-1', { image: 'docker.io/*' })]],
    [
      'of which one condition is not met does not cover',
      false,
      bad,
      [cve('CVE-2026-1', { namespaces: ['shop'], image: 'docker.io/*' })],
    ],
    ['that ended yesterday does not cover', false, bad, [cve('CVE-2026-1', { until: '2026-11-20' })]],
    ['for one of two CVEs does not cover', false, twoCves, [cve('CVE-2026-1')]],
    [
      'for a license does not cover another license',
      false,
      licensed,
      [anException({ covers: { license: 'AGPL-3.0' } })],
    ],
    ['for the CVE covers', true, bad, [cve('CVE-2026-1')]],
    ['for the CVE in another case covers', true, bad, [cve('cve-2026-1')]],
    ["for Xray's own id covers", true, twoCves, [cve('XRAY-1')]],
    ['for each of two CVEs covers', true, twoCves, [cve('CVE-2026-2'), cve('CVE-2026-1')]],
    ['for the condition covers', true, bad, [anException({ covers: { condition: 'security' } })]],
    ['for a namespace by glob covers', true, bad, [cve('CVE-2026-1', { namespaces: ['x', 'sh?p'] })]],
    ['for a workload by glob covers', true, bad, [cve('CVE-2026-1', { workloads: ['deployment/a*'] })]],
    [
      'for a custom kind covers it by its kind with its group',
      true,
      bad,
      [cve('CVE-2026-1', { workloads: ['widget.example.com/w'] })],
      { apiVersion: 'example.com/v1', kind: 'Widget', resource: 'widgets.example.com', name: 'w' },
    ],
    ['for an image by glob covers', true, bad, [cve('CVE-2026-1', { image: 'acme.jfrog.io/docker-local/app*' })]],
    ['that ends today covers to the end of the day, UTC', true, bad, [cve('CVE-2026-1', { until: '2026-11-21' })]],
    ['for a license covers, in any case', true, licensed, [anException({ covers: { license: 'gpl-3.0-ONLY' } })]],
    ['for unscanned covers it', true, unscanned(), [anException({ covers: { condition: 'unscanned' } })]],
  ];
  for (const [name, covered, scan, exceptions, workload] of cases) {
    test(name, () => {
      const [condition] = verdictOf([scan], aPolicy({ exceptions }), workload).conditions;
      expect(condition?.evidence.map((one) => one.excepted !== null)).toEqual([covered]);
    });
  }

  test('leaves what it covers listed, and named', () =>
    expect(
      verdictOf([bad], aPolicy({ exceptions: [cve('CVE-2026-9'), cve('CVE-2026-1')] })).conditions[0]?.evidence,
    ).toMatchObject([{ id: 'XRAY-1', excepted: 'exceptions[1]' }]));
  test('takes its evidence out of the severity of the condition', () => {
    const scan = aScan({ findings: [aFinding(), aFinding({ id: 'XRAY-2', cves: ['CVE-2026-2'], severity: 'High' })] });
    expect(verdictOf([scan], aPolicy({ exceptions: [cve('CVE-2026-1')] })).conditions[0]?.severity).toBe('High');
  });

  const ended: [name: string, at: number | null, scan: Scan, exceptions: Exception[]][] = [
    ['never covered', null, bad, [cve('CVE-2026-9', { until: '2026-11-20' })]],
    ['one that ended', ends('2026-11-19'), bad, [cve('CVE-2026-1', { until: '2026-11-19' })]],
    [
      'the later of two that ended',
      ends('2026-11-19'),
      bad,
      [cve('CVE-2026-1', { until: '2026-11-02' }), cve('CVE-2026-1', { until: '2026-11-19' })],
    ],
    [
      'the later of two of different sorts',
      ends('2026-11-19'),
      bad,
      [
        anException({ covers: { condition: 'security' }, until: '2026-11-02' }),
        cve('CVE-2026-1', { until: '2026-11-19' }),
      ],
    ],
    [
      'of two CVEs the first that ended',
      ends('2026-11-02'),
      twoCves,
      [cve('CVE-2026-1', { until: '2026-11-19' }), cve('CVE-2026-2', { until: '2026-11-02' })],
    ],
    [
      'of two CVEs the one that ended, beside one in force',
      ends('2026-11-02'),
      twoCves,
      [cve('CVE-2026-1'), cve('CVE-2026-2', { until: '2026-11-02' })],
    ],
  ];
  for (const [name, at, scan, exceptions] of ended) {
    test(`until when evidence was covered: ${name}`, () =>
      expect(verdictOf([scan], aPolicy({ exceptions })).conditions[0]?.evidence[0]?.exceptedUntil).toBe(at));
  }

  test('is over with the first minute of the next day, UTC', () => {
    const policy = aPolicy({ exceptions: [cve('CVE-2026-1', { until: '2026-11-21' })] });
    const midnight = Date.parse('2026-11-22T00:00:00Z');
    const excepted = (at: number): unknown =>
      judge(aWorkload(), () => bad, policy, at).conditions[0]?.evidence[0]?.excepted;
    expect([excepted(midnight - minute), excepted(midnight)]).toEqual(['exceptions[0]', null]);
  });
});

/** An index of which some children were answered. */
function partly(scan: Scan): Scan {
  return scan.state === 'unscanned' ? scan : { ...scan, findings: [aFinding()] };
}

function textOf(evidence: Evidence): string {
  return evidence.type === 'license' ? `${evidence.license} by ${evidence.watch ?? 'list'}` : evidence.type;
}
