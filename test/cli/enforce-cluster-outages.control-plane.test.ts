// An API server that stops, forgets, refuses and breaks off while the policy is carried out: no wrong act, whatever was
// missed, and all caught up afterwards. A control plane of its own, behind a proxy that fails.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { eventually } from '../control-plane/eventually.ts';
import { type FaultyProxy, startFaultyProxy } from '../control-plane/faulty-proxy.ts';
import { kubeconfigText } from '../control-plane/kubeconfig.ts';
import type { Stored } from '../control-plane/requests.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { anImage, anIssue, aViolation } from '../xray-server/builders.ts';
import { type ActingShop, anActingShop, stopping } from './acting-shop.ts';
import { untilAsked } from './asked-about.ts';
import { listenTo, type RunningEnforce } from './running-enforce.ts';

type Deployment = Stored & { readonly spec: { readonly replicas: number } };

/** Clean, until Xray says something else. */
const turning = anImage({ path: 'turning/1', issues: [] });
const watches = /watch=|sendInitialEvents/;

withControlPlane('an API server that fails', (_, binaries) => {
  let plane: ControlPlane;
  let proxy: FaultyProxy;
  let shop: ActingShop;
  let enforce: RunningEnforce;

  beforeAll(async () => {
    plane = await startControlPlane({ binaries, env: process.env });
    proxy = await startFaultyProxy(plane.access);
    shop = await anActingShop(plane, 'outages', { images: [turning] });
    shop.writePolicy(stopping);
    const { apps } = shop;
    await shop.apply(
      ...['kept', 'deleted', 'fixed', 'anew'].map((name) => apps('Deployment', name, shop.runningImage(turning))),
      apps('Deployment', 'good', shop.running('good')),
    );
    const files = { kubeconfig: kubeconfigText(proxy.access, { namespace: shop.namespace }) };
    enforce = listenTo(shop.start('enforce --confirm --poll-interval 1s', { files }));
    await untilAsked(shop.server, { turning });
  });
  afterAll(async () => {
    await enforce.stop();
    await proxy.close();
    await shop.server.stop();
    await plane.stop();
  });

  const add = async (name: string, image: 'bad' | 'good') =>
    plane.apply([shop.apps('Deployment', name, shop.running(image))]);
  const deployments = async () => (await shop.list('apps/v1 deployments')) as readonly Deployment[];
  const stopped = async () =>
    (await deployments()).flatMap(({ spec, metadata }) => (spec.replicas === 0 ? [metadata.name] : [])).toSorted();

  /** Exactly these; an act that could not be tried is tried again after a minute. */
  const allStopped = async (names: readonly string[]) => {
    const wanted = names.toSorted();
    const look = async () => (await stopped()).join() === wanted.join();
    await eventually('all that is condemned is stopped', look, { deadline: 120_000, interval: 250 }).catch(() => {});
    expect(await stopped(), enforce.told()).toEqual(wanted);
  };

  test('is heard again after it was stopped and started', async () => {
    await plane.stopApiServer();
    await enforce.until('a stream is lost', ({ type }) => type === 'streamLost');
    await plane.startApiServer();
    await enforce.until('streams are restored', ({ type }) => type === 'streamRestored');
    await add('after-start', 'bad');
    await enforce.untilAct('deployment/after-start', 'effective');
    expect(await stopped()).toEqual(['after-start']);
  });

  test('that has compacted what was missed leads to no act on what is not as it was', async () => {
    const from = enforce.said().length;
    const lift = proxy.refuse(/^/, { status: 503 });
    proxy.reset();
    await enforce.until('a stream is lost', ({ type }) => type === 'streamLost', from);
    // What is known of the cluster is condemned now, and nothing can be done about it.
    shop.server.world.images = shop.server.world.images.map((one) =>
      one === turning ? { ...one, issues: [anIssue()] } : one,
    );
    shop.server.world.violations = [
      ...shop.server.world.violations,
      aViolation({ path: turning.path, created: new Date().toISOString() }),
    ];
    for (const name of ['deleted', 'anew']) await shop.remove(`apps/v1 deployments ${name}`);
    await eventually('both are gone', async () =>
      (await deployments()).every(({ metadata }) => !/^(deleted|anew)$/.test(metadata.name)),
    );
    await shop.apply(shop.apps('Deployment', 'anew', shop.running('good')));
    await shop.apply(shop.apps('Deployment', 'fixed', shop.running('good')));
    await add('missed', 'bad');
    const done = enforce.acts(from);
    expect(done.filter((act) => act.endsWith('accepted'))).toEqual([]);
    await plane.compactEtcd();
    await plane.restartApiServer();
    lift();
    await enforce.untilAct('deployment/missed', 'effective', from);
    // What is still as it was is tried again after a minute, which the next test waits for.
    expect((await stopped()).filter((name) => name !== 'kept')).toEqual(['after-start', 'missed']);
  }, 180_000);

  test('that breaks off, refuses and falls silent leads to no wrong act, and all is caught up', async () => {
    const from = enforce.said().length;
    const uids = { bad: new Set<string>(), good: new Set<string>() };
    const asked = (count: number) => (before: number) => proxy.asked.length >= before + count;
    const faults: readonly Chaos[] = [
      { begin: () => proxy.refuse(/^/, { status: 429, retryAfter: 1, times: 5 }), met: asked(5) },
      { begin: () => proxy.refuse(/^GET/, { status: 500, times: 10 }), met: asked(5) },
      { begin: () => proxy.reset(), met: asked(5) },
      { begin: () => proxy.cut('break', watches), met: asked(1) },
      { begin: () => proxy.cut('end', watches), met: asked(1) },
      { begin: () => proxy.silence(watches), met: () => true },
      { begin: () => proxy.hang(/^GET/), met: asked(1) },
      { begin: () => proxy.refuse(/watch=/, { status: 410, times: 20 }), met: asked(5) },
      // Done, and nobody hears of it.
      { begin: () => proxy.swallow(/^PATCH .*bad-8/), met: async () => (await stopped()).includes('bad-8') },
    ];
    for (const [round, { begin, met }] of faults.entries()) {
      const before = proxy.asked.length;
      const end = begin() ?? (() => {});
      for (const kind of ['bad', 'good'] as const) {
        const [made] = await add(`${kind}-${round}`, kind);
        if (made !== undefined) uids[kind].add(made.metadata.uid);
      }
      // Some go again while it is looked at.
      if (round % 3 === 0) await shop.remove(`apps/v1 deployments bad-${round}`);
      await eventually(`fault ${round} is met`, () => met(before), { deadline: 90_000 });
      end();
      proxy.reset();
    }
    const left = faults.flatMap((_one, round) => (round % 3 === 0 ? [] : [`bad-${round}`]));
    await allStopped(['after-start', 'kept', 'missed', ...left]);
    const acted = shop.journal().flatMap((line) => (line.type === 'Intended' ? [line.order.target.uid] : []));
    expect(acted.filter((uid) => uids.good.has(uid))).toEqual([]);
    expect(enforce.acts(from)).toEqual(
      expect.arrayContaining(left.map((name) => `deployment/${name} effective`)) as unknown,
    );
  }, 240_000);
});

interface Chaos {
  /** May give back what ends it. */
  readonly begin: () => (() => void) | void;
  /** Whether it has struck; `before` is how many requests there were. */
  readonly met: (before: number) => boolean | Promise<boolean>;
}
