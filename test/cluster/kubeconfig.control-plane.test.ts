import { execFileSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { expect, test } from 'vitest';
import { loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { aConnection, aFile, aFolder } from './connecting.ts';

interface View {
  readonly clusters: readonly { readonly cluster: { readonly server: string } }[];
  readonly users: readonly { readonly user: object }[];
  readonly contexts: readonly { readonly name: string; readonly context: { readonly namespace?: string } }[];
}

withControlPlane('a kubeconfig', (plane) => {
  const cases: readonly [name: string, files: readonly string[]][] = [
    ['a repeated name keeps the first', [entry('a', 'https://one'), entry('a', 'https://two')]],
    ['an empty file counts as none', ['', entry('b', 'https://two')]],
    ['a context of a later file may be the current one', [entry('a', 'https://one', 'b'), entry('b', 'https://two')]],
    [
      'the first current context wins',
      [entry('a', 'https://one', ''), entry('b', 'https://two'), entry('c', 'https://three')],
    ],
  ];
  for (const [name, texts] of cases) {
    test(`${name}, as kubectl has it`, () => {
      const folder = aFolder();
      const files = texts.map((text, index) => aFile(`config-${index}`, text, folder));
      const env = { KUBECONFIG: ['/nowhere/config', ...files].join(delimiter), HOME: folder };
      const output = execFileSync(plane.kubectlPath, ['config', 'view', '--minify', '--raw', '-o', 'json'], { env });
      const view = JSON.parse(output.toString()) as View;
      const own = loadKubeconfig(undefined, env, folder);
      const context = own.contexts.get(own.currentContext);
      expect(own.currentContext).toBe(view.contexts[0]?.name);
      expect(context).toMatchObject({ namespace: view.contexts[0]?.context.namespace });
      expect(own.clusters.get(String(context?.['cluster']))).toEqual(view.clusters[0]?.cluster);
      expect(own.users.get(String(context?.['user']))).toEqual(view.users[0]?.user);
    });
  }

  test('whose server has another name in its certificate is told what to check', async () => {
    const connection = aConnection({ kubeconfig: aFile('config', plane.kubeconfig()), tlsServerName: 'other.test' });
    const asked = connection.request('/version', { accept: 'application/json', signal: new AbortController().signal });
    await expect(asked).rejects.toThrow(/x509: certificate is valid for .*, not other\.test; check tls-server-name/);
  });
});

function entry(name: string, server: string, current = name): string {
  const place = server.slice(8);
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': current,
    clusters: [{ name, cluster: { server } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: `of-${place}` } }],
    users: [{ name, user: { token: `t-${place}` } }],
  });
}
