// Killed while something is brought back, or between two calls of one act: what runs, and what the next run makes of it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../control-plane/eventually.ts';
import { startFaultyProxy } from '../control-plane/faulty-proxy.ts';
import { podsOf } from '../control-plane/kubelet.ts';
import { kubeconfigText } from '../control-plane/kubeconfig.ts';
import type { Stored } from '../control-plane/requests.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { type ActingShop, anActingShop } from './acting-shop.ts';
import { alone } from './alone.ts';
import { controlledBy, definition } from './objects.ts';
import { ranThrough } from './ran-through.ts';
import type { StartedCli } from './run-cli.ts';

/** All of them, and at once. */
const noHurry = 'limits: { actionsPerMinute: 1000, shareOfWorkloads: 100% }\n';

type Workload = Stored & { readonly spec: { readonly replicas?: number; readonly suspend?: boolean } };

withControlPlane('killed', (plane) => {
  let shop: ActingShop;

  beforeAll(async () => {
    shop = await anActingShop(plane, 'midway');
    const names = ['scaledown', 'delete'].flatMap((action) => [`${action}-between`, `${action}-after`]);
    await shop.apply(...names.map((name) => shop.apps('Deployment', name, shop.running('bad'), { replicas: 2 })));
  });
  afterAll(async () => shop.end());

  const get = async (resource: string) => (await shop.get(resource)) as Workload | undefined;
  const replicasOf = async (name: string) => (await get(`apps/v1 deployments ${name}`))?.spec.replicas;

  /** Killed once `held` is so; a proxy never answers what matches, and passes it on only where it is to be `done`. */
  async function killed(
    start: (kubeconfig: string) => StartedCli,
    call: RegExp,
    done: boolean,
    held?: () => Promise<boolean>,
  ): Promise<void> {
    const proxy = await startFaultyProxy(plane.access);
    if (done) proxy.swallow(call);
    else proxy.hang(call);
    const { child, ended } = start(kubeconfigText(proxy.access, { namespace: shop.namespace }));
    try {
      await eventually('it is held', async () =>
        held === undefined ? proxy.asked.some((one) => call.test(one)) : held(),
      );
    } finally {
      child.kill('SIGKILL');
      await ended;
      await proxy.close();
    }
  }

  describe('while it restores', () => {
    for (const action of ['scaledown', 'delete'] as const) {
      const calls = { scaledown: /^PATCH .*\/deployments\//, delete: /^POST .*\/deployments\?(?!.*dryRun)/ };

      test.concurrent(`what ${action} did, before it is done: restore once more brings it back`, async () => {
        const name = `${action}-between`;
        const machine = alone(shop, name, action);
        await machine.once();
        await killed((config) => machine.start(`restore deployment/${name} --yes`, config), calls[action], false);
        expect(await replicasOf(name)).toBe(action === 'delete' ? undefined : 0);
        expect(await machine.run(`restore deployment/${name} --yes`)).toMatchObject({ code: 0 });
        expect(await replicasOf(name)).toBe(2);
      });

      test.concurrent(`what ${action} did, after it is done: it stays, and nothing is left to restore`, async () => {
        const name = `${action}-after`;
        const machine = alone(shop, name, action);
        await machine.once();
        const isBack = async () => (await replicasOf(name)) === 2;
        await killed(
          (config) => machine.start(`restore deployment/${name} --yes`, config),
          calls[action],
          true,
          isBack,
        );
        await shop.runPods({ selector: `app=${name}`, expected: 2 });
        const next = await machine.once();
        expect([next.code, next.accepted]).toEqual([0, []]);
        expect(await machine.run(`restore deployment/${name} --yes`)).toMatchObject({ code: 1, stdout: '' });
        expect(await replicasOf(name)).toBe(2);
      });
    }
  });

  test.concurrent('again and again, wherever it is: all is stopped in the end, and all of it comes back', async () => {
    const names = Array.from({ length: 15 }, (_, index) => `often-${index}`);
    const label = { labels: { app: 'often' } };
    const spec = { replicas: 2, selector: { matchLabels: label.labels } };
    const template = (name: string) => ({ metadata: { labels: { ...label.labels, name } }, spec: shop.running('bad') });
    await plane.apply(
      names.map((name) => shop.object('apps/v1', 'Deployment', name, { ...spec, template: template(name) }, label)),
    );
    const machine = alone(shop, 'often', 'scaledown', '', noHurry);
    const isStopped = async (name: string) => (await replicasOf(name)) === 0;
    const stopped = async () => (await Promise.all(names.map(isStopped))).filter(Boolean).length;
    for (const count of [2, 5, 8]) {
      const { child, ended } = machine.enforce();
      await eventually(`${count} are stopped`, async () => (await stopped()) >= count, { interval: 5 });
      child.kill('SIGKILL');
      await ended;
    }
    const last = await ranThrough(machine.enforce('--once'));
    expect([last.code, await stopped()], last.stdout).toEqual([0, names.length]);
    const restored = await machine.run(`restore ${names.map((name) => `deployment/${name}`).join(' ')} --yes`);
    expect([restored.code, restored.stdout.split('\n').length - 1]).toEqual([0, names.length]);
    for (const name of names) expect(await replicasOf(name)).toBe(2);
  });

  describe('between two calls of one act', () => {
    test.concurrent('the annotation of a custom kind and its /scale: the next run scales it', async () => {
      await plane.apply([definition('Gadget', 'Namespaced')]);
      const [gadget] = await plane.apply([shop.object('cli.example.com/v1', 'Gadget', 'gadget', { replicas: 2 })]);
      const metadata = { labels: { app: 'gadget' }, ...controlledBy(gadget) };
      await plane.apply([shop.pod('gadget-1', shop.running('bad'), metadata)]);
      await shop.runPods({ selector: 'app=gadget', expected: 1 });
      const machine = alone(shop, 'gadget', 'scaledown', ', gadgets.cli.example.com: scaledown');
      await killed((config) => machine.enforce('', config), /^PATCH .*\/gadgets\/gadget\/scale/, false);
      expect((await get('cli.example.com/v1 gadgets gadget'))?.spec.replicas).toBe(2);
      const next = await ranThrough(machine.enforce('--once --wait-timeout 1s'));
      expect(next.accepted).toEqual(['gadget/gadget']);
      expect((await get('cli.example.com/v1 gadgets gadget'))?.spec.replicas).toBe(0);
      expect(await machine.run('restore gadget/gadget --yes --wait-timeout 1s')).toMatchObject({
        stdout: 'gadget.cli.example.com/gadget restored\n',
      });
      expect((await get('cli.example.com/v1 gadgets gadget'))?.spec.replicas).toBe(2);
    });

    test.concurrent('a CronJob and its Jobs: the next run says what still runs, and restore resumes both', async () => {
      const [cron] = await plane.apply([shop.cronJob('cron', shop.running('bad'))]);
      await shop.patch('batch/v1 cronjobs cron', { spec: { suspend: false } });
      await plane.apply([
        shop.job('cron-1', shop.running('bad'), {}, { labels: { app: 'cron' }, ...controlledBy(cron) }),
      ]);
      await podsOf(plane, shop.namespace, 1, 'app=cron-1');
      await shop.runPods({ selector: 'app=cron-1', expected: 1 });
      const machine = alone(shop, 'cron', 'scaledown');
      await killed((config) => machine.enforce('', config), /^PATCH .*\/jobs\/cron-1/, false);
      expect((await get('batch/v1 cronjobs cron'))?.spec.suspend).toBe(true);
      expect((await get('batch/v1 jobs cron-1'))?.spec.suspend).not.toBe(true);
      const next = await ranThrough(machine.enforce('--once --wait-timeout 1s'));
      expect([next.code, next.acts, next.said[0]?.message]).toEqual([
        1,
        ['cronjob/cron stuck'],
        'pods of it still run',
      ]);
      expect((await machine.run('scaledown cronjob/cron --yes')).code).toBe(0);
      expect((await get('batch/v1 jobs cron-1'))?.spec.suspend).toBe(true);
      expect((await machine.run('restore cronjob/cron --yes --wait-timeout 2s')).stdout).toBe(
        'cronjob/cron restored\n',
      );
      expect((await get('batch/v1 cronjobs cron'))?.spec.suspend).toBe(false);
      expect((await get('batch/v1 jobs cron-1'))?.spec.suspend).toBe(false);
    });
  });
});
