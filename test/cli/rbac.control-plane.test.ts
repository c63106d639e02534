// Each command run by a user who has exactly the role that docs/rbac.md gives for it.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { User } from '../control-plane/access.ts';
import { eventually } from '../control-plane/eventually.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import type { Rule } from '../control-plane/users.ts';
import { type ActingShop, anActingShop } from './acting-shop.ts';
import { controlledBy, definition } from './objects.ts';
import { allowedBy, lackingOf, publishedObjects, publishedRole, refusedIn, without } from './published-roles.ts';
import { labelsIn, workloadsIn } from './reports.ts';
import type { Ended } from './run-cli.ts';

interface Workload {
  readonly metadata: { readonly uid: string };
  readonly spec: { readonly replicas?: number };
}

interface Line {
  readonly type: string;
  readonly outcome: string | null;
  readonly message: string | null;
}

const limits = 'limits: { actionsPerMinute: 100, shareOfWorkloads: 100% }';
const stops = `scanPolicy: { security: { deployments: scaledown, widgets.example.com: scaledown } }\n${limits}\n`;
const deletes = `scanPolicy: { security: { deployments: delete } }\n${limits}\n`;
const workloads = ['deployments', 'statefulsets', 'daemonsets', 'replicasets', 'jobs', 'cronjobs'];

