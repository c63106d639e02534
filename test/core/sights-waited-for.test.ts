import { describe, expect, test } from 'vitest';
import { evidenceKey } from '../../src/core/memory.ts';
import type { Policy } from '../../src/core/policy.ts';
import { sightsWaitedFor, waitsForAnything } from '../../src/core/standing.ts';
import { aFinding, aPolicy, aScan, aWorkload, day, digest, named, now } from '../support/builders.ts';
import { judgementOf } from '../support/states.ts';

const bad = aScan({ findings: [aFinding()] });
const key = `${digest(1)}|XRAY-1`;

function sights(policy: Policy, known: readonly string[] = []): unknown {
  const firstSeen = new Map(known.map((one) => [one, 0]));
  return sightsWaitedFor({ firstSeen }, [judgementOf(aWorkload(), [bad], policy)], policy, now)?.firstSeen ?? null;
}

const patient = aPolicy({ security: { default: 'scaledown', gracePeriod: day } });

describe('what a command that only looks remembers', () => {
  test('is evidence on which a grace period rests', () => expect(sights(patient)).toEqual({ [key]: now }));
  test('once', () => expect(sights(patient, [key])).toBeNull());
  test('under the same key as whoever acts', () => {
    const [condition] = judgementOf(aWorkload(), [bad], patient).decided.conditions;
    expect(condition?.evidence.map(evidenceKey)).toEqual([key]);
  });
  test('nothing where nothing waits', () => {
    expect(sights(aPolicy({ security: { gracePeriod: day } }))).toBeNull();
    expect(sights(aPolicy({ security: { default: 'scaledown' } }))).toBeNull();
    expect(sights(aPolicy({ security: { actions: named({ statefulSets: 'delete' }), gracePeriod: day } }))).toBeNull();
  });
  test('says nothing of how digests stand', () =>
    expect(
      sightsWaitedFor({ firstSeen: new Map() }, [judgementOf(aWorkload(), [bad], patient)], patient, now),
    ).toMatchObject({ standings: {}, measure: '' }));
});

test('a policy waits where it calls for an act after a time', () => {
  expect(waitsForAnything(aPolicy())).toBe(false);
  expect(waitsForAnything(aPolicy({ security: { gracePeriod: day } }))).toBe(false);
  expect(waitsForAnything(patient)).toBe(true);
  expect(waitsForAnything(aPolicy({ license: { actions: named({ jobs: 'delete' }), gracePeriod: day } }))).toBe(true);
});
