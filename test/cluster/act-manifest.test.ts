import { expect, describe, test } from 'vitest';
import { collectedWith, type Owned } from '../../src/cluster/act/dependents.ts';
import { noteOf } from '../../src/cluster/act/event.ts';
import { stoppedValue } from '../../src/cluster/act/fields.ts';
import { cleanedManifest, type Cleaning, savedManifest } from '../../src/cluster/act/manifest.ts';
import { probeName } from '../../src/cluster/act/probe.ts';
import { matches } from '../../src/cluster/act/selector.ts';
import { withoutSecrets, withoutValue } from '../../src/cluster/act/words.ts';
import { anOrder } from './acting.ts';

type Tree = Readonly<Record<string, unknown>>;

const cleaning: Cleaning = { ownersGone: new Set(), suspendJob: true };
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

function aManifest(kind: string, metadata: Tree = {}, spec: Tree = {}): Tree {
  const apiVersion = { Pod: 'v1', Job: 'batch/v1' }[kind] ?? 'apps/v1';
  return { apiVersion, kind, metadata: { name: 'cart', namespace: 'shop', ...metadata }, spec };
}

test('a saved manifest is whole, but for what only servers read and what repeats the rest', () => {
  const object = aManifest('Deployment', {
    uid: 'u',
    managedFields: [{ manager: 'kubectl' }],
    annotations: { [lastApplied]: '{"env":"hunter2"}', team: 'shop' },
  });
  expect(savedManifest({ ...object, status: { replicas: 1 } })).toEqual({
    ...aManifest('Deployment', { uid: 'u', annotations: { team: 'shop' } }),
    status: { replicas: 1 },
  });
});

describe('a cleaned manifest', () => {
  const same = aManifest('Deployment');
  const cases: [name: string, manifest: Tree, cleaned: Tree, cleaning?: Partial<Cleaning>][] = [
    ['is the same where there is nothing to clean', same, same],
    [
      'has nothing that the server sets',
      aManifest('Deployment', {
        uid: 'u',
        resourceVersion: '7',
        generation: 3,
        creationTimestamp: '2026-01-01T00:00:00Z',
        deletionTimestamp: '2026-01-02T00:00:00Z',
        deletionGracePeriodSeconds: 0,
        managedFields: [],
        selfLink: '/apis/x',
      }),
      same,
    ],
    ['has no status', { ...same, status: { replicas: 3 } }, same],
    [
      'has the user’s finalizers, not those of the collector',
      aManifest('Deployment', { finalizers: ['foregroundDeletion', 'orphan', 'example.com/keep'] }),
      aManifest('Deployment', { finalizers: ['example.com/keep'] }),
    ],
    ['has no list of finalizers where none is left', aManifest('Deployment', { finalizers: ['orphan'] }), same],
    [
      'has the owners that are there',
      aManifest('Deployment', { ownerReferences: [{ uid: 'gone' }, { uid: 'there' }] }),
      aManifest('Deployment', { ownerReferences: [{ uid: 'there' }] }),
      { ownersGone: new Set(['gone']) },
    ],
    [
      'has the user’s annotations, not ours of the old uid',
      aManifest('Deployment', {
        annotations: { 'kubectl-xray/acted': '{}', 'kubectl-xray/held': '{}', [lastApplied]: '{}', team: 'shop' },
      }),
      aManifest('Deployment', { annotations: { team: 'shop' } }),
    ],
    [
      'of a Deployment keeps its selector',
      aManifest('Deployment', {}, { selector: {} }),
      aManifest('Deployment', {}, { selector: {} }),
    ],
    [
      'of a Job has neither the selector nor the labels of the old uid, and is suspended',
      aManifest(
        'Job',
        { labels: { app: 'cart', 'controller-uid': 'u', 'batch.kubernetes.io/job-name': 'cart' } },
        {
          selector: { matchLabels: { 'controller-uid': 'u' } },
          suspend: false,
          template: {
            metadata: {
              labels: {
                app: 'cart',
                'controller-uid': 'u',
                'job-name': 'cart',
                'batch.kubernetes.io/controller-uid': 'u',
                'batch.kubernetes.io/job-name': 'cart',
              },
            },
          },
        },
      ),
      aManifest(
        'Job',
        { labels: { app: 'cart' } },
        { suspend: true, template: { metadata: { labels: { app: 'cart' } } } },
      ),
    ],
    [
      'of a Job that is released runs as it did',
      aManifest('Job', { labels: {} }, { suspend: false, template: { metadata: { labels: {} } } }),
      aManifest('Job', { labels: {} }, { suspend: false, template: { metadata: { labels: {} } } }),
      { suspendJob: false },
    ],
    [
      'of a Job with a selector of its user keeps it and its labels',
      aManifest(
        'Job',
        { labels: { 'job-name': 'mine' } },
        { manualSelector: true, selector: { a: 'b' }, suspend: false },
      ),
      aManifest(
        'Job',
        { labels: { 'job-name': 'mine' } },
        { manualSelector: true, selector: { a: 'b' }, suspend: true },
      ),
    ],
    [
      'of a Job of somebody else’s group is left alone',
      { ...aManifest('Job', {}, { selector: {} }), apiVersion: 'example.com/v1' },
      { ...aManifest('Job', {}, { selector: {} }), apiVersion: 'example.com/v1' },
    ],
    [
      'of a Pod has neither node nor debug containers',
      aManifest('Pod', {}, { nodeName: 'a', ephemeralContainers: [{ name: 'debug' }], containers: [{ name: 'app' }] }),
      aManifest('Pod', {}, { containers: [{ name: 'app' }] }),
    ],
    [
      'of a Pod has the volumes of its user, not that of its service account',
      aManifest('Pod', {}, aPodSpec('kube-api-access-x7k2p', { projected: {} })),
      aManifest('Pod', {}, bareSpec),
    ],
    [
      'of a Pod of an old server has no Secret of its service account',
      aManifest('Pod', {}, { ...aPodSpec('robot-token-x7k2p', { secret: {} }), serviceAccountName: 'robot' }),
      aManifest('Pod', {}, { ...bareSpec, serviceAccountName: 'robot' }),
    ],
    [
      'of a Pod keeps a token that its user mounts',
      aManifest('Pod', {}, aPodSpec('my-token', { projected: {} })),
      aManifest('Pod', {}, aPodSpec('my-token', { projected: {} })),
    ],
  ];
  for (const [name, manifest, cleaned, rest] of cases) {
    test(name, () => expect(cleanedManifest(manifest, { ...cleaning, ...rest })).toEqual(cleaned));
  }
});

