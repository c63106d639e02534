import { describe, expect, test } from 'vitest';
import type { Role } from '../../src/core/image.ts';
import type { Fact } from '../../src/core/inventory.ts';
import type { OwnerObject, Pod, PodContainer, Workload } from '../../src/core/workload.ts';
import {
  aContainer,
  aPod,
  aTemplate,
  aWidget,
  anObject,
  day,
  digest,
  hour,
  imageID,
  minute,
  now,
  ownedBy,
  aHold,
} from '../support/builders.ts';
import { nodeSeen, onlyWorkload, seen, stateOf, workloadsOf } from '../support/states.ts';
import type { Seen } from '../support/states.ts';

const deployment = anObject({ name: 'cart' });
const replicaSet = anObject({ kind: 'ReplicaSet', name: 'cart-1', owner: ownedBy(deployment) });

function podsOf(...changes: Partial<Pod>[]): Pod[] {
  return changes.map((change, index) => aPod({ name: `cart-1-${index}`, owner: ownedBy(replicaSet), ...change }));
}

describe('pods that count', () => {
  const cases: [name: string, pods: number, change: Partial<Pod>][] = [
    ['Succeeded does not', 0, { phase: 'Succeeded' }],
    ['Failed does not: an Evicted pod keeps its old imageID', 0, { phase: 'Failed' }],
    ['Unknown does not', 0, { phase: 'Unknown' }],
    ['terminating does not', 0, { terminating: true }],
    ['Pending does', 1, { phase: 'Pending' }],
    ['Running does, ready or not', 1, { ready: false }],
  ];
  for (const [name, pods, change] of cases) {
    test(name, () => expect(onlyWorkload(seen(deployment, replicaSet, ...podsOf(change))).pods).toBe(pods));
  }

  test('a bare pod that does not count is no workload', () =>
    expect(workloadsOf(stateOf(seen(aPod({ phase: 'Failed' }))))).toEqual([]));
  test('an owner that could not be read, without a pod that counts, is no workload', () =>
    expect(workloadsOf(stateOf(seen(aPod({ phase: 'Failed', owner: ownedBy(aWidget()) }))))).toEqual([]));
});

const imagesOf = (...all: Seen[]) => onlyWorkload([nodeSeen(), ...seen(...all)]).images;

describe('images', () => {
  test('of one tag with two digests are two', () =>
    expect(
      digests(
        imagesOf(
          ...podsOf({ containers: [aContainer()] }, { containers: [aContainer({ imageID: imageID(2) })] }),
          deployment,
          replicaSet,
        ),
      ),
    ).toEqual([digest(1), digest(2)]));
  test('of two containers with one digest are one entry each', () => {
    const containers = [aContainer({ name: 'a' }), aContainer({ name: 'b' })];
    const template = aTemplate({ containers });
    expect(
      imagesOf(...podsOf({ containers }), deployment, { ...replicaSet, template }).map((one) => one.container),
    ).toEqual(['a', 'b']);
  });
  test('of pods that run the same are one entry, with so many pods', () =>
    expect(imagesOf(...podsOf({}, {}, {}), deployment, replicaSet).map((one) => one.pods)).toEqual([3]));
  test('are told apart by the platform of the node', () => {
    const facts = [nodeSeen('node-1', 'linux/amd64'), nodeSeen('node-2', 'linux/arm64'), nodeSeen('node-3', null)];
    const pods = podsOf({ node: 'node-1' }, { node: 'node-2' }, { node: 'node-3' }, { node: null }, { node: 'node-4' });
    const { images } = onlyWorkload([...facts, ...seen(deployment, replicaSet, ...pods)]);
    expect(images.map((one) => [one.image.platform, one.pods])).toEqual([
      ['linux/amd64', 1],
      ['linux/arm64', 1],
      [null, 3],
    ]);
  });
  test('that have no imageID yet are judged by reference', () =>
    expect(
      imagesOf(...podsOf({ phase: 'Pending', containers: [aContainer({ imageID: '' })] }), deployment, replicaSet)[0]
        ?.image.basis,
    ).toBe('reference'));
});

