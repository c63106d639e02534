import { describe, expect, test } from 'vitest';
import { coveredBy, matchStanding, timeStanding } from '../../src/core/exception-standing.ts';
import type { Exception } from '../../src/core/policy.ts';
import type { Scan } from '../../src/core/scan.ts';
import {
  aFinding,
  aLicense,
  anEntry,
  anException,
  anImage,
  aPolicy,
  aScan,
  aViolation,
  aWorkload,
  now,
  pending,
  unknown,
  unscanned,
} from '../support/builders.ts';
import { judgementOf } from '../support/states.ts';

describe('an exception in time', () => {
  const cases: [until: string | null, standing: string | null][] = [
    // It is 2026-11-21, 20:00 UTC; the last day is included.
    ['2026-11-20', 'expired'],
    ['2026-11-21', 'expiring'],
    ['2026-11-27', 'expiring'],
    ['2026-11-28', null],
    [null, null],
  ];
  for (const [until, standing] of cases) {
    test(`until ${until}`, () => expect(timeStanding(anException({ until }), now)).toBe(standing));
  }
});

function standing(exception: Partial<Exception>, scan: Scan | null, policy = aPolicy()) {
  const judged = [judgementOf(aWorkload(), [scan], policy)];
  return matchStanding(anException(exception), judged, () => scan);
}

describe('an exception and what runs', () => {
  const matching = { is: 'matching', workloads: 1 };
  const found = aScan({ findings: [aFinding()], licenses: [aLicense()] });
  const cases: [name: string, exception: Partial<Exception>, scan: Scan | null, result: object][] = [
    ['another namespace', { namespaces: ['pay*'] }, found, { is: 'nowhere' }],
    ['another workload', { workloads: ['deployment/other'] }, found, { is: 'nowhere' }],
    ['another image', { image: '*/other:*' }, found, { is: 'nowhere' }],
    ['another CVE', { covers: { cve: 'CVE-2026-2' } }, found, { is: 'nothing' }],
    ['another license', { covers: { license: 'MIT' } }, found, { is: 'nothing' }],
    ['a CVE', {}, found, matching],
    ['an id of Xray in another case', { covers: { cve: 'xray-1' } }, found, matching],
    ['a finding that calls for nothing', {}, aScan({ findings: [aFinding({ severity: 'Low' })] }), matching],
    ['a license', { covers: { license: 'gpl-3.0-ONLY' } }, found, matching],
    [
      'a license that only a violation names',
      { covers: { license: 'GPL-3.0-only' } },
      aScan({ violations: [aViolation()] }),
      matching,
    ],
    ['a condition that holds', { covers: { condition: 'unscanned' } }, unscanned(), matching],
    ['a condition that does not', { covers: { condition: 'security' } }, aScan(), { is: 'nothing' }],
    ['nobody could be asked', {}, unknown(), { is: 'unanswered', images: 1 }],
    ['a scan is under way', {}, pending(), { is: 'unanswered', images: 1 }],
    ['nobody has answered yet', {}, null, { is: 'unanswered', images: 1 }],
    ['never scanned', {}, unscanned(), { is: 'nothing' }],
  ];
  for (const [name, exception, scan, result] of cases) {
    test(name, () => expect(standing(exception, scan)).toEqual(result));
  }

  test('one that is over is looked at alike', () => expect(standing({ until: '2020-01-01' }, found)).toEqual(matching));

  test('one image that has it makes up for another that could not be asked about', () => {
    const images = [anImage(1), anImage(2)];
    const workload = aWorkload({ images: images.map((image) => anEntry({ image })) });
    const judged = [judgementOf(workload, [unknown(), found])];
    const scanOf = (image: { readonly key: string }) => (image.key === images[0]?.key ? unknown() : found);
    expect(matchStanding(anException(), judged, scanOf)).toEqual(matching);
  });
});

test('what an exception covers now is what is excepted by it', () => {
  const policy = aPolicy({ exceptions: [anException({ covers: { cve: 'CVE-2026-2' } }), anException()] });
  const judged = [judgementOf(aWorkload(), [aScan({ findings: [aFinding()] })], policy)];
  expect([coveredBy(0, judged).length, coveredBy(1, judged).length]).toEqual([0, 1]);
});
