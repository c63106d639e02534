// The policy carried out by the built program: dry, once, and until it is stopped.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../control-plane/eventually.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { type ActingShop, anActingShop, stopping } from './acting-shop.ts';

withControlPlane('enforce', (plane) => {
  let shop: ActingShop;

  beforeAll(async () => {
    shop = await anActingShop(plane, 'enforce');
    const { apps } = shop;
    shop.writePolicy(stopping);
    await shop.apply(
      apps('Deployment', 'bad', shop.running('bad'), { replicas: 2 }),
      apps('Deployment', 'good', shop.running('good')),
    );
  });
  afterAll(async () => shop.end());

  test('dry', async () => {
    const dry = await shop.run('enforce --once');
    console.log(dry);
    const server = await shop.run('enforce --once --dry-run=server -o text');
    console.log(server);
  });
  test('really', async () => {
    const one = await shop.run('enforce --once --confirm');
    console.log(one);
    console.log(await shop.run('enforce --once --confirm'));
    console.log(await shop.run('history'));
    expect(one.code).toBe(0);
  });
  test('until stopped', async () => {
    const { child, ended } = shop.start('enforce --confirm -o text');
    const out: string[] = [];
    child.stdout.on('data', (piece: Buffer) => out.push(piece.toString()));
    child.stderr.on('data', (piece: Buffer) => out.push(piece.toString()));
    await eventually('it has begun', () => out.join('').includes('mode:'));
    await shop.apply(shop.apps('Deployment', 'worse', shop.running('worse')));
    await eventually('it is stopped', () => out.join('').includes('has stopped')).catch(() => {});
    child.kill('SIGTERM');
    console.log(await ended);
  });
});
