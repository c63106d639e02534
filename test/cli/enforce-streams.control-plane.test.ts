// The four streams of news, each through the built program: one thing changes, and the right workloads, and only those,
// are asked about again and acted upon. One `enforce` hears all of them, as it would in a day.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../control-plane/eventually.ts';
import { listObjects } from '../control-plane/requests.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { aPayload, anAlert, anImpacted } from '../xray/webhook-payloads.ts';
import { aLicense, anImage, anIssue, aPolicy, aViolation, aWatch } from '../xray-server/builders.ts';
import type { StoredImage } from '../xray-server/data.ts';
import { askedAbout, untilAsked } from './asked-about.ts';
import { type ActingShop, anActingShop } from './acting-shop.ts';
import { listenTo, type RunningEnforce } from './running-enforce.ts';

const severe = [anIssue({ issue_id: 'XRAY-9', severity: 'Critical' })];
const of = (severity: string) => [anIssue({ severity })];

const shown = {
  bystander: anImage({ path: 'bystander/1', issues: [] }),
  upgraded: anImage({ path: 'upgraded/1', issues: [] }),
  polled: anImage({ path: 'polled/1', issues: [] }),
  hooked: anImage({ path: 'hooked/1', issues: [] }),
  mild: anImage({ path: 'mild/1', issues: of('Medium') }),
  slight: anImage({ path: 'slight/1', issues: of('Low') }),
  team: anImage({ repo: 'team-local', path: 'team/1', issues: [], licenses: [aLicense({ name: 'GPL-3.0-only' })] }),
  late: anImage({ repo: 'late-local', path: 'late/1', issues: [], licenses: [aLicense({ name: 'GPL-3.0-only' })] }),
} as const;
const later = {
  fresh: anImage({ path: 'fresh-and-bad/1' }),
  broken: anImage({ path: 'upgraded/2', issues: severe }),
  fixed: anImage({ path: 'upgraded/3', issues: [] }),
  other: anImage({ path: 'other/1', issues: of('Medium') }),
} as const;
const all = { ...shown, ...later };
type Name = keyof typeof all;
const names = Object.keys(all) as Name[];

const policyWith = (security: string) => `
scanPolicy:
  security: { default: scaledown, ${security} }
  license: { default: scaledown }
limits: { actionsPerMinute: 100, shareOfWorkloads: 100% }
`;
const secret = 'the-token-of-the-webhook';

