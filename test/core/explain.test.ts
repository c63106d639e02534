import { describe, expect, test } from 'vitest';
import { consequenceOf } from '../../src/core/consequences.ts';
import type { UndoGrade } from '../../src/core/consequences.ts';
import { explain } from '../../src/core/explain.ts';
import type { Fact } from '../../src/core/inventory.ts';
import type { WorkloadExplanation } from '../../src/core/explain.ts';
import { judgeAll } from '../../src/core/report.ts';
import type { Action, Policy } from '../../src/core/policy.ts';
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
  now,
} from '../support/builders.ts';
import { advance, stateWithScans } from '../support/states.ts';

function explained(
  workload: Workload,
  scans: readonly (Scan | null)[],
  policy: Policy = aPolicy(),
): WorkloadExplanation {
  const state = stateWithScans([[workload, scans]], policy);
  const [judgement] = judgeAll(state, [workload], circumstances());
  if (judgement === undefined) throw new Error('nothing was judged');
  return explain(judgement, state, { context: 'prod', now });
}

describe('an explanation', () => {
  test('of what nobody answered says so, and covers nothing', () =>
    expect(explained(aWorkload(), [null])).toMatchObject({
      kind: 'WorkloadExplanation',
      settled: false,
      images: [
        {
          scan: 'unknown',
          findings: [],
          paths: [],
          judged: [],
          evaluated: { security: 'notAsked', license: 'notAsked' },
        },
      ],
    }));
  test('holds every finding, worst first, also those that call for nothing', () => {
    const findings = [
      aFinding({ id: 'a', severity: 'Low' }),
      aFinding({ id: 'b' }),
      aFinding({ id: 'c', severity: 'Unknown' }),
    ];
    expect(explained(aWorkload(), [aScan({ findings })]).images[0]?.findings.map((one) => one.id)).toEqual([
      'b',
      'a',
      'c',
    ]);
  });
  test('holds every path, license, violation, and whether a watch covers it', () => {
    const paths = ['a/app/1/manifest.json', 'b/app/1/manifest.json'];
    const scan = aScan({
      paths,
      licenses: [aLicense()],
      violations: [aViolation()],
      evaluated: { security: 'notAsked', license: 'covered' },
    });
    expect(explained(aWorkload(), [scan]).images).toMatchObject([
      {
        paths,
        judged: [digest(1)],
        licenseDetails: [aLicense()],
        violations: [aViolation()],
        evaluated: { license: 'covered' },
      },
    ]);
  });
  test('shows what decides nothing, and says so', () =>
    expect(
      explained(aWorkload({ images: [anEntry(), anEntry({ role: 'ephemeral', image: anImage(2) })] }), [
        aScan(),
        aScan(),
      ]).images.map((one) => one.decides),
    ).toEqual([true, false]));
  test('names the context, the time and the policy', () =>
    expect(explained(aWorkload(), [aScan()], aPolicy({ source: 'prod-policy.yaml' })).metadata).toEqual({
      context: 'prod',
      generatedAt: '2026-11-21T20:00:00.000Z',
      policy: 'prod-policy.yaml',
    }));
  test('says what stands in the way, in words', () =>
    expect(
      explained(
        aWorkload({ idle: 'zero' }),
        [aScan({ findings: [aFinding()] })],
        aPolicy({ security: { default: 'scaledown' } }),
      ).obstacle,
    ).toBe('it is at zero already'));
  test('says why nothing is deleted by reference alone', () =>
    expect(
      explained(
        aWorkload({ images: [anEntry({ image: aReference() })] }),
        [aScan({ findings: [aFinding()] })],
        aPolicy({ security: { default: 'delete' } }),
      ).obstacle,
    ).toBe('nothing is deleted while only the reference of its image is known, and not the digest that runs'));
  test('says who manages and what protects it', () =>
    expect(explained(aWorkload({ managedBy: 'flux', protectedBy: 'priorityClass system-x' }), [aScan()])).toMatchObject(
      {
        managedBy: 'flux',
        protectedBy: 'priorityClass system-x',
      },
    ));
  test('says what could protect it and may not be read, there or everywhere', () => {
    const [workload, message] = [aWorkload(), 'forbidden'];
    const state = stateWithScans([[workload, [aScan()]]]);
    const unread = (resource: string, namespace: string | null) => ({ resource, namespace, message });
    const facts: Fact[] = [
      { type: 'ReadForbidden', forbidden: unread('apiservices.apiregistration.k8s.io', null) },
      { type: 'ReadForbidden', forbidden: unread('deployments.apps', null) },
      {
        type: 'ServingRead',
        serving: {
          namespaces: new Map(),
          unread: [unread('services', 'shop'), unread('ingresses.networking.k8s.io', 'elsewhere')],
        },
      },
    ];
    advance(state, facts);
    const [judgement] = judgeAll(state, [workload], circumstances());
    expect(judgement && explain(judgement, state, { context: '', now }).protectionUnread).toEqual([
      'apiservices.apiregistration.k8s.io',
      'services',
    ]);
  });
  test('says what acting would do, only where it is possible', () => {
    expect(explained(aWorkload(), [aScan()]).consequences.map((one) => one.action)).toEqual(['scaledown', 'delete']);
    expect(explained(aWorkload({ mirror: true, apiVersion: 'v1', kind: 'Pod' }), [aScan()]).consequences).toEqual([]);
  });
});

