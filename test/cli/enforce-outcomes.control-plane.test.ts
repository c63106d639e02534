// What may come between an act and its end, each through the built program: the right outcome, and a line of the journal.
// A proxy before the API server keeps the call back while the test changes the object.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../control-plane/eventually.ts';
import { type FaultyProxy, startFaultyProxy } from '../control-plane/faulty-proxy.ts';
import { kubeconfigText } from '../control-plane/kubeconfig.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import type { KubeObject } from '../control-plane/requests.ts';
import { type ActingShop, anActingShop } from './acting-shop.ts';
import { alone, type Alone } from './alone.ts';
import { type RanThrough, ranThrough } from './ran-through.ts';
import { listenTo } from './running-enforce.ts';

interface Workload extends KubeObject {
  readonly metadata: { readonly uid: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly replicas: number };
}

withControlPlane('an act ends', (plane) => {
  let shop: ActingShop;
  let proxy: FaultyProxy;
  let throughProxy = '';

  beforeAll(async () => {
    proxy = await startFaultyProxy(plane.access);
    shop = await anActingShop(plane, 'outcomes');
    throughProxy = kubeconfigText(proxy.access, { namespace: shop.namespace });
    const names = [
      'changed',
      'fixed',
      'status',
      'gone',
      'anew',
      'anew-deleted',
      'scaled',
      'kept',
      'ending',
      'forbidden',
    ];
    const bad = (name: string) => shop.apps('Deployment', name, shop.running('bad'), { replicas: 2 });
    const losing = { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Delete' } };
    const claims = [{ metadata: { name: 'data' }, spec: claim }];
    await shop.apply(
      ...names.map(bad),
      shop.apps('StatefulSet', 'losing', shop.running('bad'), { ...losing, volumeClaimTemplates: claims }),
      hpa(shop, 'scaled'),
    );
  });
  afterAll(async () => {
    await shop.end();
    await proxy.close();
  });

  const get = async (name: string) => (await shop.get(`apps/v1 deployments ${name}`)) as Workload | undefined;

  /** What happens between the moment it was written down and the moment the server is asked. */
  async function meanwhile(name: string, machine: Alone, happens: () => Promise<unknown>): Promise<RanThrough> {
    const call = new RegExp(`^(PATCH|DELETE) .*/deployments/${name}\\b`);
    const lift = proxy.hold(call);
    const running = ranThrough(machine.enforce('--once', throughProxy));
    try {
      await eventually('the call is kept back', () => proxy.asked.some((one) => call.test(one)), { deadline: 30_000 });
      await happens();
    } finally {
      lift();
    }
    return running;
  }

  test.concurrent('in a second try, where the object was changed: what is saved is as it was changed to', async () => {
    const machine = alone(shop, 'changed', 'scaledown');
    const ended = await meanwhile('changed', machine, async () => {
      await shop.patch('apps/v1 deployments changed', { spec: { replicas: 3 } });
      await shop.runPods({ selector: 'app=changed', expected: 3 });
    });
    expect(ended.acts).toEqual(['deployment/changed accepted', 'deployment/changed effective']);
    expect(machine.journal()).toEqual(['Intended', 'Ended failed', 'Intended', 'Ended accepted', 'Ended effective']);
    expect((await get('changed'))?.spec.replicas).toBe(0);
    expect((await machine.run('restore deployment/changed --yes')).code).toBe(0);
    expect((await get('changed'))?.spec.replicas).toBe(3);
  });

  test.concurrent('without a change, where the object was mended meanwhile', async () => {
    const machine = alone(shop, 'fixed', 'scaledown');
    const ended = await meanwhile('fixed', machine, async () => {
      await shop.apply(shop.apps('Deployment', 'fixed', shop.running('good'), { replicas: 2 }));
    });
    expect([ended.code, ended.accepted]).toEqual([0, []]);
    expect(machine.journal()).toEqual(['Intended', 'Ended failed']);
    expect((await machine.history())[0]?.message).toMatch(/the object has been modified/);
    expect((await get('fixed'))?.spec.replicas).toBe(2);
  });

  test.concurrent('at once, where only the status was written meanwhile', async () => {
    const machine = alone(shop, 'status', 'scaledown');
    const ended = await meanwhile('status', machine, async () => {
      const path = `/apis/apps/v1/namespaces/${shop.namespace}/deployments/status/status`;
      await plane.request('PATCH', path, { status: { conditions: [{ type: 'Made', status: 'True' }] } });
    });
    expect(ended.acts).toEqual(['deployment/status accepted', 'deployment/status effective']);
    expect(machine.journal()).toEqual(['Intended', 'Ended accepted', 'Ended effective']);
  });

  test.concurrent('where the object is gone meanwhile', async () => {
    const machine = alone(shop, 'gone', 'scaledown');
    const ended = await meanwhile('gone', machine, async () => {
      await shop.remove('apps/v1 deployments gone');
      await eventually('it is gone', async () => (await get('gone')) === undefined);
    });
    expect(ended.accepted).toEqual([]);
    expect(machine.journal().slice(0, 2)).toEqual(['Intended', 'Ended failed']);
    expect((await machine.history()).map(({ outcome }) => outcome)).toEqual(['failed']);
  });

  for (const [name, action] of [
    ['anew', 'scaledown'],
    ['anew-deleted', 'delete'],
  ] as const) {
    test.concurrent(`where another object has its name meanwhile, which ${action} leaves alone`, async () => {
      const machine = alone(shop, name, action);
      const before = await get(name);
      const ended = await meanwhile(name, machine, async () => {
        await shop.remove(`apps/v1 deployments ${name}`);
        await eventually('it is gone', async () => (await get(name)) === undefined);
        await shop.apply(shop.apps('Deployment', name, shop.running('good'), { replicas: 2 }));
      });
      expect(ended.accepted).toEqual([]);
      const now = await get(name);
      expect(now?.metadata.uid).not.toBe(before?.metadata.uid);
      expect([now?.spec.replicas, now?.metadata.deletionTimestamp]).toEqual([2, undefined]);
      expect((await machine.history()).map(({ outcome, workload }) => [outcome, workload.uid])).toEqual([
        ['failed', before?.metadata.uid],
      ]);
    });
  }

  test.concurrent('as it was begun, where it is told to end meanwhile', async () => {
    const machine = alone(shop, 'ending', 'scaledown');
    const lift = proxy.hold(/^PATCH .*\/deployments\/ending\b/);
    const enforcing = listenTo(machine.enforce('', throughProxy));
    await eventually('it is written down', () => machine.journal().length > 0);
    const ended = enforcing.stop();
    lift();
    expect((await ended).code).toBe(0);
    expect(enforcing.acts()[0]).toBe('deployment/ending accepted');
    expect(machine.journal().slice(0, 2)).toEqual(['Intended', 'Ended accepted']);
    expect((await get('ending'))?.spec.replicas).toBe(0);
  });

  test.concurrent('effective, also where an autoscaler scales it, of which the plan warns', async () => {
    const machine = alone(shop, 'scaled', 'scaledown');
    const plan = await machine.run('scaledown deployment/scaled --dry-run=client');
    expect(plan.stderr).toMatch(/HorizontalPodAutoscaler|horizontalpodautoscaler\/scaled/);
    const ended = await machine.once();
    expect(ended.acts).toEqual(['deployment/scaled accepted', 'deployment/scaled effective']);
    expect(machine.journal()).toEqual(['Intended', 'Ended accepted', 'Ended effective']);
  });

  for (const action of ['scaledown', 'delete'] as const) {
    test.concurrent(`refused, where ${action} would delete the claims of a StatefulSet`, async () => {
      const machine = alone(shop, 'losing', action);
      const ended = await machine.once();
      expect([ended.code, ended.acts]).toEqual([1, ['statefulset/losing refused']]);
      expect(machine.journal().at(-1)).toBe('Refused');
      expect((await machine.history()).at(-1)).toMatchObject({ outcome: 'refused', message: /claims/ });
      const set = (await shop.get('apps/v1 statefulsets losing')) as Workload | undefined;
      expect(set?.spec.replicas).toBe(1);
    });
  }

  test.concurrent('stuck, where a finalizer never ends, and says which', async () => {
    await shop.patch('apps/v1 deployments kept', { metadata: { finalizers: ['example.com/never'] } });
    const machine = alone(shop, 'kept', 'delete');
    const ended = await ranThrough(machine.enforce('--once --wait-timeout 3s'));
    expect([ended.code, ended.acts]).toEqual([1, ['deployment/kept accepted', 'deployment/kept stuck']]);
    expect(machine.journal()).toEqual(['Intended', 'Ended accepted', 'Ended stuck']);
    expect((await machine.history())[0]?.message).toContain('example.com/never');
    // Whoever removes it brings it to its end, which the next run sees.
    await shop.patch('apps/v1 deployments kept', { metadata: { finalizers: null } });
    await eventually('it is gone', async () => (await get('kept')) === undefined);
    expect((await machine.once()).code).toBe(0);
    expect(machine.journal().at(-1)).toBe('Ended effective');
  });

  test.concurrent('refused, where the user may not patch', async () => {
    const machine = alone(shop, 'forbidden', 'scaledown');
    const read = { verbs: ['get', 'list', 'watch'] };
    const user = await plane.addUser({
      namespaces: [shop.namespace],
      rules: [
        { apiGroups: ['', 'apps', 'batch'], resources: ['*'], ...read },
        { apiGroups: ['autoscaling', 'policy', 'discovery.k8s.io'], resources: ['*'], ...read },
      ],
      clusterRules: [{ apiGroups: [''], resources: ['namespaces', 'nodes'], ...read }],
    });
    const ended = await machine.once(plane.kubeconfig({ namespace: shop.namespace, user }));
    expect([ended.code, ended.acts]).toEqual([1, ['deployment/forbidden refused']]);
    expect(machine.journal()).toEqual(['Refused']);
    expect((await machine.history())[0]).toMatchObject({ outcome: 'refused', by: user.name });
    expect((await machine.history())[0]?.message).toContain('you may not patch deployments.apps "forbidden"');
    expect((await get('forbidden'))?.spec.replicas).toBe(2);
  });
});

const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } };

function hpa(shop: ActingShop, name: string): KubeObject {
  return shop.object('autoscaling/v2', 'HorizontalPodAutoscaler', name, {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    minReplicas: 1,
    maxReplicas: 5,
  });
}
