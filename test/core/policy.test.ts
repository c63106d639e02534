import { describe, expect, test } from 'vitest';
import {
  callsForAnything,
  defaultPolicy,
  matchesAny,
  matchesGlob,
  restsOnViolations,
  stronger,
} from '../../src/core/policy.ts';
import type { Action, Policy } from '../../src/core/policy.ts';
import { aPolicy, named } from '../support/builders.ts';

describe('a glob', () => {
  const cases: [glob: string, text: string, matches: boolean][] = [
    ['', 'shop', false],
    ['sho', 'shop', false],
    ['hop', 'shop', false],
    ['s?p', 'shop', false],
    ['a.b*', 'axb', false],
    ['(shop|x)*', 'shop', false],
    ['team-*', 'my-team-a', false],
    ['shop', 'shop', true],
    ['*', '', true],
    ['team-*', 'team-a', true],
    ['*-team-?', 'my-team-a', true],
    ['acme.jfrog.io/docker-local/report*', 'acme.jfrog.io/docker-local/report/a:1', true],
  ];
  for (const [glob, text, matches] of cases) {
    test(`${glob} ${matches ? 'matches' : 'does not match'} ${text}`, () =>
      expect(matchesGlob(glob, text)).toBe(matches));
  }
  test('of none matches nothing', () => expect(matchesAny([], 'shop')).toBe(false));
  test('of several matches by any', () => expect(matchesAny(['a', 'sh*'], 'shop')).toBe(true));
});

describe('the stronger of two actions', () => {
  const cases: [one: Action, other: Action, stronger: Action][] = [
    ['ignore', 'scaledown', 'scaledown'],
    ['scaledown', 'delete', 'delete'],
    ['delete', 'ignore', 'delete'],
  ];
  for (const [one, other, expected] of cases) {
    test(`${one} and ${other}: ${expected}`, () => {
      expect(stronger(one, other)).toBe(expected);
      expect(stronger(other, one)).toBe(expected);
    });
  }
});

describe('what rests on violations', () => {
  const cases: [name: string, policy: Policy, security: boolean, license: boolean][] = [
    ['license, by default', defaultPolicy, false, true],
    ['license on both bases', aPolicy({ license: { basis: 'both' } }), false, true],
    ['neither with lists', aPolicy({ license: { basis: 'lists' } }), false, false],
    ['security where it says so', aPolicy({ security: { basis: 'violations' } }), true, true],
  ];
  for (const [name, policy, security, license] of cases) {
    test(name, () => expect(restsOnViolations(policy)).toEqual({ security, license }));
  }
});

test('without a file everything is ignore, with the defaults that were promised', () =>
  expect(defaultPolicy).toMatchObject({
    source: null,
    unscanned: { default: 'ignore', gracePeriod: 600_000, reasons: ['foreign', 'neverScanned'] },
    security: { default: 'ignore', gracePeriod: 0, minSeverity: 'High', basis: 'issues' },
    license: { default: 'ignore', gracePeriod: 0, basis: 'violations', denied: null, allowed: null },
    limits: { actionsPerMinute: 5, shareOfWorkloads: 0.1 },
    onManaged: 'refuse',
    roles: ['container', 'sidecar', 'init', 'volume'],
  }));

describe('a policy that calls for something', () => {
  const cases: [name: string, policy: Policy, calls: boolean][] = [
    ['is not the default one', defaultPolicy, false],
    ['is none that ignores a kind by name', aPolicy({ license: { actions: named({ jobs: 'ignore' }) } }), false],
    ['is one with a default', aPolicy({ unscanned: { default: 'delete' } }), true],
    ['is one with a kind', aPolicy({ license: { actions: named({ jobs: 'ignore', pods: 'scaledown' }) } }), true],
  ];
  for (const [name, policy, calls] of cases) test(name, () => expect(callsForAnything(policy)).toBe(calls));
});