withControlPlane('enforce hears', (plane) => {
  let shop: ActingShop;
  let enforce: RunningEnforce;
  let webhook = '';

  beforeAll(async () => {
    shop = await anActingShop(plane, 'streams', {
      images: Object.values(all),
      world: {
        repositories: ['docker-local', 'team-local', 'late-local'].map((key) => {
          return { key, type: 'LOCAL', packageType: 'Docker' };
        }),
        policies: [aPolicy(), aPolicy({ type: 'license' }), aPolicy({ type: 'license', name: 'team-policy' })],
        watches: [aWatch(), watchOver('team-local', 'watch-team')],
        violations: [aViolation({ path: 'slight/1', severity: 'Low' })],
      },
    });
    shop.writePolicy(policyWith('minSeverity: high'));
    writeFileSync(join(shop.home, 'token'), secret, { mode: 0o600 });
    writeFileSync(join(shop.home, 'config', 'config.yaml'), 'listen: { tokenFile: ../token }\n');
    await shop.apply(...Object.keys(shown).map((name) => deployment(name, all[name as Name])));
    const words = 'enforce --confirm --poll-interval 1s --webhook-listen 127.0.0.1:0';
    enforce = await listenTo(shop.start(words, { secrets: [secret] })).begun();
    webhook = await eventually('webhooks are listened for', () => /listened for on (\S+)/.exec(enforce.stderr())?.[1]);
    await untilAsked(shop.server, shown);
    await eventually('each kind of news was heard once', () => {
      return ['violations', 'watches', 'policies'].every((kind) => shop.server.count(new RegExp(`/${kind}$`)) > 0);
    });
  });
  afterAll(async () => {
    await enforce?.stop();
    await shop?.end();
  });

  const deployment = (name: string, image: StoredImage) => shop.apps('Deployment', name, shop.runningImage(image));
  const replicasOf = async (name: string): Promise<number | undefined> => {
    const found = (await shop.get(`apps/v1 deployments ${name}`)) as { spec: { replicas: number } } | undefined;
    return found?.spec.replicas;
  };
  /** What changes in Xray's world of one image. */
  const nowHas = (image: StoredImage, change: Partial<StoredImage>): void => {
    const { world } = shop.server;
    world.images = world.images.map((one) => (one.digest === image.digest ? { ...one, ...change } : one));
  };
  /** One thing changes; the deployment, and no other, is stopped, and nothing was asked about but these images. */
  const stops = async (name: string, images: readonly Name[], change: () => Promise<void> | void): Promise<void> => {
    const from = enforce.said().length;
    shop.server.clearRequests();
    await change();
    const act = await enforce.untilAct(`deployment/${name}`, 'effective', from);
    expect(act).toMatchObject({ type: 'act', action: 'scaledown', undo: { grade: 'full' } });
    expect(enforce.acts(from)).toEqual([`deployment/${name} accepted`, `deployment/${name} effective`]);
    expect(await replicasOf(name)).toBe(0);
    const asked = askedAbout(shop.server, all) as Name[];
    expect(asked).toContain(images[0]);
    expect(asked.filter((one) => !images.includes(one))).toEqual([]);
  };
  const writePolicyByRename = (text: string): void => {
    const [path, beside] = ['policy.yaml', '.policy.yaml.swp'].map((name) => join(shop.home, 'config', name));
    writeFileSync(beside ?? '', text);
    renameSync(beside ?? '', path ?? '');
  };
  const untilPolicy = async (type: 'policyChanged' | 'policyRefused', change: () => void) => {
    const from = enforce.said().length;
    change();
    return enforce.until(type, (line) => line.type === type, from);
  };

  describe('of services', () => {
    test('a new Deployment with a condemned image is stopped', async () => {
      await stops('fresh', ['fresh'], () => shop.apply(deployment('fresh', later.fresh)));
    });

    test('an image that is upgraded to a condemned one is stopped', async () => {
      // Its old pod may still be there when it is looked at again.
      await stops('upgraded', ['broken', 'upgraded'], () => shop.apply(deployment('upgraded', later.broken)));
    });

    test('a fixed image is left alone, and is not contested', async () => {
      const from = enforce.said().length;
      shop.server.clearRequests();
      await shop.patch('apps/v1 deployments upgraded', {
        spec: { replicas: 1, template: { spec: shop.runningImage(later.fixed) } },
      });
      await shop.runPods();
      await untilAsked(shop.server, { fixed: later.fixed });
      const status = await shop.run('status deployment/upgraded -o json');
      expect(JSON.parse(status.stdout)).toMatchObject({
        items: [{ workload: { replicas: { desired: 1, ready: 1 } }, conditions: [], decision: { exempt: null } }],
      });
      expect(await replicasOf('upgraded')).toBe(1);
      expect(enforce.said().slice(from)).toEqual([]);
    });
  });

  describe('of findings', () => {
    test('one that a poll of violations tells of', async () => {
      await stops('polled', ['polled'], () => {
        nowHas(shown.polled, { issues: severe });
        const created = new Date().toISOString();
        const violation = aViolation({ path: 'polled/1', issueId: 'XRAY-9', severity: 'Critical', created });
        shop.server.world.violations = [...shop.server.world.violations, violation];
      });
    });

    test('a policy file edited in place, which asks nothing of Xray but about what it stops', async () => {
      expect(await replicasOf('mild')).toBe(1);
      await stops('mild', ['mild'], () => shop.writePolicy(policyWith('minSeverity: medium')));
    });

    test('one that a webhook hints at; without the token it is refused, and nothing is asked', async () => {
      const hint = aPayload({
        issues: [
          anAlert({
            impacted_artifacts: [anImpacted(shown.hooked.digest.slice(7), { path: 'default/docker-local/hooked/1/' })],
          }),
        ],
      });
      shop.server.world.webhooks = [
        { name: 'wrong', url: webhook, headers: { 'X-Auth-Token': 'guessed' } },
        { name: 'right', url: webhook, headers: { 'X-Auth-Token': secret } },
      ];
      nowHas(shown.hooked, { issues: severe });
      shop.server.clearRequests();
      expect(await shop.server.deliverWebhook('wrong', hint)).toBe(401);
      expect(askedAbout(shop.server, all)).toEqual([]);
      await stops('hooked', ['hooked'], async () => {
        expect(await shop.server.deliverWebhook('right', hint)).toBe(200);
      });
    });
  });

  describe('of policies', () => {
    test('a broken file, or none, leaves the last good one in force, and that is said', async () => {
      const refused = await untilPolicy('policyRefused', () => shop.writePolicy('scanPolicy: { security: [ }\n'));
      expect(refused.message).toContain('policy.yaml');
      const gone = await untilPolicy('policyRefused', () => rmSync(join(shop.home, 'config', 'policy.yaml')));
      expect(gone.message).toContain('is gone');
      await stops('other', ['other'], () => shop.apply(deployment('other', later.other)));
    });

    test('a policy file replaced by rename: the violations that it rests on are asked for, of all that runs', async () => {
      const gone: readonly Name[] = ['broken', 'upgraded'];
      const running = names.filter((name) => !gone.includes(name));
      await stops('slight', ['slight', ...running], () => {
        writePolicyByRename(policyWith('minSeverity: low, basis: violations'));
      });
      expect(askedAbout(shop.server, all)).toEqual(running.toSorted());
    });

    test('a policy of Xray’s is modified: what its watch covers is asked about, and nothing else', async () => {
      const { world } = shop.server;
      await stops('team', ['team'], () => {
        world.policies = world.policies.map((one) =>
          one['name'] === 'team-policy' ? { ...one, modified: new Date().toISOString() } : one,
        );
        world.violations = [...world.violations, licenseViolation('team-local', 'team/1', 'watch-team')];
      });
    });

    test('a watch of Xray’s is new: what it covers is asked about, and nothing else', async () => {
      const { world } = shop.server;
      await untilPolicy('policyChanged', () => shop.writePolicy(policyWith('minSeverity: medium, basis: violations')));
      await stops('late', ['late'], () => {
        world.watches = [...world.watches, watchOver('late-local', 'watch-late')];
        world.violations = [...world.violations, licenseViolation('late-local', 'late/1', 'watch-late')];
      });
    });
  });

  test('each was stopped once, what was fixed and what nothing was said of runs on, and the end is clean', async () => {
    const stopped = ['fresh', 'upgraded', 'polled', 'mild', 'hooked', 'other', 'slight', 'team', 'late'];
    expect(enforce.acts().filter((act) => act.endsWith('accepted'))).toEqual(
      stopped.map((name) => `deployment/${name} accepted`),
    );
    const deployments = await listObjects(plane, `/apis/apps/v1/namespaces/${shop.namespace}/deployments`);
    const marked = deployments.filter(({ metadata }) =>
      JSON.stringify(metadata['annotations']).includes('kubectl-xray'),
    );
    expect(marked.map(({ metadata }) => metadata.name).toSorted()).toEqual(stopped.toSorted());
    expect(await replicasOf('upgraded')).toBe(1);
    expect(await replicasOf('bystander')).toBe(1);
    expect(await enforce.stop()).toMatchObject({ code: 0, signal: null });
  });
});

function watchOver(repository: string, name: string) {
  return aWatch({ name, repositories: [repository], assigned_policies: [{ name: 'team-policy', type: 'license' }] });
}

/** As old as the artifact: no poll by time tells of it. */
function licenseViolation(repo: string, path: string, watch: string) {
  return aViolation({ type: 'License', repo, path, watch, issueId: 'GPL-3.0-only', policy: 'team-policy' });
}
