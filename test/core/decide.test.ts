import { describe, expect, test } from 'vitest';
import { decide, nothingCalledFor } from '../../src/core/decide.ts';
import type { Circumstances, Decided } from '../../src/core/decide.ts';
import type { Action, Policy } from '../../src/core/policy.ts';
import { defaultPolicy } from '../../src/core/policy.ts';
import type { Scan, UnscannedReason } from '../../src/core/scan.ts';
import { judge } from '../../src/core/verdict.ts';
import type { Workload } from '../../src/core/workload.ts';
import {
  aFinding,
  aPolicy,
  aReference,
  aScan,
  aViolation,
  aWorkload,
  anEntry,
  anException,
  anImage,
  circumstances,
  day,
  digest,
  hour,
  minute,
  named,
  now,
  unknown,
  unscanned,
  aHold,
} from '../support/builders.ts';

const bad = aScan({ findings: [aFinding()] });
const gpl = aScan({ violations: [aViolation()] });
const both = aScan({ findings: [aFinding()], violations: [aViolation()] });

const scaledown = aPolicy({
  unscanned: { default: 'scaledown' },
  security: { default: 'scaledown' },
  license: { default: 'scaledown' },
});
const deletion = aPolicy({ security: { default: 'delete' } });

interface Setting {
  readonly policy?: Policy;
  readonly workload?: Partial<Workload>;
  readonly about?: Partial<Circumstances>;
}

/** What is decided of a workload with one container for each scan. */
function decided(scans: readonly (Scan | null)[], { policy = scaledown, workload, about }: Setting = {}): Decided {
  const images = scans.map((_, index) => anEntry({ container: `c${index}`, image: anImage(index + 1) }));
  const subject = aWorkload({ images, ...workload });
  const byKey = new Map(subject.images.map(({ image }, index) => [image.key, scans[index] ?? null]));
  const verdict = judge(subject, (image) => byKey.get(image.key) ?? null, policy, now);
  return decide(verdict, subject, policy, circumstances(about));
}

const widget = { apiVersion: 'example.com/v1', kind: 'Widget', resource: 'widgets.example.com', name: 'w' };
const barePod = { apiVersion: 'v1', kind: 'Pod', resource: 'pods', replicas: null };

describe('the action', () => {
  const cases: [name: string, action: Action, scans: (Scan | null)[], setting?: Setting][] = [
    ['a clean workload is left alone', 'ignore', [aScan()]],
    ['a missing answer alone calls for nothing', 'ignore', [null]],
    ['an unknown answer alone calls for nothing', 'ignore', [unknown()]],
    ['a condition that the policy ignores calls for nothing', 'ignore', [bad], { policy: aPolicy() }],
    ['without a policy file everything is ignored', 'ignore', [both, unscanned()], { policy: defaultPolicy }],
    ['a proven finding counts beside a missing answer', 'scaledown', [bad, null]],
    [
      'the strongest wins',
      'delete',
      [both],
      { policy: aPolicy({ license: { default: 'delete' }, security: { default: 'scaledown' } }) },
    ],
    [
      'a kind that is named goes before the default',
      'ignore',
      [bad],
      { policy: aPolicy({ security: { default: 'delete', actions: named({ deployments: 'ignore' }) } }) },
    ],
    [
      'a kind is named in any case',
      'delete',
      [bad],
      {
        policy: aPolicy({ security: { actions: named({ statefulSets: 'delete' }) } }),
        workload: { kind: 'StatefulSet', resource: 'statefulsets' },
      },
    ],
    ['the default covers every built-in kind', 'delete', [bad], { policy: deletion, workload: barePod }],
    ['the default covers built-in kinds only', 'ignore', [bad], { workload: widget }],
    [
      'a kind of another group is not the built-in one',
      'ignore',
      [bad],
      { workload: { apiVersion: 'apps.example.com/v1', resource: 'deployments.apps.example.com' } },
    ],
    [
      'a custom kind is acted upon where it is named',
      'scaledown',
      [bad],
      { policy: aPolicy({ security: { actions: named({ 'Widgets.example.com': 'scaledown' }) } }), workload: widget },
    ],
    [
      'a custom kind is never deleted',
      'ignore',
      [bad],
      { policy: aPolicy({ security: { actions: named({ 'widgets.example.com': 'delete' }) } }), workload: widget },
    ],
    [
      'by reference alone nothing is deleted',
      'ignore',
      [bad],
      { policy: deletion, workload: { images: [anEntry({ image: aReference() })] } },
    ],
    [
      'by reference a workload is scaled down',
      'scaledown',
      [bad],
      { workload: { images: [anEntry({ image: aReference() })] } },
    ],
    [
      'by a digest beside a reference it is deleted',
      'delete',
      [bad, bad],
      { policy: deletion, workload: { images: [anEntry(), anEntry({ image: aReference('x:2') })] } },
    ],
    [
      'a digest whose evidence is excepted, beside a reference, deletes nothing',
      'ignore',
      [bad, bad],
      {
        policy: { ...deletion, exceptions: [anException({ image: 'acme*' })] },
        workload: { images: [anEntry(), anEntry({ image: aReference('x:2') })] },
      },
    ],
  ];
  for (const [name, action, scans, setting] of cases) {
    test(name, () => expect(decided(scans, setting).decision.action).toBe(action));
  }

  test('where nothing is called for, names nothing', () =>
    expect(decided([aScan()]).decision).toEqual(nothingCalledFor));
});

