import { describe, expect, test } from 'vitest';
import { imageOf } from '../../src/core/image.ts';
import type { Policy } from '../../src/core/policy.ts';
import { coverage, imageRows, judgeAll, workloadItem } from '../../src/core/report.ts';
import type { Coverage, Judgement, WorkloadItem } from '../../src/core/report.ts';
import type { State } from '../../src/core/inventory.ts';
import type { Scan } from '../../src/core/scan.ts';
import type { Workload } from '../../src/core/workload.ts';
import {
  aFinding,
  aLicense,
  aPolicy,
  aReference,
  aScan,
  aViolation,
  aWorkload,
  anEntry,
  anImage,
  circumstances,
  digest,
  imageID,
  named,
  pending,
  unknown,
  unscanned,
  aHold,
  anAct,
} from '../support/builders.ts';
import { advance, stateWithScans } from '../support/states.ts';

type Pair = readonly [Workload, readonly (Scan | null)[]];

function judged(all: readonly Pair[], policy: Policy = aPolicy()): { state: State; judgements: Judgement[] } {
  const state = stateWithScans(all, policy);
  return {
    state,
    judgements: judgeAll(
      state,
      all.map(([workload]) => workload),
      circumstances(),
    ),
  };
}

function itemOf(workload: Workload, scans: readonly (Scan | null)[], policy?: Policy): WorkloadItem {
  const { state, judgements } = judged([[workload, scans]], policy);
  const [judgement] = judgements;
  if (judgement === undefined) throw new Error('nothing was judged');
  return workloadItem(judgement, state);
}

