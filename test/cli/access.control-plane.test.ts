// Users who may not see everything: they get what they may see, and are told what is missing.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { User } from '../control-plane/access.ts';
import { aNode } from '../control-plane/kubelet.ts';
import { runPods } from '../control-plane/run-pods.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import type { Rule } from '../control-plane/users.ts';
import { startXrayServer, type XrayServer } from '../xray-server/server.ts';
import { imageIds, objectsIn, referenceTo, running } from './objects.ts';
import { itemOf, labelsIn, workloadsIn } from './reports.ts';
import { type Ended, runCli } from './run-cli.ts';
import { images, index, installation, stored, token } from './stand-in.ts';

const look = (group: string, ...resources: readonly string[]): Rule => ({
  apiGroups: [group],
  resources,
  verbs: ['get', 'list', 'watch'],
});
const pods = look('', 'pods');
const batch = look('batch', 'jobs', 'cronjobs');
const kinds = ['statefulsets', 'daemonsets', 'replicasets', 'controllerrevisions'];
const apps = look('apps', 'deployments', ...kinds);
const nodes = look('', 'nodes');
const backend = { service: { name: 'router', port: { number: 80 } } };
const policy = 'scanPolicy: { security: { default: scaledown } }\n';

withControlPlane('a user who may not see everything', (plane) => {
  let server: XrayServer;
  let [one, two] = ['', ''];

  beforeAll(async () => {
    server = await startXrayServer({ token, world: installation() });
    const { host } = new URL(server.url);
    [one, two] = [await plane.aNamespace('one'), await plane.aNamespace('two')];
    await aNode(plane, `${one}-node`);
    const [bad, good] = [referenceTo(host, images.bad), referenceTo(host, images.good)];
    await plane.apply([
      objectsIn(one).apps('Deployment', 'web', running({ app: bad })),
      objectsIn(one).apps('StatefulSet', 'store', running({ app: good })),
      objectsIn(one).pod('both', running({ app: referenceTo(host, index[0]) })),
      objectsIn(two).apps('Deployment', 'api', running({ app: good })),
    ]);
    const nodeFor = () => `${one}-node`;
    for (const namespace of [one, two]) {
      await runPods(plane, { namespace, imageIdFor: imageIds(host, stored), nodeFor });
    }
  });

  afterAll(async () => {
    await server?.stop();
    for (const namespace of [one, two]) {
      await plane.request('DELETE', `/api/v1/namespaces/${namespace}/pods`, { gracePeriodSeconds: 0 });
      await plane.request('DELETE', `/api/v1/namespaces/${namespace}`);
    }
    await plane.request('DELETE', `/api/v1/nodes/${one}-node`);
  });

  test('what serves the configured Xray is protected, by the Ingress of its host', async () => {
    const spec = { rules: [{ host: 'localhost', http: { paths: [{ path: '/xray', pathType: 'Prefix', backend }] } }] };
    await plane.apply([objectsIn(one).object('networking.k8s.io/v1', 'Ingress', 'platform', spec)]);
    const run = (...args: readonly string[]): Promise<Ended> =>
      runCli(args, {
        env: { KUBECONFIG: 'kubeconfig', JF_URL: server.url.replace('127.0.0.1', 'localhost'), JF_ACCESS_TOKEN: token },
        files: { kubeconfig: plane.kubeconfig({ namespace: one }), 'policy.yaml': policy },
        secrets: [plane.admin.token],
      });
    const ended = await run('status', '--policy', 'policy.yaml', '-A', '-o', 'json', '-v', '6');
    const rule = 'serves localhost (ingress platform)';
    expect(itemOf(workloadsIn(ended), 'deployment/web')).toMatchObject({
      conditions: [{ type: 'security' }],
      decision: { action: 'ignore', exempt: { by: 'protect', rule } },
    });
    const asked = ended.stderr.split('\n').filter((line) => /\/(ingresses|services)\?/.test(line));
    expect(asked.map((line) => line.replace(/^\S+ \S+?(?=\/\w+\?)| in .*$/g, '')).toSorted()).toEqual([
      '/ingresses?limit=500 200',
      '/services?limit=500&fieldSelector=spec.type=LoadBalancer 200',
    ]);
    const explained = await run('explain', '--policy', 'policy.yaml', 'deployment/web');
    expect(explained.stdout).toContain(`\nProtected:   ${rule}\n`);
    const idle = await run('status', '-A', '-v', '6');
    expect(idle.stderr).not.toMatch(/\/(ingresses|services)\?/);
  });

  const status = async (user: User, args: readonly string[], namespace = one): Promise<Ended> =>
    runCli(['status', '--policy', 'policy.yaml', ...args], {
      env: { KUBECONFIG: 'kubeconfig', JF_URL: server.url, JF_ACCESS_TOKEN: token },
      files: { kubeconfig: plane.kubeconfig({ user, namespace }), 'policy.yaml': policy },
      secrets: [user.token],
    });

  test('without the right to list namespaces, -A is the context’s own namespace, and the rest is named', async () => {
    const user = await plane.addUser({ rules: [pods, apps, batch], namespaces: [one] });
    const ended = await status(user, ['-A', '-o', 'json']);
    expect(ended.code).toBe(0);
    expect(labelsIn(workloadsIn(ended))).toEqual(['deployment/web', 'pod/both', 'statefulset/store']);
    const forbidden = forbiddenIn(ended);
    expect(forbidden).toContain('namespaces null');
    expect(forbidden).toContain('pods null');
    expect(forbidden).not.toContain(`pods ${one}`);
    expect(new Set(forbidden).size).toBe(forbidden.length);
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(ended.stderr).toMatch(/; forbidden: namespaces, pods, .* more\n$/);
    expect((await status(user, ['-A', '--fail-on', 'license'])).code).toBe(11);
    expect((await status(user, ['-A', '--fail-on', 'security'])).code).toBe(10);
  });

  test('with the right to list namespaces, each is asked, and those that may not be read are named', async () => {
    const rules = [pods, apps, batch];
    const user = await plane.addUser({ rules, namespaces: [two], clusterRules: [look('', 'namespaces')] });
    const ended = await status(user, ['-A', '-o', 'json']);
    expect(ended.code).toBe(0);
    expect(labelsIn(workloadsIn(ended))).toEqual(['deployment/api']);
    expect(forbiddenIn(ended)).toContain(`pods ${one}`);
    expect(forbiddenIn(ended)).not.toContain(`pods ${two}`);
    expect((await status(user, ['-A', '--fail-on', 'security'])).code).toBe(11);
  });

  test('one namespace that may be read whole is whole: 0 where nothing matches, and no word of others', async () => {
    const user = await plane.addUser({ rules: [pods, apps, batch], namespaces: [two], clusterRules: [nodes] });
    const ended = await status(user, ['-o', 'json', '--fail-on', 'unscanned,security,license'], two);
    expect(ended.code).toBe(0);
    expect(itemOf(workloadsIn(ended), 'deployment/api')).toMatchObject({ settled: true, conditions: [] });
  });

  test('where pods may not be listed, no template speaks for what runs, and the gap is said', async () => {
    const user = await plane.addUser({ rules: [apps, batch], namespaces: [one], clusterRules: [nodes] });
    const ended = await status(user, ['-o', 'json', '--fail-on', 'license']);
    expect(ended.code).toBe(11);
    const list = workloadsIn(ended);
    expect(labelsIn(list)).toEqual(['deployment/web', 'statefulset/store']);
    expect(itemOf(list, 'deployment/web')).toMatchObject({
      settled: false,
      conditions: [],
      unanswered: [{ reason: 'forbidden' }],
      images: [{ basis: 'reference', digest: images.bad.digest }],
    });
    expect(forbiddenIn(ended)).toContain(`pods ${one}`);
    expect(ended.stderr).toContain(`forbidden: pods in ${one}`);
  });

  test('where Deployments may not be listed, the last known owner is shown, and nothing is called for', async () => {
    const rules = [pods, look('apps', ...kinds), batch];
    const user = await plane.addUser({ rules, namespaces: [one], clusterRules: [nodes] });
    const ended = await status(user, ['-o', 'json', '--fail-on', 'license']);
    expect(ended.code).toBe(11);
    expect(itemOf(workloadsIn(ended), 'deployment/web')).toMatchObject({
      workload: { apiVersion: 'apps/v1', namespace: one, pods: 1, ownerChain: 'incomplete' },
      conditions: [{ type: 'security', severity: 'High' }],
      decision: { action: 'ignore' },
    });
    expect(forbiddenIn(ended)).toEqual(expect.arrayContaining([`deployments.apps ${one}`]) as string[]);
  });

  test('where nodes may not be listed, an index is judged by all its children, and that misses no workload', async () => {
    const user = await plane.addUser({ rules: [pods, apps, batch], namespaces: [one] });
    const ended = await status(user, ['-o', 'json', '--fail-on', 'unscanned']);
    expect(ended.code).toBe(0);
    expect(itemOf(workloadsIn(ended), 'pod/both')).toMatchObject({
      settled: true,
      conditions: [{ type: 'security', severity: 'Critical' }],
      images: [{ platform: 'assumed', scan: 'scanned' }],
    });
    expect(forbiddenIn(ended)).toContain('nodes null');
    const admin = await status(plane.admin, ['-o', 'json']);
    expect(itemOf(workloadsIn(admin), 'pod/both')).toMatchObject({
      conditions: [],
      images: [{ platform: 'linux/amd64' }],
    });
  });

  test('where nothing may be read, it ends with 1 in the words of the API server, and Xray is asked about no image', async () => {
    const user = await plane.addUser({ namespaces: [one] });
    server.clearRequests();
    for (const args of [[], ['-A'], ['deployment/web'], ['-o', 'json', '--fail-on', 'security']]) {
      const ended = await status(user, args);
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toMatch(
        new RegExp(`^Error from server \\(Forbidden\\): \\S+ is forbidden: User "${user.name}" cannot list resource`),
      );
      expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
    }
    // What is watched is asked for while the cluster is being connected to.
    expect(server.requests.filter(({ path }) => !/\/v2\/(watches|policies)$/.test(path))).toEqual([]);
  });

  test('a named object that could not be looked for is not said to be not there', async () => {
    const user = await plane.addUser({ rules: [pods, look('apps', ...kinds), batch], namespaces: [one] });
    const ended = await status(user, ['deployment/web']);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('deployment/web');
    const gone = await status(user, ['deployment/nobody']);
    expect(gone.code).toBe(1);
    expect(gone.stderr).not.toMatch(/NotFound/);
    expect(gone.stderr).toMatch(
      /^Error from server \(Forbidden\): deployments.apps is forbidden: User "\S+" cannot list/,
    );
  });

  test('credentials that the API server refuses end it with 1 and one clear sentence, without the token', async () => {
    const ended = await status({ name: 'nobody', token: 'not-a-token-of-anybody', groups: [] }, []);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/You must be logged in to the server/);
  });
});

function forbiddenIn(ended: Ended): readonly string[] {
  return workloadsIn(ended).metadata.coverage.forbidden.map(({ resource, namespace }) => `${resource} ${namespace}`);
}
