// One sitting before the live screen of the built program, in a real terminal, on the real API server: each test goes on where
// the one before has left it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withControlPlane } from '../control-plane/shared.ts';
import { keys } from '../support/pseudo-terminal.ts';
import type { ActingShop } from './acting-shop.ts';
import { aShopToWatch, isSane, reaches, replicasOf, type Watched, watchShop } from './watching.ts';

withControlPlane('watch', (plane) => {
  let shop: ActingShop;
  let watch: Watched;
  beforeAll(async () => {
    shop = await aShopToWatch(plane, 'watch');
    watch = watchShop(plane, shop, 'watch');
  });
  afterAll(async () => {
    await watch.close();
    await shop.end();
  });

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
    expect(await replicasOf(shop, 'crooked')).toBe(2);
    watch.press('s');
    await watch.agree();
    await reaches(shop, 'crooked', 0);
    await watch.shows(/1 of 1 ended[^]*done/);
    watch.press(keys.escape);
  });

  test('undone: the replicas are back', async () => {
    await watch.showsNot(/esc closes/);
    watch.press('u');
    await watch.agree();
    await reaches(shop, 'crooked', 2);
    await shop.runPods();
    await watch.shows(/1 of 1 ended[^]*done/);
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
    expect(await replicasOf(shop, 'doomed-one')).toBe(2);
    watch.press('2');
    watch.press(keys.enter);
    await Promise.all([reaches(shop, 'doomed-one', undefined), reaches(shop, 'doomed-two', undefined)]);
    await watch.shows(/2 of 2 ended[^]*done[^]*done/);
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
    await Promise.all([reaches(shop, 'doomed-one', 2), reaches(shop, 'doomed-two', 3)]);
    await shop.runPods();
    await watch.shows(/2 of 2 ended[^]*done[^]*done/);
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

/** The first rows, wherever the cursor is. */
async function markTwo(watch: Watched): Promise<void> {
  watch.press('g ');
  await watch.shows(/^>\*/m);
  watch.press('j ');
  await watch.until('two marks', (screen) => screen.match(/^[> ]\*/gm)?.length === 2);
}
