// `doctor` as a user has it, where something is missing or wrong: the other checks are told all the same.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { usersRights } from '../xray-server/auth.ts';
import { aCertificate } from '../xray-server/certificate.ts';
import { startXrayServer, type XrayServer } from '../xray-server/server.ts';
import { type Doctored, doctored } from './doctored.ts';
import { type CliOptions, runCli } from './run-cli.ts';
import { installation, token } from './stand-in.ts';

describe('doctor', () => {
  let server: XrayServer;

  beforeAll(async () => {
    const reader = { token: 'eyJ-of-a-reader', rights: usersRights.filter((one) => one !== 'watches') };
    server = await startXrayServer({ token, world: installation({ accounts: [reader] }) });
  });
  afterAll(() => server.stop());

  const run = async (args: readonly string[] = [], options: CliOptions = {}): Promise<Doctored> => {
    const env = { JF_URL: server.url, JF_ACCESS_TOKEN: token, ...options.env };
    return doctored(await runCli(['doctor', '-o', 'json', '--request-timeout', '60s', ...args], { ...options, env }));
  };
  const withCluster = (url: string) => ({
    kubeconfig: JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: url } }],
      contexts: [{ name: 'there', context: { cluster: 'c', user: 'u' } }],
      users: [{ name: 'u', user: { token: 'eyJ-of-a-user' } }],
      'current-context': 'there',
    }),
  });

  test('without a cluster and without Xray everything else is checked', async () => {
    const ended = await run([], { env: { JF_URL: '', JF_ACCESS_TOKEN: '' } });
    expect(ended.code).toBe(1);
    expect(ended.wrong('xray', 'cluster')).toEqual(['xray settings failed', 'cluster context failed']);
    expect(ended.found('xray settings')).toMatchObject([{ message: 'no Xray is configured' }]);
    expect(ended.found('cluster context')[0]?.message).toMatch(/^no cluster is configured/);
    expect(ended.found('xray address')).toMatchObject([{ result: 'skipped' }]);
    expect(ended.found('cluster rights')).toMatchObject([{ result: 'skipped' }]);
    expect(ended.found('state state')).toMatchObject([{ result: 'ok' }]);
    expect(ended.stderr).toMatch(/^2 failed, /);
  });

  test('without a cluster Xray is checked whole', async () => {
    const ended = await run();
    expect(ended.wrong('xray', 'cluster')).toEqual(['cluster context failed']);
    expect(ended.found('xray address')[0]?.message).toBe(`Xray answers at ${server.url}/xray (JF_URL)`);
    expect(ended.found('xray credentials')).toMatchObject([{ result: 'ok' }]);
    expect(ended.found('xray repositories')).toMatchObject([{ result: 'ok' }]);
  });

  test('a token that is wrong is never shown, and what rests on it is skipped', async () => {
    const ended = await run([], { env: { JF_ACCESS_TOKEN: 'eyJ-a-wrong-token' } });
    expect(ended.code).toBe(1);
    expect(ended.found('xray credentials')).toMatchObject([{ result: 'failed' }]);
    expect(ended.found('xray credentials')[0]?.message).toMatch(/401.*\(JF_ACCESS_TOKEN\)/);
    expect(ended.found('xray version')).toMatchObject([{ result: 'ok' }]);
    expect(ended.found('xray repositories')).toMatchObject([{ result: 'skipped' }]);
  });

  test('a token that has ended', async () => {
    const claims = Buffer.from(JSON.stringify({ exp: 1_700_000_000 })).toString('base64url');
    const ended = await run([], { env: { JF_ACCESS_TOKEN: `eyJhbGciOi.${claims}.c2lnbmVk` } });
    expect(ended.found('xray credentials').map(({ message }) => message)).toEqual([
      expect.stringContaining('refused the credentials'),
      'the token ended at 2023-11-14T22:13Z',
    ]);
  });

  test('a right in Xray that is missing warns where the policy rests on it', async () => {
    const ended = await run([], { env: { JF_ACCESS_TOKEN: 'eyJ-of-a-reader' } });
    expect(ended.wrong('xray', 'cluster')).toEqual(['xray watches warning', 'cluster context failed']);
  });

  test('nobody at the address, and a proxy whose password is not shown', async () => {
    const ended = await run([], {
      env: { JF_URL: 'http://127.0.0.1:9', KUBECONFIG: 'kubeconfig', https_proxy: 'http://ana:hunter2@127.0.0.1:9' },
      files: withCluster('https://cluster.invalid'),
      secrets: ['hunter2', 'eyJ-of-a-user'],
    });
    expect(ended.found('xray address')).toMatchObject([{ result: 'failed' }]);
    expect(ended.found('program proxy')[0]?.message).toBe('Xray directly, the API server through http://127.0.0.1:9');
  });

  describe('over TLS', () => {
    const certificate = aCertificate();
    let secure: XrayServer;

    beforeAll(async () => {
      secure = await startXrayServer({ token, world: installation(), tls: certificate });
    });
    afterAll(() => secure.stop());

    const runSecure = (...args: readonly string[]): Promise<Doctored> =>
      run(args, { env: { JF_URL: secure.url }, files: { 'ca.pem': certificate.cert } });

    test('a certificate that is not trusted, and how to trust it', async () => {
      const ended = await runSecure();
      expect(ended.found('xray address')[0]).toMatchObject({ result: 'failed' });
      expect(ended.found('xray address')[0]?.message).toMatch(/certificate of .* is not trusted/);
      expect(ended.found('xray address')[0]?.cure).toContain('--xray-ca-file');
    });
    test('an authority that ends within a week', async () => {
      const ended = await runSecure('--xray-ca-file', 'ca.pem');
      expect(ended.found('xray address')).toMatchObject([{ result: 'ok' }]);
      expect(ended.found('xray trust')[0]).toMatchObject({ result: 'warning' });
      expect(ended.found('xray trust')[0]?.message).toMatch(/ca\.pem holds until .*, less than a week/);
    });
    test('certificates that nobody checks', async () => {
      const ended = await runSecure('--xray-insecure-skip-tls-verify');
      expect(ended.wrong('xray')).toEqual(['xray settings warning', 'xray trust warning']);
    });
    test('an authority that is no certificate', async () => {
      const ended = await run(['--xray-ca-file', 'ca.pem'], {
        env: { JF_URL: secure.url },
        files: { 'ca.pem': 'mine' },
      });
      expect(ended.found('xray settings')[0]).toMatchObject({ result: 'failed' });
      expect(ended.found('xray settings')[0]?.message).toMatch(/holds no certificate/);
    });
  });

  test('a server that is no API server', async () => {
    const ended = await run([], {
      files: { ...withCluster(server.url) },
      env: { KUBECONFIG: 'kubeconfig' },
      secrets: ['eyJ-of-a-user'],
    });
    expect(ended.found('cluster context')).toMatchObject([{ result: 'ok' }]);
    expect(ended.found('cluster version')).toMatchObject([{ result: 'failed' }]);
    expect(ended.found('cluster rights')).toMatchObject([{ result: 'skipped' }]);
    expect(ended.found('xray read')).toMatchObject([{ result: 'ok' }]);
  });

  test('files that are refused, with line and column', async () => {
    const files = { 'xray/config/config.yaml': 'default: { xray: { adress: x } }\n' };
    const ended = await run([], { files });
    expect(ended.found('settings config.yaml')[0]?.message).toMatch(
      /config\.yaml:1:20: default\.xray\.adress: unknown key/,
    );
    expect(ended.found('settings policy')).toMatchObject([{ result: 'skipped' }]);
    const wrong = await run([], {
      files: { 'xray/config/policy.yaml': 'scanPolicy: { security: { default: stop } }\n' },
    });
    expect(wrong.found('settings policy')[0]).toMatchObject({ result: 'failed' });
    expect(wrong.found('settings policy')[0]?.message).toMatch(/policy\.yaml:1:36: /);
    expect(wrong.found('xray watches')).toMatchObject([{ result: 'ok' }]);
  });

  test('a token file of another context that is not there', async () => {
    const xray = (tokenFile: string) => `{ xray: { url: ${server.url}, tokenFile: ${tokenFile} } }`;
    const ended = await run([], {
      files: {
        'xray/config/config.yaml': `default: ${xray('token')}\ncontexts: { old: ${xray('gone')} }\n`,
        'xray/config/token': token,
      },
      env: { JF_URL: '', JF_ACCESS_TOKEN: '' },
      secrets: [token],
    });
    const [found] = ended.found('settings secrets');
    expect(found).toMatchObject({ result: 'warning' });
    expect(found?.message).toMatch(/gone \(config\.yaml: contexts\.old\.xray\.tokenFile\) is not there/);
    expect(ended.found('xray read')).toMatchObject([{ result: 'ok' }]);
  });

  test('a state folder that cannot be made', async () => {
    const ended = await run(['--journal', 'file/state'], { files: { file: '' } });
    expect(ended.wrong('state')).toContain('state state failed');
    expect(ended.code).toBe(1);
  });

  test('a program on PATH that kubectl calls in place of this one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-path-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const other = join(folder, 'kubectl-xray-status');
    writeFileSync(other, '#!/bin/sh\n');
    chmodSync(other, 0o755);
    const ended = await run([], { env: { PATH: `${folder}:${process.env['PATH']}` } });
    expect(ended.found('program PATH')[0]).toMatchObject({ result: 'warning' });
    expect(ended.found('program PATH')[0]?.message).toContain(`${other} answers "kubectl xray status"`);
  });

  test('on a terminal’s lines: what is wrong with its cure, and nothing is written to any folder', async () => {
    const ended = await runCli(['doctor', '--ascii'], { env: { JF_URL: server.url, JF_ACCESS_TOKEN: token } });
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/^program\n {2}\+ ok {7}version /);
    expect(ended.stdout).toMatch(/\n {2}x failed {3}context {7}no cluster is configured.*\n +cure: /);
    expect(ended.stdout).toMatch(/state {9}\S+state will be made when it is needed\n/);
  });
});
