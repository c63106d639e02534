import { describe, expect, test } from 'vitest';
import { actionText } from '../../src/core/rows.ts';
import type { LivingRun } from './living-run.ts';
import { watching } from './living-run.ts';

const stopping: [name: string, conditions: string][] = [
  ['shop/deployment/catalog', 'security,license'],
  ['shop/statefulset/orders-db', 'security'],
  ['search/replicaset/indexer', 'security'],
  ['platform/daemonset/log-agent', 'security'],
  ['shop/cronjob/price-import', 'license'],
  ['payments/job/backfill', 'pending'],
];

describe('scaledown and restore by hand', () => {
  test.each(stopping)('stop %s and bring it back as it was', async (name, conditions) => {
    const run = await watching();
    const before = run.row(name).workload;
    await run.until('its answer', () => proven(run, name) === conditions, 2);

    expect(await run.byHand(name, 'scaledown')).toMatchObject({ end: 'effective' });
    const stopped = run.row(name).workload;
    expect(stopped).toMatchObject({ pods: 0, acted: { action: 'scaledown', by: 'you', automatic: false } });
    expect(actionText(run.row(name))).toBe('scaled-down');
    await run.until('its pods are gone', () => podsIn(run, name) === 0, 3);
    await run.until('it is judged as before', () => proven(run, name) === conditions, 2);

    expect(await run.restore(name)).toMatchObject({ end: 'effective' });
    await run.until('its pods are back', () => run.row(name).workload.pods === before.pods, 3);
    await run.until('they run', () => run.row(name).workload.replicas?.ready === before.replicas?.ready, 3);
    const after = run.row(name).workload;
    expect(after).toMatchObject({ acted: null, held: { by: 'you' }, replicas: before.replicas, uid: before.uid });
    await run.until('it is judged as before', () => proven(run, name) === conditions, 2);
  });

  test('stop an object of a custom kind by its /scale', async () => {
    const run = await watching();
    const name = 'payments/settlement.acme.example/month-end';
    expect(await run.byHand(name, 'scaledown')).toMatchObject({ end: 'effective' });
    await run.until('its pod is gone', () => !run.has(name) || podsIn(run, name) === 0, 3);
    const named = { namespace: 'payments', resource: 'settlements.acme.example', name: 'month-end' };
    expect(await run.demo.readNamed(named)).toMatchObject({ mark: { field: 'scale', previous: 1 } });
  });

  test('a webhook puts its sidecar into the new pods too, and a debug container stays behind', async () => {
    const run = await watching();
    const containers = (name: string) => run.row(name).workload.images.map(({ container }) => container);
    const [injected, debugged] = ['shop/deployment/storefront', 'staging/deployment/beta'];
    expect([containers(injected), containers(debugged)]).toEqual([
      ['storefront', 'mesh-proxy'],
      ['beta', 'debugger'],
    ]);
    for (const name of [injected, debugged]) {
      await run.byHand(name, 'scaledown');
      await run.restore(name);
      await run.until('it runs', () => run.row(name).workload.replicas?.ready !== 0, 3);
    }
    expect([containers(injected), containers(debugged)]).toEqual([['storefront', 'mesh-proxy'], ['beta']]);
  });

  test('what somebody stopped before can be restored, and is in the history', async () => {
    const run = await watching();
    const [record] = run.engine.getState().acting.history.records.values();
    expect(record).toMatchObject({ actor: 'ana', outcome: 'effective', order: { target: { name: 'gift-cards' } } });
    expect(await run.restore('shop/deployment/gift-cards')).toMatchObject({ end: 'effective' });
    await run.until('it runs', () => run.row('shop/deployment/gift-cards').workload.replicas?.ready === 3, 3);
    await run.until('it is judged', () => proven(run, 'shop/deployment/gift-cards') === 'security', 2);
  });
});

describe('delete and restore by hand', () => {
  const deletable = ['shop/deployment/catalog', 'staging/pod/load-test', 'shop/cronjob/price-import'];
  test.each(deletable)('make %s go, and come again with another uid', async (name) => {
    const run = await watching();
    const { uid, pods } = run.row(name).workload;
    const conditions = proven(run, name);
    expect(await run.byHand(name, 'delete')).toMatchObject({ end: 'effective' });
    expect(run.has(name)).toBe(false);
    expect([...run.engine.getState().objects.values()].filter((one) => one.owner?.uid === uid)).toEqual([]);

    expect(await run.restore(name)).toMatchObject({ end: 'effective' });
    await run.until(
      'it is as it was',
      () => run.row(name).workload.pods === pods && proven(run, name) === conditions,
      5,
    );
    expect(run.row(name).workload).toMatchObject({ held: { by: 'you' } });
    expect(run.row(name).workload.uid).not.toBe(uid);
  });

  test('bring a stopped one back stopped, and then up', async () => {
    const run = await watching();
    const name = 'shop/deployment/catalog';
    await run.byHand(name, 'scaledown');
    await run.byHand(name, 'delete');
    await run.restore(name);
    expect(run.row(name).workload).toMatchObject({ replicas: { desired: 0 }, acted: { previous: 3 } });
    await run.restore(name);
    await run.until('it runs', () => run.row(name).workload.replicas?.ready === 3, 3);
  });

  test('need not wait for what is on its way out', async () => {
    const run = await watching();
    const name = 'shop/deployment/invoices';
    const { uid } = run.row(name).workload;
    run.ask(name, 'delete');
    await run.until('it is being deleted', () => run.engine.getState().objects.get(uid)?.terminating === true, 2);
    await run.restore(name);
    expect(run.engine.getState().objects.has(uid)).toBe(false);
    await run.until('the new one runs', () => run.row(name).workload.replicas?.ready === 2, 5);
    await run.clock.pass(5000);
    expect(run.row(name).workload).toMatchObject({ pods: 2 });
    expect(run.engine.getState().objects.has(uid)).toBe(false);
  });
});

