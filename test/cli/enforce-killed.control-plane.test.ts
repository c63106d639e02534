// Killed as a machine dies, at each point of an act: a proxy before the API server holds the call, or its answer, while the
// program is killed. Nothing that `restore` needs may be lost, and what comes after must know what was done.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ActionRecordItem, ActionRecordList } from '../../src/core/history.ts';
import { eventually } from '../control-plane/eventually.ts';
import { startFaultyProxy } from '../control-plane/faulty-proxy.ts';
import { kubeconfigText } from '../control-plane/kubeconfig.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { type ActingShop, anActingShop } from './acting-shop.ts';
import { ranThrough } from './ran-through.ts';
import { listenTo } from './running-enforce.ts';
import type { CliOptions } from './run-cli.ts';

interface Deployment {
  readonly spec: { readonly replicas: number };
}

type Action = 'scaledown' | 'delete';
/** When it is killed: nothing is written, it is written and not done, it is done and that is not written. */
type Point = 'before' | 'between' | 'after';

const points: readonly Point[] = ['before', 'between', 'after'];

withControlPlane('killed while it acts', (plane) => {
  let shop: ActingShop;
  const homes = mkdtempSync(join(tmpdir(), 'kubectl-xray-killed-'));

  beforeAll(async () => {
    shop = await anActingShop(plane, 'killed');
    const names = (['scaledown', 'delete'] as const).flatMap((action) =>
      points.flatMap((point) => [`${action}-${point}-run`, `${action}-${point}-restore`]),
    );
    await shop.apply(...names.map((name) => shop.apps('Deployment', name, shop.running('bad'), { replicas: 2 })));
  });
  afterAll(async () => {
    await shop.end();
    rmSync(homes, { recursive: true, force: true });
  });

  const get = async (name: string) => (await shop.get(`apps/v1 deployments ${name}`)) as Deployment | undefined;
  /** Each workload has a machine of its own, on which nothing else was done. */
  const machineOf = (name: string, action: Action, kubeconfig?: string): CliOptions => ({
    env: { KUBECTL_XRAY_HOME: join(homes, name) },
    files: {
      kubeconfig: kubeconfig ?? plane.kubeconfig({ namespace: shop.namespace }),
      'policy.yaml': `scanPolicy: { security: { default: ${action} } }\n`,
    },
  });
  const enforce = (name: string, words: string) =>
    `enforce --confirm --policy policy.yaml -l app=${name} ${words}`.trim();

  /** Gives back what the journal has of it at the moment of the kill. */
  async function killedAt(point: Point, action: Action, name: string): Promise<readonly string[]> {
    const proxy = await startFaultyProxy(plane.access);
    const review = /\/selfsubjectaccessreviews/;
    const call = new RegExp(`^${action === 'delete' ? 'DELETE' : 'PATCH'} .*/deployments/${name}\\b`);
    if (point === 'after') proxy.swallow(call);
    else proxy.hang(point === 'before' ? review : call);
    const kubeconfig = kubeconfigText(proxy.access, { namespace: shop.namespace });
    const enforcing = listenTo(shop.start(enforce(name, ''), machineOf(name, action, kubeconfig)));
    try {
      await eventually(`it is held ${point} the act`, async () => {
        if (point !== 'after') return proxy.asked.some((one) => (point === 'before' ? review : call).test(one));
        const now = await get(name);
        return action === 'delete' ? now === undefined : now?.spec.replicas === 0;
      });
    } finally {
      const { stderr, stdout } = await enforcing.stop('SIGKILL');
      expect(`${stdout}${stderr}`).not.toContain('error');
      await proxy.close();
    }
    expect(enforcing.acts()).toEqual([]);
    return shop.journal(join(homes, name)).map(({ type }) => type);
  }

  async function historyOf(name: string, action: Action): Promise<readonly ActionRecordItem[]> {
    const ended = await shop.run(`history deployment/${name} -o json`, machineOf(name, action));
    return (JSON.parse(ended.stdout) as ActionRecordList).items;
  }

  async function restored(name: string, action: Action, before: Deployment | undefined): Promise<void> {
    const back = await shop.run(`restore deployment/${name} --yes`, machineOf(name, action));
    expect(back).toMatchObject({ code: 0, stdout: `deployment/${name} restored\n` });
    expect((await get(name))?.spec).toEqual(before?.spec);
    expect((await historyOf(name, action)).at(-1)).toMatchObject({ action: 'restore', outcome: 'effective' });
  }

  for (const action of ['scaledown', 'delete'] as const) {
    describe(action, () => {
      for (const point of points) {
        test(`killed ${point}: the next run does what is left to do, and restore brings it back`, async () => {
          const name = `${action}-${point}-run`;
          const before = await get(name);
          expect(await killedAt(point, action, name)).toEqual(point === 'before' ? [] : ['Intended']);

          const next = await ranThrough(shop.start(enforce(name, '--once'), machineOf(name, action)));
          expect(next.code).toBe(0);
          expect(next.accepted).toEqual(point === 'after' ? [] : [`deployment/${name}`]);
          expect((await get(name))?.spec.replicas).toBe(action === 'delete' ? undefined : 0);
          expect((await historyOf(name, action)).map((one) => one.outcome)).toEqual(
            { before: ['effective'], between: ['intended', 'effective'], after: ['effective'] }[point],
          );

          await restored(name, action, before);
        });

        test(`killed ${point}: restore alone does the right thing`, async () => {
          const name = `${action}-${point}-restore`;
          const before = await get(name);
          await killedAt(point, action, name);
          if (point === 'after') return restored(name, action, before);
          const nothing = await shop.run(`restore deployment/${name} --yes`, machineOf(name, action));
          expect(nothing.code).toBe(1);
          expect(nothing.stderr).toContain('error: nothing to restore of ');
          expect(nothing.stderr).toMatch(
            point === 'before' ? /nothing is known to have been done/ : /did not come about|is not as it was left/,
          );
          expect(await get(name)).toEqual(before);
        });
      }
    });
  }
});
