import { describe, expect, test } from 'vitest';
import { gateNew } from '../../src/core/gate-new.ts';
import type { GatedNew } from '../../src/core/gate-new.ts';
import type { Criterion, GateResult } from '../../src/core/gate.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Scan } from '../../src/core/scan.ts';
import { knownText } from '../../src/core/verdict-lines.ts';
import type { KnownText } from '../../src/core/verdict-lines.ts';
import { recordKey } from '../../src/core/verdict-record.ts';
import { textOfJudgement } from '../../src/core/verdict-text.ts';
import {
  aFinding,
  aLicense,
  aPolicy,
  aScan,
  aViolation,
  aWorkload,
  anException,
  circumstances,
  pending,
  unknown,
  unscanned,
} from '../support/builders.ts';
import { chance } from '../support/random.ts';
import { stateWithScans } from '../support/states.ts';
import { judgedTwice } from '../support/verdicts.ts';

const workload = aWorkload();
const one = aFinding();
const other = aFinding({ id: 'XRAY-2', cves: ['CVE-2026-2'] });
const medium = aFinding({ id: 'XRAY-3', cves: ['CVE-2026-3'], severity: 'Medium' });
const bad = aScan({ findings: [one] });
const worse = aScan({ findings: [one, other] });
const alsoMedium = aScan({ findings: [one, medium] });

/** What was known of the workload when Xray answered so; null: nothing. */
function knownBy(scan: Scan | null, policy?: Policy): ReadonlyMap<string, KnownText> {
  const known = knownText(textOfJudgement(judgedTwice(workload, [scan], policy).judgement));
  return new Map([[recordKey(workload), known]]);
}

function gated(
  before: ReadonlyMap<string, KnownText> | null,
  scan: Scan | null,
  criteria: readonly Criterion[] = [],
  { policy = aPolicy(), missed = false }: { readonly policy?: Policy; readonly missed?: boolean } = {},
): GatedNew {
  const state = stateWithScans([[workload, [scan]]], policy);
  return gateNew({ state, workloads: [workload], criteria, circumstances: circumstances(), missed, before });
}

const security = (severity: Criterion['severity'] = null): Criterion[] => [{ condition: 'security', severity }];

describe('it is incomplete, and never passes', () => {
  test('where there is nothing to compare with', () => expect(gated(null, aScan()).result).toBe('incomplete'));
  const cases: [name: string, before: Scan | null, now: Scan | null, criteria?: Criterion[]][] = [
    ['where an answer is missing', bad, unknown()],
    ['where one is missing now as before', unknown(), unknown()],
    ['where it waits for one', aScan(), pending()],
    ['where nobody was asked', aScan(), null],
    ['where no watch covers it', aScan(), aScan({ evaluated: { security: 'covered', license: 'notCovered' } })],
    ['where a finding may have been among those that nothing asked for', alsoMedium, alsoMedium, security('Medium')],
  ];
  for (const [name, before, scan, criteria] of cases) {
    test(name, () => expect(gated(knownBy(before), scan, criteria)).toEqual({ result: 'incomplete', matches: [] }));
  }
  test('where some may not have been seen', () =>
    expect(gated(knownBy(bad), bad, [], { missed: true }).result).toBe('incomplete'));
});

describe('what is new', () => {
  const denied = aPolicy({ license: { basis: 'lists', denied: ['GPL-3.0-only'] } });
  const cases: [name: string, result: GateResult, before: Scan, now: Scan, criteria?: Criterion[], policy?: Policy][] =
    [
      ['nothing', 'passed', bad, bad],
      ['less', 'passed', worse, bad],
      ['one more', 'matched', bad, worse],
      ['one beside a missing answer before', 'matched', unknown(), bad],
      ['one in place of another', 'matched', bad, aScan({ findings: [other] })],
      ['one that is more severe now', 'matched', aScan({ findings: [aFinding({ severity: 'High' })] }), bad],
      ['one that is less severe now', 'passed', bad, aScan({ findings: [aFinding({ severity: 'High' })] })],
      ['one below the threshold', 'passed', bad, alsoMedium],
      ['one below the threshold that is asked for', 'matched', bad, alsoMedium, security('Medium')],
      [
        'one below the severity that is asked for',
        'passed',
        bad,
        aScan({ findings: [one, aFinding({ ...other, severity: 'High' })] }),
        security('Critical'),
      ],
      [
        'one of another condition than is asked for',
        'passed',
        aScan(),
        bad,
        [{ condition: 'license', severity: null }],
      ],
      ['a license', 'matched', aScan(), aScan({ licenses: [aLicense()] }), [], denied],
      ['a violation', 'matched', aScan(), aScan({ licenses: [aLicense()], violations: [aViolation()] })],
      ['not scanned', 'matched', aScan(), unscanned('neverScanned')],
      ['still not scanned', 'passed', unscanned('neverScanned'), unscanned('neverScanned')],
      [
        'not scanned for a reason that fails, where it was one that does not',
        'matched',
        unscanned('unconfirmed'),
        unscanned('foreign'),
      ],
      ['not scanned for a reason that does not fail', 'passed', aScan(), unscanned('unconfirmed')],
    ];
  for (const [name, result, before, scan, criteria, policy] of cases) {
    test(name, () =>
      expect(gated(knownBy(before, policy), scan, criteria, policy === undefined ? {} : { policy }).result).toBe(
        result,
      ),
    );
  }
  test('all of a workload that was not there', () =>
    expect(gated(new Map(), bad)).toMatchObject({ result: 'matched', matches: [{ condition: 'security' }] }));
  test('one that an exception covered then', () => {
    const then = knownBy(bad, aPolicy({ exceptions: [anException()] }));
    expect(gated(then, bad).result).toBe('matched');
  });
  test('not one that is excepted now', () =>
    expect(gated(knownBy(aScan()), bad, [], { policy: aPolicy({ exceptions: [anException()] }) }).result).toBe(
      'passed',
    ));
  test('nor one that is whitelisted', () =>
    expect(
      gated(knownBy(aScan()), bad, [], { policy: aPolicy({ security: { whitelistNamespaces: ['*'] } }) }).result,
    ).toBe('passed'));
  test('the matches name what is new, and that alone', () => {
    const { matches } = gated(knownBy(bad), worse);
    expect(
      matches.map(({ condition, evidence }) => [condition, evidence.map((found) => 'id' in found && found.id)]),
    ).toEqual([['security', ['XRAY-2']]]);
  });
});

describe('by chance, what was not there never passes', () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    test(`seed ${seed}`, () => {
      const by = chance(seed);
      const findings = (): ReturnType<typeof aFinding>[] =>
        ['XRAY-1', 'XRAY-2', 'XRAY-3']
          .filter(() => by.often(0.5))
          .map((id) => aFinding({ id, severity: by.one(['Critical', 'High', 'Medium'] as const) }));
      const [before, now] = [findings(), findings()];
      const wanted = by.one([null, 'Critical', 'High', 'Medium'] as const);
      const { result } = gated(knownBy(aScan({ findings: before })), aScan({ findings: now }), security(wanted));
      const rank = { Critical: 3, High: 2, Medium: 1 } as Readonly<Record<string, number>>;
      const least = rank[wanted ?? 'High'] ?? 0;
      const isNew = now.some(({ id, severity }) => {
        const known = before.find((found) => found.id === id);
        return (
          (rank[severity] ?? 0) >= least && (known === undefined || (rank[known.severity] ?? 0) < (rank[severity] ?? 0))
        );
      });
      if (isNew) expect(result).not.toBe('passed');
      else expect(result).not.toBe('matched');
    });
  }
});
