// The live screen of the built program, in a real terminal, on the real API server.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../control-plane/eventually.ts';
import type { Stored } from '../control-plane/requests.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { keys } from '../support/pseudo-terminal.ts';
import { type ActingShop, anActingShop } from './acting-shop.ts';
import { type Watched, watchShop } from './watching.ts';

/** Condemned, and nobody carries it out. */
const policy = `
scanPolicy:
  security: { default: scaledown }
`;

withControlPlane('watch', (plane) => {
  let shop: ActingShop;
  const deployment = async (name: string) =>
    (await shop.get(`apps/v1 deployments ${name}`)) as (Stored & { spec: { replicas: number } }) | undefined;
  /** Undefined: until it is gone. */
  const reaches = async (name: string, wanted: number | undefined) =>
    eventually(`${name} has ${wanted} replicas`, async () => (await deployment(name))?.spec.replicas === wanted, {
      deadline: 30_000,
    });

  beforeAll(async () => {
    shop = await anActingShop(plane, 'watch');
    shop.writePolicy(policy);
    const { apps } = shop;
    await shop.apply(
      apps('Deployment', 'steady', shop.running('good')),
      apps('Deployment', 'doomed-one', shop.running('bad'), { replicas: 2 }),
      apps('Deployment', 'doomed-two', shop.running('bad'), { replicas: 3 }),
    );
  });
  afterAll(async () => shop.end());

  describe('in one sitting', () => {
    let watch: Watched;
    beforeAll(() => {
      watch = watchShop(plane, shop, 'watch');
    });
    afterAll(async () => watch.close());

    test('what runs is shown, and by what it is judged', async () => {
      await watch.shows('steady', 'doomed-one', 'doomed-two', 'clean', 'security', shop.namespace);
      expect([watch.isAlternate(), watch.isCursorShown()]).toEqual([true, false]);
    });

    test('a violation appears by itself', async () => {
      await watch.showsNot('crooked');
      await shop.apply(shop.apps('Deployment', 'crooked', shop.running('worse'), { replicas: 2 }));
      await watch.shows(/crooked .*security/);
    });

    test('a filter leaves what matches, and enter goes down to the finding', async () => {
      await watch.filter('crooked');
      await watch.showsNot('steady');
      expect(watch.chosen()).toContain('crooked');
      watch.press(keys.enter);
      await watch.shows(/^workloads > images of .*crooked/m, 'worse:1');
      watch.press(keys.enter);
      await watch.shows(/^workloads > images > findings of .*worse:1/m, /CVE-2026-0001/, 'minimist');
      watch.press(keys.enter);
      await watch.shows(/ > findings > /, 'minimist', /critical/i);
      for (const page of [/> findings of /, /> images of /, /^workloads \(/m]) {
        watch.press(keys.escape);
        await watch.shows(page);
      }
      await watch.shows('/crooked');
      await watch.showsNot('steady');
    });

    test('scaled down: a plan that is cancelled unless one moves, and then it is so in the API', async () => {
      watch.press('s');
      await watch.shows(/cancel/i, 'crooked');
      watch.press(keys.enter);
      await watch.showsNot(/cancel/i);
      expect((await deployment('crooked'))?.spec.replicas).toBe(2);
      watch.press('s');
      await watch.agree();
      await reaches('crooked', 0);
      await watch.shows(/done/);
      watch.press(keys.escape);
    });

    test('undone: the replicas are back', async () => {
      await watch.showsNot(/esc closes/);
      watch.press('u');
      await watch.agree();
      await reaches('crooked', 2);
      await shop.runPods();
      await watch.shows(/done/);
      watch.press(keys.escape);
      await watch.showsNot(/esc closes/);
      watch.press(keys.escape);
      await watch.shows('steady');
    });

    test('two are marked and deleted once their number is typed', async () => {
      await watch.filter('doomed');
      await watch.showsNot('steady');
      await markTwo(watch);
      watch.press(keys.control('d'));
      await watch.shows(/cancel/i, /type 2/i);
      watch.press(`${keys.tab}${keys.enter}`);
      await watch.shows(/type 2/i);
      expect((await deployment('doomed-one'))?.metadata.deletionTimestamp).toBeUndefined();
      watch.press('2');
      watch.press(keys.enter);
      await Promise.all([reaches('doomed-one', undefined), reaches('doomed-two', undefined)]);
      await watch.shows(/done[^]*done/);
      watch.press(keys.escape);
    });

    test('and restored from what was done', async () => {
      await watch.showsNot(/esc closes/);
      watch.press(`:actions${keys.enter}`);
      await watch.shows(/delete/, 'doomed-one', 'doomed-two');
      await watch.filter('doomed');
      await watch.showsNot('crooked');
      await markTwo(watch);
      watch.press('u');
      await watch.agree();
      await Promise.all([reaches('doomed-one', 2), reaches('doomed-two', 3)]);
      await shop.runPods();
      await watch.shows(/done[^]*done/);
      watch.press(keys.escape);
      await watch.showsNot(/esc closes/);
    });

    test('every size from 40 to 400 columns is drawn, again and again', async () => {
      watch.press(`:workloads${keys.enter}`);
      // The filter of before is there still.
      await watch.shows(/^workloads \(/m, '/doomed');
      watch.press(keys.escape);
      await watch.shows('steady');
      for (const [columns, rows] of [
        [40, 15],
        [400, 50],
        [40, 30],
        [200, 12],
        [120, 30],
      ] as const) {
        watch.resize(columns, rows);
        await watch.until(
          `drawn at ${columns}x${rows}`,
          (screen) => screen.split('\n').length < rows && /^>.*(steady|doomed|crooked)/m.test(screen),
        );
      }
      await watch.shows('steady', 'doomed-one', 'doomed-two', 'crooked', 'CONDITIONS');
    });

    test('`:q` ends it, and the terminal is as it was', async () => {
      watch.press(`:q${keys.enter}`);
      await watch.back(0);
      await isSane(watch);
    });
  });

  describe('however it ends, the terminal is as it was', () => {
    const ends: [name: string, end: (watch: Watched) => void, code: number][] = [
      ['SIGTERM', (watch) => watch.signal('SIGTERM'), 0],
      ['SIGHUP', (watch) => watch.signal('SIGHUP'), 0],
      ['SIGINT', (watch) => watch.signal('SIGINT'), 0],
      ['ctrl-c', (watch) => watch.press(keys.control('c')), 0],
      ['SIGTERM while a dialog is open', (watch) => (watch.press('s'), watch.signal('SIGTERM')), 0],
    ];
    for (const [name, end, code] of ends) {
      test(name, async () => {
        const watch = watchShop(plane, shop, 'watch');
        await watch.shows('steady');
        expect(watch.isAlternate()).toBe(true);
        end(watch);
        await watch.back(code);
        await isSane(watch);
        expect(watch.screen()).not.toContain('steady');
        await watch.close();
      });
    }

    test('wrong usage never takes it', async () => {
      const watch = watchShop(plane, shop, 'watch --no-such-flag');
      await watch.back(2);
      expect(watch.raw()).not.toContain('\u001B[?1049h');
      await watch.close();
    });

    test('stopped by the shell, it gives the terminal back, and draws all again when it goes on', async () => {
      const watch = watchShop(plane, shop, 'watch');
      await watch.shows('steady');
      watch.signal('SIGTSTP');
      await watch.back(148);
      await isSane(watch);
      // Of that the shell is told, which has the terminal meanwhile.
      watch.resize(40, 20);
      watch.press('fg\n');
      await watch.shows('steady', 'doomed-one', 'enter open…');
      expect([watch.isAlternate(), watch.isCursorShown()]).toEqual([true, false]);
      const before = watch.chosen();
      watch.press('j');
      await watch.until('keys count', () => watch.chosen() !== before);
      watch.signal('SIGTERM');
      await watch.back(0);
      await isSane(watch);
      await watch.close();
    });
  });

  describe('what is written into the policy from the screen', () => {
    let own: ActingShop;
    let watch: Watched;
    beforeAll(async () => {
      own = await anActingShop(plane, 'watch-policy');
      own.writePolicy(`# of the shop\n${policy}`);
      await own.apply(
        own.apps('Deployment', 'excused', own.running('bad')),
        own.apps('Deployment', 'condemned', own.running('bad'), { replicas: 2 }),
      );
      watch = watchShop(plane, own, 'watch');
      await watch.shows(/excused .* security /, /condemned .* security /);
    });
    afterAll(async () => {
      await watch.close();
      await own.end();
    });
    const replicas = async (name: string) =>
      ((await own.get(`apps/v1 deployments ${name}`)) as (Stored & { spec: { replicas: number } }) | undefined)?.spec
        .replicas;

    test('an exception, with its reason and its end; comments are kept', async () => {
      await watch.filter('excused');
      await watch.showsNot('condemned');
      watch.press('i');
      await watch.shows('Ignore on 1 workload');
      watch.press(`${keys.tab}not reached by anybody${keys.tab}30d`);
      await watch.shows('not reached by anybody', '30d');
      await watch.choose('Ignore');
      await watch.shows(/excused .*\[security\]/);
      expect(own.readPolicy()).toMatch(/^# of the shop\n[^]*excused[^]*not reached by anybody/);
      watch.press(keys.escape);
      await watch.shows(/condemned .* security /);
    });

    test('enforcement starts off, is switched on by a word, does what is due and no more, and ends', async () => {
      await watch.shows('enforcement off');
      watch.press('E');
      await watch.shows('type enforce', /limit/);
      watch.press(`enforc${keys.enter}`);
      await watch.shows('type enforce first');
      watch.press(`e${keys.enter}`);
      await watch.shows('ENFORCING');
      await eventually('it is stopped', async () => (await replicas('condemned')) === 0, { deadline: 60_000 });
      expect(await replicas('excused')).toBe(1);
      watch.press('E');
      await watch.shows('enforcement off');
    });

    test('the whitelist of a condition', async () => {
      watch.press('w');
      await watch.shows(`Whitelist namespace ${own.namespace}`);
      await watch.choose('Whitelist');
      await watch.shows(/condemned .*\[security\]/);
      expect(own.readPolicy()).toMatch(new RegExp(`^# of the shop\\n[^]*whitelist[^]*${own.namespace}`, 'i'));
    });
  });

  test('with --readonly nothing can be done', async () => {
    const watch = watchShop(plane, shop, 'watch --readonly');
    await watch.shows('steady', 'read-only');
    await watch.filter('crooked');
    const refused: [key: string, what: string][] = [
      ['s', 'scaling down'],
      [keys.control('d'), 'deleting'],
      ['u', 'undoing'],
      ['i', 'ignoring'],
      ['w', 'whitelisting'],
      ['E', 'enforcing'],
    ];
    for (const [key, what] of refused) {
      watch.press(key);
      await watch.shows(`${what} is refused: this screen was started with --readonly`);
      expect(watch.screen()).not.toMatch(/cancel/i);
    }
    await watch.close();
  });

  test('without a terminal it prints a line for each verdict that is not clean, and ends with 0 on SIGTERM', async () => {
    const { child, ended } = shop.start('watch');
    const out: string[] = [];
    child.stdout.on('data', (piece: Buffer) => out.push(piece.toString()));
    await eventually(
      'it tells of both',
      () => ['doomed-one', 'doomed-two'].every((name) => out.join('').includes(name)),
      {
        deadline: 30_000,
      },
    );
    child.kill('SIGTERM');
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    expect(stdout).not.toContain('\u001B');
    expect(stdout).not.toContain('steady');
    expect(stdout.split('\n').find((line) => line.includes('doomed-one'))).toMatch(/security/);
  });
});

/** The first rows, wherever the cursor is. */
async function markTwo(watch: Watched): Promise<void> {
  watch.press('g ');
  await watch.shows(/^>\*/m);
  watch.press('j ');
  await watch.until('two marks', (screen) => screen.match(/^[> ]\*/gm)?.length === 2);
}

async function isSane(watch: Watched): Promise<void> {
  expect([watch.isAlternate(), watch.isCursorShown()]).toEqual([false, true]);
  const modes = await watch.type('stty -a');
  for (const mode of ['icanon', 'echo', 'isig', 'icrnl', 'opost'])
    expect(modes).toMatch(new RegExp(`(?<![-\\w])${mode}\\b`));
}
