// An Xray that is down, refuses or talks nonsense while the policy is carried out: what could not be asked is no reason to
// act, and what was missed is caught up as soon as it answers.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../control-plane/eventually.ts';
import type { Stored } from '../control-plane/requests.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { anImage, anIssue } from '../xray-server/builders.ts';
import type { Fault } from '../xray-server/faults.ts';
import { startXrayServer } from '../xray-server/server.ts';
import { type ActingShop, anActingShop } from './acting-shop.ts';
import { untilAsked } from './asked-about.ts';
import { ranThrough } from './ran-through.ts';
import { listenTo, type RunningEnforce } from './running-enforce.ts';
import { token } from './stand-in.ts';

interface Deployment {
  readonly spec: { readonly replicas: number };
}

/** Clean, until it is said that they are not. */
const many = Array.from({ length: 20 }, (_, index) => anImage({ path: `many-${index}/1`, issues: [] }));
const imagesByPath = Object.fromEntries(many.map((image) => [image.path, image]));
const wrong = 'a-token-that-nobody-knows';
/** What is unscanned is condemned too: could not ask is neither. */
const strict = `
scanPolicy:
  unscanned: { default: scaledown, gracePeriod: 0s }
  security: { default: scaledown }
limits: { actionsPerMinute: 1000, shareOfWorkloads: 100% }
`;

withControlPlane('an Xray that fails', (plane) => {
  let shop: ActingShop;
  const stopped = async () => {
    const all = (await shop.list('apps/v1 deployments')) as readonly (Deployment & Stored)[];
    return all.flatMap(({ spec, metadata }) => (spec.replicas === 0 ? [metadata.name] : [])).toSorted();
  };

  beforeAll(async () => {
    shop = await anActingShop(plane, 'xray-outages', { images: many });
    const { apps } = shop;
    await shop.apply(
      apps('Deployment', 'bad', shop.running('bad')),
      apps('Deployment', 'never', shop.running('never')),
      apps('Deployment', 'good', shop.running('good')),
      ...many.map((image, index) => apps('Deployment', `many-${index}`, shop.runningImage(image))),
    );
    shop.writePolicy(strict);
  });
  afterAll(async () => shop.end());

  describe('from the beginning, is no reason to act', () => {
    const faults: readonly (readonly [when: string, fault: Fault, cause: string])[] = [
      ['credentials are refused', { status: 401 }, 'unauthorized'],
      ['the right is missing', { status: 403 }, 'forbidden'],
      ['nothing is found', { status: 404 }, 'notXray'],
      ['it fails', { status: 500 }, 'badAnswer'],
      ['it is starting', { status: 503 }, 'unreachable'],
      ['it answers with a web page', { kind: 'html' }, 'notXray'],
      ['it answers with a text', { kind: 'bareString' }, 'badAnswer'],
      ['bodies end in the middle', { kind: 'halfBody' }, 'badAnswer'],
      ['connections are reset', { kind: 'reset' }, 'unreachable'],
    ];
    for (const [when, fault, cause] of faults) {
      test(`where ${when} (${cause})`, async () => {
        shop.server.fault(fault);
        const ended = await ranThrough(shop.start('enforce --once --confirm'));
        shop.server.clearFaults();
        expect(ended.acts).toEqual([]);
        // A cron job must not read that as done.
        expect(ended.code).toBe(1);
        expect(ended.stderr).toContain(`23 unknown; ${cause} (23 images)`);
        expect(shop.journal()).toEqual([]);
      });
    }
  });

  describe('while it runs', () => {
    let enforce: RunningEnforce;
    beforeAll(async () => {
      shop.server.clearRequests();
      // The credentials are wrong, until the file says otherwise.
      writeFileSync(join(shop.home, 'token'), wrong);
      const words = `enforce --confirm --max-age 8s --poll-interval 3s --xray-token-file ${join(shop.home, 'token')}`;
      enforce = listenTo(shop.start(words, { env: { JF_ACCESS_TOKEN: '' }, secrets: [wrong, token] }));
      await enforce.until('it is refused', ({ type, message }) => type === 'newsLost' && /401/.test(message ?? ''));
    });
    afterAll(async () => {
      expect((await enforce.stop()).code).toBe(0);
    });

    test('it is asked again as soon as the token is mended', async () => {
      expect(await stopped()).toEqual([]);
      writeFileSync(join(shop.home, 'token'), token);
      await enforce.untilAct('deployment/bad', 'effective');
      await enforce.untilAct('deployment/never', 'effective');
      expect(await stopped()).toEqual(['bad', 'never']);
    });

    test('that it has forgotten what it had scanned condemns nothing', async () => {
      const { world } = shop.server;
      const { images } = world;
      await untilAsked(shop.server, imagesByPath);
      const from = enforce.said().length;
      world.images = [];
      shop.server.clearRequests();
      await untilAsked(shop.server, imagesByPath);
      world.images = images;
      await shop.apply(shop.apps('Deployment', 'next', shop.running('bad')));
      await enforce.untilAct('deployment/next', 'effective');
      expect(enforce.acts(from)).toEqual(['deployment/next accepted', 'deployment/next effective']);
    });

    test('it is asked by one probe while it is down, and what is new is acted upon as soon as it answers', async () => {
      const { world, url, fault, clearRequests, stop } = shop.server;
      const from = enforce.said().length;
      fault({ status: 503 });
      clearRequests();
      condemn(3);
      await shop.apply(shop.apps('Deployment', 'late', shop.running('worse')));
      const one = () =>
        asked(shop).length > 3 &&
        asked(shop)
          .slice(-2)
          .every(({ length }) => length === 1);
      await eventually('one image is asked about at a time', one, { deadline: 60_000 });
      expect(asked(shop).length).toBeLessThan(many.length);
      await stop();
      await shop.apply(shop.apps('Deployment', 'later', shop.running('bad')));
      expect(enforce.acts(from).filter((act) => act.endsWith('accepted'))).toEqual([]);
      const again = await startXrayServer({ world, port: Number(new URL(url).port) });
      for (const name of ['late', 'later', 'many-0', 'many-1', 'many-2']) {
        await enforce.untilAct(`deployment/${name}`, 'effective');
      }
      expect(await stopped()).toEqual(['bad', 'late', 'later', 'many-0', 'many-1', 'many-2', 'never', 'next']);
      await enforce.stop();
      await again.stop();
    });
  });

  /** So many of the many have a High issue from now on. */
  function condemn(count: number): void {
    const { world } = shop.server;
    const chosen = new Set(many.slice(0, count));
    world.images = world.images.map((one) => (chosen.has(one) ? { ...one, issues: [anIssue()] } : one));
  }
});

/** The checksums of each question for summaries. */
function asked({ server }: ActingShop): readonly (readonly string[])[] {
  const questions = server.requests.filter(({ path }) => path.endsWith('/summary/artifact'));
  return questions.map(({ body }) => (JSON.parse(body) as { checksums: readonly string[] }).checksums);
}
