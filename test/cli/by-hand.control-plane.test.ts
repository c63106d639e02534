// What is done by hand through the built program: stopped, deleted, brought back, and told of.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withControlPlane } from '../control-plane/shared.ts';
import { type ActingShop, anActingShop } from './acting-shop.ts';

interface Workload {
  readonly metadata: { readonly uid: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly replicas?: number; readonly suspend?: boolean };
}

withControlPlane('by hand', (plane) => {
  let shop: ActingShop;
  const get = async (resource: string) => (await shop.get(resource)) as Workload | undefined;

  beforeAll(async () => {
    shop = await anActingShop(plane, 'hand');
    const { apps } = shop;
    await shop.apply(
      apps('Deployment', 'cart', shop.running('bad'), { replicas: 2 }),
      apps('Deployment', 'pay', shop.running('good')),
      apps('Deployment', 'one', shop.running('good')),
      apps('Deployment', 'two', shop.running('good')),
    );
  });
  afterAll(async () => shop.end());

  test('scaledown says what it does and what undoing brings back, does it, and restore undoes it', async () => {
    const stopped = await shop.run('scaledown deployment/cart --yes');
    console.log(stopped);
    expect(stopped).toMatchObject({ code: 0, stdout: 'deployment/cart scaled down\n' });
    expect((await get('apps/v1 deployments cart'))?.spec.replicas).toBe(0);
    const back = await shop.run('restore deploy cart --yes');
    console.log(back);
    expect(back).toMatchObject({ code: 0, stdout: 'deployment/cart restored\n' });
    expect((await get('apps/v1 deployments cart'))?.spec.replicas).toBe(2);
    console.log(await shop.run('history'), await shop.run('history -o wide -A'));
  });

  test('a delete comes back from the journal', async () => {
    const before = await get('apps/v1 deployments pay');
    const gone = await shop.run('delete deployment/pay --yes');
    console.log(gone);
    expect(gone).toMatchObject({ code: 0, stdout: 'deployment/pay deleted\n' });
    expect(await get('apps/v1 deployments pay')).toBeUndefined();
    const back = await shop.run('restore deployment/pay --yes');
    console.log(back);
    expect(back.code).toBe(0);
    expect((await get('apps/v1 deployments pay'))?.metadata.uid).not.toBe(before?.metadata.uid);
  });
});
