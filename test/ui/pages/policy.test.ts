import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../src/core/policy.ts';
import { policyPage } from '../../../src/ui/pages/policy.ts';
import { widthOf } from '../../../src/ui/width.ts';
import { aFinding, aLicense, aPolicy, aScan, anException, hour, named, now } from '../../support/builders.ts';
import { drawn, squeezed, wordsIn } from '../../support/drawn.ts';
import { answered, aRun, aRunOver, deployed } from '../../support/runs.ts';
import type { Run } from '../../support/runs.ts';

const bad = aScan({ findings: [aFinding()], licenses: [aLicense()] });

/** Cart in shop and till in store run what is condemned, window in shop does not. */
function running(policy: Policy): Run {
  const run = aRunOver([deployed('cart', 1), deployed('till', 2, { namespace: 'store' }), deployed('window', 3)], {
    policy,
    ongoing: { byPolicy: null },
  });
  run.turn(answered(1, bad), answered(2, bad), answered(3, aScan()));
  return run;
}

function said(policy: Policy, run = running(policy)): readonly string[] {
  return wordsIn(policyPage(run.state, now), 'part', 'rule', 'says', 'matches', 'note');
}

describe('what is in force', () => {
  test('before anything is read, the defaults match nothing', () => {
    const table = policyPage(aRun().state, now);
    expect(wordsIn(table, 'part', 'rule', 'says', 'matches')).toEqual([
      'file |  | none: every action is ignore | ',
      'unscanned | default | ignore | 0',
      'unscanned | gracePeriod | none | ',
      'unscanned | reasons | foreign, neverScanned | 0',
      'security | default | ignore | 0',
      'security | gracePeriod | none | ',
      'security | minSeverity | high | 0',
      'security | basis | issues | 0',
      'license | default | ignore | 0',
      'license | gracePeriod | none | ',
      'license | basis | violations | 0',
      'protect | always | kube-system, critical priority, what serves the cluster or Xray | 0',
      'onManaged |  | refuse | 0',
      'roles |  | container, sidecar, init, volume | ',
      'limits | actionsPerMinute | 5 | ',
      'limits | shareOfWorkloads | 10% | ',
    ]);
    expect(new Set(table.rows.map(({ id }) => id)).size).toBe(table.rows.length);
    expect(table.rows.filter(({ fault }) => fault)).toEqual([]);
  });
  test('a file whose last change is not in force is a fault', () => {
    const run = running(aPolicy({ source: 'policy.yaml' }));
    run.turn({ type: 'PolicyRefused', message: 'policy.yaml:3:1: unknown key' });
    const table = policyPage(run.state, now);
    expect(wordsIn(table, 'part', 'rule', 'says').slice(0, 2)).toEqual([
      'file |  | policy.yaml',
      'file | fault | not in force as it is now: policy.yaml:3:1: unknown key',
    ]);
    expect(table.rows.slice(0, 2).map(({ fault }) => fault)).toEqual([false, true]);
  });
  test('a pause of automatic acts is a fault', () => {
    const run = running(aPolicy());
    const at = new Date(now).toISOString();
    run.turn({ type: 'JournalRead', lines: [{ type: 'Paused', at, by: 'limit', message: '3 of 30' }] });
    expect(policyPage(run.state, now).rows.at(-1)).toMatchObject({ id: 'limits paused 3 of 30', fault: true });
  });
});

describe('each rule says how many workloads it matches now', () => {
  test('a kind that is named, and the rest', () => {
    const policy = aPolicy({ security: { default: 'delete', actions: named({ deployments: 'scaledown' }) } });
    expect(said(policy)).toEqual(
      expect.arrayContaining(['security | deployments | scaledown | 2 | ', 'security | default | delete | 0 | ']),
    );
  });
  test('a namespace that is whitelisted', () => {
    const policy = aPolicy({ security: { default: 'scaledown', whitelistNamespaces: ['sto*', 'none'] } });
    expect(said(policy)).toEqual(
      expect.arrayContaining([
        'security | default | scaledown | 2 | 1 exempt',
        'security | whitelistNamespaces | sto* | 1 | ',
        'security | whitelistNamespaces | none | 0 | ',
      ]),
    );
  });
  test('a grace period', () => {
    const policy = aPolicy({ security: { default: 'scaledown', gracePeriod: 24 * hour } });
    expect(said(policy)).toContain('security | gracePeriod | 24h | 2 | ');
  });
  test('a list of licenses, and what counts as a finding', () => {
    const license = { basis: 'lists', denied: ['GPL-3.0-only', 'AGPL-3.0-only'] } as const;
    expect(said(aPolicy({ license, security: { minSeverity: 'Critical', fixableOnly: true } }))).toEqual(
      expect.arrayContaining([
        'license | denied | GPL-3.0-only, AGPL-3.0-only | 2 | ',
        'security | minSeverity | critical | 2 | ',
        'security | fixableOnly | true | 2 | ',
      ]),
    );
  });
  test('protected namespaces', () =>
    expect(said(aPolicy({ protectNamespaces: ['shop'] }))).toContain('protect | namespaces | shop | 2 | '));
});

describe('exceptions', () => {
  const exceptions = [
    anException({ namespaces: ['shop'], until: '2027-01-31' }),
    anException({ until: '2026-11-20' }),
    anException({ covers: { license: 'GPL-3.0-only' }, workloads: ['deployment/cart'], by: null, reason: null }),
    anException({ covers: { condition: 'unscanned' }, image: 'acme.io/*' }),
  ];
  const policy = aPolicy({ exceptions, license: { basis: 'lists', denied: ['GPL-3.0-only'] } });
  test('say what they cover, until when, by whom and why, and an expired one that it is', () =>
    expect(said(policy).filter((line) => line.startsWith('exceptions'))).toEqual([
      'exceptions | [0] | CVE-2026-1 in shop | 1 | until 2027-01-31; by ana; not reachable',
      'exceptions | [1] | CVE-2026-1 | 0 | expired: until 2026-11-20; by ana; not reachable',
      'exceptions | [2] | license GPL-3.0-only in deployment/cart | 1 | ',
      'exceptions | [3] | condition unscanned in acme.io/* | 0 | by ana; not reachable',
    ]));
  test('an expired one is a fault', () => {
    const faults = policyPage(running(policy).state, now).rows.filter(({ fault }) => fault);
    expect(faults.map(({ id }) => id)).toEqual(['exceptions [1] CVE-2026-1']);
  });
  test('show control characters that somebody wrote into the file, and obey none', () =>
    expect(said(aPolicy({ exceptions: [anException({ reason: '\u001b[31mred' })] }))).toContain(
      String.raw`exceptions | [0] | CVE-2026-1 | 2 | by ana; \x1b[31mred`,
    ));
});

describe('no row is wider than the terminal', () => {
  const table = policyPage(running(aPolicy({ exceptions: [anException()] })).state, now);
  test('40 columns: the rule, what it says and how many it matches', () =>
    expect(squeezed(drawn(table, 40)[0] ?? '')).toBe('PART RULE SAYS MATCH'));
  test('80 columns: with a note', () =>
    expect(drawn(table, 80).map(squeezed)).toEqual(
      expect.arrayContaining([
        'PART RULE SAYS MATCH NOTE',
        'unscanned default ignore 0',
        'security default ignore 2 2 exempt',
      ]),
    ));
  test.each([40, 80, 120, 400])('%i columns', (columns) => {
    for (const line of drawn(table, columns)) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });
});
