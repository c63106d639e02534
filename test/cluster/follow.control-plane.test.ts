import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { eventually } from '../control-plane/eventually.ts';
import { type FaultyProxy, startFaultyProxy } from '../control-plane/faulty-proxy.ts';
import { aNode, bind, type Pod, podPath, removePod, runPod, setPodStatus } from '../control-plane/kubelet.ts';
import { kubeconfigText } from '../control-plane/kubeconfig.ts';
import type { KubeObject, Stored } from '../control-plane/requests.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { aConnection, aFile, ofType } from './connecting.ts';
import { type Following, following, type FollowSettings, untilEqual } from './following.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const imageIdFor = ({ image }: { image: string }) => `${image.split(':')[0]}@${digest}`;

/** A control plane of its own: it is stopped, compacted and stands behind a proxy that fails. */
withControlPlane('following a cluster', (_, binaries) => {
  let plane: ControlPlane;
  let proxy: FaultyProxy;
  let namespace = '';
  let count = 0;

  beforeAll(async () => {
    plane = await startControlPlane({ binaries, env: process.env });
    proxy = await startFaultyProxy(plane.access);
    namespace = await plane.aNamespace('live');
    await aNode(plane, 'first');
    await plane.apply([
      definition('Widget', 'Namespaced'),
      definition('Fleet', 'Cluster'),
      scaledObjects,
      deployment('cart'),
    ]);
  });
  afterAll(async () => {
    await proxy.close();
    await plane.stop();
  });

  const connection = (user = plane.admin) => aConnection({ kubeconfig: aFile('config', plane.kubeconfig({ user })) });
  const throughProxy = () => aConnection({ kubeconfig: aFile('config', kubeconfigText(proxy.access, {})) });

  const read = async (settings: FollowSettings = {}, by = connection()): Promise<Following> => {
    const live = following(by, settings);
    await live.until('all was read', ({ clusterRead }) => clusterRead);
    return live;
  };
  const agree = (live: Following) => untilEqual(live, connection(), expect);

  const aPod = async (metadata: object = {}, spec: object = {}): Promise<Stored<Pod>> => {
    count += 1;
    const name = `pod-${count}`;
    const [pod] = await plane.apply([
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { namespace, name, ...metadata },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [{ name: 'app', image: `acme.test/${name}:1` }],
          ...spec,
        },
      },
    ]);
    if (pod === undefined) throw new Error('no pod');
    return pod as Stored<Pod>;
  };
  const deployment = (name: string, spec: object = {}): KubeObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'app', image: `acme.test/${name}:1` }] },
      },
      ...spec,
    },
  });
  const path = (group: string, plural: string, name: string) =>
    `/apis/${group}/namespaces/${namespace}/${plural}/${name}`;
  /** Followed through the proxy, and quickly impatient. */
  const throughProxyThatFails = async (): Promise<Following> => {
    const live = await read({ silence: 2_000, retry: 1_000, relist: 1_000 }, throughProxy());
    await live.until('it is quiet', ({ lostStreams }) => lostStreams.length === 0);
    return live;
  };
  const recovers = async (live: Following): Promise<void> => {
    const pod = await aPod();
    await live.until('it goes on', ({ pods }) => pods.has(pod.metadata.uid), { deadline: 60_000 });
    await agree(live);
  };

  describe('that works', () => {
    test('tells pods that come, change and go, and owners with them', async () => {
      const live = await read();
      const pod = await aPod();
      await sees(live, pod);
      await runPod(plane, pod, imageIdFor);
      await live.until('it runs', ({ pods }) => pods.get(pod.metadata.uid)?.phase === 'Running');
      await plane.apply([deployment('wine', { replicas: 3 })]);
      await live.until('it is there with all below it', ({ objects, pods }) => {
        const set = [...objects.values()].find(({ kind, owner }) => kind === 'ReplicaSet' && owner?.name === 'wine');
        return [...pods.values()].filter(({ owner }) => owner?.uid === set?.uid).length === 3;
      });
      await plane.request('DELETE', path('apps/v1', 'deployments', 'wine'));
      await removePod(plane, pod);
      await live.until('all of it is gone', ({ objects, pods }) =>
        [...objects.values(), ...pods.values()].every(
          ({ name }) => !name.startsWith('wine') && name !== pod.metadata.name,
        ),
      );
      await agree(live);
    });

    test('tells nothing of a status that changes nothing we keep', async () => {
      const live = await read();
      const pod = await runPod(plane, await aPod(), imageIdFor);
      await live.until('it runs', ({ pods }) => pods.get(pod.metadata.uid)?.ready === true);
      const news = live.since();
      const since = new Date(0).toISOString();
      const condition = { type: 'PodScheduled', status: 'True', lastProbeTime: since, message: 'changed' };
      await setPodStatus(plane, pod, { conditions: [...(pod.status?.conditions ?? []), condition] });
      const last = await aPod();
      await sees(live, last);
      expect(ofType(news(), 'PodSeen').map((fact) => fact.pod.name)).toEqual([last.metadata.name]);
    });

    test('tells nodes that come, change and go', async () => {
      const live = await read();
      await aNode(plane, 'second', { architecture: 'arm64' });
      await live.until('it has its platform', ({ nodes }) => nodes.get('second') === 'linux/arm64');
      await plane.request('DELETE', '/api/v1/nodes/second');
      await live.until('it is gone', ({ nodes }) => !nodes.has('second'));
    });

    test('tells what the API server asks, by every selector that its service has had', async () => {
      const live = await read();
      const selectors = () => live.state.protectedServices.map(({ name, selector }) => `${name} ${selector['app']}`);
      const webhook = configuration(namespace, 'hook');
      await plane.apply([webhook]);
      await plane.apply([service(namespace, 'hook', 'one')]);
      await live.until('it is protected', () => selectors().includes('hook one'));
      await plane.apply([service(namespace, 'hook', 'two')]);
      await live.until('by its new selector', () => selectors().includes('hook two'));
      expect(selectors()).not.toContain('hook one');
      await agree(live);
      await plane.request('DELETE', `/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/hook`);
      await live.until('nobody asks it any more', () => !selectors().includes('hook two'));
      await agree(live);
    });

    test('tells what KEDA scales, and when it does so no more', async () => {
      const live = await read();
      const scaled = (name: string) => live.state.scaledByKeda.has(`${namespace}/Deployment/${name}`);
      await plane.apply([scaler(namespace, 'cart')]);
      await live.until('it is scaled', () => scaled('cart'));
      await plane.apply([scaler(namespace, 'other')]);
      await live.until('another is', () => scaled('other') && !scaled('cart'));
      await plane.request('DELETE', path('keda.sh/v1alpha1', 'scaledobjects', 'scaler'));
      await live.until('none is', () => !scaled('other'));
    });

    test('follows owners of a custom kind from the first pod on that names one, however high', async () => {
      const live = await read();
      const [fleet] = await plane.apply([{ apiVersion: 'example.com/v1', kind: 'Fleet', metadata: { name: 'north' } }]);
      const [top] = await plane.apply([widget(namespace, 'top', { ownerReferences: [refTo(fleet)] })]);
      const [below] = await plane.apply([widget(namespace, 'below', { ownerReferences: [refTo(top)] })]);
      const pod = await aPod({ ownerReferences: [refTo(below)] });
      await live.until('the whole chain is known', ({ objects }) =>
        [fleet, top, below].every((one) => objects.has(one?.metadata.uid ?? '')),
      );
      await agree(live);
      const annotations = { 'kubectl-xray/held': '{}' };
      await plane.request('PATCH', path('example.com/v1', 'widgets', 'top'), { metadata: { annotations } });
      await live.until(
        'its annotation is known',
        ({ objects }) => objects.get(top?.metadata.uid ?? '')?.annotations['kubectl-xray/held'] === '{}',
      );
      await removePod(plane, pod);
      await plane.request('DELETE', path('example.com/v1', 'widgets', 'below'));
      await live.until('it is gone', ({ objects }) => !objects.has(below?.metadata.uid ?? ''));
      expect(live.state.objects.has(top?.metadata.uid ?? '')).toBe(true);
      await plane.request('DELETE', '/apis/example.com/v1/fleets/north');
      await agree(live);
    });

    test('keeps one connection a resource, and asks nothing while nothing happens', async () => {
      const before = proxy.asked.length;
      const live = await read({}, throughProxy());
      const asked = () => proxy.asked.slice(before);
      const watches = () => asked().filter((one) => one.includes('watch=1'));
      const lists = () => asked().filter((one) => one.includes('limit=') || one.includes('sendInitialEvents'));
      await eventually('all are watched', () => proxy.open(/watch=1/) === lists().length);
      expect(watches().map(plain).toSorted()).toEqual(lists().map(plain).toSorted());
      expect(new Set(watches().map(plain)).size).toBe(watches().length);
      const settled = asked().length;
      const pod = await aPod();
      await sees(live, pod);
      expect(asked().slice(settled)).toEqual([]);
      await live.stop();
      await eventually('all are closed', () => proxy.open() === 0);
    });
  });

  describe('with fewer rights', () => {
    test('follows each namespace by itself, and new ones and rights as they come', async () => {
      const [mine, later] = [await plane.aNamespace('mine'), await plane.aNamespace('later')];
      const user = await plane.addUser({
        rules: [lists('pods')],
        namespaces: [mine],
        clusterRules: [lists('namespaces')],
      });
      const live = await read({ retry: 300 }, connection(user));
      expect(live.state.namespaces).toEqual([mine]);
      const first = await aPod({ namespace: mine });
      await sees(live, first);
      await plane.apply(grant(user.name, later, lists('pods')));
      await live.until('it may be read', ({ namespaces }) => namespaces?.includes(later) === true);
      expect(live.state.forbidden.filter((one) => one.resource === 'pods').map((one) => one.namespace)).not.toContain(
        later,
      );
      const second = await aPod({ namespace: later });
      await sees(live, second);
      await plane.request('DELETE', `/api/v1/namespaces/${later}`);
      await live.until('it is gone with all in it', ({ pods }) => !pods.has(second.metadata.uid), { deadline: 30_000 });
      expect(live.state.pods.has(first.metadata.uid)).toBe(true);
    });

    test('lists again and again where it may not watch', async () => {
      const mine = await plane.aNamespace('listed');
      const user = await plane.addUser({
        rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }],
        namespaces: [mine],
      });
      const live = await read({ relist: 200, scope: { namespaces: [mine] } }, connection(user));
      const pod = await aPod({ namespace: mine });
      await sees(live, pod);
      await removePod(plane, pod);
      await live.until('it is gone', ({ pods }) => !pods.has(pod.metadata.uid));
    });

    test('reads owners again and again that it may get and not list', async () => {
      const mine = await plane.aNamespace('single');
      const get = { apiGroups: ['example.com'], resources: ['widgets'], verbs: ['get'] };
      const user = await plane.addUser({ rules: [lists('pods'), get], namespaces: [mine] });
      const [widget] = await plane.apply([
        { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { namespace: mine, name: 'alone' } },
      ]);
      const uid = widget?.metadata.uid ?? '';
      const live = await read({ retry: 300, scope: { namespaces: [mine] } }, connection(user));
      const pod = await aPod({ namespace: mine, ownerReferences: [refTo(widget)] });
      await live.until('it is known', ({ objects }) => objects.has(uid));
      const labels = { team: 'shop' };
      await plane.request('PATCH', `/apis/example.com/v1/namespaces/${mine}/widgets/alone`, { metadata: { labels } });
      await live.until('its label is known', ({ objects }) => objects.get(uid)?.labels['team'] === 'shop');
      await untilEqual(live, connection(user), expect, { namespaces: [mine] });
      await removePod(plane, pod);
      await live.until('nobody names it', ({ objects }) => !objects.has(uid));
    });
  });

  describe('a custom kind that comes and goes', () => {
    test('is followed once it is served', async () => {
      const live = await read({ retry: 300 });
      const owner = { apiVersion: 'late.example.com/v1', kind: 'Late', name: 'one', uid: 'not-yet', controller: true };
      // The collector cannot look such an owner up, and leaves its pod alone.
      const early = await aPod({ ownerReferences: [owner] });
      await sees(live, early);
      await plane.apply([definition('Late', 'Namespaced', 'late.example.com')]);
      const [late] = await plane.apply([
        { apiVersion: 'late.example.com/v1', kind: 'Late', metadata: { namespace, name: 'two' } },
      ]);
      await aPod({ ownerReferences: [refTo(late)] });
      await live.until('it is known', ({ objects }) => objects.has(late?.metadata.uid ?? ''));
      await plane.request('DELETE', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/lates.late.example.com');
      await live.until('it is gone', ({ objects }) => !objects.has(late?.metadata.uid ?? ''));
    });
  });

  describe('through a proxy that fails', () => {
    test('connections that are reset', async () => {
      const live = await throughProxyThatFails();
      const gone = await aPod();
      await sees(live, gone);
      for (let turn = 0; turn < 3; turn += 1) {
        proxy.reset();
        await aPod();
        await removePod(plane, gone).catch(() => {});
      }
      await recovers(live);
      expect(ofType(live.facts, 'StreamLost').length).toBeGreaterThan(0);
    });

    test.each(['break', 'end'] as const)('frames that are cut in the middle (%s)', async (how) => {
      const live = await throughProxyThatFails();
      for (let turn = 0; turn < 3; turn += 1) {
        await eventually('it watches', () => proxy.open(/\/pods\?.*watch=1/) > 0);
        proxy.cut(how, /watch=1/);
        const pod = await aPod();
        await live.until('it goes on', ({ pods }) => pods.has(pod.metadata.uid), { deadline: 30_000 });
      }
      await recovers(live);
    });

    test('streams on which nothing arrives any more', async () => {
      const live = await throughProxyThatFails();
      proxy.silence(/watch=1/);
      const pod = await aPod();
      await live.until('it was noticed', ({ pods }) => pods.has(pod.metadata.uid), { deadline: 10_000 });
      await recovers(live);
    });

    test('for want of anything to tell, again and again: it is watched on at once', async () => {
      const live = await read({ silence: 100 }, throughProxy());
      const from = proxy.asked.length;
      const watched = () => proxy.asked.slice(from).filter((asked) => /\/pods\?watch=1/.test(asked)).length;
      await live.until('it was watched often', () => watched() >= 20, { deadline: 45_000 });
    });

    test('requests that are not answered, then a flood of 429 and 503', async () => {
      const live = await throughProxyThatFails();
      const lift = proxy.hang();
      proxy.silence();
      const pod = await aPod();
      await eventually('it asks', () => proxy.open(/watch=1/) === 0 || proxy.asked.length > 0);
      lift();
      const busy = [
        proxy.refuse(/pods/, { status: 429, retryAfter: 1, times: 4 }),
        proxy.refuse(/./, { status: 503, times: 20 }),
      ];
      proxy.reset();
      await live.until('it goes on', ({ pods }) => pods.has(pod.metadata.uid), { deadline: 40_000 });
      for (const one of busy) one();
      await recovers(live);
    });
  });

  test('everything at once, for a while: nothing that is there was ever told to be gone', async () => {
    const live = await throughProxyThatFails();
    const dice = seeded(20261121);
    const there: Stored<Pod>[] = [];
    const faults: readonly (() => unknown)[] = [
      proxy.reset,
      () => proxy.cut('break', /watch=1/),
      () => proxy.cut('end', /watch=1/),
      () => proxy.silence(/pods/),
      () => proxy.refuse(/watch=1/, { status: 429, retryAfter: 1, times: 3 }),
      () => proxy.refuse(/watch=1/, { status: 410, times: 1 }),
      () => proxy.refuse(/replicasets/, { status: 403, times: 2 }),
      () => proxy.refuse(/./, { status: 500, times: 5 }),
    ];
    for (let turn = 0; turn < 60; turn += 1) {
      if (dice() < 0.3) faults[Math.floor(dice() * faults.length)]?.();
      const [first] = there;
      if (first !== undefined && dice() < 0.4) {
        there.shift();
        await removePod(plane, first);
      } else there.push(await runPod(plane, await aPod(), imageIdFor));
      if (turn % 20 === 10) await plane.request('PATCH', path('apps/v1', 'deployments', 'cart'), restarted(turn));
    }
    await recovers(live);
    await live.until('nothing is lost', ({ lostStreams }) => lostStreams.length === 0, { deadline: 40_000 });
    const gone = new Set(ofType(live.facts, 'PodGone').map(({ uid }) => uid));
    expect(there.filter(({ metadata }) => gone.has(metadata.uid))).toEqual([]);
  });

  describe('an API server that goes and comes back', () => {
    test('is caught up with', async () => {
      const live = await read();
      const [kept, gone] = [await aPod(), await aPod()];
      await sees(live, gone);
      await plane.stopApiServer();
      await live.until('it is missed', ({ lostStreams }) => lostStreams.some(({ resource }) => resource === 'pods'));
      expect(live.state.pods.has(kept.metadata.uid)).toBe(true);
      await plane.startApiServer();
      await removePod(plane, gone);
      const news = await aPod();
      await live.until('it is caught up', ({ pods }) => pods.has(news.metadata.uid) && !pods.has(gone.metadata.uid), {
        deadline: 40_000,
      });
      await live.until('nothing is lost', ({ lostStreams }) => lostStreams.length === 0, { deadline: 40_000 });
      expect(ofType(live.facts, 'PodGone').map(({ uid }) => uid)).not.toContain(kept.metadata.uid);
      await agree(live);
    });

    test('and has forgotten where we were: what was deleted meanwhile is gone', async () => {
      const live = await read({}, throughProxy());
      const [kept, gone] = [await aPod(), await aPod()];
      await sees(live, gone);
      const lift = proxy.refuse(/./, { status: 503 });
      proxy.reset();
      await live.until('it is cut off', ({ lostStreams }) => lostStreams.some(({ resource }) => resource === 'pods'));
      await removePod(plane, gone);
      await plane.request('DELETE', path('apps/v1', 'deployments', 'cart'));
      await aPod();
      await plane.compactEtcd();
      await plane.restartApiServer();
      const before = proxy.asked.length;
      lift();
      await live.until('it is gone', ({ pods }) => !pods.has(gone.metadata.uid), { deadline: 60_000 });
      await live.until('nothing is lost', ({ lostStreams }) => lostStreams.length === 0, { deadline: 60_000 });
      expect(live.state.pods.has(kept.metadata.uid)).toBe(true);
      // It was refused its old version, and listed anew.
      expect(proxy.asked.slice(before).filter((one) => /\/pods\?.*sendInitialEvents/.test(one))).toHaveLength(1);
      await agree(live);
    });
  });

  test('ends quietly when it is told to', async () => {
    const live = await read();
    await live.stop();
    expect(ofType(live.facts, 'StreamLost')).toEqual([]);
  });

  test('pods that are bound and deleted with grace are terminating, then gone', async () => {
    const live = await read();
    const pod = await aPod({}, { terminationGracePeriodSeconds: 30 });
    await bind(plane, pod, 'first');
    await sees(live, pod);
    await plane.request('DELETE', podPath(pod));
    await live.until('it is terminating', ({ pods }) => pods.get(pod.metadata.uid)?.terminating === true);
    await removePod(plane, pod);
    await live.until('it is gone', ({ pods }) => !pods.has(pod.metadata.uid));
  });
});

