// Killed as a machine dies, at each point of an act: a proxy before the API server holds the call, or its answer, while the
// program is killed. Nothing that `restore` needs may be lost, and what comes after must know what was done.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../control-plane/eventually.ts';
import { startFaultyProxy } from '../control-plane/faulty-proxy.ts';
import { kubeconfigText } from '../control-plane/kubeconfig.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { type ActingShop, anActingShop } from './acting-shop.ts';
import { alone, type Alone } from './alone.ts';
import { listenTo } from './running-enforce.ts';

interface Deployment {
  readonly spec: { readonly replicas: number };
}

type Action = 'scaledown' | 'delete';
/** When it is killed: nothing is written, it is written and not done, it is done and that is not written. */
type Point = 'before' | 'between' | 'after';

const points: readonly Point[] = ['before', 'between', 'after'];

withControlPlane('killed while it acts', (plane) => {
  let shop: ActingShop;

  beforeAll(async () => {
    shop = await anActingShop(plane, 'killed');
    const names = (['scaledown', 'delete'] as const).flatMap((action) =>
      points.flatMap((point) => [`${action}-${point}-run`, `${action}-${point}-restore`]),
    );
    await shop.apply(...names.map((name) => shop.apps('Deployment', name, shop.running('bad'), { replicas: 2 })));
  });
  afterAll(async () => shop.end());

  const get = async (name: string) => (await shop.get(`apps/v1 deployments ${name}`)) as Deployment | undefined;

  /** Gives back what the journal has of it at the moment of the kill. */
  async function killedAt(point: Point, action: Action, name: string, machine: Alone): Promise<readonly string[]> {
    const proxy = await startFaultyProxy(plane.access);
    const review = /\/selfsubjectaccessreviews/;
    const call = new RegExp(`^${action === 'delete' ? 'DELETE' : 'PATCH'} .*/deployments/${name}\\b`);
    if (point === 'after') proxy.swallow(call);
    else proxy.hang(point === 'before' ? review : call);
    const enforcing = listenTo(machine.enforce('', kubeconfigText(proxy.access, { namespace: shop.namespace })));
    try {
      await eventually(`it is held ${point} the act`, async () => {
        if (point !== 'after') return proxy.asked.some((one) => (point === 'before' ? review : call).test(one));
        const now = await get(name);
        return action === 'delete' ? now === undefined : now?.spec.replicas === 0;
      });
    } finally {
      const { stderr, stdout } = await enforcing.stop('SIGKILL');
      expect(`${stdout}${stderr}`).not.toContain('error');
      await proxy.close();
    }
    expect(enforcing.acts()).toEqual([]);
    return machine.journal();
  }

  async function restored(name: string, machine: Alone, before: Deployment | undefined): Promise<void> {
    const back = await machine.run(`restore deployment/${name} --yes`);
    expect(back).toMatchObject({ code: 0, stdout: `deployment/${name} restored\n` });
    expect((await get(name))?.spec).toEqual(before?.spec);
    expect((await machine.history()).at(-1)).toMatchObject({ action: 'restore', outcome: 'effective' });
  }

  for (const action of ['scaledown', 'delete'] as const) {
    describe(action, () => {
      for (const point of points) {
        test.concurrent(`killed ${point}: the next run does what is left to do, and restore brings it back`, async () => {
          const name = `${action}-${point}-run`;
          const machine = alone(shop, name, action);
          const before = await get(name);
          expect(await killedAt(point, action, name, machine)).toEqual(point === 'before' ? [] : ['Intended']);

          const next = await machine.once();
          expect(next.code).toBe(0);
          expect(next.accepted).toEqual(point === 'after' ? [] : [`deployment/${name}`]);
          expect((await get(name))?.spec.replicas).toBe(action === 'delete' ? undefined : 0);
          expect((await machine.history()).map((one) => one.outcome)).toEqual(
            { before: ['effective'], between: ['intended', 'effective'], after: ['effective'] }[point],
          );

          await restored(name, machine, before);
        });

        test.concurrent(`killed ${point}: restore alone does the right thing`, async () => {
          const name = `${action}-${point}-restore`;
          const machine = alone(shop, name, action);
          const before = await get(name);
          await killedAt(point, action, name, machine);
          if (point === 'after') return restored(name, machine, before);
          const nothing = await machine.run(`restore deployment/${name} --yes`);
          expect(nothing.code).toBe(1);
          expect(nothing.stderr).toContain('error: nothing to restore of ');
          expect(nothing.stderr).toMatch(
            point === 'before' ? /nothing is known to have been done/ : /did not come about|is not as it was left/,
          );
          expect(await get(name)).toEqual(before);
        });
      }
    });
  }
});
