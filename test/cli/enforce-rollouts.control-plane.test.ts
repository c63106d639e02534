// What must not stop a service although a condemned image runs in it: the old pods of a rollout that brings the fix, a
// debug container, an injected sidecar. Beside each stands what is stopped, so that nothing passes by doing nothing.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../control-plane/eventually.ts';
import { addEphemeralContainer, bind, type Pod, podsOf, runPod } from '../control-plane/kubelet.ts';
import type { Stored } from '../control-plane/requests.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { anImage, anIssue } from '../xray-server/builders.ts';
import { type ActingShop, anActingShop, stopping } from './acting-shop.ts';
import { untilAsked } from './asked-about.ts';
import { imageIds, running } from './objects.ts';
import { listenTo, type RunningEnforce } from './running-enforce.ts';

const severe = [anIssue({ issue_id: 'XRAY-9', severity: 'Critical' })];
const debug = anImage({ path: 'debug/1', issues: severe });
const proxy = anImage({ path: 'proxy/1', issues: severe });

withControlPlane('enforce leaves alone', (plane) => {
  let shop: ActingShop;
  let enforce: RunningEnforce;

  beforeAll(async () => {
    shop = await anActingShop(plane, 'rollouts', { images: [debug, proxy] });
    shop.writePolicy(stopping);
    const { apps, pod } = shop;
    const meshed = running({ app: shop.image('good'), proxy: shop.referenceTo(proxy) });
    const [byHand] = await plane.apply([pod('meshed-by-hand', meshed, { labels: { app: 'meshed' } })]);
    await runPod(plane, byHand as Stored<Pod>, imageIdOf);
    await shop.apply(
      apps('ReplicaSet', 'meshed', shop.running('good')),
      apps('Deployment', 'debugged', shop.running('good')),
      apps('Deployment', 'rolling', shop.running('worse'), { replicas: 2 }),
      apps('StatefulSet', 'rolling-set', shop.running('worse'), { replicas: 2 }),
      apps('Deployment', 'leaving', shop.running('worse')),
      apps('Deployment', 'stuck', shop.running('worse'), { progressDeadlineSeconds: 1 }),
      apps('Deployment', 'cart', shop.running('worse')),
    );
    const [leaving] = await podsOf(plane, shop.namespace, 1, 'app=leaving');
    await bind(plane, leaving as Stored<Pod>, 'a-node');
    for (const name of ['rolling', 'leaving', 'stuck']) await fix(`apps/v1 deployments ${name}`);
    await fix('apps/v1 statefulsets rolling-set');
    // Its new pod is ready and the old one is told to end, but nobody confirms that it has.
    await shop.runPods({ selector: 'app=leaving', expected: 1 });
    for (const [name, count] of Object.entries({ rolling: 3, 'rolling-set': 2, stuck: 2 }))
      await untilWaiting(name, count);
    await eventually('the rollout is past its deadline', async () => {
      const { status } = (await shop.get('apps/v1 deployments stuck')) as { status?: { conditions?: object[] } };
      return JSON.stringify(status?.conditions).includes('ProgressDeadlineExceeded');
    });
    enforce = await listenTo(shop.start('enforce --confirm')).begun();
  });
  afterAll(async () => {
    await enforce?.stop();
    await shop?.end();
  });

  const imageIdOf = (container: { name: string; image: string }, of: Stored<Pod>) =>
    imageIds(new URL(shop.server.url).host, shop.server.world.images)(container, of);
  const fix = async (resource: string) => shop.patch(resource, { spec: { template: { spec: shop.running('good') } } });
  /** So many pods are there, and a new one waits. */
  const untilWaiting = async (app: string, count: number): Promise<void> => {
    await eventually(`${app} has old pods and a new one`, async () => {
      const pods = await podsOf(plane, shop.namespace, count, `app=${app}`);
      return pods.some(
        (pod) => pod.status?.phase === 'Pending' && pod.spec.containers[0]?.image === shop.image('good'),
      );
    });
  };
  const replicasOf = async (resource: string) => (await shop.get(resource))?.['spec'] as { replicas: number };

  const leavingPod = async (): Promise<string> => {
    const list = (await plane.request(
      'GET',
      `/api/v1/namespaces/${shop.namespace}/pods?labelSelector=app%3Dleaving`,
    )) as {
      items: readonly Stored[];
    };
    return list.items.find(({ metadata }) => metadata['deletionTimestamp'] !== undefined)?.metadata.name ?? '';
  };

  describe('a rollout that brings the fix', () => {
    test('whose old pods run until new ones are ready; one that is past its deadline is stopped', async () => {
      await enforce.untilAct('deployment/cart', 'effective');
      await enforce.untilAct('deployment/stuck', 'effective');
      expect(enforce.acts().toSorted()).toEqual(
        ['cart', 'stuck'].flatMap((name) => [`deployment/${name} accepted`, `deployment/${name} effective`]),
      );
    });

    test('and goes on to its end', async () => {
      await shop.runPods();
      const status = await shop.run('status deploy/rolling deploy/leaving sts/rolling-set -o json');
      const { items } = JSON.parse(status.stdout) as { items: readonly object[] };
      expect(items).toHaveLength(3);
      for (const item of items) expect(item).toMatchObject({ settled: true, conditions: [], acted: null });
      expect(await replicasOf('apps/v1 deployments rolling')).toMatchObject({ replicas: 2 });
      expect(await replicasOf('apps/v1 statefulsets rolling-set')).toMatchObject({ replicas: 2 });
      const old = await shop.get(`v1 pods ${await leavingPod()}`);
      expect(old?.metadata['deletionTimestamp']).toBeDefined();
    });
  });

  test('a debug container and an injected sidecar, until the policy names them', async () => {
    const [debugged] = await podsOf(plane, shop.namespace, 1, 'app=debugged');
    await addEphemeralContainer(plane, debugged as Stored<Pod>, { name: 'shell', image: shop.referenceTo(debug) });
    const [again] = await podsOf(plane, shop.namespace, 1, 'app=debugged');
    await runPod(plane, again as Stored<Pod>, imageIdOf);
    await untilAsked(shop.server, { debug, proxy });
    const before = enforce.said().length;
    await shop.apply(shop.apps('Deployment', 'later', shop.running('bad')));
    await enforce.untilAct('deployment/later', 'effective');
    expect(enforce.acts(before)).toEqual(['deployment/later accepted', 'deployment/later effective']);
    shop.writePolicy(`${stopping}roles: [container, ephemeral, injected]\n`);
    await enforce.untilAct('deployment/debugged', 'effective');
    await enforce.untilAct('replicaset/meshed', 'effective');
  });

  test('nothing else was touched', async () => {
    const acted = enforce.acts().filter((act) => act.endsWith('accepted'));
    expect(acted.toSorted()).toEqual(
      ['deployment/cart', 'deployment/debugged', 'deployment/later', 'deployment/stuck', 'replicaset/meshed'].map(
        (one) => `${one} accepted`,
      ),
    );
    expect(await enforce.stop()).toMatchObject({ code: 0 });
  });
});
