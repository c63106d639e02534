// Several `enforce` at once: on one machine they share a journal, from two machines they meet at the objects alone. In
// either case each workload is acted upon once, and the limits hold over all of them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../control-plane/eventually.ts';
import { type KubeObject, listObjects } from '../control-plane/requests.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { type ActingShop, anActingShop, stopping } from './acting-shop.ts';
import { listenTo, type RunningEnforce } from './running-enforce.ts';

const limited = `
scanPolicy:
  security: { default: scaledown }
limits: { actionsPerMinute: 100, shareOfWorkloads: 25% }
`;

withControlPlane('two enforce at once', (plane) => {
  const homes: string[] = [];
  afterAll(() => homes.forEach((home) => rmSync(home, { recursive: true, force: true })));

  /** Another machine: a home of its own with the same policy. */
  const anotherHome = (policy: string): string => {
    const home = mkdtempSync(join(tmpdir(), 'kubectl-xray-other-'));
    homes.push(home);
    mkdirSync(join(home, 'config'));
    writeFileSync(join(home, 'config', 'policy.yaml'), policy);
    return home;
  };

  for (const machines of ['one machine', 'two machines'] as const) {
    describe(`on ${machines}`, () => {
      let shop: ActingShop;
      let other = '';
      let both: readonly RunningEnforce[] = [];

      beforeEach(async () => {
        shop = await anActingShop(plane, 'once');
      });
      afterEach(async () => {
        await Promise.all(both.map((one) => one.stop()));
        await shop?.end();
      });

      const startBoth = async (policy: string): Promise<void> => {
        shop.writePolicy(policy);
        other = machines === 'one machine' ? shop.home : anotherHome(policy);
        const started = [shop.home, other].map((home) => {
          return listenTo(shop.start('enforce --confirm', { env: { KUBECTL_XRAY_HOME: home } })).begun();
        });
        both = await Promise.all(started);
      };
      const stopBoth = async (): Promise<void> => {
        for (const one of await Promise.all(both.map((running) => running.stop()))) expect(one.code).toBe(0);
      };
      /** Of every journal there is, by workload: what came of what was written down as intended. */
      const outcomes = (): Record<string, string[]> => {
        const lines = [...new Set([shop.home, other])].flatMap((home) => shop.journal(home));
        const intended = lines.filter((line) => line.type === 'Intended');
        const ended = new Map(
          lines.flatMap((line) => (line.type === 'Ended' ? [[line.id, line.outcome] as const] : [])),
        );
        const byName = Map.groupBy(intended, ({ order }) => order.target.name);
        return Object.fromEntries(
          [...byName].map(([name, all]) => [name, all.map(({ order }) => ended.get(order.id) ?? 'intended')]),
        );
      };
      const deployments = async () =>
        listObjects<Scaled>(plane, `/apis/apps/v1/namespaces/${shop.namespace}/deployments`);
      const eventsOn = async (): Promise<string[]> => {
        const path = `/apis/events.k8s.io/v1/namespaces/${shop.namespace}/events`;
        const events = await listObjects<Told>(plane, path);
        return events
          .filter((one) => one.reportingController === 'kubectl-xray')
          .map((one) => one.regarding?.name ?? '')
          .toSorted();
      };
      const stopped = async (): Promise<string[]> =>
        (await deployments()).filter(({ spec }) => spec?.replicas === 0).map(({ metadata }) => metadata.name);

      test('each workload is acted upon once: one patch, one line, one Event', async () => {
        await startBoth(stopping);
        const names = ['a', 'b', 'c', 'd', 'e', 'f'].map((one) => `shared-${one}`);
        await shop.apply(...names.map((name) => shop.apps('Deployment', name, shop.running('bad'))));
        await eventually('all are stopped, for all to see', () => {
          const effective = Object.values(outcomes())
            .flat()
            .filter((one) => one === 'effective');
          return effective.length === names.length;
        });
        await stopBoth();
        // Who comes second to an object is told so by the server, or sees it before.
        const came = names.map((name) => outcomes()[name]?.filter((one) => one !== 'failed'));
        expect(came).toEqual(names.map(() => ['effective']));
        if (machines === 'one machine') expect(Object.values(outcomes()).flat()).not.toContain('failed');
        expect(await eventsOn()).toEqual(names);
        // Made, then scaled, and nothing else: each change of the spec is a generation.
        const generations = (await deployments()).map(({ metadata }) => (metadata as Counted).generation);
        expect(generations).toEqual(names.map(() => 2));
      });

      test('the limits hold over both, and both are paused', async () => {
        const names = Array.from({ length: 12 }, (_, index) => `limited-${index}`);
        await shop.apply(...names.map((name) => shop.apps('Deployment', name, shop.running('bad'))));
        await startBoth(limited);
        await Promise.all(both.map((one) => one.until('paused', ({ type }) => type === 'paused')));
        await stopBoth();
        expect(await stopped()).toHaveLength(3);
      });
    });
  }
});

interface Scaled extends KubeObject {
  readonly spec?: { readonly replicas?: number };
}

interface Counted {
  readonly generation?: number;
}

interface Told extends KubeObject {
  readonly reportingController?: string;
  readonly regarding?: { readonly name: string };
}
