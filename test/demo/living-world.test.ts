import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src/core/inventory.ts';
import { createLivingDemo } from '../../src/demo/living.ts';
import { demoCluster } from '../../src/demo/shop.ts';
import { fakeClock } from '../engine/fake-clock.ts';
import { aLivingRun, allAnswered, watching } from './living-run.ts';

const minute = 60;

async function readWhole(cluster: { read(signal: AbortSignal): AsyncIterable<readonly Fact[]> }): Promise<Fact[]> {
  const facts: Fact[] = [];
  for await (const batch of cluster.read(new AbortController().signal)) facts.push(...batch);
  return facts;
}

describe('the world that lives', () => {
  test('begins as the one that is only looked at', async () => {
    const clock = fakeClock();
    const inOrder = (facts: readonly Fact[]) => facts.map((fact) => JSON.stringify(fact)).toSorted();
    for (const namespace of [null, 'payments']) {
      const living = await readWhole(createLivingDemo({ clock, namespace }).cluster);
      expect(inOrder(living)).toEqual(inOrder(await readWhole(demoCluster(clock.now(), namespace))));
      expect(living.at(-1)).toEqual({ type: 'ClusterRead' });
    }
  });

  test('stands still where nobody follows it, and leaves no timer behind', async () => {
    const clock = fakeClock();
    const demo = createLivingDemo({ clock, namespace: null });
    const before = await readWhole(demo.cluster);
    await clock.pass(minute * 1000);
    expect(await readWhole(demo.cluster)).toEqual(before);
    const run = aLivingRun({ clock, demo });
    await run.until('something has happened', () => run.has('shop/deployment/loyalty'));
    run.ask('shop/deployment/catalog', 'scaledown');
    await run.clock.pass(500);
    await run.finish();
    expect(clock.waiting()).toBe(0);
  });

  test('is the same in every run', async () => {
    const told = async () => {
      const run = await watching();
      await run.clock.pass(3 * minute * 1000);
      await run.byHand('shop/deployment/catalog', 'delete');
      await run.restore('shop/deployment/catalog');
      return run.heard.filter(({ type }) => type !== 'LookUpStarted');
    };
    expect(JSON.stringify(await told())).toBe(JSON.stringify(await told()));
  });

  test('goes on and on without growing, and without anything unanswered', async () => {
    const run = await watching();
    const { objects, pods, lookUps } = run.engine.getState();
    await run.clock.pass(4 * minute * 1000);
    const heard = run.heard.length;
    const sizes = () => [objects.size, run.row('staging/deployment/beta').workload.pods];
    const before = sizes();
    await run.clock.pass(64 * 8 * 1000);
    expect(run.heard.length).toBeGreaterThan(heard + 100);
    await run.until('it is as big as before', () => pods.size < 70 && sizes().join() === before.join(), 10);
    expect(lookUps.size).toBeLessThan(70);
    await run.until('all is answered for', () => allAnswered(run), 10);
    expect(run.conditions('shop/deployment/storefront')).toBe('clean');
    expect(run.warned).toEqual([]);
  });

  test('tells a second run how it stands by now: policy, outage, and what was done', async () => {
    const first = await watching();
    const { demo, clock } = first;
    await first.byHand('shop/deployment/catalog', 'scaledown');
    await first.until('Xray is away', () => first.engine.getState().newsFaults.size > 0);
    await first.finish();
    const second = await watching({ clock, demo });
    const state = second.engine.getState();
    expect(state.policy).not.toBe(demo.policy);
    expect([...state.newsFaults.keys()]).toEqual(['xray']);
    expect(second.row('shop/deployment/catalog').workload).toMatchObject({ pods: 0, acted: { by: 'you' } });
    expect([...state.acting.history.records.values()].map(({ outcome }) => outcome)).toEqual([
      'effective',
      'effective',
    ]);
    expect(await second.restore('shop/deployment/catalog')).toMatchObject({ end: 'effective' });
  });

  test('goes on though what it is about was stopped or deleted', async () => {
    const run = await watching();
    await run.byHand('shop/deployment/storefront', 'scaledown');
    await run.byHand('staging/deployment/beta', 'delete');
    await run.byHand('shop/deployment/cart', 'delete');
    await run.until('it begins again', () => run.seconds() > 3 * minute, 4 * minute);
    expect(run.row('shop/deployment/storefront').workload).toMatchObject({ pods: 0, acted: { by: 'you' } });
    expect(run.has('staging/deployment/beta')).toBe(false);
    expect(run.engine.getState().newsFaults.size).toBe(0);
  });

  test('takes another policy while it goes on, and keeps it where it makes its own stricter', async () => {
    const run = await watching();
    const { license } = run.demo.policy;
    run.demo.changePolicy((policy) => ({ ...policy, security: { ...policy.security, minSeverity: 'Medium' } }));
    const policy = () => run.engine.getState().policy;
    await run.until('it is in force', () => policy().security.minSeverity === 'Medium', 1);
    await run.until('it is made stricter', () => policy().license.gracePeriod !== license.gracePeriod);
    expect(policy().security.minSeverity).toBe('Medium');
  });

  test('has nothing done by the policy while Xray is away', async () => {
    const { demo, clock, engine, until, finish } = await watching();
    await until('Xray is away', () => engine.getState().newsFaults.size > 0);
    await finish();
    const acting = await watching({ clock, demo, byPolicy: 'none' });
    expect(acting.conditions('shop/deployment/catalog')).toBe('unknown');
    expect(acting.engine.getState().newsFaults.size).toBe(1);
    await acting.until('Xray is back', () => acting.engine.getState().newsFaults.size === 0);
    const { history } = acting.engine.getState().acting;
    expect([...history.records.values()].filter(({ order }) => order.by === 'policy')).toEqual([]);
    await acting.until('acts follow', () => [...history.records.values()].some(({ order }) => order.by === 'policy'));
  });
});
