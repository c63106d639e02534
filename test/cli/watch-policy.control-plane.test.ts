// What is written into the policy from the live screen, and how it is carried out from there.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withControlPlane } from '../control-plane/shared.ts';
import { keys } from '../support/pseudo-terminal.ts';
import { type ActingShop, anActingShop } from './acting-shop.ts';
import { condemning, reaches, replicasOf, type Watched, watchShop } from './watching.ts';

withControlPlane('watch and the policy', (plane) => {
  let shop: ActingShop;
  let watch: Watched;
  beforeAll(async () => {
    shop = await anActingShop(plane, 'watch-policy');
    shop.writePolicy(`# of the shop\n${condemning}`);
    await shop.apply(
      shop.apps('Deployment', 'excused', shop.running('bad')),
      shop.apps('Deployment', 'condemned', shop.running('bad'), { replicas: 2 }),
    );
    watch = watchShop(plane, shop, 'watch');
    await watch.shows(/excused .* security /, /condemned .* security /);
  });
  afterAll(async () => {
    await watch.close();
    await shop.end();
  });

  test('an exception, with its reason and its end; comments are kept', async () => {
    await watch.filter('excused');
    await watch.showsNot('condemned');
    watch.press('i');
    await watch.shows('Ignore on 1 workload');
    watch.press(`${keys.tab}not reached by anybody${keys.tab}30d`);
    await watch.shows('not reached by anybody', '30d');
    await watch.choose('Ignore');
    await watch.shows(/excused .*\[security\]/);
    expect(shop.readPolicy()).toMatch(/^# of the shop\n[^]*excused[^]*not reached by anybody/);
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
    await reaches(shop, 'condemned', 0);
    expect(await replicasOf(shop, 'excused')).toBe(1);
    watch.press('E');
    await watch.shows('enforcement off');
  });

  test('the whitelist of a condition', async () => {
    watch.press('w');
    await watch.shows(`Whitelist namespace ${shop.namespace}`);
    await watch.choose('Whitelist');
    await watch.shows(/condemned .*\[security\]/);
    expect(shop.readPolicy()).toMatch(new RegExp(`^# of the shop\\n[^]*whitelist[^]*${shop.namespace}`, 'i'));
  });
});