describe('roles', () => {
  const roles: Role[] = ['container', 'sidecar', 'init', 'ephemeral', 'volume'];
  const containers = roles.map((role) => aContainer({ name: role, role }));

  const cases: [name: string, injected: string[], owner: OwnerObject, template: readonly PodContainer[] | null][] = [
    ['without a template that was read nothing is injected', [], aWidget(), null],
    [
      'whatever the direct template lacks is injected, but a debug container is not',
      ['sidecar', 'volume'],
      replicaSet,
      containers.filter(({ role }) => role === 'container' || role === 'init'),
    ],
    ['whatever the direct template has is not injected', [], replicaSet, containers],
    [
      'a volume is not told by a container of its name',
      ['sidecar', 'init', 'volume'],
      replicaSet,
      [aContainer(), aContainer({ name: 'container' }), aContainer({ name: 'volume' })],
    ],
  ];
  for (const [name, injected, controller, template] of cases) {
    test(name, () => {
      const owner = {
        ...controller,
        owner: null,
        template: template === null ? null : aTemplate({ containers: template }),
      };
      const { images } = onlyWorkload(seen(owner, aPod({ owner: ownedBy(owner), containers })));
      expect(images.map((one) => one.role)).toEqual(roles);
      expect(images.filter((one) => one.injected).map((one) => one.container)).toEqual(injected);
    });
  }

  test('only the direct controller tells what is injected, not what stands above it', () => {
    const above = { ...deployment, template: aTemplate({ containers: [] }) };
    expect(onlyWorkload(seen(above, replicaSet, ...podsOf({}))).images.map((one) => one.injected)).toEqual([false]);
  });
});

describe('workloads without pods', () => {
  const zero = { ...deployment, replicas: 0 };
  const cases: [name: string, images: string[], idle: Workload['idle'], ...all: Seen[]][] = [
    ['a Deployment wanting replicas is judged by its template', ['app reference'], null, deployment],
    ['a Deployment at zero too', ['app reference'], 'zero', zero],
    [
      'by its own template, not by those of its ReplicaSets',
      ['app reference'],
      'zero',
      zero,
      { ...replicaSet, replicas: 0, template: templateOf('old') },
    ],
    ['a suspended CronJob too', ['app reference'], 'suspended', aCronJob({ suspended: true })],
    ['a CronJob that waits for its time wants its pods', ['app reference'], null, aCronJob()],
    [
      'a finished Job is finished',
      ['app reference'],
      'finished',
      aJob({ finished: true }),
      aPod({ phase: 'Succeeded', owner: ownedBy(aJob()) }),
    ],
    ['a suspended Job is suspended', ['app reference'], 'suspended', aJob({ suspended: true })],
    [
      'a pinned template knows its digest',
      ['app digest'],
      null,
      anObject({ template: aTemplate({ containers: [aContainer({ reference: `app@${digest(1)}`, imageID: '' })] }) }),
    ],
    [
      'a custom kind above a Deployment at zero',
      ['app reference'],
      'zero',
      aWidget(),
      { ...zero, owner: ownedBy(aWidget()) },
    ],
    [
      'a custom kind above ReplicaSets is judged by those that want replicas, not by its history',
      ['new reference'],
      null,
      aWidget(),
      rsOf('old', 0, now - 9 * hour),
      rsOf('new', 2, now - hour),
    ],
    [
      'a custom kind above ReplicaSets at zero is judged by the newest',
      ['new reference'],
      'zero',
      aWidget(),
      rsOf('new', 0, now - hour),
      rsOf('old', 0, now - 9 * hour),
    ],
  ];
  for (const [name, images, idle, ...all] of cases) {
    test(name, () => {
      const workload = onlyWorkload(seen(...all));
      expect(workload.images.map((one) => `${one.container} ${one.image.basis}`)).toEqual(images);
      expect([workload.idle, workload.pods]).toEqual([idle, 0]);
    });
  }

  test('a custom kind without pods and without a template is no workload', () =>
    expect(workloadsOf(stateOf(seen(aWidget())))).toEqual([]));
  test('old ReplicaSets at zero decide nothing beside pods that run', () => {
    const set = rsOf('new', 1, now - hour);
    const { images } = onlyWorkload(
      seen(aWidget(), rsOf('old', 0, now - 9 * hour), set, aPod({ owner: ownedBy(set) })),
    );
    expect(images.map((one) => [one.container, one.pods])).toEqual([['app', 1]]);
  });

  function rsOf(name: string, replicas: number, createdAt: number): OwnerObject {
    const owner = ownedBy(aWidget());
    return anObject({ kind: 'ReplicaSet', name, owner, replicas, createdAt, template: templateOf(name) });
  }
});

describe('a CronJob', () => {
  const job = aJob({ name: 'nightly-1', owner: ownedBy(aCronJob()) });

  test('is judged by what runs and by what its template would run next', () => {
    const pod = aPod({
      owner: ownedBy(job),
      containers: [aContainer({ reference: 'acme.jfrog.io/docker-local/app:0' })],
    });
    const { images } = onlyWorkload(seen(aCronJob(), job, pod));
    expect(images.map((one) => [one.image.reference, one.image.basis])).toEqual([
      ['acme.jfrog.io/docker-local/app:0', 'digest'],
      ['acme.jfrog.io/docker-local/app:1', 'reference'],
    ]);
  });
  test('of which the template runs already is judged by what runs', () =>
    expect(
      onlyWorkload(seen(aCronJob(), job, aPod({ owner: ownedBy(job) }))).images.map((one) => one.image.basis),
    ).toEqual(['digest']));
  test('has no replicas', () => expect(onlyWorkload(seen(aCronJob())).replicas).toBeNull());
});

