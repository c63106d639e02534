// Completion as kubectl asks for it, where no cluster helps: it never fails, never speaks on stderr, and never keeps waiting.
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Ended, runCli } from './run-cli.ts';

const user = (auth: object) => ({ name: 'ana', user: auth });

function kubeconfig(server: string, auth: object = { token: 'x' }): string {
  return JSON.stringify({
    'current-context': 'prod',
    contexts: [
      { name: 'prod', context: { cluster: 'one', user: 'ana' } },
      { name: 'stage', context: { cluster: 'one', user: 'ana' } },
    ],
    clusters: [{ name: 'one', cluster: { server } }],
    users: [user(auth)],
  });
}

/** Takes connections and never says anything. */
async function aSilentServer(): Promise<string> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const completed = async (config: string, ...words: string[]): Promise<Ended> =>
  runCli(['__complete', '--kubeconfig', 'config', ...words], { files: { config } });

describe.concurrent('completion', () => {
  test('offers contexts of the kubeconfig that is named, without a cluster', async () => {
    const ended = await completed(kubeconfig('https://127.0.0.1:1'), 'status', '--context', '');
    expect(ended).toEqual({ code: 0, signal: null, stdout: 'prod\nstage\n:4\n', stderr: '' });
  });

  test('offers nothing where there is no cluster, or no kubeconfig that can be read', async () => {
    for (const config of [kubeconfig('https://127.0.0.1:1'), '{ broken']) {
      const ended = await completed(config, 'status', '-n', '');
      expect(ended).toEqual({ code: 0, signal: null, stdout: ':4\n', stderr: '' });
    }
  });

  test('ends by itself where the cluster does not answer', async () => {
    const ended = await completed(kubeconfig(await aSilentServer()), 'status', 'deploy/');
    expect(ended).toEqual({ code: 0, signal: null, stdout: ':4\n', stderr: '' });
  });

  test('ends by itself where a credential plugin does not end', async () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'sleep',
      args: ['20'],
      interactiveMode: 'IfAvailable',
    };
    const config = kubeconfig('https://127.0.0.1:1', { exec });
    const ended = await completed(config, 'status', '-n', '');
    expect(ended).toEqual({ code: 0, signal: null, stdout: ':4\n', stderr: '' });
  });
});
