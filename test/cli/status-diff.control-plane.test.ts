// What has changed, as the built program tells it of a real cluster, run after run on one machine.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HistoryList } from '../../src/core/history-list.ts';
import { isVerdictChange } from '../../src/core/history-list.ts';
import { eventually } from '../control-plane/eventually.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { type ActingShop, anActingShop } from './acting-shop.ts';
import { workloadsIn } from './reports.ts';
import type { Ended } from './run-cli.ts';

withControlPlane('what has changed', (plane) => {
  let shop: ActingShop;
  const rows = ({ stdout }: Ended): string[][] =>
    stdout
      .trimEnd()
      .split('\n')
      .filter(Boolean)
      .map((row) => row.split(/ {3,}/));
  const diff = (more = ''): Promise<Ended> => shop.run(`status --diff --no-headers ${more}`.trim());

  beforeAll(async () => {
    shop = await anActingShop(plane, 'diff');
    const { apps } = shop;
    await shop.apply(apps('Deployment', 'cart', shop.running('good')), apps('Deployment', 'pay', shop.running('bad')));
  });
  afterAll(async () => shop?.end());

  test('a first run has nothing to compare with, and never passes for that', async () => {
    const first = await shop.run('status --fail-on new,security');
    expect(first.code).toBe(11);
    expect(first.stderr).toContain('--fail-on new: there is nothing to compare with: no earlier look at it is kept');
    const second = await diff('--fail-on new,security');
    expect([second.code, second.stdout]).toEqual([0, '']);
    expect(second.stderr).toMatch(/No change since \d{4}-\S+Z \(\d+s ago\)\n/);
  });
  test('a new image that is bad is new until somebody has looked', async () => {
    const before = await shop.run('status -o json');
    writeFileSync(join(shop.home, 'before.json'), before.stdout);
    await shop.apply(shop.apps('Deployment', 'cart', shop.running('worse')));
    const failed = await shop.run('status --fail-on new,security=critical');
    expect(failed.code).toBe(10);
    expect(failed.stderr).toMatch(/--fail-on: new since .*\/deployment\/cart security: \S+ \(Critical\)\n/);
    expect((await shop.run('status --fail-on new')).code).toBe(10);
    const [row = [], ...others] = rows(await diff());
    expect(row.slice(0, 4)).toEqual(['deployment/cart', 'worse', 'clean', 'security']);
    expect(row[5]).toMatch(/^new_image_.*worse/);
    expect(others).toEqual([]);
    expect((await shop.run('status --fail-on new,security')).code).toBe(0);
    const told = await shop.run(`status --diff=${join(shop.home, 'before.json')} -o name`);
    expect(told.stdout).toBe('deployment.apps/cart\n');
  });
  test('what is removed is gone, but not for a look at something else', async () => {
    await shop.remove('apps/v1 deployments pay');
    await eventually('it is gone', async () => (await shop.get('apps/v1 deployments pay')) === undefined);
    await shop.run('status deployment/cart');
    expect(rows(await diff()).map((row) => row.slice(0, 4))).toEqual([
      ['deployment/pay', 'gone', 'security', '<none>'],
    ]);
  });
  test('history tells of it, with which command saw it', async () => {
    const { stdout } = await shop.run('history -o json');
    const changes = (JSON.parse(stdout) as HistoryList).items.filter(isVerdictChange);
    expect(changes.map(({ workload, change, seenBy }) => [workload.name, change, seenBy])).toEqual([
      ['cart', 'worse', 'status'],
      ['pay', 'gone', 'status'],
    ]);
  });
  test('enforce writes down what it sees, too', async () => {
    await shop.apply(shop.apps('Deployment', 'till', shop.running('copyleft')));
    expect((await shop.run('enforce --once')).code).toBe(0);
    const told = await shop.run('history deployment/till --verdicts --no-headers');
    expect(rows(told).map((row) => [row[2], row[3], row[4]])).toEqual([['deployment/till', 'appeared', 'enforce']]);
    expect(rows(await diff()).map((row) => row.slice(0, 4))).toEqual([
      ['deployment/till', 'appeared', '<none>', 'license'],
    ]);
  });
  test('a grace period runs from the first look on, whoever looks', async () => {
    shop.writePolicy('scanPolicy: { security: { deployments: scaledown, gracePeriod: 24h } }\n');
    const until = async (): Promise<string | null | undefined> => {
      const { items } = workloadsIn(await shop.run('status deployment/cart -o json'));
      return items[0]?.decision.exempt?.until;
    };
    const first = await until();
    expect(Date.parse(first ?? '')).toBeGreaterThan(Date.now() + 23 * 60 * 60 * 1000);
    expect(await until()).toBe(first);
  });
});