describe('the reasons that unscanned acts upon', () => {
  const cases: [reason: UnscannedReason, action: Action][] = [
    ['unconfirmed', 'ignore'],
    ['failed', 'ignore'],
    ['unsupported', 'ignore'],
    ['gone', 'ignore'],
    ['foreign', 'scaledown'],
    ['neverScanned', 'scaledown'],
  ];
  for (const [reason, action] of cases) {
    test(`${reason}: ${action}, and the condition holds`, () => {
      const { decision, conditions } = decided([unscanned(reason)]);
      expect([decision.action, conditions.map((one) => one.type)]).toEqual([action, ['unscanned']]);
    });
  }
  test('are those that the policy names', () =>
    expect(
      decided([unscanned('failed')], { policy: aPolicy({ unscanned: { default: 'scaledown', reasons: ['failed'] } }) })
        .decision.action,
    ).toBe('scaledown'));
});

describe('the rule', () => {
  const named_ = aPolicy({ security: { default: 'delete', actions: named({ deployments: 'scaledown' }) } });
  const cases: [name: string, condition: string, rule: string, scan: Scan, setting: Setting][] = [
    ['is the default', 'security', 'scanPolicy.security.default', bad, { policy: deletion }],
    ['is the kind as the file spells it', 'security', 'scanPolicy.security.deployments', bad, { policy: named_ }],
    [
      "is without scanPolicy in the binary's own file",
      'security',
      'security.deployments',
      bad,
      { policy: { ...named_, rulePrefix: '' } },
    ],
    ['of equally strong ones is the one that tells most', 'security', 'scanPolicy.security.default', both, {}],
    [
      'of the strongest, not of the first',
      'license',
      'scanPolicy.license.default',
      both,
      { policy: aPolicy({ security: { default: 'scaledown' }, license: { default: 'delete' } }) },
    ],
  ];
  for (const [name, condition, rule, scan, setting] of cases) {
    test(name, () => expect(decided([scan], setting).decision).toMatchObject({ condition, rule, exempt: null }));
  }
});

describe('what keeps every act away', () => {
  const cases: [name: string, obstacle: string | null, workload: Partial<Workload>, policy?: Policy][] = [
    ['an owner chain that could not be read whole', 'ownerChainIncomplete', { ownerChain: 'incomplete' }],
    ['at zero', 'atZero', { idle: 'zero', pods: 0 }],
    ['suspended', 'suspended', { idle: 'suspended', pods: 0 }],
    ['finished', 'finished', { idle: 'finished', pods: 0 }],
    ['at zero, though deletion is called for', 'atZero', { idle: 'zero', pods: 0 }, deletion],
    ['a static pod', 'staticPod', { ...barePod, mirror: true }],
    ['a static pod, though deletion is called for', 'staticPod', { ...barePod, mirror: true }, deletion],
    ['a bare pod cannot be scaled down', 'barePod', barePod],
    [
      'a custom kind without /scale',
      'noScale',
      { ...widget, scalable: false },
      aPolicy({ security: { actions: named({ 'widgets.example.com': 'scaledown' }) } }),
    ],
  ];
  for (const [name, obstacle, workload, policy] of cases) {
    test(name, () => {
      const result = decided([bad], { workload, policy });
      expect([result.obstacle, result.decision]).toEqual([obstacle, nothingCalledFor]);
    });
  }

  test('is said only where something is called for', () =>
    expect(decided([aScan()], { workload: { idle: 'zero' } }).obstacle).toBeNull());
  test('a custom kind of which discovery did not say may be scaled down', () =>
    expect(
      decided([bad], {
        workload: widget,
        policy: aPolicy({ security: { actions: named({ 'widgets.example.com': 'scaledown' }) } }),
      }),
    ).toMatchObject({ obstacle: null, decision: { action: 'scaledown' } }));
  test('a bare pod can be deleted, also where a weaker rule would scale it down', () =>
    expect(
      decided([both], {
        workload: barePod,
        policy: aPolicy({ security: { default: 'scaledown' }, license: { default: 'delete' } }),
      }),
    ).toMatchObject({
      obstacle: null,
      decision: { action: 'delete', condition: 'license' },
    }));
  test('a bare pod cannot be scaled down where its deletion is exempt', () =>
    expect(
      decided([both], {
        workload: barePod,
        policy: aPolicy({
          security: { default: 'scaledown' },
          license: { default: 'delete', whitelistNamespaces: ['shop'] },
        }),
      }),
    ).toMatchObject({ obstacle: 'barePod', decision: { action: 'ignore' } }));
});

