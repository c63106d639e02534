// `watch` of the built program where there is no terminal: lines, until it is stopped. It changes nothing.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Stored } from '../control-plane/requests.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { type ActingShop, anActingShop, stopping } from './acting-shop.ts';
import { listenTo, type RunningEnforce } from './running-enforce.ts';

withControlPlane('watch without a terminal', (plane) => {
  let shop: ActingShop;
  const replicas = async (name: string): Promise<unknown> =>
    ((await shop.get(`apps/v1 deployments ${name}`)) as (Stored & { spec: { replicas: number } }) | undefined)?.spec
      .replicas;

  beforeAll(async () => {
    shop = await anActingShop(plane, 'watch-lines');
    const { apps } = shop;
    shop.writePolicy(stopping);
    await shop.apply(
      apps('Deployment', 'bad', shop.running('bad'), { replicas: 2 }),
      apps('Deployment', 'good', shop.running('good')),
    );
  });
  afterAll(async () => shop.end());

  describe('wrong usage ends with 2', () => {
    const cases: [words: string, says: string][] = [
      ['watch -o wide', 'error: --output does not know "wide"'],
      ['watch --max-age 5ms', 'error: --max-age 5ms is no pace'],
      ['watch --confirm', 'error: unknown flag: --confirm'],
    ];
    for (const [words, says] of cases) {
      test(words, async () => {
        const ended = await shop.run(words);
        expect(ended).toMatchObject({ code: 2, stdout: '' });
        expect(ended.stderr).toContain(says);
      });
    }
    test('no Xray is configured', async () => {
      const ended = await shop.run('watch', { env: { JF_URL: '' } });
      expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('no Xray is configured') as string });
    });
  });

  describe('until it is stopped', () => {
    let watch: RunningEnforce;
    beforeAll(() => {
      watch = listenTo(shop.start('watch -o json --poll-interval 2s'));
    });
    afterAll(async () => void (await watch.stop('SIGKILL').catch(() => {})));
    const verdictOn = async (name: string, message: string, from = 0) =>
      watch.until(
        `${name} reads ${message}`,
        (line) => line.workload?.name === name && line.type === 'verdict' && line.message === message,
        from,
      );

    test('it says what it watches, and what is wrong', async () => {
      expect(await verdictOn('bad', 'security')).toMatchObject({
        action: 'scaledown',
        outcome: null,
        reason: 'security (scanPolicy.security.default): CVE-2026-0001 (High) in npm://minimist:1.2.5',
      });
      expect(watch.stderr()).toMatch(
        /^watching \S+, namespace \S+; Xray http\S+; policy \S+policy\.yaml, not carried out\n/,
      );
    });
    test('a new service is told when it comes', async () => {
      await shop.apply(shop.apps('Deployment', 'late', shop.running('worse')));
      expect(await verdictOn('late', 'security')).toMatchObject({ action: 'scaledown' });
    });
    test('what a saved policy makes of it is told', async () => {
      const from = watch.said().length;
      shop.writePolicy(`${stopping}exceptions:\n  - { cve: CVE-2026-0001, reason: test, by: ana }\n`);
      await watch.until('the policy has changed', ({ type }) => type === 'policyChanged', from);
      expect(await verdictOn('bad', '[security] (was security)', from)).toMatchObject({
        action: null,
        reason: 'exception',
      });
    });
    test('what others do is told', async () => {
      const from = watch.said().length;
      expect((await shop.run('scaledown deploy/good --yes')).code).toBe(0);
      await shop.apply();
      expect(await verdictOn('good', 'clean, stopped by us (was clean)', from)).toMatchObject({ action: null });
    });
    test('it has changed nothing, and ends with 0', async () => {
      expect((await watch.stop()).code).toBe(0);
      expect([await replicas('bad'), await replicas('late')]).toEqual([2, 1]);
      expect(shop.journal().flatMap((line) => ('order' in line ? [line.order.target.name] : []))).toEqual(['good']);
    });
  });
});
