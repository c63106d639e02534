// Xray, and the cluster, behind a company's proxy, as the built program asks it: what a bundle makes of a package only shows there.
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { startProxy, startSocksProxy } from '../xray-server/proxy.ts';
import type { Proxy } from '../xray-server/proxy.ts';
import { startXrayServer } from '../xray-server/server.ts';
import type { XrayServer } from '../xray-server/server.ts';
import { objectsIn, referenceTo, running } from './objects.ts';
import { runCli } from './run-cli.ts';
import { images, installation, token } from './stand-in.ts';

let server: XrayServer;
let proxy: Proxy;

beforeAll(async () => {
  server = await startXrayServer({ token, world: installation() });
  proxy = await startProxy(Number(new URL(server.url).port));
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});

test.each(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'])('is asked through %s', async (variable) => {
  const host = 'xray.example';
  const manifest = objectsIn('').apps('Deployment', 'cart', running({ app: referenceTo(host, images.bad) }));
  const before = proxy.asked.length;
  const { code, stdout, stderr } = await runCli(['status', '-f', '-', '--fail-on', 'security', '--no-headers'], {
    stdin: stringify(manifest),
    env: { JF_URL: `http://${host}`, JF_ACCESS_TOKEN: token, [variable]: proxy.url },
  });
  expect(`${stdout}${stderr}`).toMatch(/deployment\/cart .*security/);
  expect(code).toBe(10);
  expect(proxy.asked.slice(before)).toContainEqual(expect.stringContaining(`http://${host}/xray/`));
});

test('the cluster is asked through the proxy of its kubeconfig, which is named where it fails', async () => {
  const socks = await startSocksProxy(1);
  onTestFinished(socks.stop);
  const kubeconfig = {
    clusters: [{ name: 'c', cluster: { server: 'https://api.invalid', 'proxy-url': socks.url } }],
    contexts: [{ name: 'c', context: { cluster: 'c' } }],
    'current-context': 'c',
  };
  const { code, stderr } = await runCli(['status'], {
    env: { JF_URL: server.url, JF_ACCESS_TOKEN: token, KUBECONFIG: 'kubeconfig' },
    files: { kubeconfig: stringify(kubeconfig) },
  });
  expect(socks.asked).toContain('api.invalid:443');
  expect(stderr).toContain(`through the proxy ${socks.url} (proxy-url of cluster "c"): it did not connect`);
  expect(code).toBe(1);
});
