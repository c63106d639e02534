// Reports to be written: a world with one of everything in it, and names that nobody should trust.
import type { Policy } from '../../src/core/policy.ts';
import { coverage, imageRows, judgeAll } from '../../src/core/report.ts';
import { worstFirst } from '../../src/core/rows.ts';
import type { Scan } from '../../src/core/scan.ts';
import type { State } from '../../src/core/state.ts';
import type { Workload } from '../../src/core/workload.ts';
import type { Report, WriteReport } from '../../src/output/reports/report.ts';
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
  circumstances,
  now,
  pending,
  unknown,
  unscanned,
} from './builders.ts';
import { stateWithScans } from './states.ts';

export type Pair = readonly [Workload, readonly (Scan | null)[]];

interface Parts extends Partial<Omit<Report, 'state' | 'judgements'>> {
  readonly policy?: Policy;
  readonly forbidden?: State['forbidden'];
}

export function aReport(pairs: readonly Pair[], { policy = aPolicy(), forbidden = [], ...rest }: Parts = {}): Report {
  const state: State = { ...stateWithScans(pairs, policy), forbidden };
  const about = circumstances();
  const workloads = pairs.map(([workload]) => workload);
  const judgements = judgeAll(state, workloads, about).toSorted(worstFirst);
  return {
    metadata: {
      context: 'prod',
      namespace: '',
      generatedAt: new Date(now).toISOString(),
      coverage: coverage(judgements, state),
    },
    judgements,
    images: imageRows(judgements, state),
    of: 'workload',
    state,
    circumstances: about,
    criteria: [],
    compared: null,
    headings: true,
    version: '1.2.3',
    ...rest,
  };
}

export function written(write: WriteReport, report: Report): string {
  return [...write(report)].join('');
}

/** A workload of its own image. */
export function aPair(name: string, image: number, scan: Scan | null, overrides: Partial<Workload> = {}): Pair {
  return [aWorkload({ name, uid: name, images: [anEntry({ image: anImage(image) })], ...overrides }), [scan]];
}

export const everyPolicy = aPolicy({
  source: 'policy.yaml',
  security: { default: 'scaledown', minSeverity: 'Low', whitelistNamespaces: ['team-*'] },
  license: { basis: 'both', denied: ['GPL-3.0-only'] },
  exceptions: [anException({ covers: { cve: 'CVE-2026-2000' }, until: '2027-01-31' })],
});

const cve = (number: number, severity: Parameters<typeof aFinding>[0]) =>
  aFinding({ id: `XRAY-${number}`, cves: [`CVE-2026-${number}`], ...severity });

/** Every condition, every state of a scan, and every way to be let be. */
export const oneOfEach: readonly Pair[] = [
  aPair('open', 1, aScan({ findings: [cve(1000, {}), cve(1001, { severity: 'Medium', cvss: 5, fixedIn: [] })] })),
  aPair('excepted', 2, aScan({ findings: [cve(2000, { severity: 'High', cvss: 9.9 })] })),
  aPair('listed', 3, aScan({ findings: [cve(3000, { severity: 'Low', cvss: null })] }), { namespace: 'team-a' }),
  aPair(
    'licensed',
    4,
    aScan({ licenses: [aLicense('MIT'), aLicense()], violations: [aViolation({ severity: 'Medium' })] }),
  ),
  aPair('clean', 5, aScan({ findings: [cve(5000, { severity: 'Information', applicability: 'not_applicable' })] })),
  aPair('foreign', 6, unscanned('foreign')),
  aPair('unsupported', 7, unscanned('unsupported')),
  aPair('waiting', 8, pending('scanning')),
  aPair('lost', 9, unknown('unreachable', 'connect ECONNREFUSED')),
  aPair('silent', 10, null),
  aPair(
    'half',
    11,
    aScan({
      findings: [cve(1000, {})],
      evaluated: { security: 'covered', license: 'unanswered' },
      violationsCause: { reason: 'throttled', message: '429' },
    }),
  ),
  aPair('unwatched', 12, aScan({ evaluated: { security: 'covered', license: 'notCovered' } })),
  aPair('by-reference', 13, aScan({ findings: [cve(1000, {})] }), {
    images: [anEntry({ image: aReference('ghcr.io/acme/tool:2') })],
  }),
];

/** What could break out of any of the formats. */
export const hostile =
  '</script><script>globalThis.owned=1</script><img src=x onerror="globalThis.owned=1">\'"=cmd|calc!A1`|@team [x](http://evil.example) \u001b[2J\u202e]]>,\r\n&#x3c;b';

/** Everything that others may write says something hostile. */
export const hostileWorld: readonly Pair[] = [
  [
    aWorkload({
      name: hostile,
      namespace: hostile,
      kind: hostile,
      uid: hostile,
      labels: { [hostile]: hostile },
      images: [anEntry({ container: hostile, image: aReference(hostile) })],
    }),
    [
      aScan({
        paths: [hostile],
        platform: hostile,
        findings: [aFinding({ id: hostile, cves: [], component: hostile, fixedIn: [hostile], summary: hostile })],
        licenses: [aLicense(hostile, [hostile])],
        violations: [aViolation({ id: hostile, components: [hostile], watch: hostile, policy: hostile })],
      }),
    ],
  ],
  aPair('lost', 2, unknown('unreachable', hostile)),
];

export const hostileReport = (): Report => {
  const forbidden = [{ resource: 'pods', namespace: hostile, message: hostile }];
  const policy = aPolicy({ source: hostile, exceptions: [anException({ reason: hostile, by: hostile })] });
  const report = aReport(hostileWorld, { policy, forbidden });
  return { ...report, metadata: { ...report.metadata, context: hostile, namespace: hostile } };
};