describe('exemptions', () => {
  const held = aHold({ until: '2026-12-01T00:00:00Z' });
  const everywhere = anException({ covers: { condition: 'security' } });
  const whitelisted = { ...scaledown, security: { ...scaledown.security, whitelistNamespaces: ['sh*'] } };
  const waiting = { ...scaledown, security: { ...scaledown.security, gracePeriod: hour } };
  const cases: [name: string, by: string, rule: string, until: string | null, setting: Setting][] = [
    [
      'kube-system, also where the policy names no namespace',
      'protect',
      'kube-system',
      null,
      { workload: { namespace: 'kube-system' } },
    ],
    [
      'a protected namespace, by glob',
      'protect',
      'protect.namespaces',
      null,
      { policy: { ...scaledown, protectNamespaces: ['s*'] } },
    ],
    [
      'the namespace that serves Xray',
      'protect',
      'serves Xray or Artifactory',
      null,
      { about: { ownNamespaces: ['shop'] } },
    ],
    [
      'a system priority class',
      'protect',
      'priorityClass system-node-critical',
      null,
      { workload: { protectedBy: 'priorityClass system-node-critical' } },
    ],
    ['managed by another', 'managed', 'onManaged (argocd)', null, { workload: { managedBy: 'argocd' } }],
    ['held after a restore', 'held', 'kubectl-xray/held', held.until, { workload: { held } }],
    ['held without an end', 'held', 'kubectl-xray/held', null, { workload: { held: { ...held, until: '' } } }],
    ['whitelisted', 'whitelist', 'scanPolicy.security.whitelistNamespaces', null, { policy: whitelisted }],
    ['excepted', 'exception', 'exceptions[0]', null, { policy: { ...scaledown, exceptions: [everywhere] } }],
    [
      'excepted until a day',
      'exception',
      'exceptions[0]',
      '2026-12-24',
      { policy: { ...scaledown, exceptions: [{ ...everywhere, until: '2026-12-24' }] } },
    ],
    ['in its grace period', 'gracePeriod', 'scanPolicy.security.gracePeriod', null, { policy: waiting }],
  ];
  for (const [name, by, rule, until, setting] of cases) {
    test(name, () =>
      expect(decided([bad], setting).decision).toEqual({
        action: 'ignore',
        condition: 'security',
        rule: 'scanPolicy.security.default',
        exempt: { by, rule, until },
      }),
    );
  }

  test('are named in their order: protect, managed, held, whitelist, exception, gracePeriod', () => {
    const exempting: Setting[] = [
      { workload: { protectedBy: 'x' } },
      { workload: { managedBy: 'flux' } },
      { workload: { held } },
      { policy: whitelisted },
      { policy: { ...scaledown, exceptions: [everywhere] } },
      { policy: waiting },
      {},
    ];
    const named = exempting.map((_, index) => {
      const left = exempting.slice(index);
      const workload: Partial<Workload> = Object.assign({}, ...left.map((one) => one.workload));
      const security = left.reduce((all, { policy }) => merged(all, policy?.security), scaledown.security);
      const exceptions = left.flatMap(({ policy }) => policy?.exceptions ?? []);
      return decided([bad], { workload, policy: { ...scaledown, security, exceptions } }).decision.exempt?.by ?? 'none';
    });
    expect(named).toEqual(['protect', 'managed', 'held', 'whitelist', 'exception', 'gracePeriod', 'none']);
  });

  describe('a hold', () => {
    const clean = aScan();
    const cases: [name: string, by: string | null, scans: Scan[], hold: Parameters<typeof aHold>[0]][] = [
      ['lasts while what was condemned then runs', 'held', [bad], { digests: [digest(1)], conditions: ['security'] }],
      ['minds nothing clean beside it', 'held', [bad, clean], { digests: [digest(1)], conditions: ['security'] }],
      ['ends with another condition', null, [both], { digests: [digest(1)], conditions: ['security'] }],
      ['ends with another digest that is condemned', null, [bad, bad], { digests: [digest(1)], conditions: [] }],
    ];
    for (const [name, by, scans, hold] of cases) {
      test(name, () => {
        const { decision } = decided(scans, { workload: { held: aHold(hold) } });
        expect(decision.exempt?.by ?? null).toBe(by);
      });
    }
    test('minds no digest of a condition that calls for nothing', () => {
      const policy = aPolicy({ security: { default: 'scaledown' } });
      const held = aHold({ digests: [digest(1)], conditions: ['security', 'license'] });
      expect(decided([bad, gpl], { policy, workload: { held } }).decision.exempt?.by).toBe('held');
    });
  });

  test('what covers the whole workload is told also where nothing is called for', () => {
    const workload = { namespace: 'kube-system' };
    expect(decided([aScan()], { workload }).wholesale).toMatchObject({ by: 'protect' });
    expect(decided([aScan()]).wholesale).toBeNull();
  });

  test('managed is none where the policy says act', () =>
    expect(
      decided([bad], { policy: { ...scaledown, onManaged: 'act' }, workload: { managedBy: 'argocd' } }).decision,
    ).toMatchObject({
      action: 'scaledown',
      exempt: null,
    }));
  test('of one condition excuse that one only', () => {
    const { decision, conditions } = decided([both], { policy: whitelisted });
    expect(decision).toMatchObject({ action: 'scaledown', condition: 'license', exempt: null });
    expect(conditions.map((one) => one.exempt?.by ?? null)).toEqual(['whitelist', null]);
  });
  test('of a license do not excuse security', () =>
    expect(
      decided([both], { policy: { ...scaledown, exceptions: [anException({ covers: { license: 'GPL-3.0-only' } })] } })
        .decision,
    ).toMatchObject({
      action: 'scaledown',
      condition: 'security',
    }));
  test('are told of the strongest where they took every action away', () => {
    const policy = aPolicy({
      security: { default: 'scaledown', whitelistNamespaces: ['shop'] },
      license: { default: 'delete', gracePeriod: 30 * day },
    });
    expect(decided([both], { policy }).decision).toMatchObject({
      action: 'ignore',
      condition: 'license',
      exempt: { by: 'gracePeriod' },
    });
  });
  test('stand at their condition also where its action is ignore', () =>
    expect(decided([bad], { policy: aPolicy({ security: { whitelistNamespaces: ['shop'] } }) })).toMatchObject({
      decision: nothingCalledFor,
      conditions: [{ action: 'ignore', exempt: { by: 'whitelist' } }],
    }));
  test('of some evidence leave the rest standing', () => {
    const scan = aScan({ findings: [aFinding(), aFinding({ id: 'XRAY-2', cves: ['CVE-2026-2'] })] });
    expect(decided([scan], { policy: { ...scaledown, exceptions: [anException()] } })).toMatchObject({
      decision: { action: 'scaledown' },
      conditions: [{ exempt: null, covered: false }],
    });
  });
  test('a condition that is wholly excepted stays listed', () =>
    expect(decided([bad], { policy: { ...scaledown, exceptions: [anException()] } }).conditions).toMatchObject([
      { type: 'security', exempt: { by: 'exception' }, covered: true, evidence: [{ id: 'XRAY-1' }] },
    ]));
});

