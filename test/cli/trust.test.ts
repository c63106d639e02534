// Whom the built program believes, and what it tells nobody, whatever the environment says: Node's own variables are meant for
// other programs.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { aCertificate } from '../xray-server/certificate.ts';
import { startXrayServer, type XrayServer } from '../xray-server/server.ts';
import { objectsIn, referenceTo, running } from './objects.ts';
import { type Ended, runCli } from './run-cli.ts';
import { images, installation, token } from './stand-in.ts';

const host = 'xray.example.com';
const { apps } = objectsIn('shop');
const stdin = stringify(apps('Deployment', 'cart', running({ app: referenceTo(host, images.good) })));

async function status(url: string, env: Readonly<Record<string, string>>, ...flags: string[]): Promise<Ended> {
  const args = ['status', '-f', '-', '-o', 'wide', ...flags];
  return runCli(args, { stdin, env: { JF_URL: url, JF_ACCESS_TOKEN: token, KUBECONFIG: 'none', ...env } });
}

describe('NODE_TLS_REJECT_UNAUTHORIZED=0', () => {
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  let server: XrayServer;
  beforeAll(async () => {
    server = await startXrayServer({ token, world: installation(), tls: aCertificate() });
  });
  beforeEach(() => server.clearRequests());
  afterAll(() => server.stop());

  test('does not have a server believed whose certificate nobody vouches for', async () => {
    expect((await status(server.url, env)).stderr).toMatch(/certificate .*not trusted/);
    expect(server.requests).toEqual([]);
  });

  test('only our own flag does', async () => {
    expect((await status(server.url, env, '--xray-insecure-skip-tls-verify')).code).toBe(0);
    expect(server.requests).not.toEqual([]);
  });
});

describe('what Node would write elsewhere', () => {
  let server: XrayServer;
  beforeAll(async () => {
    server = await startXrayServer({ token, world: installation() });
  });
  afterAll(() => server.stop());

  // That no secret is printed is looked at whenever the program is run.
  test('NODE_DEBUG has no credential printed', async () => {
    const ended = await status(server.url, { NODE_DEBUG: 'http,https,net,tls,fetch,undici' });
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('cart')]);
    expect(ended.stderr).not.toMatch(/authorization/i);
  });

  test('NODE_V8_COVERAGE and NODE_COMPILE_CACHE have nothing written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-trust-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    await status(server.url, { NODE_V8_COVERAGE: folder, NODE_COMPILE_CACHE: folder });
    const written = readdirSync(folder, { recursive: true, withFileTypes: true });
    expect(written.filter((one) => one.isFile())).toEqual([]);
  });
});
