import { describe, expect, test } from 'vitest';
import type { Judgement } from '../../src/core/judgement.ts';
import { orderByHand, orderByPolicy } from '../../src/core/order.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Scan } from '../../src/core/scan.ts';
import { stillDue } from '../../src/core/still-due.ts';
import type { Workload } from '../../src/core/workload.ts';
import {
  aFinding,
  aHold,
  anEntry,
  anException,
  anImage,
  aPolicy,
  aReference,
  aScan,
  aViolation,
  aWorkload,
  digest,
  named,
  now,
  pending,
  unknown,
} from '../support/builders.ts';
import { judgementOf } from '../support/states.ts';

const strict = aPolicy({ security: { default: 'scaledown' } });
const bad = aScan({ findings: [aFinding()] });

function judged(scan: Scan | null, policy: Policy = strict, workload: Partial<Workload> = {}): Judgement {
  return judgementOf(aWorkload(workload), [scan], policy);
}

const order = orderByPolicy(judged(bad), strict, now);

function due(judgement: Judgement | null, policy: Policy = strict): string {
  if (order === null) throw new Error('nothing was due');
  const result = stillDue(order, judgement, policy, now);
  return 'not' in result ? result.not : `due: ${result.order.action}`;
}

describe('an act is still due', () => {
  test('where it is as it was', () => expect(due(judged(bad))).toBe('due: scaledown'));
  test('for the evidence of this moment, under its own id', () => {
    if (order === null) throw new Error('nothing was due');
    const other = judged(aScan({ findings: [aFinding({ cves: ['CVE-2026-2'] })] }), strict, {
      images: [anEntry({ image: anImage(2) })],
    });
    const result = stillDue(order, other, strict, now + 1);
    expect('order' in result && [result.order.id, result.order.digests, result.order.reason.evidence]).toEqual([
      order.id,
      [digest(2)],
      ['CVE-2026-2 (Critical) in npm://event-stream:3.3.6'],
    ]);
  });
});

describe('an act is not due any more', () => {
  const cases: [name: string, says: string, judgement: Judgement | null, policy?: Policy][] = [
    ['where the object is gone', 'it is not there any more', null],
    ['where another object has its name', 'another object has its name now', judged(bad, strict, { uid: 'new' })],
    ['where it is clean', 'looked at again, it does not call for that any more', judged(aScan())],
    ['where Xray does not answer', `no fresh answer about ${digest(1)}: connect ECONNREFUSED`, judged(unknown())],
    ['where nobody answered', `no fresh answer about ${digest(1)}: not asked yet`, judged(null)],
    ['where Xray scans it anew', `no fresh answer about ${digest(1)}: scanning`, judged(pending())],
    ['where it is held now', 'it is exempt now: held (kubectl-xray/held)', judged(bad, strict, { held: aHold() })],
    ['where it is at zero now', 'it is at zero already', judged(bad, strict, { idle: 'zero', pods: 0 })],
    [
      'where an exception covers it now',
      'it is exempt now: exception (exceptions[0])',
      judged(bad, { ...strict, exceptions: [anException()] }),
      { ...strict, exceptions: [anException()] },
    ],
    [
      'where the policy calls for another act now',
      'looked at again, it does not call for that any more',
      judged(bad, aPolicy({ security: { default: 'delete' } })),
      aPolicy({ security: { default: 'delete' } }),
    ],
  ];
  for (const [name, says, judgement, policy] of cases) test(name, () => expect(due(judgement, policy)).toBe(says));
});

describe('an order by policy', () => {
  const twice = aWorkload({ images: [anEntry(), anEntry({ container: 'b', image: anImage(2) })] });
  test('names the digests that call for it, not those of another condition', () => {
    const policy = aPolicy({ security: { default: 'scaledown' }, license: { default: 'ignore' } });
    const judgement = judgementOf(twice, [bad, aScan({ violations: [aViolation()] })], policy);
    expect(orderByPolicy(judgement, policy, now)).toMatchObject({
      digests: [digest(1)],
      conditions: ['security', 'license'],
      reason: { condition: 'security' },
    });
  });
  test('names nothing that an exception covers', () => {
    const exceptions = [anException({ image: '*:2' })];
    const policy = { ...strict, exceptions };
    expect(orderByPolicy(judgementOf(twice, [bad, bad], policy), policy, now)?.digests).toEqual([digest(1)]);
  });
  test('names no digest where only a reference is known', () => {
    const judgement = judged(bad, strict, { images: [anEntry({ image: aReference() })] });
    expect(orderByPolicy(judgement, strict, now)).toMatchObject({ action: 'scaledown', digests: [] });
  });
  test('is none where nothing is due', () => expect(orderByPolicy(judged(aScan()), strict, now)).toBeNull());
  test('says no more than ten pieces of evidence', () => {
    const findings = Array.from({ length: 30 }, (_, index) =>
      aFinding({ id: `X${index}`, cves: [`CVE-2026-${index}`] }),
    );
    expect(orderByPolicy(judged(aScan({ findings })), strict, now)?.reason.evidence).toHaveLength(10);
  });
});

test('an order by hand means everything that decides, whatever the policy calls for', () => {
  const workload = aWorkload({
    images: [
      anEntry(),
      anEntry({ container: 'b', image: anImage(2) }),
      anEntry({ container: 'debug', role: 'ephemeral', image: anImage(3) }),
      anEntry({ container: 'c', outdated: true, image: anImage(4) }),
    ],
  });
  const policy = aPolicy({ security: { actions: named({ deployments: 'ignore' }) } });
  const byHand = orderByHand(judgementOf(workload, [bad, aScan(), aScan(), aScan()], policy), 'delete', {
    acceptDataLoss: true,
    policy,
    now,
  });
  expect(byHand).toMatchObject({
    action: 'delete',
    by: 'hand',
    digests: [digest(1), digest(2)].toSorted(),
    acceptDataLoss: true,
    reason: { condition: null, rule: null, evidence: ['CVE-2026-1 (Critical) in npm://event-stream:3.3.6'] },
  });
});
