// What a policy may do by itself: so many acts a day, then a pause that outlasts runs and machines; so many a minute; and
// nothing at all where much of what is known suddenly turns.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../control-plane/eventually.ts';
import { listObjects, type KubeObject } from '../control-plane/requests.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { anImage, anIssue, aViolation } from '../xray-server/builders.ts';
import { type ActingShop, anActingShop } from './acting-shop.ts';
import { untilAsked } from './asked-about.ts';
import { type RanThrough, ranThrough } from './ran-through.ts';
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
    return all.filter(({ spec }) => spec.replicas === 0).map(({ metadata }) => `deployment/${metadata.name}`);
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

  describe('500 condemned Deployments', () => {
    let shop: ActingShop;
    const elsewhere = mkdtempSync(join(tmpdir(), 'kubectl-xray-elsewhere-'));
    const onAnotherMachine = () => ({
      env: { KUBECTL_XRAY_HOME: elsewhere, KUBECTL_XRAY_POLICY: join(shop.home, 'config', 'policy.yaml') },
    });

    beforeAll(async () => {
      shop = await anActingShop(plane, 'limits');
      shop.writePolicy(noHurry);
      const names = Array.from({ length: 500 }, (_, index) => `app-${index}`);
      await create(
        shop,
        names.map((name) => shop.apps('Deployment', name, shop.running('bad'))),
      );
    });
    afterAll(async () => {
      await shop.end();
      rmSync(elsewhere, { recursive: true, force: true });
    });

    test('a tenth of them is stopped, and then it pauses', async () => {
      const { accepted, pauses } = await ranThrough(shop.start(once));
      expect(accepted).toHaveLength(50);
      expect(pauses).toEqual([
        'limits.shareOfWorkloads allows 50 acts a day, 50 are done, and 450 more workloads are due',
      ]);
      expect((await stopped(shop)).toSorted()).toEqual(accepted.toSorted());
      expect(intendedIn(shop)).toHaveLength(50);
    });

    test('two more runs, and a run on another machine, stop no more', async () => {
      for (const more of [undefined, undefined, onAnotherMachine()]) {
        const ended = await ranThrough(shop.start(once, more));
        expect(ended.accepted).toEqual([]);
        expect(`${ended.stdout}${ended.stderr}`).toContain('limits.shareOfWorkloads allows 50 acts a day');
      }
      expect(await stopped(shop)).toHaveLength(50);
      const again = await shop.run(once, onAnotherMachine());
      expect(again.stderr).toContain('go on with: kubectl xray enforce --confirm --resume');
      expect(await stopped(shop)).toHaveLength(50);
    });

    test('--resume counts anew, and pauses where the next tenth is done', async () => {
      const resumed = await ranThrough(shop.start(`${once} --resume`));
      expect(resumed.accepted).toHaveLength(50);
      expect(resumed.pauses).toHaveLength(1);
      expect(await stopped(shop)).toHaveLength(100);
      const after = await ranThrough(shop.start(once));
      expect(after.accepted).toEqual([]);
      expect(after.stderr).toContain('nothing is done by policy');
    });
  });

  describe('actionsPerMinute', () => {
    let shop: ActingShop;
    let run: Promise<RanThrough>;

    beforeAll(async () => {
      shop = await anActingShop(plane, 'slow');
      shop.writePolicy(`${stop}limits: { actionsPerMinute: 3, shareOfWorkloads: 100% }\n`);
      await create(
        shop,
        ['a', 'b', 'c', 'd', 'e'].map((name) => shop.apps('Deployment', name, shop.running('bad'))),
      );
      // It takes its minute beside the other tests.
      run = ranThrough(shop.start(once));
    });
    afterAll(async () => shop.end());

    describe('60 of 100 known images turn', () => {
      const names = Array.from({ length: 100 }, (_, index) => `app-${index}`);
      const clean = names.map((name) => anImage({ path: `${name}/1`, issues: [] }));
      let turning: ActingShop;

      beforeAll(async () => {
        turning = await anActingShop(plane, 'breaker', { images: clean, world: { violations: [] } });
        turning.writePolicy(noHurry);
        const { apps, runningImage } = turning;
        await turning.apply(...clean.map((one, index) => apps('Deployment', `app-${index}`, runningImage(one))));
      });
      afterAll(async () => turning.end());

      test('nothing is stopped: it pauses', async () => {
        const enforcing = listenTo(turning.start('enforce --confirm --poll-interval 1s'));
        await untilAsked(turning.server, Object.fromEntries(clean.map((one) => [one.path, one])));
        turn(turning, clean);
        const { reason, message } = await enforcing.until('a pause', ({ type }) => type === 'paused');
        expect(reason).toBe('breaker');
        expect(message).toBe('60 of 100 known images turned condemned or unscanned within an hour');
        expect((await enforcing.stop()).code).toBe(0);
        expect(enforcing.acts()).toEqual([]);
        expect(await stopped(turning)).toEqual([]);
      });

      test('the pause outlasts the run', async () => {
        const ended = await ranThrough(turning.start(once));
        expect(ended.stderr).toContain('paused:  since');
        expect(ended.said).toEqual([]);
        expect(await stopped(turning)).toEqual([]);
      });

      test('--resume lets go, within the limits', async () => {
        const ended = await ranThrough(turning.start(`${once} --resume`));
        expect(ended.accepted).toHaveLength(10);
        expect(ended.pauses).toEqual([expect.stringContaining('limits.shareOfWorkloads allows 10 acts a day')]);
        expect(await stopped(turning)).toHaveLength(10);
      });
    });

    test('so many begin within any minute, and the rest after it', async () => {
      expect((await run).code).toBe(0);
      const times = intendedIn(shop).map(({ at }) => Date.parse(at));
      expect(times).toHaveLength(5);
      const [first = 0, , third = 0, fourth = 0, fifth = 0] = times;
      expect(third - first).toBeLessThan(60_000);
      expect(fourth - first).toBeGreaterThanOrEqual(60_000);
      expect(fifth - (times[1] ?? 0)).toBeGreaterThanOrEqual(60_000);
    });
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