describe('what acting does and what undoing brings back', () => {
  const cases: [
    kind: string,
    action: Action,
    grade: UndoGrade | null,
    does: string | null,
    workload?: Partial<Workload>,
  ][] = [
    ['Deployment', 'ignore', null, null],
    ['Pod', 'scaledown', null, null],
    ['a static Pod', 'delete', null, null, { kind: 'Pod', apiVersion: 'v1', mirror: true }],
    [
      'a custom kind without /scale',
      'scaledown',
      null,
      null,
      { kind: 'Widget', apiVersion: 'example.com/v1', scalable: false },
    ],
    ['Deployment', 'scaledown', 'full', 'sets its replicas from 3 to 0'],
    ['StatefulSet', 'scaledown', 'full', 'sets its replicas from 3 to 0'],
    ['ReplicaSet', 'scaledown', 'full', 'sets its replicas from 3 to 0'],
    ['DaemonSet', 'scaledown', 'full', 'gives it a node selector that matches no node'],
    ['CronJob', 'scaledown', 'full', 'suspends it and its unfinished Jobs'],
    ['Job', 'scaledown', 'full', 'suspends it, which ends its pods'],
    [
      'a custom kind',
      'scaledown',
      'full',
      'sets /scale to 0',
      { kind: 'Widget', apiVersion: 'example.com/v1', scalable: true },
    ],
    ['Deployment', 'delete', 'partial', 'deletes the object and its pods'],
    ['DaemonSet', 'delete', 'partial', 'deletes the object and its pods'],
    ['Job', 'delete', 'partial', 'deletes the object and its pods'],
    ['Pod', 'delete', 'partial', 'deletes the pod'],
    [
      'a custom kind',
      'delete',
      'none',
      'deletes the object and everything it owns, which may include data',
      { kind: 'Widget', apiVersion: 'example.com/v1' },
    ],
  ];
  const groups: Readonly<Record<string, string>> = { Pod: 'v1', Job: 'batch/v1', CronJob: 'batch/v1' };
  for (const [kind, action, grade, does, workload] of cases) {
    test(`${action} of ${kind}: ${grade ?? 'not possible'}`, () => {
      const subject = aWorkload({
        kind,
        apiVersion: groups[kind] ?? 'apps/v1',
        replicas: { desired: 3, ready: 3 },
        ...workload,
      });
      const consequence = consequenceOf(action, subject);
      expect([consequence?.undo.grade ?? null, consequence?.does ?? null]).toEqual([grade, does]);
    });
  }
});