describe('an item', () => {
  const policy = aPolicy({ security: { actions: named({ deployments: 'scaledown' }) } });
  const cart = aWorkload({
    name: 'cart',
    uid: 'u-1',
    replicas: { desired: 3, ready: 3 },
    pods: 3,
    createdAt: Date.parse('2026-11-01T00:00:00Z'),
    images: [anEntry({ container: 'cart', pods: 3 })],
  });
  const scan = aScan({
    findings: [
      aFinding(),
      ...[1, 2, 3, 4].map((index) => aFinding({ id: `M-${index}`, severity: 'Medium' })),
      ...[1, 2].map((index) => aFinding({ id: `L-${index}`, severity: 'Low' })),
    ],
    licenses: [aLicense('MIT'), aLicense('Apache-2.0')],
  });
  const severities = { critical: 1, high: 0, medium: 4, low: 2, information: 0, unknown: 0 };

  test('is the example of the design, field by field', () =>
    expect(itemOf(cart, [scan], policy)).toEqual({
      workload: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        namespace: 'shop',
        name: 'cart',
        uid: 'u-1',
        replicas: { desired: 3, ready: 3 },
        pods: 3,
        ownerChain: 'complete',
        createdAt: '2026-11-01T00:00:00.000Z',
      },
      settled: true,
      unanswered: [],
      notEvaluated: [],
      conditions: [
        {
          type: 'security',
          severity: 'Critical',
          evidence: [
            {
              id: 'XRAY-1',
              cves: ['CVE-2026-1'],
              cvss: 9.8,
              severity: 'Critical',
              component: 'npm://event-stream:3.3.6',
              fixedIn: ['4.0.0'],
              applicability: null,
              image: digest(1),
              excepted: null,
            },
          ],
          exempt: null,
        },
      ],
      severities,
      decision: { action: 'scaledown', condition: 'security', rule: 'scanPolicy.security.deployments', exempt: null },
      acted: null,
      held: null,
      images: [
        {
          container: 'cart',
          role: 'container',
          injected: false,
          outdated: false,
          pods: 3,
          reference: 'acme.jfrog.io/docker-local/app:1',
          digest: digest(1),
          platform: 'linux/amd64',
          basis: 'digest',
          scan: 'scanned',
          reason: null,
          cause: null,
          askedAt: '2026-11-21T19:59:00.000Z',
          path: 'docker-local/app/1/manifest.json',
          licenses: ['Apache-2.0', 'MIT'],
          severities,
        },
      ],
    }));

  test('that nobody has answered for is unknown by time-out, without findings', () =>
    expect(itemOf(cart, [null])).toMatchObject({
      settled: false,
      conditions: [],
      unanswered: [{ image: digest(1), reason: 'timeout' }],
      decision: { action: 'ignore', condition: null, rule: null, exempt: null },
      images: [{ scan: 'unknown', reason: 'timeout', askedAt: null, path: null, licenses: [] }],
    }));
  test('whose question failed tells why', () =>
    expect(itemOf(cart, [unknown('throttled', '429')])).toMatchObject({
      unanswered: [
        { image: digest(1), reference: 'acme.jfrog.io/docker-local/app:1', reason: 'throttled', cause: '429' },
      ],
      images: [{ scan: 'unknown', reason: 'throttled', cause: '429' }],
    }));
  test('of an owner that could not be read does not know its age', () =>
    expect(itemOf(aWorkload({ ownerChain: 'incomplete', createdAt: null }), [aScan()]).workload).toMatchObject({
      ownerChain: 'incomplete',
      createdAt: null,
    }));
  test('of a kind without replicas has none', () =>
    expect(itemOf(aWorkload({ replicas: null }), [aScan()]).workload.replicas).toBeNull());
  test('that is clean has no conditions, and is settled', () =>
    expect(itemOf(cart, [aScan()])).toMatchObject({ settled: true, conditions: [], unanswered: [] }));
  test('names what was not evaluated', () =>
    expect(itemOf(cart, [aScan({ evaluated: { security: 'covered', license: 'notCovered' } })]).notEvaluated).toEqual([
      'license',
    ]));
  test('says of a license who found it', () =>
    expect(itemOf(cart, [aScan({ violations: [aViolation()] })]).conditions).toEqual([
      {
        type: 'license',
        severity: 'High',
        evidence: [
          {
            license: 'GPL-3.0-only',
            component: 'npm://left-pad:1.0.0',
            watch: 'all-images',
            policy: 'no-copyleft',
            image: digest(1),
            excepted: null,
          },
        ],
        exempt: null,
      },
    ]));
  test('says of a security violation by which watch and policy', () => {
    const violation = aViolation({ type: 'security', id: 'XRAY-1', severity: 'Critical', components: [] });
    const byViolations = aPolicy({ security: { basis: 'violations' } });
    const [condition] = itemOf(
      cart,
      [aScan({ findings: [aFinding()], violations: [violation] })],
      byViolations,
    ).conditions;
    expect(condition?.evidence).toMatchObject([{ id: 'XRAY-1', watch: 'all-images', policy: 'no-copyleft' }]);
  });
  test('says of unscanned why', () =>
    expect(itemOf(cart, [unscanned('foreign')]).conditions).toEqual([
      {
        type: 'unscanned',
        severity: null,
        evidence: [{ image: digest(1), reason: 'foreign', excepted: null }],
        exempt: null,
      },
    ]));
  test('known by reference alone says to which digest it was resolved', () =>
    expect(
      itemOf(aWorkload({ images: [anEntry({ image: aReference() })] }), [aScan({ digest: digest(7) })]).images,
    ).toMatchObject([{ basis: 'reference', digest: digest(7) }]));
  test('running an index keeps the digest that runs, and says which platform was judged', () =>
    expect(
      itemOf(aWorkload({ images: [anEntry({ image: anImage(1, { platform: null }) })] }), [
        aScan({ judged: [digest(8), digest(9)], platform: 'assumed', digest: digest(8) }),
      ]).images,
    ).toMatchObject([{ basis: 'digest', digest: digest(1), platform: 'assumed' }]));
  test('shows what we did and what is held', () => {
    const acted = { action: 'scaledown', at: '2026-11-20T00:00:00Z', by: 'ana', previous: 3 };
    const held = { until: '', by: 'ana' };
    const workload = aWorkload({ acted: anAct(acted), held: aHold(held) });
    const item = itemOf(workload, [aScan()]);
    expect([item.acted, item.held]).toEqual([acted, held]);
  });
});