describe('what is refused', () => {
  test('a static pod, and scaling a bare pod', async () => {
    const run = await watching();
    const mirror = 'kube-system/pod/kube-apiserver-control-1';
    expect(await run.byHand(mirror, 'delete')).toMatchObject({ end: 'refused', message: /static pod/ });
    expect(await run.byHand('staging/pod/load-test', 'scaledown')).toMatchObject({ end: 'refused' });
    expect(run.has(mirror)).toBe(true);
  });

  test('loss of data, unless it is accepted', async () => {
    const run = await watching();
    const name = 'staging/statefulset/notebook';
    expect(await run.byHand(name, 'scaledown')).toMatchObject({ end: 'refused', message: /claims \(home\)/ });
    expect(run.row(name).workload.pods).toBe(1);
    await run.clock.pass(1000);
    expect(await run.byHand(name, 'scaledown', true)).toMatchObject({ end: 'effective' });
  });

  test('what is stopped already is not stopped again', async () => {
    const run = await watching();
    const { order } = await run.byHand('shop/deployment/catalog', 'scaledown');
    const again = await run.demo.acting.inspect({ ...order, id: 'again' }, new AbortController().signal);
    expect(again).toEqual({ is: 'done', says: 'deployment/catalog is stopped already: its replicas are 0' });
  });

  test('what has changed since it was read', async () => {
    const run = await watching();
    const { signal } = new AbortController();
    const { order } = await run.byHand('shop/deployment/catalog', 'scaledown');
    await run.restore('shop/deployment/catalog');
    const ready = await run.demo.acting.inspect({ ...order, id: 'next' }, signal);
    if (ready.is !== 'ready') throw new Error(ready.says);
    await run.byHand('shop/deployment/catalog', 'scaledown');
    const performed = await run.demo.acting.perform({ ...order, id: 'next' }, ready, { dryRun: false }, signal);
    expect(performed.is).toBe('conflict');
  });

  test('a dry run changes nothing', async () => {
    const run = await watching();
    const { signal } = new AbortController();
    const name = 'shop/deployment/catalog';
    const { order } = await run.byHand('shop/deployment/invoices', 'scaledown');
    for (const action of ['scaledown', 'delete'] as const) {
      const { uid } = run.row(name).workload;
      const dry = { ...order, action, target: { ...order.target, name: 'catalog', uid } };
      const ready = await run.demo.acting.inspect(dry, signal);
      if (ready.is !== 'ready') throw new Error(ready.says);
      expect(await run.demo.acting.perform(dry, ready, { dryRun: true }, signal)).toMatchObject({ is: 'accepted' });
    }
    await run.clock.pass(5000);
    expect(run.row(name).workload).toMatchObject({ pods: 3, acted: null });
  });
});

describe('by the policy', () => {
  test('acts are done within the limits, then it pauses', async () => {
    const run = await watching({ byPolicy: 'none' });
    const { acting } = run.engine.getState();
    await run.until('it pauses', () => acting.history.pause !== null, 300);
    const done = [...acting.history.records.values()].filter(({ order }) => order.by === 'policy');
    await run.until('all are effective', () => done.every(({ id }) => outcomeOf(run, id) === 'effective'), 10);
    expect(done.length).toBeGreaterThan(2);
    for (const { order } of done) {
      if (order.action === 'scaledown') expect(run.row(nameOf(order.target)).workload.pods).toBe(0);
      else expect(run.has(nameOf(order.target))).toBe(false);
    }
    expect(run.warned).toEqual([]);
  });
});

/** Whether or not it is exempt, as what was restored is. */
function proven({ conditions }: LivingRun, name: string): string {
  return conditions(name).replaceAll(/[[\]]/g, '');
}

function outcomeOf({ engine }: LivingRun, id: string): string | undefined {
  return engine.getState().acting.history.records.get(id)?.outcome;
}

function nameOf({ namespace, kind, name }: { namespace: string; kind: string; name: string }): string {
  return `${namespace}/${kind.toLowerCase()}/${name}`;
}

/** Those on their way out too. */
function podsIn({ engine, row }: LivingRun, name: string): number {
  const { uid } = row(name).workload;
  const { pods, objects } = engine.getState();
  const owners = new Set([uid, ...[...objects.values()].filter((one) => one.owner?.uid === uid).map((one) => one.uid)]);
  return [...pods.values()].filter((pod) => owners.has(pod.owner?.uid ?? '')).length;
}
