// How the live screen takes the terminal and gives it back, however it ends, and what --readonly leaves of its keys.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withControlPlane } from '../control-plane/shared.ts';
import { keys } from '../support/pseudo-terminal.ts';
import type { ActingShop } from './acting-shop.ts';
import { aShopToWatch, isSane, type Watched, watchShop } from './watching.ts';

withControlPlane('watch and the terminal', (plane) => {
  let shop: ActingShop;
  beforeAll(async () => {
    shop = await aShopToWatch(plane, 'watch-endings');
  });
  afterAll(async () => shop.end());

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

  test('with --readonly nothing can be done', async () => {
    const watch = watchShop(plane, shop, 'watch --readonly');
    await watch.shows('steady', 'read-only');
    await watch.filter('doomed-one');
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
});