describe('an item per image', () => {
  test('gathers pods and workloads of the same digest, platform and reference', () => {
    const { state, judgements } = judged([
      [
        aWorkload({ name: 'a', images: [anEntry({ pods: 2 }), anEntry({ container: 'b', pods: 2 })] }),
        [aScan(), aScan()],
      ],
      [aWorkload({ name: 'b', namespace: 'pay', images: [anEntry({ pods: 1 })] }), [aScan()]],
      [aWorkload({ name: 'c', images: [anEntry({ image: anImage(2) })] }), [null]],
    ]);
    const items = imageRows(judgements, state).map(({ item }) => item);
    expect(items.map(({ digest, pods, scan }) => [digest, pods, scan])).toEqual([
      [digest(1), 5, 'scanned'],
      [digest(2), 1, 'unknown'],
    ]);
    expect(items[0]?.workloads).toEqual([
      { namespace: 'shop', kind: 'Deployment', name: 'a' },
      { namespace: 'pay', kind: 'Deployment', name: 'b' },
    ]);
    expect(Object.keys(items[0] ?? {})).not.toContain('container');
  });
});

const one = (name: string, scan: Scan | null, image = anImage(), pods = 1): Pair => [
  aWorkload({ name, pods, images: [anEntry({ image })] }),
  [scan],
];

describe('coverage', () => {
  test('of nothing is nothing', () =>
    expect(covered()).toEqual({
      pods: 0,
      workloads: 0,
      images: 0,
      scanned: 0,
      unscanned: 0,
      pending: 0,
      unknown: 0,
      forbidden: [],
      notEvaluated: [],
      causes: [],
    }));
  test('counts pods, workloads, and distinct images by scan', () =>
    expect(
      covered(
        one('a', aScan(), anImage(1), 3),
        one('b', aScan(), anImage(1), 2),
        one('c', unscanned(), anImage(2)),
        one('d', pending(), anImage(3)),
        one('e', unknown(), anImage(4)),
        one('f', null, anImage(5), 0),
      ),
    ).toMatchObject({ pods: 8, workloads: 6, images: 5, scanned: 1, unscanned: 1, pending: 1, unknown: 2 }));
  test('counts a manifest once, whatever its platform and tag', () => {
    const first = imageOf('acme.jfrog.io/docker-local/app:1', imageID(1), 'linux/amd64');
    const second = imageOf('acme.jfrog.io/docker-local/app:2', imageID(1), null);
    expect(covered(one('a', aScan(), first), one('b', aScan(), second)).images).toBe(1);
  });
  test('counts an index once for each platform', () => {
    const platforms = ['linux/amd64', 'linux/arm64'];
    const pairs = platforms.map((platform, index) =>
      one(platform, aScan({ platform, judged: [digest(8 + index)] }), anImage(1, { platform, key: platform })),
    );
    expect(covered(...pairs).images).toBe(2);
  });
  test('names each cause once, with so many images', () =>
    expect(
      covered(
        one('a', unknown('unreachable', 'down'), anImage(1)),
        one('b', unknown('unreachable', 'down'), anImage(2)),
        one('c', null, anImage(3)),
        one('d', { ...unscanned('unconfirmed'), cause: 'no address' }, anImage(4)),
        one('f', aScan({ reason: 'expired', cause: 'this is what it said in May' }), anImage(6)),
        one('e', aScan({ violationsCause: { reason: 'forbidden', message: 'no right' } }), anImage(5)),
      ).causes,
    ).toEqual([
      { cause: 'unreachable', message: 'down', images: 2 },
      { cause: 'timeout', message: 'no answer within the time given (--wait)', images: 1 },
      { cause: 'unconfirmed', message: 'no address', images: 1 },
      { cause: 'expired', message: 'this is what it said in May', images: 1 },
      { cause: 'violations: forbidden', message: 'no right', images: 1 },
    ]));
  test('names condition and repository of what was not evaluated, once', () => {
    const scan = aScan({
      evaluated: { security: 'covered', license: 'notCovered' },
      paths: ['docker-x/a/1/manifest.json'],
    });
    expect(covered(one('a', scan), one('b', scan, anImage(2))).notEvaluated).toEqual([
      { condition: 'license', repository: 'docker-x' },
    ]);
  });
  test('names what was forbidden', () => {
    const state = stateWithScans([]);
    const forbidden = { resource: 'pods', namespace: 'vault', message: 'pods is forbidden' };
    advance(state, [{ type: 'ReadForbidden', forbidden }]);
    expect(coverage([], state).forbidden).toEqual([forbidden]);
  });
});

function covered(...all: Pair[]): Coverage {
  const { state, judgements } = judged(all);
  return coverage(judgements, state);
}