const serving = (namespace: string): Fact => ({
  type: 'ServingRead',
  serving: { namespaces: new Map([[namespace, 'serves acme.example (ingress front)']]), unread: [] },
});

describe('who else steers or protects a workload', () => {
  const service = {
    namespace: 'shop',
    name: 'hook',
    serves: 'admission webhook v.example.com',
    selector: { app: 'hook' },
  };
  const cases: [
    name: string,
    managed: string | null,
    protects: string | null,
    facts: Parameters<typeof onlyWorkload>[0],
  ][] = [
    [
      'the instance label alone is not Argo CD',
      null,
      null,
      seen(anObject({ labels: { 'app.kubernetes.io/instance': 'cart' } })),
    ],
    [
      "Argo CD's tracking id",
      'argocd',
      null,
      seen(anObject({ annotations: { 'argocd.argoproj.io/tracking-id': 'x' } })),
    ],
    [
      'a field manager that begins with argocd',
      'argocd',
      null,
      seen(anObject({ fieldManagers: ['kubectl', 'argocd-controller'] })),
    ],
    ['Flux by kustomize', 'flux', null, seen(anObject({ labels: { 'kustomize.toolkit.fluxcd.io/name': 'x' } }))],
    ['Flux by helm', 'flux', null, seen(anObject({ labels: { 'helm.toolkit.fluxcd.io/name': 'x' } }))],
    [
      'a ReplicaSet copies the annotations of its Deployment, which are not its own',
      null,
      null,
      seen(deployment, { ...replicaSet, annotations: { 'argocd.argoproj.io/tracking-id': 'old' } }),
    ],
    [
      "Argo CD's tracking id, of a bare pod",
      'argocd',
      null,
      seen(aPod({ annotations: { 'argocd.argoproj.io/tracking-id': 'x' } })),
    ],
    ['Flux, of a bare pod', 'flux', null, seen(aPod({ labels: { 'helm.toolkit.fluxcd.io/name': 'x' } }))],
    [
      'KEDA, of the object that a ScaledObject names',
      'keda',
      null,
      [...seen(anObject()), { type: 'ScaledByKeda', namespace: 'shop', kind: 'Deployment', name: 'app' }],
    ],
    [
      'KEDA, of another namespace, does not',
      null,
      null,
      [...seen(anObject()), { type: 'ScaledByKeda', namespace: 'other', kind: 'Deployment', name: 'app' }],
    ],
    [
      'a mirror pod is not managed by its Node',
      null,
      null,
      seen(aPod({ mirror: true, owner: { apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'n' } })),
    ],
    [
      'a system priority class',
      null,
      'priorityClass system-node-critical',
      seen(aPod({ priorityClass: 'system-node-critical' })),
    ],
    [
      'a system priority class of a template',
      null,
      'priorityClass system-cluster-critical',
      seen(anObject({ template: aTemplate({ priorityClass: 'system-cluster-critical' }) })),
    ],
    ['another priority class does not protect', null, null, seen(aPod({ priorityClass: 'high' }))],
    [
      'the backend of a webhook',
      null,
      service.serves,
      [...seen(aPod({ labels: { app: 'hook', tier: 'x' } })), { type: 'ServiceProtected', service }],
    ],
    [
      'a pod beside the backend of a webhook is not protected',
      null,
      null,
      [...seen(aPod()), { type: 'ServiceProtected', service }],
    ],
    [
      'a service without a selector protects nothing',
      null,
      null,
      [...seen(aPod()), { type: 'ServiceProtected', service: { ...service, selector: {} } }],
    ],
    ['a namespace that serves Xray', null, 'serves acme.example (ingress front)', [...seen(aPod()), serving('shop')]],
    ['a namespace beside that one is not protected', null, null, [...seen(aPod()), serving('jfrog')]],
  ];
  for (const [name, managed, protects, facts] of cases) {
    test(name, () => {
      const { managedBy, protectedBy } = onlyWorkload(facts);
      expect([managedBy, protectedBy]).toEqual([managed, protects]);
    });
  }
});

const holds = (until: string, uid = 'deployment-app'): string => JSON.stringify({ uid, until, actor: 'bo' });

/** As it is written into an object before that has a uid. */
const holdsAt = (at: number): string => JSON.stringify({ uid: '', time: new Date(at).toISOString(), actor: 'bo' });

