// What keeps a policy from acting, while it is being carried out: whitelists and exceptions of one condition, protection,
// owners elsewhere, a restore by hand, and whoever brings up again what was stopped. Each ends when its reason does.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../control-plane/eventually.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { aLicense, anImage, anIssue, aViolation } from '../xray-server/builders.ts';
import { type ActingShop, anActingShop } from './acting-shop.ts';
import { listenTo, type RunningEnforce } from './running-enforce.ts';
import { installation } from './stand-in.ts';

const cve = (number: number) => ({
  issue_id: `XRAY-${number}`,
  severity: 'Critical',
  cves: [{ cve: `CVE-2026-${number}` }],
});
const excepted = anImage({ path: 'excepted/1', issues: [anIssue(cve(7001))] });
const expired = anImage({ path: 'expired/1', issues: [anIssue(cve(7002))] });
const both = anImage({
  path: 'both-conditions/1',
  issues: [anIssue(cve(7003))],
  licenses: [aLicense({ name: 'GPL-3.0-only', components: ['npm://left-pad:1.0.0'] })],
});
const worseYet = anImage({ path: 'worse-yet/1', issues: [anIssue(cve(7004))] });

const rules = `
scanPolicy:
  security: { default: scaledown }
  license: { default: scaledown, whitelistNamespaces: "exempt-*" }
limits: { actionsPerMinute: 100, shareOfWorkloads: 100% }
`;
const exceptions = `
exceptions:
  - { cve: CVE-2026-7001, workloads: [deployment/excepted], until: 2199-12-31, reason: not reachable }
  - { cve: CVE-2026-7002, until: 2026-01-31, reason: not reachable }
`;

