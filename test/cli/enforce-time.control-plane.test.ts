// Time passes: a grace period goes on while nobody watches, and an exception ends at midnight, UTC, while one does.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { eventually } from '../control-plane/eventually.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { aStatus, anImage } from '../xray-server/builders.ts';
import type { StoredImage } from '../xray-server/data.ts';
import { type ActingShop, anActingShop } from './acting-shop.ts';
import { listenTo } from './running-enforce.ts';
import { images } from './stand-in.ts';

const seconds = 1000;
/** Xray has not come to it yet; then it has, and it is clean. */
const justPushed = anImage({ path: 'pushed/1', scan: 'unknown', status: aStatus('NOT_SCANNED') });
const scannedNow = anImage({ path: 'pushed/1', issues: [] });

withControlPlane('time passes', (plane) => {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-clock-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const inAShop = async (run: (shop: ActingShop) => Promise<void>, more: readonly StoredImage[] = []) => {
    const shop = await anActingShop(plane, 'time', { images: more });
    try {
      await run(shop);
    } finally {
      await shop.end();
    }
  };
  /** Environment in which the program's clock is ahead of ours. */
  const ahead = (milliseconds: number): Readonly<Record<string, string>> => {
    const preload = join(folder, 'ahead.mjs');
    writeFileSync(preload, `const now = Date.now; Date.now = () => now() + Number(process.env.AHEAD);`);
    return { NODE_OPTIONS: `--import=${preload}`, AHEAD: String(milliseconds) };
  };

  describe('while enforce runs or not', () => {
    test.concurrent('a grace period runs from the first sight on, which a restart does not forget', () =>
      inAShop(async (shop) => {
        const grace = 6 * seconds;
        shop.writePolicy(policyWith('gracePeriod: 6s'));
        await shop.apply(shop.apps('Deployment', 'cart', shop.running('bad')));
        const first = await listenTo(shop.start('enforce --confirm')).begun();
        const seen = await eventually('its first sight is kept', () => firstSightIn(shop.home, images.bad.digest));
        expect(await first.stop()).toMatchObject({ code: 0, stdout: '' });
        const second = await listenTo(shop.start('enforce --confirm')).begun();
        const restarted = Date.now();
        const { at } = await second.untilAct('deployment/cart', 'accepted');
        const waited = Date.parse(at) - seen;
        expect(waited).toBeGreaterThanOrEqual(grace);
        expect(Date.parse(at)).toBeLessThan(restarted + grace);
        expect(await second.stop()).toMatchObject({ code: 0 });
      }));

    test.concurrent('an exception that ends at midnight begins a grace period then', () =>
      inAShop(async (shop) => {
        await shop.apply(
          shop.apps('Deployment', 'excepted', shop.running('bad')),
          shop.apps('Deployment', 'cart', shop.running('worse')),
        );
        const day = 24 * 60 * 60 * seconds;
        const midnight = (Math.floor(Date.now() / day) + 1) * day;
        const today = new Date(midnight - 1).toISOString().slice(0, 10);
        const policy = policyWith('gracePeriod: 1s');
        shop.writePolicy(
          `${policy}exceptions: [{ condition: security, workloads: ["*/excepted"], until: ${today} }]\n`,
        );
        const env = ahead(midnight - 8 * seconds - Date.now());
        const enforce = await listenTo(shop.start('enforce --confirm', { env })).begun();
        const [cart, excepted] = [
          await enforce.untilAct('deployment/cart', 'accepted'),
          await enforce.untilAct('deployment/excepted', 'accepted'),
        ];
        expect(Date.parse(cart.at)).toBeLessThan(midnight);
        expect(Date.parse(excepted.at)).toBeGreaterThanOrEqual(midnight + seconds);
        expect(Date.parse(excepted.at)).toBeLessThan(midnight + 20 * seconds);
        expect(await enforce.stop()).toMatchObject({ code: 0 });
      }));
    test.concurrent('what nobody has scanned is asked about once more when its grace period ends', () =>
      inAShop(
        async (shop) => {
          const unscanned = `scanPolicy: { unscanned: { default: scaledown, gracePeriod: 4s } }\n`;
          shop.writePolicy(`${unscanned}limits: { actionsPerMinute: 100, shareOfWorkloads: 100% }\n`);
          await shop.apply(
            shop.apps('Deployment', 'never', shop.running('never')),
            shop.apps('Deployment', 'pushed', shop.runningImage(justPushed)),
          );
          const enforce = await listenTo(shop.start('enforce --confirm')).begun();
          const seen = await eventually('its first sight is kept', () => firstSightIn(shop.home, justPushed.digest));
          const { world } = shop.server;
          world.images = world.images.map((one) => (one.digest === justPushed.digest ? scannedNow : one));
          const { at } = await enforce.untilAct('deployment/never', 'effective');
          expect(Date.parse(at)).toBeGreaterThanOrEqual(seen + 4 * seconds);
          await enforce.untilAct('deployment/pushed', 'notNeeded');
          const status = await shop.run('status deployment/pushed -o json');
          expect(JSON.parse(status.stdout)).toMatchObject({
            items: [{ workload: { replicas: { desired: 1 } }, settled: true, conditions: [], acted: null }],
          });
          expect(await enforce.stop()).toMatchObject({ code: 0 });
        },
        [justPushed],
      ));
  });
});

function policyWith(security: string): string {
  return `
scanPolicy:
  security: { default: scaledown, ${security} }
limits: { actionsPerMinute: 100, shareOfWorkloads: 100% }
`;
}

/** Ms since the epoch, as the memory of the only cluster of that home has it. */
function firstSightIn(home: string, digest: string): number | undefined {
  const state = join(home, 'state');
  const cluster = readdirSync(state).find((name) => name.startsWith('cluster-')) ?? '';
  const memory = JSON.parse(readFileSync(join(state, cluster, 'memory.json'), 'utf8')) as {
    images: Readonly<Record<string, { seen?: Readonly<Record<string, unknown>> }>>;
  };
  const [at] = Object.keys(memory.images[digest]?.seen ?? {});
  return at === undefined ? undefined : Number(at);
}