describe('what the annotations of an object say', () => {
  const said = {
    uid: 'deployment-app',
    action: 'scaledown',
    time: '2026-11-20T00:00:00Z',
    actor: 'ana',
    previous: 3,
    id: 'act-1',
    by: 'policy',
  };
  const acted = {
    action: 'scaledown',
    at: '2026-11-20T00:00:00Z',
    by: 'ana',
    previous: 3,
    id: 'act-1',
    automatic: true,
    ran: [],
  };
  const actedCases: [name: string, valid: boolean, annotation: string, replicas: number][] = [
    ['nonsense is nothing', false, '{', 0],
    ['of another uid is nothing: a re-created object', false, JSON.stringify({ ...said, uid: 'other' }), 0],
    ['is over once the field no longer matches: a rollout undo', false, JSON.stringify(said), 3],
    ['holds while uid and field match', true, JSON.stringify(said), 0],
  ];
  for (const [name, valid, annotation, replicas] of actedCases) {
    test(`acted: ${name}`, () =>
      expect(
        onlyWorkload(seen(anObject({ replicas, annotations: { 'kubectl-xray/acted': annotation } }))).acted,
      ).toEqual(valid ? acted : null));
  }

  test('acted: is over once a CronJob is resumed, before its next run', () => {
    const annotation = JSON.stringify({ ...said, uid: 'deployment-nightly' });
    const nightly = (suspended: boolean) =>
      onlyWorkload(
        seen(aCronJob({ uid: 'deployment-nightly', suspended, annotations: { 'kubectl-xray/acted': annotation } })),
      );
    expect(nightly(true)).toMatchObject({ acted, broughtUp: null });
    expect(nightly(false)).toMatchObject({ acted: null, broughtUp: { id: 'act-1' } });
  });
  test('acted: holds while a Job is suspended, whatever its parallelism', () => {
    const annotation = JSON.stringify({ ...said, uid: 'job-app' });
    const job = (suspended: boolean) =>
      onlyWorkload(
        seen(
          anObject({
            apiVersion: 'batch/v1',
            kind: 'Job',
            resource: 'jobs',
            replicas: 2,
            suspended,
            annotations: { 'kubectl-xray/acted': annotation },
          }),
        ),
      );
    expect(job(true)).toMatchObject({ acted, broughtUp: null });
    expect(job(false)).toMatchObject({ acted: null, broughtUp: { id: 'act-1' } });
  });
  test('acted: what we stopped is judged by what it was stopped for', () => {
    const ran = [{ reference: aContainer().reference, digest: digest(7) }];
    const annotation = JSON.stringify({ ...said, ran });
    const { images } = onlyWorkload(seen(anObject({ replicas: 0, annotations: { 'kubectl-xray/acted': annotation } })));
    expect(images.map(({ image }) => [image.basis, image.digest])).toEqual([['digest', digest(7)]]);
  });

  const soon = new Date(now + minute).toISOString();
  const heldCases: [name: string, held: object | null, annotation: string][] = [
    ['of another uid is nothing', null, holds(soon, 'other')],
    ['is over when its time has come', null, holds(new Date(now).toISOString())],
    ['holds until its time comes', aHold({ until: soon, by: 'bo' }), holds(soon)],
    ['without a time holds on', aHold({ by: 'bo' }), holds('')],
    ['without a uid holds what was made at its time', aHold({ by: 'bo' }), holdsAt(now - day + minute)],
    ['without a uid, and of another time, is nothing', null, holdsAt(now - day - hour)],
    ['without a uid and a time that can be read is nothing', null, holds('', '')],
  ];
  for (const [name, held, annotation] of heldCases) {
    test(`held: ${name}`, () =>
      expect(onlyWorkload(seen(anObject({ annotations: { 'kubectl-xray/held': annotation } }))).held).toEqual(held));
  }
  test('held: a bare pod that was made again', () => {
    const pod = aPod();
    const annotation = holds('', pod.uid);
    expect(onlyWorkload(seen({ ...pod, annotations: { 'kubectl-xray/held': annotation } })).held).toEqual(
      aHold({ by: 'bo' }),
    );
  });
});

function aCronJob(overrides: Partial<OwnerObject> = {}): OwnerObject {
  return anObject({ apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly', replicas: null, ...overrides });
}

function aJob(overrides: Partial<OwnerObject> = {}): OwnerObject {
  return anObject({ apiVersion: 'batch/v1', kind: 'Job', name: 'once', ...overrides });
}

function digests(images: Workload['images']): (string | null)[] {
  return images.map((one) => one.image.digest);
}

function templateOf(name: string) {
  return aTemplate({ containers: [aContainer({ name, imageID: '' })] });
}