const data = { name: 'data', mountPath: '/data' };
const bareSpec = {
  initContainers: [{ name: 'setup' }],
  containers: [{ name: 'app', volumeMounts: [data] }],
  volumes: [{ name: 'data', emptyDir: {} }],
};

function aPodSpec(volume: string, source: Tree): Tree {
  const mount = { name: volume, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' };
  return {
    initContainers: [{ name: 'setup', volumeMounts: [mount] }],
    containers: [{ name: 'app', volumeMounts: [data, mount] }],
    volumes: [
      { name: 'data', emptyDir: {} },
      { name: volume, ...source },
    ],
  };
}

const owned = (uid: string, ...owners: string[]): Owned => ({ resource: 'secrets', name: uid, uid, owners });

describe('what goes along with an object', () => {
  const cases: [name: string, objects: readonly Owned[], collected: readonly string[]][] = [
    ['is nothing that has no owner', [owned('root'), owned('a')], []],
    ['is what names it', [owned('root'), owned('a', 'root'), owned('b', 'a-stranger')], ['a']],
    [
      'is what names that, at any depth and in any order',
      [owned('c', 'b'), owned('b', 'a'), owned('a', 'root')],
      ['c', 'b', 'a'],
    ],
    ['is not what another owner keeps', [owned('root'), owned('other'), owned('a', 'root', 'other')], []],
    ['is what two of its own keep', [owned('a', 'root'), owned('b', 'root'), owned('c', 'a', 'b')], ['a', 'b', 'c']],
    ['is what an owner kept that is gone', [owned('a', 'root', 'gone')], ['a']],
    ['ends where owners go round in a circle', [owned('a', 'root', 'b'), owned('b', 'a')], []],
  ];
  for (const [name, objects, collected] of cases) {
    test(name, () => expect(collectedWith('root', objects).map(({ uid }) => uid)).toEqual(collected));
  }
});

describe('the words of a refusal', () => {
  const cases: [name: string, message: string, words: string][] = [
    ['are kept where they repeat nothing', 'Required value: name', 'Required value: name'],
    ['lose a text', 'Invalid value: "hunter2": too short', 'Invalid value: too short'],
    ['lose a text with quotes in it', String.raw`Invalid value: "a\"b: c": too short`, 'Invalid value: too short'],
    ['lose a number', 'Invalid value: -1: must be positive', 'Invalid value: must be positive'],
    ['lose a whole structure', 'Invalid value: {"password":"hunter2"}: no', 'Invalid value'],
    [
      'keep what is supported',
      'Unsupported value: "x": supported values: "a"',
      'Unsupported value: supported values: "a"',
    ],
    ['are kept where the server forbids', 'Forbidden: may not change', 'Forbidden: may not change'],
  ];
  for (const [name, message, words] of cases) test(name, () => expect(withoutValue(message)).toBe(words));

  test('lose what containers are given, which a webhook may repeat', () => {
    const container = {
      env: [
        { name: 'KEY', value: 'hunter2' },
        { name: 'X', value: 'no' },
      ],
      args: ['--token=abcd'],
    };
    const manifest = { spec: { template: { spec: { containers: [container] } } } };
    expect(withoutSecrets('denied: hunter2 and --token=abcd are no secrets', manifest)).toBe(
      'denied: … and … are no secrets',
    );
  });
});

const expression = (key: string, operator: string, ...values: string[]) => ({
  matchExpressions: [{ key, operator, values }],
});

describe('a label selector', () => {
  const labels = { app: 'cart', tier: 'web' };
  const cases: [name: string, selector: unknown, selects: boolean][] = [
    ['that is absent selects nothing', undefined, false],
    ['that is empty selects all', {}, true],
    ['with a label that is there', { matchLabels: { app: 'cart' } }, true],
    ['with a label that has another value', { matchLabels: { app: 'shop' } }, false],
    ['In', expression('app', 'In', 'cart', 'shop'), true],
    ['In, without the value', expression('app', 'In', 'shop'), false],
    ['NotIn', expression('app', 'NotIn', 'shop'), true],
    ['NotIn, with the value', expression('app', 'NotIn', 'cart'), false],
    ['NotIn, of a label that is not there', expression('zone', 'NotIn', 'a'), true],
    ['Exists', expression('app', 'Exists'), true],
    ['DoesNotExist', expression('app', 'DoesNotExist'), false],
    ['with an operator that nobody knows', expression('app', 'Like', 'cart'), false],
  ];
  for (const [name, selector, selects] of cases) test(name, () => expect(matches(selector, labels)).toBe(selects));
});

describe('what an order’s id becomes', () => {
  test('in a label', () => {
    expect(stoppedValue('nodeSelector', '01J_abc.9')).toBe('01J-abc-9');
    expect(stoppedValue('nodeSelector', `-${'a'.repeat(80)}`)).toMatch(/^a{62}$/);
    expect(stoppedValue('nodeSelector', '...')).toBe('stopped');
  });
  test('in the name of a probe', () => {
    expect(probeName('6F9619FF-8B86-D011-B42D-00C04FC964FF')).toBe('kubectl-xray-probe-00c04fc964ff');
    expect(probeName('')).toBe('kubectl-xray-probe-x');
  });
});

test('the note of an Event is cut to what an Event takes, between letters', () => {
  const target = {
    uid: 'u',
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    resource: 'deployments',
    namespace: 'a',
    name: 'b',
  };
  const evidence = Array.from({ length: 200 }, () => 'é…ü');
  const order = anOrder('scaledown', target, { id: 'the-id', reason: { condition: 'security', rule: null, evidence } });
  const note = noteOf(order, 'set replicas from 2 to 0', 'ana');
  expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1024);
  expect(note).toMatch(/^set replicas from 2 to 0 by policy \(ana\): security, é…ü, .*… \[the-id\]$/);
  expect(note).not.toContain('\uFFFD');
});
