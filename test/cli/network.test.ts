// Nobody is told anything unasked: what needs no server asks none, and manifests are judged by Xray and Artifactory alone.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { startXrayServer, type XrayServer } from '../xray-server/server.ts';
import { objectsIn, referenceTo, running } from './objects.ts';
import { observed } from './observed-network.ts';
import { root } from './run-cli.ts';
import { images, installation, token } from './stand-in.ts';

describe('the observer', () => {
  test('sees connections of any kind, look-ups, datagrams, listeners and programs', async () => {
    const script = `
      const [net, http, https, dns, dgram, child] = ['net', 'http', 'https', 'dns', 'dgram', 'child_process']
        .map((name) => process.getBuiltinModule('node:' + name));
      const ended = (one) => new Promise((resolve) => one.on('error', resolve).on('close', resolve));
      await ended(net.connect(1, '127.0.0.1'));
      await ended(http.get('http://127.0.0.1:2'));
      await ended(https.get('https://127.0.0.1:3'));
      await fetch('http://127.0.0.1:1').catch(() => {});
      await dns.promises.lookup('localhost');
      await new Promise((resolve) => dns.lookup('localhost.', resolve));
      const socket = dgram.createSocket('udp4');
      await new Promise((resolve) => socket.send('x', 9, '127.0.0.1', resolve));
      socket.close();
      await new Promise((resolve) => { const server = net.createServer().listen(0, '127.0.0.1', () => server.close(resolve)); });
      await ended(child.spawn('true'));`;
    const node = join(root, 'node_modules', 'node', 'bin', 'node');
    const { network, stderr } = await observed(['--input-type=module', '--eval', script], { program: node });
    expect(stderr).toBe('');
    expect(network).toEqual(
      expect.arrayContaining([
        'connect 127.0.0.1:1',
        'connect 127.0.0.1:2',
        'connect 127.0.0.1:3',
        'look up localhost',
        'look up localhost.',
        expect.stringMatching(/^datagram .*9 127\.0\.0\.1/) as string,
        'listen 127.0.0.1:0',
        'start true',
      ]),
    );
  });
});

describe('without a server nobody is asked', () => {
  const commands: readonly (readonly string[])[] = [
    [],
    ['--help'],
    ['status', '--help'],
    ['version'],
    ['version', '--client', '-o', 'json'],
    ['demo'],
    ['demo', 'status', '-o', 'sarif'],
    ['demo', 'explain', 'deployment/wallet-web', '-n', 'payments'],
    ['demo', 'where', 'event-stream'],
    ['policy', 'init'],
    ['policy', 'init', '-'],
    ['policy', 'show'],
    ['cache', 'info'],
    ['cache', 'clear'],
    ['completion', 'install', '--folder', '.'],
    ['__complete', 'status', '--ou'],
    ['__complete', 'demo', 'explain', '-n', 'shop', 'deployments', ''],
  ];
  for (const args of commands) {
    test(`kubectl xray ${args.join(' ')}`, async () => {
      const { network, code } = await observed(args, { env: { KUBECONFIG: 'none' } });
      expect({ network, code }).toEqual({ network: [], code: 0 });
    });
  }

  test('nor by a command line that is wrong', async () => {
    expect(await observed(['status', '--nonsense'])).toMatchObject({ network: [], code: 2 });
    expect(await observed(['status'], { env: { KUBECONFIG: 'none', JF_URL: '' } })).toMatchObject({ network: [] });
  });
});

describe('manifests', () => {
  let server: XrayServer;
  let host = '';
  beforeAll(async () => {
    server = await startXrayServer({ token, world: installation() });
    host = new URL(server.url).host;
  });
  afterAll(() => server.stop());

  const { apps } = objectsIn('shop');
  const manifest = (): string => stringify(apps('Deployment', 'cart', running({ app: referenceTo(host, images.bad) })));
  const env = (): Record<string, string> => ({ JF_URL: server.url, JF_ACCESS_TOKEN: token, KUBECONFIG: 'none' });

  for (const args of [
    ['status', '-f', '-'],
    ['status', '-f', '-', '-o', 'html'],
    ['where', 'GPL-3.0-only', '-f', '-'],
  ]) {
    test(`kubectl xray ${args.join(' ')} asks the configured server alone`, async () => {
      const { network, code } = await observed(args, { env: env(), stdin: manifest() });
      expect({ network, code }).toEqual({ network: [`connect ${host}`], code: 0 });
    });
  }

  test('a file that others wrote names no server that is asked', async () => {
    const foreign = stringify(
      apps('Deployment', 'cart', running({ app: 'registry.example.com:4443/team/cart:1', side: 'nginx' })),
    );
    const { network } = await observed(['status', '-f', '-'], { env: env(), stdin: foreign });
    expect(network).toEqual([`connect ${host}`]);
  });

  test('--offline asks nobody at all', async () => {
    const { network } = await observed(['status', '-f', '-', '--offline'], { env: env(), stdin: manifest() });
    expect(network).toEqual([]);
  });
});
