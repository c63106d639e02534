import { describe, expect, test } from 'vitest';
import { gate } from '../../src/core/gate.ts';
import type { Criterion, GateResult } from '../../src/core/gate.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Scan } from '../../src/core/scan.ts';
import type { Severity } from '../../src/core/severity.ts';
import type { Workload } from '../../src/core/workload.ts';
import {
  aFinding,
  aPolicy,
  aScan,
  aViolation,
  aWorkload,
  anEntry,
  anException,
  anImage,
  circumstances,
  hour,
  pending,
  unknown,
  unscanned,
  aHold,
} from '../support/builders.ts';
import { stateWithScans } from '../support/states.ts';

const bad = aScan({ findings: [aFinding()] });
const medium = aScan({ findings: [aFinding({ severity: 'Medium' })] });
const notCovered = aScan({ evaluated: { security: 'covered', license: 'notCovered' } });

interface Setting {
  readonly policy?: Policy;
  readonly workload?: Partial<Workload>;
  readonly missed?: boolean;
}

/** One workload a scan. */
function gateOf(scans: readonly (Scan | null)[], criteria: readonly Criterion[], setting: Setting = {}): GateResult {
  const { policy = aPolicy(), workload, missed = false } = setting;
  const all = scans.map((scan, index) => {
    const one = aWorkload({ name: `w${index}`, images: [anEntry({ image: anImage(index + 1) })], ...workload });
    return [one, [scan]] as const;
  });
  const state = stateWithScans(all, policy);
  return gate(
    state,
    all.map(([one]) => one),
    criteria,
    circumstances(),
    missed,
  );
}

function on(condition: Criterion['condition'], severity: Severity | null = null): Criterion[] {
  return [{ condition, severity }];
}

describe('nothing matches', () => {
  const cases: [name: string, result: GateResult, scans: (Scan | null)[], criteria: Criterion[], setting?: Setting][] =
    [
      ['an answer that is missing is incomplete', 'incomplete', [null], on('security')],
      ['an unknown answer is incomplete', 'incomplete', [aScan(), unknown()], on('unscanned')],
      ['a pending answer is incomplete', 'incomplete', [pending()], on('license')],
      ['a condition that was not evaluated is incomplete', 'incomplete', [notCovered], on('license')],
      ['another condition that was not evaluated does not matter', 'passed', [notCovered], on('security')],
      ['a workload that may have been missed is incomplete', 'incomplete', [aScan()], on('security'), { missed: true }],
      ['clean passes', 'passed', [aScan()], on('security')],
      ['nothing in scope passes', 'passed', [], on('security')],
      ['another condition passes', 'passed', [bad], on('license')],
      ['below minSeverity passes', 'passed', [medium], on('security')],
      [
        '=SEVERITY replaces a lower minSeverity',
        'passed',
        [medium],
        on('security', 'Critical'),
        { policy: aPolicy({ security: { minSeverity: 'Low' } }) },
      ],
      [
        'unscanned for a reason that the policy does not name passes',
        'passed',
        [unscanned('unconfirmed')],
        on('unscanned'),
      ],
      [
        'what a whitelist covers passes',
        'passed',
        [bad],
        on('security'),
        { policy: aPolicy({ security: { whitelistNamespaces: ['shop'] } }) },
      ],
      [
        'what an exception covers passes',
        'passed',
        [bad],
        on('security'),
        { policy: aPolicy({ exceptions: [anException()] }) },
      ],
      [
        'what a whitelist covers passes, also where the workload is protected',
        'passed',
        [bad],
        on('security'),
        { policy: aPolicy({ security: { whitelistNamespaces: ['shop'] } }), workload: { protectedBy: 'x' } },
      ],
      [
        'what an exception covers passes, also where the workload is managed',
        'passed',
        [bad],
        on('security'),
        { policy: aPolicy({ exceptions: [anException()] }), workload: { managedBy: 'flux' } },
      ],
    ];
  for (const [name, result, scans, criteria, setting] of cases) {
    test(name, () => expect(gateOf(scans, criteria, setting)).toBe(result));
  }
});

describe('it matches', () => {
  const waiting = aPolicy({ security: { default: 'scaledown', gracePeriod: hour } });
  const cases: [name: string, scans: (Scan | null)[], criteria: Criterion[], setting?: Setting][] = [
    ['whatever the action', [bad], on('security')],
    ['beside answers that are missing', [null, bad], on('security')],
    ['beside workloads that may have been missed', [bad], on('security'), { missed: true }],
    ['by any of several criteria', [bad], [...on('license'), ...on('security')]],
    ['=SEVERITY replaces a higher minSeverity', [medium], on('security', 'Medium')],
    [
      '=SEVERITY unknown takes all',
      [aScan({ findings: [aFinding({ severity: 'Unknown' })] })],
      on('security', 'Unknown'),
    ],
    ['unscanned for a reason that the policy names', [unscanned('foreign')], on('unscanned')],
    ['a license', [aScan({ violations: [aViolation()] })], on('license')],
    [
      'a license found, though not evaluated elsewhere',
      [notCovered, aScan({ violations: [aViolation()] })],
      on('license'),
    ],
    [
      'what a whitelist of another condition covers',
      [bad],
      on('security'),
      { policy: aPolicy({ license: { whitelistNamespaces: ['shop'] } }) },
    ],
    [
      'what an exception covers in part',
      [aScan({ findings: [aFinding(), aFinding({ id: 'XRAY-2', cves: [] })] })],
      on('security'),
      { policy: aPolicy({ exceptions: [anException()] }) },
    ],
    ['what is protected', [bad], on('security'), { workload: { namespace: 'kube-system' } }],
    ['what is managed', [bad], on('security'), { workload: { managedBy: 'argocd' } }],
    ['what is held', [bad], on('security'), { workload: { held: aHold() } }],
    ['what is in its grace period', [bad], on('security'), { policy: waiting }],
    ['what is at zero', [bad], on('security'), { workload: { idle: 'zero' } }],
  ];
  for (const [name, scans, criteria, setting] of cases) {
    test(name, () => expect(gateOf(scans, criteria, setting)).toBe('matched'));
  }
});
