// `doctor` on a real cluster: what its users may do, by their own reviews.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { User } from '../control-plane/access.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { startXrayServer, type XrayServer } from '../xray-server/server.ts';
import { type Doctored, doctored } from './doctored.ts';
import { publishedRole, without } from './published-roles.ts';
import { runCli } from './run-cli.ts';
import { installation, token } from './stand-in.ts';

withControlPlane('doctor on a cluster', (plane) => {
  let server: XrayServer;
  let namespace = '';

  beforeAll(async () => {
    server = await startXrayServer({ token, world: installation() });
    namespace = await plane.aNamespace('doctor');
  });
  afterAll(async () => server?.stop());

  const run = async (user: User, args: readonly string[] = [], policy = ''): Promise<Doctored> =>
    doctored(
      await runCli(['doctor', '-o', 'json', '--request-timeout', '60s', '-n', namespace, ...args], {
        files: { kubeconfig: plane.kubeconfig({ user }), 'policy.yaml': policy },
        env: {
          KUBECONFIG: 'kubeconfig',
          KUBECTL_XRAY_POLICY: 'policy.yaml',
          JF_URL: server.url,
          JF_ACCESS_TOKEN: token,
        },
        secrets: [user.token],
      }),
    );
  const rights = ({ found }: Doctored): readonly string[] =>
    found('cluster rights').map(({ result, message }) => `${result} ${message.replaceAll(namespace, 'NS')}`);

  test('of one who may do everything everything is in order', async () => {
    const policy = 'scanPolicy: { security: { default: delete } }\n';
    const ended = await run(plane.admin, ['-A'], policy);
    expect(ended.wrong('xray', 'cluster')).toEqual([]);
    expect(ended.found('cluster version')[0]?.message).toMatch(/^Kubernetes v1\./);
    expect(ended.found('cluster clock')).toMatchObject([{ result: 'ok' }]);
    expect(ended.found('cluster credentials')[0]?.message).toContain(plane.admin.name);
    expect(rights(ended)).toEqual(
      [
        'status, explain, where',
        'watch, enforce',
        'enforce --confirm',
        'scaledown',
        'delete',
        'restore',
        'ignore, history',
      ].map((command) => `ok ${command}: everything it takes is allowed in the whole cluster`),
    );
  });

  test('of one who may look at all but pods, in one namespace, nothing is well', async () => {
    const rules = without(publishedRole('kubectl-xray-look').all, ['list'], ['pods']);
    const user = await plane.addUser({ rules, namespaces: [namespace] });
    const ended = await run(user, [], 'scanPolicy: { security: { default: scaledown } }\n');
    expect(ended.code).toBe(1);
    const told = rights(ended);
    expect(told[0]).toBe('failed status, explain, where: may not list pods in namespace NS');
    expect(told[1]).toMatch(/^warning watch, enforce: may not /);
    expect(told[2]).toMatch(/^warning enforce --confirm: may not .*patch.* deployments\.apps/);
    expect(told[3]).toMatch(/^note scaledown: may not /);
    expect(ended.found('cluster rights')[0]?.cure).toContain('kubectl-xray-look');
  });

  test('one who is refused', async () => {
    const ended = await run({ ...plane.admin, token: 'nobody-knows-this' });
    expect(ended.code).toBe(1);
    expect(ended.found('cluster credentials')[0]).toMatchObject({ result: 'failed' });
    expect(ended.found('cluster rights')).toMatchObject([{ result: 'skipped' }]);
    expect(ended.found('xray read')).toMatchObject([{ result: 'ok' }]);
  });
});
