import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { eventually } from './eventually.ts';
import { processesNaming } from './processes.ts';
import { again } from './kubelet.ts';
import { requestsAs } from './requests.ts';
import { withControlPlane } from './shared.ts';

const run = promisify(execFile);
const pods = { apiGroups: [''], resources: ['pods'], verbs: ['list'] };

withControlPlane('the shared control plane', (plane) => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-kubeconfig-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('a stranger is refused', async () => {
    const stranger = plane.as({ name: 'stranger', token: 'made-up', groups: [] });
    await expect(stranger.request('GET', '/api/v1/pods')).rejects.toMatchObject({ status: 401 });
    stranger.close();
  });

  test('a user may do what his roles say and nothing else', async () => {
    const [mine, other] = [await plane.aNamespace('mine'), await plane.aNamespace('other')];
    const user = await plane.addUser({ rules: [pods], namespaces: [mine] });
    const requests = plane.as(user);
    await expect(requests.request('GET', `/api/v1/namespaces/${mine}/pods`)).resolves.toMatchObject({ items: [] });
    await expect(requests.request('GET', `/api/v1/namespaces/${other}/pods`)).rejects.toMatchObject({ status: 403 });
    await expect(requests.request('GET', '/api/v1/pods')).rejects.toMatchObject({ status: 403 });
    requests.close();
  });

  test('two users are never the same one', async () => {
    const users = await Promise.all([1, 2, 3].map(() => plane.addUser({ clusterRules: [pods] })));
    expect(new Set(users.map(({ name }) => name)).size).toBe(3);
  });

  test.for(['token', 'certificate'] as const)('kubectl knows the user of a kubeconfig by %s', async (by) => {
    const user = await plane.addUser({ clusterRules: [pods] });
    const file = join(folder, by);
    plane.writeKubeconfig(file, { user, by, namespace: 'default' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const whoAmI = ['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'];
    const { stdout } = await run(plane.kubectlPath, ['--kubeconfig', file, ...whoAmI]);
    expect(stdout).toBe(user.name);
    await run(plane.kubectlPath, ['--kubeconfig', file, 'get', 'pods']);
    await expect(run(plane.kubectlPath, ['--kubeconfig', file, 'get', 'secrets'])).rejects.toThrow(/forbidden/);
  });

  test('a custom kind can be applied together with its definition', async () => {
    const namespace = await plane.aNamespace('custom');
    const group = `${namespace}.test`;
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
    const [, made] = await plane.apply([
      {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: `rollouts.${group}` },
        spec: {
          group,
          scope: 'Namespaced',
          names: { plural: 'rollouts', kind: 'Rollout' },
          versions: [{ name: 'v1', served: true, storage: true, schema }],
        },
      },
      { apiVersion: `${group}/v1`, kind: 'Rollout', metadata: { name: 'shop', namespace }, spec: { replicas: 2 } },
    ]);
    expect(made).toMatchObject({ kind: 'Rollout', spec: { replicas: 2 } });
  });
});

withControlPlane('a control plane of one test', (_, binaries) => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane({ binaries, env: process.env, extraApiServerArgs: ['--v=1'] });
  });
  afterAll(() => plane.stop());

  test('says why it does not start, and leaves nothing behind', async () => {
    const temporaryFolder = mkdtempSync(join(tmpdir(), 'kubectl-xray-broken-'));
    const broken = startControlPlane({
      binaries,
      env: process.env,
      extraApiServerArgs: ['--no-such-flag'],
      temporaryFolder,
    });
    await expect(broken).rejects.toThrow(/kube-apiserver ended[^]*unknown flag: --no-such-flag/);
    // What guards a process ends just after it.
    await eventually('all its processes end', async () => (await processesNaming(temporaryFolder)).length === 0);
    // Throws unless it is empty.
    rmdirSync(temporaryFolder);
  });

  test('its API server goes and comes back with all that it knew', async () => {
    const namespace = await plane.aNamespace('kept');
    await plane.stopApiServer();
    await expect(plane.request('GET', '/readyz')).rejects.toThrow(/ECONNREFUSED|ECONNRESET|socket hang up/);
    await plane.startApiServer();
    await expect(again(plane, `/api/v1/namespaces/${namespace}`)).resolves.toMatchObject({
      metadata: { name: namespace },
    });
  });

  test('a compacted one answers old continue tokens with 410', async () => {
    await plane.aNamespace('older');
    const page = (await plane.request('GET', '/api/v1/namespaces?limit=1')) as { metadata: { continue: string } };
    await plane.aNamespace('newer');
    await plane.compactEtcd();
    await plane.restartApiServer();
    const next = plane.request('GET', `/api/v1/namespaces?limit=1&continue=${page.metadata.continue}`);
    await expect(next).rejects.toMatchObject({ status: 410 });
  });

  describe('stopped', () => {
    test('leaves neither a process nor a folder', async () => {
      const { folder, access } = plane;
      expect(await processesNaming(folder)).not.toEqual([]);
      await plane.stop();
      expect(await processesNaming(folder)).toEqual([]);
      expect(existsSync(folder)).toBe(false);
      const requests = requestsAs({ url: access.url, ca: access.authority.certificate });
      await expect(requests.request('GET', '/readyz')).rejects.toThrow(/ECONNREFUSED/);
    });
  });
});