const sees = (live: Following, pod: Stored) =>
  live.until(`${pod.metadata.name} is seen`, ({ pods }) => pods.has(pod.metadata.uid));

const plain = (asked: string) => asked.replace(/\?.*/, '');

const lists = (...resources: readonly string[]) => ({ apiGroups: [''], resources, verbs: ['list', 'watch'] });

/** The same numbers from 0 to 1 for the same seed. */
function seeded(seed: number): () => number {
  let last = seed;
  return () => (last = (last * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function restarted(turn: number) {
  return { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': String(turn) } } } } };
}

function scaler(namespace: string, name: string): KubeObject {
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { namespace, name: 'scaler' },
    spec: { scaleTargetRef: { name } },
  };
}

function widget(namespace: string, name: string, metadata: object = {}): KubeObject {
  return { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { namespace, name, ...metadata } };
}

function refTo(owner: Stored | undefined) {
  if (owner === undefined) throw new Error('no owner');
  const { apiVersion = '', kind = '', metadata } = owner;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true };
}

function definition(kind: string, scope: string, group = 'example.com'): KubeObject {
  const plural = `${kind.toLowerCase()}s`;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
      names: { plural, singular: kind.toLowerCase(), kind },
      versions: [{ name: group === 'keda.sh' ? 'v1alpha1' : 'v1', served: true, storage: true, schema }],
    },
  };
}

const scaledObjects = definition('ScaledObject', 'Namespaced', 'keda.sh');

function service(namespace: string, name: string, app: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name },
    spec: { ports: [{ port: 443 }], selector: { app } },
  };
}

/** It selects nothing, so that it stops nobody. */
function configuration(namespace: string, name: string): KubeObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name },
    webhooks: [
      {
        name: 'validate.example.com',
        clientConfig: { service: { namespace, name } },
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        failurePolicy: 'Ignore',
        rules: [{ apiGroups: ['none.example.com'], apiVersions: ['v1'], resources: ['nones'], operations: ['CREATE'] }],
      },
    ],
  };
}

function grant(user: string, namespace: string, rule: object): readonly KubeObject[] {
  const metadata = { namespace, name: `for-${user}` };
  return [
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules: [rule] },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
    },
  ];
}
