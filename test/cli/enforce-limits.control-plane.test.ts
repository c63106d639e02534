// What a policy may do by itself: so many acts a day, then a pause that outlasts runs and machines; so many a minute; and
// nothing at all where much of what is known suddenly turns.
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { eventually } from '../control-plane/eventually.ts';
import { listObjects, type KubeObject } from '../control-plane/requests.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { anImage, anIssue, aViolation } from '../xray-server/builders.ts';
import { type ActingShop, anActingShop } from './acting-shop.ts';
import { untilAsked } from './asked-about.ts';
import { ranThrough } from './ran-through.ts';
import { listenTo } from './running-enforce.ts';

interface Deployment extends KubeObject {
  readonly spec: { readonly replicas: number };
  readonly status: { readonly observedGeneration?: number };
}

const once = 'enforce --once --confirm';
const stop = 'scanPolicy: { security: { default: scaledown } }\n';
/** Of shareOfWorkloads a tenth, as it is where nothing is said. */
const noHurry = `${stop}limits: { actionsPerMinute: 100000 }\n`;

withControlPlane('limits of what a policy does by itself', (plane) => {
  const stopped = async ({ namespace }: ActingShop): Promise<readonly string[]> => {
    const all = await listObjects<Deployment>(plane, `/apis/apps/v1/namespaces/${namespace}/deployments`);
    return all
      .filter(({ spec }) => spec.replicas === 0)
      .map(({ metadata }) => `deployment/${metadata.name}`)
      .toSorted();
  };
  const shops: ActingShop[] = [];
  afterAll(async () => Promise.all(shops.map((shop) => shop.end())));

  const aShop = async (name: string, policy: string, more?: Parameters<typeof anActingShop>[2]) => {
    const shop = await anActingShop(plane, name, more);
    shops.push(shop);
    shop.writePolicy(policy);
    return shop;
  };
  /** Many at once, and nobody waits for their pods: what runs is known by the reference. */
  const create = async ({ namespace }: ActingShop, objects: readonly KubeObject[]): Promise<void> => {
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    await Promise.all(objects.map((one) => plane.request('POST', path, one)));
    const seen = async () => {
      const all = await listObjects<Deployment>(plane, path);
      return all.every(({ status }) => (status.observedGeneration ?? 0) > 0);
    };
    await eventually('the controllers have seen them all', seen, { deadline: 90_000, interval: 500 });
  };

  test.concurrent('of 500 condemned Deployments a tenth is stopped, and no more until --resume', async () => {
    const shop = await aShop('limits', noHurry);
    await create(
      shop,
      Array.from({ length: 500 }, (_, index) => shop.apps('Deployment', `app-${index}`, shop.running('bad'))),
    );
    const first = await ranThrough(shop.start(once));
    expect(first.accepted).toHaveLength(50);
    expect(first.pauses).toEqual([
      'limits.shareOfWorkloads allows 50 acts a day, 50 are done, and 450 more workloads are due',
    ]);
    expect(await stopped(shop)).toEqual(first.accepted.toSorted());
    expect(intendedIn(shop)).toHaveLength(50);

    const elsewhere = {
      env: {
        KUBECTL_XRAY_HOME: shop.another('machine'),
        KUBECTL_XRAY_POLICY: join(shop.home, 'config', 'policy.yaml'),
      },
    };
    for (const more of [undefined, undefined, elsewhere]) {
      const ended = await ranThrough(shop.start(once, more));
      expect(ended.accepted).toEqual([]);
      expect(`${ended.stdout}${ended.stderr}`).toContain('limits.shareOfWorkloads allows 50 acts a day');
    }
    const paused = await shop.run(once, elsewhere);
    expect(paused.stderr).toContain('go on with: kubectl xray enforce --confirm --resume');
    expect(await stopped(shop)).toHaveLength(50);

    const resumed = await ranThrough(shop.start(`${once} --resume`));
    expect(resumed.accepted).toHaveLength(50);
    expect(resumed.pauses).toHaveLength(1);
    const after = await ranThrough(shop.start(once));
    expect(after.accepted).toEqual([]);
    expect(after.stderr).toContain('nothing is done by policy');
    expect(await stopped(shop)).toHaveLength(100);
  });

  test.concurrent('actionsPerMinute: so many begin within any minute, and the rest after it', async () => {
    const shop = await aShop('slow', `${stop}limits: { actionsPerMinute: 3, shareOfWorkloads: 100% }\n`);
    await create(
      shop,
      ['a', 'b', 'c', 'd', 'e'].map((name) => shop.apps('Deployment', name, shop.running('bad'))),
    );
    expect(await ranThrough(shop.start(once))).toMatchObject({ code: 0, pauses: [] });
    const times = intendedIn(shop).map(({ at }) => Date.parse(at));
    expect(times).toHaveLength(5);
    const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0] = times;
    expect(third - first).toBeLessThan(60_000);
    expect(fourth - first).toBeGreaterThanOrEqual(60_000);
    expect(fifth - second).toBeGreaterThanOrEqual(60_000);
  });

  test.concurrent('where 60 of 100 known images turn nothing is stopped, until --resume lets go', async () => {
    const clean = Array.from({ length: 100 }, (_, index) => anImage({ path: `app-${index}/1`, issues: [] }));
    const shop = await aShop('breaker', noHurry, { images: clean, world: { violations: [] } });
    await create(
      shop,
      clean.map((one, index) => shop.apps('Deployment', `app-${index}`, shop.runningImage(one))),
    );
    const enforcing = listenTo(shop.start('enforce --confirm --poll-interval 1s'));
    await untilAsked(shop.server, Object.fromEntries(clean.map((one) => [one.path, one])));
    turn(shop, clean);
    const { reason, message } = await enforcing.until('a pause', ({ type }) => type === 'paused');
    // The answers may come in more than one batch, and ten are enough.
    expect([reason, message]).toEqual([
      'breaker',
      expect.stringMatching(/^[1-6]\d of 100 known images turned condemned or unscanned within an hour$/),
    ]);
    expect((await enforcing.stop()).code).toBe(0);
    expect(enforcing.acts()).toEqual([]);

    const later = await ranThrough(shop.start(once));
    expect(later.stderr).toContain('paused:  since');
    expect(later.said).toEqual([]);
    expect(await stopped(shop)).toEqual([]);

    const resumed = await ranThrough(shop.start(`${once} --resume`));
    expect(resumed.accepted).toHaveLength(10);
    expect(resumed.pauses).toEqual([expect.stringContaining('limits.shareOfWorkloads allows 10 acts a day')]);
    expect(await stopped(shop)).toHaveLength(10);
  });
});

/** 60 of them have a High issue now, and a violation says so. */
function turn({ server }: ActingShop, clean: readonly ReturnType<typeof anImage>[]): void {
  const bad = clean.slice(0, 60);
  server.world.images = clean.map((one) => (bad.includes(one) ? { ...one, issues: [anIssue()] } : one));
  const created = new Date().toISOString();
  server.world.violations = bad.map(({ path }) => aViolation({ path, created }));
}

function intendedIn(shop: ActingShop) {
  return shop.journal().filter(({ type }) => type === 'Intended');
}