withControlPlane('with the least rights', (plane) => {
  let shop: ActingShop;
  const { all: looking } = publishedRole('kubectl-xray-look');

  /** In the whole cluster, or in the shop's namespace alone. */
  const someone = (rules: readonly Rule[], where: 'cluster' | 'namespace' = 'cluster'): Promise<User> =>
    plane.addUser(where === 'cluster' ? { clusterRules: rules } : { rules, namespaces: [shop.namespace] });
  /** What he keeps on his machine is his own, unless he sits at another's. */
  const runAs = (user: User, words: string, machine = user.name): Promise<Ended> =>
    shop.run(`${words} -v 6`, {
      files: { kubeconfig: plane.kubeconfig({ user, namespace: shop.namespace }) },
      env: {
        KUBECTL_XRAY_HOME: shop.another(machine),
        KUBECTL_XRAY_POLICY: join(shop.home, 'config', 'policy.yaml'),
      },
      secrets: [user.token],
    });
  const deployment = async (name: string) => (await shop.get(`apps/v1 deployments ${name}`)) as Workload | undefined;
  const replicas = async (name: string) => (await deployment(name))?.spec.replicas;

  beforeAll(async () => {
    shop = await anActingShop(plane, 'rbac');
    shop.writePolicy(stops);
    const { apps } = shop;
    await shop.apply(
      apps('Deployment', 'bad', shop.running('bad')),
      apps('Deployment', 'cart', shop.running('good')),
      apps('Deployment', 'pay', shop.running('good')),
    );
  });
  afterAll(async () => shop?.end());

  test('every block of the page can be applied as it is, once its namespace is there', async () => {
    const objects = publishedObjects().map((one) =>
      one.metadata.namespace === undefined ? one : { ...one, metadata: { ...one.metadata, namespace: shop.namespace } },
    );
    const applied = await plane.apply(objects);
    expect(applied.map(({ metadata }) => metadata.name)).toEqual(objects.map(({ metadata }) => metadata.name));
    for (const { kind, metadata } of applied) {
      const plural = `${(kind ?? '').toLowerCase()}s`;
      const place = metadata.namespace === undefined ? plural : `namespaces/${metadata.namespace}/${plural}`;
      await plane.request('DELETE', `/apis/rbac.authorization.k8s.io/v1/${place}/${metadata.name}`);
    }
  });

  describe('looking', () => {
    const role = publishedRole('kubectl-xray-look');
    test('sees everything and asks for nothing that is refused', async () => {
      const ana = await someone(role.all);
      const ended = await runAs(ana, 'status -o json');
      expect([ended.code, refusedIn(ended)]).toEqual([0, []]);
      const list = workloadsIn(ended);
      expect(labelsIn(list)).toEqual(['deployment/bad', 'deployment/cart', 'deployment/pay']);
      expect(list.metadata.coverage.forbidden).toEqual([]);
      const explained = await runAs(ana, 'explain deployment/bad');
      expect([explained.code, refusedIn(explained)]).toEqual([0, []]);
      expect(explained.stdout).toContain('Action:      scaledown\n');
    });
    test('without what is optional reads the same, and names what it does not see', async () => {
      const ana = await someone(role.needed);
      const ended = await runAs(ana, 'status -o json');
      expect(ended.code).toBe(0);
      expect(labelsIn(workloadsIn(ended))).toEqual(['deployment/bad', 'deployment/cart', 'deployment/pay']);
      expect(lackingOf(role.all, role.needed)).toEqual(expect.arrayContaining([...refusedIn(ended)]) as string[]);
      const forbidden = workloadsIn(ended).metadata.coverage.forbidden.map(({ resource }) => resource.split('.')[0]);
      expect(forbidden).toEqual(
        expect.arrayContaining(['nodes', 'apiservices', 'customresourcedefinitions']) as string[],
      );
      const explained = await runAs(ana, 'explain deployment/bad');
      expect(explained.stdout).toMatch(/Protected: .*apiservices/s);
    });
    test('in one namespace misses what has no namespace, and says so', async () => {
      const ana = await someone(role.all, 'namespace');
      const ended = await runAs(ana, 'status -o json --fail-on unscanned');
      expect(ended.code).toBe(0);
      expect(labelsIn(workloadsIn(ended))).toEqual(['deployment/bad', 'deployment/cart', 'deployment/pay']);
      expect(refusedIn(ended)).toEqual([
        'get namespaces',
        'list apiservices',
        'list customresourcedefinitions',
        'list mutatingwebhookconfigurations',
        'list nodes',
        'list validatingwebhookconfigurations',
      ]);
    });
    test('without pods ends with 1 where nothing else may be read, and never calls anything clean', async () => {
      const ana = await someone(without(role.all, ['list', 'watch'], ['pods']));
      const ended = await runAs(ana, 'status -o json');
      expect(workloadsIn(ended).items.map(({ settled }) => settled)).toEqual([false, false, false]);
      expect(ended.stderr).toContain('forbidden: pods in ');
      expect((await runAs(ana, 'status --fail-on security')).code).toBe(11);
    });
  });

  describe('a dry run of the policy', () => {
    const role = publishedRole('kubectl-xray-enforce-dry');
    test('says what would be done and what that needs, and changes nothing', async () => {
      const ana = await someone(role.all);
      const ended = await runAs(ana, 'enforce --once');
      expect([ended.code, refusedIn(ended)]).toEqual([0, []]);
      expect(lines(ended)).toMatchObject([{ type: 'act', outcome: 'wouldAct' }]);
      expect(lines(ended)[0]?.message).toBe(
        `sets its replicas from 1 to 0; but you may not patch deployments.apps "bad" in namespace "${shop.namespace}"`,
      );
      expect(await replicas('bad')).toBe(1);
    });
    test('without watch and what is optional does too, and says first what it does not see', async () => {
      const rules = without(role.needed, ['watch'], []);
      const ana = await someone(rules);
      const ended = await runAs(ana, 'enforce --once');
      expect(ended.code).toBe(0);
      expect(lines(ended)).toMatchObject([{ type: 'readForbidden' }, { type: 'act', outcome: 'wouldAct' }]);
      expect(lackingOf(role.all, rules)).toEqual(expect.arrayContaining([...refusedIn(ended)]) as string[]);
    });
  });

  describe('carrying the policy out', () => {
    const role = publishedRole('kubectl-xray-enforce-scaledown');
    const lacking: [name: string, rules: readonly Rule[], code: number, says: RegExp][] = [
      ['pods', without(role.all, ['list', 'watch'], ['pods']), 1, /pods is forbidden: User "\S+" cannot list/],
      ['owners', without(role.all, ['get', 'list', 'watch'], workloads), 0, /"readForbidden".*deployments\.apps/],
      ['patch', without(role.all, ['patch'], []), 1, /"refused".*you may not patch deployments\.apps/],
      ['get', without(role.all, ['get'], workloads), 1, /"refused".*cannot get resource \\"deployments\\"/],
    ];
    for (const [name, rules, code, says] of lacking) {
      test(`without ${name} changes nothing and says what is missing`, async () => {
        const ended = await runAs(await someone(rules), 'enforce --once --confirm');
        expect(`${ended.stdout}${ended.stderr}`).toMatch(says);
        expect(ended.code).toBe(code);
        expect(await replicas('bad')).toBe(1);
      });
    }
    test('where it goes on, tells who may not read pods', async () => {
      const ana = await someone(without(role.all, ['list', 'watch'], ['pods']));
      const { child, ended } = shop.start('enforce --confirm', {
        files: { kubeconfig: plane.kubeconfig({ user: ana, namespace: shop.namespace }) },
        env: { KUBECTL_XRAY_HOME: shop.another(ana.name) },
      });
      let out = '';
      child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
      await eventually('it says so', () => out.includes('"readForbidden"'));
      child.kill('SIGTERM');
      expect((await ended).code).toBe(0);
      expect(out).toContain(`"message":"pods in ${shop.namespace}`);
    });
    test('stops what is condemned, and nothing it asks for is refused', async () => {
      const ended = await runAs(await someone(role.all), 'enforce --once --confirm');
      expect([ended.code, refusedIn(ended)]).toEqual([0, []]);
      expect(lines(ended).map(({ outcome }) => outcome)).toEqual(['accepted', 'effective']);
      expect([await replicas('bad'), await replicas('cart')]).toEqual([0, 1]);
    });
    test('in one namespace and without what is optional, stops it all the same', async () => {
      await shop.apply(shop.apps('Deployment', 'worse', shop.running('worse')));
      const rules = role.needed;
      const ended = await runAs(await someone(rules, 'namespace'), 'enforce --once --confirm');
      expect([ended.code, await replicas('worse')]).toEqual([0, 0]);
      expect(lackingOf(role.all, rules)).toEqual(expect.arrayContaining([...refusedIn(ended)]) as string[]);
    });
  });

  describe('a policy that deletes', () => {
    const role = publishedRole('kubectl-xray-enforce-delete');
    beforeAll(async () => {
      shop.writePolicy(deletes);
      await shop.apply(shop.apps('Deployment', 'doomed', shop.running('bad')));
    });
    afterAll(() => shop.writePolicy(stops));
    const lacking: [name: string, rules: readonly Rule[], says: RegExp][] = [
      ['delete', without(role.all, ['delete'], []), /"refused".*you may not delete deployments\.apps/],
      ['create', without(role.all, ['create'], workloads), /"refused".*you may not create deployments\.apps/],
      ['claims', without(role.all, ['list'], ['persistentvolumeclaims']), /"refused".*persistentvolumeclaims may not/],
    ];
    for (const [name, rules, says] of lacking) {
      test(`without ${name} deletes nothing and says what is missing`, async () => {
        const ended = await runAs(await someone(rules), 'enforce --once --confirm');
        expect([ended.code, ended.stdout]).toEqual([1, expect.stringMatching(says)]);
        expect(await deployment('doomed')).toBeDefined();
      });
    }
    test('deletes what is condemned, and restore brings it back', async () => {
      const ana = await someone(role.all);
      const ended = await runAs(ana, 'enforce --once --confirm');
      expect(ended.code).toBe(0);
      expect(refusedIn(ended).filter((one) => !isOfDependents(one))).toEqual([]);
      expect(await deployment('doomed')).toBeUndefined();
      const restoring = publishedRole('kubectl-xray-restore');
      const unable = await runAs(await someone(without(restoring.all, ['create'], workloads)), back, ana.name);
      expect([unable.code, await deployment('doomed')]).toEqual([1, undefined]);
      expect(unable.stderr).toContain('you may not create deployments.apps');
      const ended2 = await runAs(await someone(restoring.all), back, ana.name);
      expect([ended2.code, refusedIn(ended2)]).toEqual([0, []]);
      expect(await replicas('doomed')).toBe(1);
    });
    const back = 'restore deployment/doomed --yes';

    test('sees what else would be collected with the role for that', async () => {
      const ana = await someone([...role.all, ...publishedRole('kubectl-xray-dependents').all]);
      const ended = await runAs(ana, 'enforce --once');
      expect([ended.code, refusedIn(ended)]).toEqual([0, []]);
    });
  });

  describe('by hand', () => {
    const [stopping, restoring, deleting] = ['scaledown', 'restore', 'delete'].map((one) =>
      publishedRole(`kubectl-xray-${one}`),
    ) as [ReturnType<typeof publishedRole>, ReturnType<typeof publishedRole>, ReturnType<typeof publishedRole>];

    test('without patch nothing is stopped or brought back, and that is said', async () => {
      const ana = await someone(without(stopping.all, ['patch'], []));
      for (const words of ['scaledown deployment/cart --yes', 'restore deployment/bad --yes']) {
        const ended = await runAs(ana, words, 'desk');
        expect([words, ended.code]).toEqual([words, 1]);
        expect(ended.stderr).toMatch(
          words.startsWith('restore') ? /may not patch|nothing to restore/ : /may not patch/,
        );
      }
      expect([await replicas('cart'), await replicas('bad')]).toEqual([1, 0]);
    });
    test('stops and brings back, and nothing it asks for is refused', async () => {
      const ana = await someone(stopping.all);
      const stopped = await runAs(ana, 'scaledown deployment/cart --yes');
      expect([stopped.code, refusedIn(stopped), stopped.stdout]).toEqual([0, [], 'deployment/cart scaled down\n']);
      expect(await replicas('cart')).toBe(0);
      const back = await runAs(await someone(restoring.all), 'restore deployment/cart --yes', 'elsewhere');
      expect([back.code, refusedIn(back), back.stdout]).toEqual([0, [], 'deployment/cart restored\n']);
      expect(await replicas('cart')).toBe(1);
    });
    test('in one namespace and without what is optional too, and says what is not known', async () => {
      const ana = await someone(stopping.needed, 'namespace');
      const stopped = await runAs(ana, 'scaledown deployment/cart --yes');
      expect([stopped.code, await replicas('cart')]).toEqual([0, 0]);
      for (const what of ['HorizontalPodAutoscalers', 'PodDisruptionBudgets', 'Services']) {
        expect(stopped.stderr).toContain(`${what} could not be read`);
      }
      expect(stopped.stderr).toContain('whether it is protected is not known');
      const back = await runAs(await someone(restoring.needed, 'namespace'), 'restore deployment/cart --yes');
      expect([back.code, await replicas('cart')]).toEqual([0, 1]);
    });
    test('deletes, and brings back what can be', async () => {
      const ana = await someone(without(deleting.all, ['delete'], []));
      const unable = await runAs(ana, 'delete deployment/pay --yes');
      expect([unable.code, await replicas('pay')]).toEqual([1, 1]);
      expect(unable.stderr).toContain('you may not delete deployments.apps "pay"');
      const ben = await someone(deleting.all);
      const gone = await runAs(ben, 'delete deployment/pay --yes');
      expect([gone.code, await deployment('pay')]).toEqual([0, undefined]);
      expect(refusedIn(gone).filter((one) => !isOfDependents(one))).toEqual([]);
      const back = await runAs(await someone(restoring.all), 'restore deployment/pay --yes', ben.name);
      expect([back.code, refusedIn(back), await replicas('pay')]).toEqual([0, [], 1]);
    });
    test('without create it is said before that it could not be made again', async () => {
      const ana = await someone(without(deleting.all, ['create'], workloads));
      const plan = await runAs(ana, 'delete deployment/pay --dry-run=client');
      expect(plan.stderr).toMatch(
        /undo: +none: it could not be created again: .* cannot create resource "deployments"/,
      );
      expect(await replicas('pay')).toBe(1);
    });
  });

  describe('beside the cluster', () => {
    const role = publishedRole('kubectl-xray-ignore');
    test('an exception is written, and nothing that is asked for is refused', async () => {
      const ana = await someone(role.all);
      const ended = await runAs(ana, 'ignore deployment/cart --cve CVE-2026-0001 --reason unreachable --yes');
      expect([ended.code, refusedIn(ended), ended.stdout]).toMatchObject([0, [], expect.stringContaining('ignored\n')]);
      expect(shop.readPolicy()).toContain('CVE-2026-0001');
    });
    test('without owners no exception is written for what cannot be looked for', async () => {
      const ana = await someone(without(role.all, ['get', 'list'], workloads));
      const before = shop.readPolicy();
      const ended = await runAs(ana, 'ignore deployment/pay --cve CVE-2026-0001 --reason unreachable --yes');
      expect([ended.code, shop.readPolicy()]).toEqual([1, before]);
      expect(ended.stderr).toContain('deployments.apps is forbidden');
    });
    test('history tells what was done, with its one right and with none', async () => {
      const ana = await someone(publishedRole('kubectl-xray-history').all);
      const [one, other] = [await runAs(ana, 'history'), await runAs(await someone([]), 'history')];
      expect([one.code, refusedIn(one)]).toEqual([0, []]);
      expect([other.code, refusedIn(other)]).toEqual([0, ['get namespaces']]);
    });
  });

  describe('a custom kind', () => {
    const widgets = publishedRole('kubectl-xray-widgets').all;
    const replicasOf = async () =>
      ((await shop.get('example.com/v1 widgets gear')) as unknown as Workload).spec.replicas;
    beforeAll(async () => {
      const { metadata, spec, ...rest } = definition('Widget', 'Namespaced') as ReturnType<typeof definition> & {
        readonly spec: object;
      };
      const named = { ...metadata, name: 'widgets.example.com' };
      await plane.apply([{ ...rest, metadata: named, spec: { ...spec, group: 'example.com' } }]);
      const [gear] = await plane.apply([shop.object('example.com/v1', 'Widget', 'gear', { replicas: 2 })]);
      await shop.apply(shop.pod('gear-0', shop.running('bad'), controlledBy(gear)));
    });
    afterAll(async () =>
      plane.request('DELETE', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com'),
    );
    test('is shown with its last known owner, and left alone, by who may not read it', async () => {
      const ended = await runAs(await someone(looking), 'status -o json');
      const [item] = workloadsIn(ended).items.filter(({ workload }) => workload.kind === 'Widget');
      expect(item).toMatchObject({ workload: { ownerChain: 'incomplete' }, decision: { action: 'ignore' } });
      expect(ended.stderr).toContain('forbidden: widgets.example.com');
    });
    test('is stopped by the policy and restored by who may', async () => {
      const stops = [...publishedRole('kubectl-xray-enforce-scaledown').all, ...widgets];
      const without1 = await runAs(
        await someone(without(stops, ['patch'], ['widgets/scale'])),
        'enforce --once --confirm',
      );
      expect([without1.code, await replicasOf()]).toEqual([1, 2]);
      expect(without1.stdout).toContain('you may not patch widgets.example.com/scale');
      const ana = await someone(stops);
      const started = runAs(ana, 'enforce --once --confirm --wait-timeout 2s');
      await eventually('it is stopped', async () => (await replicasOf()) === 0);
      expect(refusedIn(await started)).toEqual([]);
      const back = [...publishedRole('kubectl-xray-restore').all, ...widgets];
      const ended = await runAs(await someone(back), 'restore widgets.example.com/gear --yes', ana.name);
      expect([ended.code, refusedIn(ended), await replicasOf()]).toEqual([0, [], 2]);
    });
  });
});

function lines({ stdout }: Ended): readonly Line[] {
  const all = stdout.split('\n').filter((line) => line !== '');
  return all.map((line) => JSON.parse(line) as Line);
}

/** Lists of kinds that a workload could own, which the roles leave out but for claims. */
function isOfDependents(asked: string): boolean {
  const listed = allowedBy(publishedRole('kubectl-xray-enforce-delete').all);
  return asked.startsWith('list ') && !listed.includes(asked);
}