withControlPlane('enforce is kept from acting', (plane) => {
  let shop: ActingShop;
  let enforce: RunningEnforce;

  beforeAll(async () => {
    shop = await anActingShop(plane, 'exempt', {
      images: [excepted, expired, both, worseYet],
      world: {
        violations: [
          ...(installation().violations ?? []),
          aViolation({
            type: 'License',
            path: 'both-conditions/1',
            issueId: 'GPL-3.0-only',
            component: 'npm://left-pad:1.0.0',
          }),
        ],
      },
    });
    shop.writePolicy(`${rules}${exceptions}`);
    plane.writeKubeconfig(join(shop.home, 'kubeconfig'), { namespace: shop.namespace });
    const { apps } = shop;
    const { spec, ...nightly } = shop.cronJob('nightly', shop.running('bad'));
    const critical = { ...shop.running('bad'), priorityClassName: 'system-cluster-critical' };
    const argo = { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/argo' };
    const argoManaged = apps('Deployment', 'argo', shop.running('bad'));
    await shop.apply(
      apps('Deployment', 'licensed', shop.running('copyleft')),
      apps('Deployment', 'both', shop.runningImage(both)),
      apps('Deployment', 'excepted', shop.runningImage(excepted)),
      apps('Deployment', 'expired', shop.runningImage(expired)),
      apps('Deployment', 'protected', critical),
      { ...argoManaged, metadata: { ...argoManaged.metadata, annotations: argo } },
      apps('Deployment', 'held', shop.running('bad')),
      apps('Deployment', 'held-a-while', shop.running('bad')),
      apps('Deployment', 'scaled-up', shop.running('bad')),
      apps('Deployment', 'made-again', shop.running('bad')),
      { ...nightly, spec: { ...(spec as object), suspend: false } },
      shop.job('resumed', shop.running('bad')),
      // The share of workloads that may be acted upon in a day is of all that there are.
      ...Array.from({ length: 10 }, (_, index) =>
        apps('Deployment', `asleep-${index}`, shop.running('good'), { replicas: 0 }),
      ),
    );
    enforce = await listenTo(shop.start('enforce --confirm')).begun();
  });
  afterAll(async () => {
    await enforce?.stop();
    await shop?.end();
  });

  const kubectl = async (words: string) =>
    promisify(execFile)(plane.kubectlPath, words.split(' '), {
      env: { KUBECONFIG: join(shop.home, 'kubeconfig'), HOME: shop.home },
    });
  const replicasOf = async (name: string) => {
    const spec = (await shop.get(`apps/v1 deployments ${name}`))?.['spec'];
    return (spec as { replicas: number } | undefined)?.replicas;
  };
  const accepted = (from = 0): string[] =>
    enforce
      .acts(from)
      .filter((act) => /^deployment.* accepted$/.test(act))
      .map((act) => act.slice('deployment/'.length, -' accepted'.length))
      .toSorted();

  test('by a whitelist of one condition, an exception, a protecting class and an owner; not by an exception that is over', async () => {
    const stopped = ['both', 'expired', 'held', 'held-a-while', 'made-again', 'scaled-up'];
    for (const name of stopped) await enforce.untilAct(`deployment/${name}`, 'effective');
    for (const label of ['cronjob/nightly', 'job/resumed']) await enforce.untilAct(label, 'effective');
    expect(accepted()).toEqual(stopped);
    const { reason } = await enforce.untilAct('deployment/both', 'accepted');
    expect(reason).toContain('security (scanPolicy.security.default): CVE-2026-7003');
    const { stdout } = await shop.run('status -o json');
    const { items } = JSON.parse(stdout) as { items: { workload: { name: string }; decision: object }[] };
    const exempt = Object.fromEntries(items.map(({ workload, decision }) => [workload.name, decision]));
    expect(exempt).toMatchObject({
      licensed: { action: 'ignore', exempt: { by: 'whitelist', rule: 'scanPolicy.license.whitelistNamespaces' } },
      excepted: { action: 'ignore', exempt: { by: 'exception', until: '2199-12-31' } },
      protected: { action: 'ignore', exempt: { by: 'protect' } },
      argo: { action: 'ignore', exempt: { by: 'managed' } },
    });
  });

  describe('by what people did', () => {
    let from = 0;
    beforeAll(async () => {
      from = enforce.said().length;
      // All at once: what somebody does after an act is looked at only when the act's own news have surely come.
      const restored = await Promise.all(
        ['held --yes', 'held-a-while --hold 3s --yes'].map((words) => shop.run(`restore deployment/${words}`)),
      );
      expect(restored.map(({ code }) => code)).toEqual([0, 0]);
      expect(await replicasOf('held')).toBe(1);
      await kubectl('scale deployment/scaled-up --replicas=1');
      for (const what of ['cronjob/nightly', 'job/resumed'])
        await kubectl(`patch ${what} -p {"spec":{"suspend":false}}`);
      await shop.remove('apps/v1 deployments made-again');
      await eventually('it is gone', async () => (await shop.get('apps/v1 deployments made-again')) === undefined);
      await shop.apply(shop.apps('Deployment', 'made-again', shop.running('bad')));
    });
    const contested = async (name: string) =>
      enforce.until(`${name} is contested`, (line) => line.type === 'contested' && line.workload?.name === name, from);

    test('a workload that was brought up again, or made again under its name, is left alone, and it is said who did it', async () => {
      expect(await contested('scaled-up')).toMatchObject({ message: expect.stringContaining('by kubectl') as string });
      expect(await contested('made-again')).toMatchObject({
        message: expect.stringContaining('made again') as string,
      });
      expect(await contested('nightly')).toMatchObject({ message: expect.stringContaining('brought up') as string });
      expect(await contested('resumed')).toMatchObject({ message: expect.stringContaining('brought up') as string });
      expect(await replicasOf('scaled-up')).toBe(1);
      expect(await replicasOf('made-again')).toBe(1);
      expect((await shop.get('batch/v1 cronjobs nightly'))?.['spec']).toMatchObject({ suspend: false });
      expect((await shop.get('batch/v1 jobs resumed'))?.['spec']).toMatchObject({ suspend: false });
    });

    test('one that was restored is held, but not longer than was said', async () => {
      await enforce.untilAct('deployment/held-a-while', 'effective', from);
      expect(accepted(from)).toEqual(['held-a-while']);
      expect(await replicasOf('held')).toBe(1);
    });

    test('either way only as long as it runs what it was stopped for', async () => {
      for (const name of ['held', 'scaled-up']) {
        await kubectl(`set image deployment/${name} app=${shop.referenceTo(worseYet)}`);
      }
      await shop.runPods();
      for (const name of ['held', 'scaled-up']) await enforce.untilAct(`deployment/${name}`, 'effective', from);
      expect(accepted(from)).toEqual(['held', 'held-a-while', 'scaled-up']);
    });
  });

  describe('until the policy says otherwise', () => {
    test('an exception that is taken out, and onManaged: act', async () => {
      const from = enforce.said().length;
      shop.writePolicy(`${rules}onManaged: act\n`);
      for (const name of ['excepted', 'argo']) await enforce.untilAct(`deployment/${name}`, 'effective', from);
      expect(accepted(from)).toEqual(['argo', 'excepted']);
    });

    test('a protected namespace', async () => {
      const from = enforce.said().length;
      shop.writePolicy(`${rules}protect: { namespaces: [${shop.namespace}] }\n`);
      await enforce.until('the policy changed', ({ type }) => type === 'policyChanged', from);
      await shop.apply(shop.apps('Deployment', 'late', shop.running('bad')));
      const status = await shop.run('status deployment/late -o json');
      expect(JSON.parse(status.stdout)).toMatchObject({
        items: [
          { settled: true, decision: { action: 'ignore', exempt: { by: 'protect', rule: 'protect.namespaces' } } },
        ],
      });
      shop.writePolicy(rules);
      await enforce.untilAct('deployment/late', 'effective', from);
      expect(accepted(from)).toEqual(['late']);
      expect(await enforce.stop()).toMatchObject({ code: 0 });
    });
  });
});