const firstSeen = (at: number | null) => ({ firstSeen: () => at });

const violated = (created: string | null): Scan => aScan({ violations: [aViolation({ created })] });

const iso = (at: number): string => new Date(at).toISOString();

describe('the grace period', () => {
  const policy = aPolicy({
    security: { default: 'scaledown', gracePeriod: day, basis: 'issues' },
    license: { default: 'scaledown', gracePeriod: day },
    unscanned: { default: 'scaledown', gracePeriod: 10 * minute },
  });
  const old = { revisionAt: now - 90 * day };
  const cases: [
    name: string,
    due: boolean,
    until: string | null,
    scan: Scan,
    seen: number | null,
    workload: Partial<Workload>,
  ][] = [
    ['has no end where nothing remembers: since-unknown', false, null, bad, null, old],
    ['runs from our first sight of an issue', false, iso(now + hour), bad, now - 23 * hour, old],
    ['starts anew with a new revision', false, iso(now + day), bad, now - 30 * day, { revisionAt: now }],
    [
      'runs from when Xray made a violation',
      false,
      iso(now + hour),
      violated(iso(now - 23 * hour)),
      now - 30 * day,
      old,
    ],
    [
      'runs from our first sight of a violation of which Xray does not say',
      false,
      iso(now + hour),
      violated(null),
      now - 23 * hour,
      old,
    ],
    [
      'of unscanned is ten minutes, unless said otherwise',
      false,
      iso(now + minute),
      unscanned(),
      now - 9 * minute,
      old,
    ],
    ['is over to the millisecond', true, null, bad, now - day, old],
    ['of a violation needs no memory', true, null, violated(iso(now - 2 * day)), null, old],
    ['of a new revision is over in its turn', true, null, bad, now - 30 * day, { revisionAt: now - day }],
  ];
  for (const [name, due, until, scan, seen, workload] of cases) {
    test(name, () => {
      const { decision } = decided([scan], { policy, workload, about: firstSeen(seen) });
      expect([decision.action, decision.exempt?.until ?? null]).toEqual([due ? 'scaledown' : 'ignore', until]);
      expect(decision.exempt?.by).toBe(due ? undefined : 'gracePeriod');
    });
  }

  test('is over as soon as one piece of evidence is past it', () => {
    const scan = aScan({ findings: [aFinding(), aFinding({ id: 'XRAY-2' })] });
    const about: Partial<Circumstances> = {
      firstSeen: (_, evidence) => ('id' in evidence && evidence.id === 'XRAY-2' ? now - 2 * day : null),
    };
    expect(decided([scan], { policy, workload: old, about }).decision.action).toBe('scaledown');
  });
  test('ends with the first piece of evidence of which the first sight is known', () => {
    const scan = aScan({ findings: ['a', 'b', 'c'].map((id) => aFinding({ id })) });
    const sights: Readonly<Record<string, number>> = { a: now - hour, b: now - 2 * hour };
    const about: Partial<Circumstances> = {
      firstSeen: (_, evidence) => ('id' in evidence ? (sights[evidence.id] ?? null) : null),
    };
    const { decision } = decided([scan], { policy, workload: old, about });
    expect(decision.exempt).toMatchObject({ by: 'gracePeriod', until: iso(now + 22 * hour) });
  });
  test('is not ended by evidence that is excepted', () => {
    const scan = aScan({ findings: [aFinding(), aFinding({ id: 'XRAY-2', cves: ['CVE-2026-2'] })] });
    const about: Partial<Circumstances> = {
      firstSeen: (_, evidence) => ('id' in evidence && evidence.id === 'XRAY-1' ? now - 2 * day : now),
    };
    const excepting = { ...policy, exceptions: [anException()] };
    expect(decided([scan], { policy: excepting, workload: old, about }).decision.exempt?.by).toBe('gracePeriod');
  });
  test('of a deletion is not ended by a reference alone', () => {
    const about: Partial<Circumstances> = { firstSeen: (_, evidence) => (evidence.byReference ? now - 2 * day : now) };
    const images = [anEntry(), anEntry({ image: aReference('x:2') })];
    const deleting = aPolicy({ security: { default: 'delete', gracePeriod: day } });
    expect(decided([bad, bad], { policy: deleting, workload: { ...old, images }, about }).decision.exempt?.by).toBe(
      'gracePeriod',
    );
  });
  test('starts anew when an exception has ended', () => {
    const exceptions = [anException({ until: '2026-11-20' })];
    const { decision } = decided([bad], {
      policy: { ...policy, exceptions },
      workload: old,
      about: firstSeen(now - 30 * day),
    });
    expect(decision.exempt).toMatchObject({ by: 'gracePeriod', until: '2026-11-22T00:00:00.000Z' });
  });
  test('of an ignored condition is not spoken of', () =>
    expect(decided([unscanned()], { policy: defaultPolicy }).conditions[0]?.exempt).toBeNull());
  test('of none acts at once', () => expect(decided([gpl]).decision.action).toBe('scaledown'));
});

function merged(one: Policy['security'], other: Policy['security'] = one): Policy['security'] {
  const whitelistNamespaces = [...one.whitelistNamespaces, ...other.whitelistNamespaces];
  return { ...one, whitelistNamespaces, gracePeriod: Math.max(one.gracePeriod, other.gracePeriod) };
}
