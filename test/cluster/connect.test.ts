import { createServer, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ClusterConnection, ConnectionFlags } from '../../src/cluster/connect.ts';
import { readAll } from '../../src/cluster/http.ts';
import type { RequestListener } from '../../src/core/requests.ts';
import { ClusterError } from '../../src/cluster/errors.ts';
import { tlsWords } from '../../src/cluster/tls-words.ts';
import { aCertificate } from '../xray-server/certificate.ts';
import { anApiServer, type Asked, json, refuse } from './api-server.ts';
import { aConnection, aFile, aFolder } from './connecting.ts';

const never = new AbortController().signal;
const trusting = (pem: string): ConnectionFlags => ({ certificateAuthority: aFile('ca.crt', pem) });

async function get(connection: ClusterConnection, path = '/version'): Promise<string> {
  const answer = await connection.request(path, { accept: 'application/json', signal: never });
  return (await readAll(answer.body)).toString();
}

function kubeconfig(server: string, user: object, cluster: object = {}): string {
  return aFile(
    'config',
    JSON.stringify({
      'current-context': 'c',
      clusters: [{ name: 'c', cluster: { server, ...cluster } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      users: [{ name: 'u', user }],
    }),
  );
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Says who asked. */
const echo = ({ headers }: Asked, response: Parameters<typeof json>[0]) =>
  json(response, { authorization: headers.authorization ?? null });

/** A credential plugin: a script that answers with `status`, and writes what it was told to the file `told` beside it. */
function plugin(status: string, folder = aFolder()): { readonly command: string; readonly told: string } {
  const told = `${folder}/told`;
  const command = aFile(
    'plugin',
    `#!/bin/sh\nprintf '%s\\n' "$KUBERNETES_EXEC_INFO" >> '${told}'\n${status}\n`,
    folder,
  );
  chmodSync(command, 0o755);
  return { command, told };
}

const apiVersion = 'client.authentication.k8s.io/v1';
const answer = (status: string) => `echo '{"apiVersion":"${apiVersion}","kind":"ExecCredential","status":${status}}'`;

test('a server that refuses the connection is told with context, cluster and what to check', async () => {
  const file = kubeconfig('http://127.0.0.1:1', { token: 's3cret' });
  await expect(get(aConnection({ kubeconfig: file }))).rejects.toThrow(
    'Unable to connect to the server http://127.0.0.1:1 (context "c", cluster "c"): the connection was refused - did you specify the right host or port? (GET /version)',
  );
});

describe('a TLS connection that fails is told in kubectl’s words, with what to check, and never in Node’s', () => {
  const own = aCertificate();
  const other = aCertificate();
  const failure = async (flags: ConnectionFlags, options: ServerOptions | null = own): Promise<string> => {
    const server = options === null ? createServer() : createSecureServer(options);
    server.on('request', (_, response: ServerResponse) => response.end('{}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const port = (server.address() as AddressInfo).port;
    const asked = get(aConnection({ server: `https://127.0.0.1:${port}`, ...flags }));
    return asked.then(
      () => 'it did not fail',
      (error: Error) => error.message,
    );
  };
  const cases: [name: string, message: () => Promise<string>, says: string][] = [
    [
      'another authority',
      () => failure(trusting(other.cert)),
      'tls: failed to verify certificate: x509: certificate signed by unknown authority; check certificate-authority of the cluster in the kubeconfig, or --certificate-authority',
    ],
    ['no authority', () => failure({}), 'x509: certificate signed by unknown authority'],
    [
      'another name',
      () => failure({ ...trusting(own.cert), tlsServerName: 'other.test' }),
      'x509: certificate is valid for 127.0.0.1, localhost, not other.test; check tls-server-name of the cluster in the kubeconfig, or --tls-server-name',
    ],
    [
      'no certificate of the client’s',
      () => failure(trusting(own.cert), { ...own, requestCert: true, rejectUnauthorized: true, ca: other.cert }),
      'remote error: tls: certificate required; check client-certificate and client-key of the user in the kubeconfig',
    ],
    [
      'plain HTTP',
      () => failure({ insecureSkipTlsVerify: true }, null),
      'http: server gave HTTP response to HTTPS client; check server of the cluster in the kubeconfig, or --server',
    ],
  ];
  for (const [name, message, says] of cases) {
    test(name, async () => {
      const said = await message();
      expect(said).toMatch(/^Unable to connect to the server https:\/\/127\.0\.0\.1:\d+: /);
      expect(said).toContain(says);
      expect(said).not.toMatch(/Node|--use|openssl|\n/);
    });
  }

  test('another address', async () => {
    const said = await failure({ ...trusting(own.cert), tlsServerName: '10.9.9.9' });
    expect(said).toContain('x509: certificate is valid for 127.0.0.1, localhost, not 10.9.9.9; check tls-server-name');
  });

  test('an address that stands in its certificate is none to fail', async () => {
    expect(await failure({ ...trusting(own.cert), tlsServerName: '127.0.0.1' })).toBe('it did not fail');
  });

  test('a date that is past', () => {
    const expired = Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' });
    expect(tlsWords(expired, 'CERT_HAS_EXPIRED')).toBe(
      "tls: failed to verify certificate: x509: certificate has expired or is not yet valid; check the server's certificate, and the clock of this machine",
    );
  });

  test('anything else is none of its', () => expect(tlsWords(new Error('x'), 'ECONNRESET')).toBeNull());
});

test('a listener is told of every request, of those that are tried again too, and of what came of it', async () => {
  const statuses = [429, 200];
  const { url } = await anApiServer({
    '/version': (_, response) => json(response, {}, statuses.shift() ?? 200, { 'retry-after': '0' }),
  });
  const heard: string[] = [];
  const listener: RequestListener = (method, asked) => (outcome) =>
    void heard.push(`${method} ${asked.href} ${outcome}`);
  await get(aConnection({ server: url, token: 's3cret' }, { listener }), '/version?limit=5');
  await get(aConnection({ server: 'http://127.0.0.1:1' }, { listener })).catch(() => {});
  expect(heard).toEqual([
    `GET ${url}/version?limit=5 429`,
    `GET ${url}/version?limit=5 200`,
    'GET http://127.0.0.1:1/version ECONNREFUSED',
  ]);
});

test('a server that does not answer ends with --request-timeout', async () => {
  const { url } = await anApiServer({ '/version': () => {} });
  const slow = get(aConnection({ server: url, requestTimeout: 50 }));
  await expect(slow).rejects.toThrow(/no whole answer within 0\.05 seconds \(--request-timeout\)/);
});

test('a plugin that fails is named with what it said', async () => {
  const { url } = await anApiServer({ '/version': echo });
  const { command } = plugin('echo "log in first" >&2; exit 3');
  const file = kubeconfig(url, { exec: { apiVersion, command, interactiveMode: 'Never' } });
  await expect(get(aConnection({ kubeconfig: file }))).rejects.toThrow(
    `exec: plugin "${command}": it ended with exit code 3: log in first`,
  );
});

test('a plugin is never taken from the current folder by its mere name, as kubectl has it', async () => {
  const { url } = await anApiServer({ '/version': echo });
  const here = aFolder();
  const { command, told } = plugin(answer('{"token":"of-a-stranger"}'), here);
  const file = kubeconfig(url, { exec: { apiVersion, command: basename(command) } });
  const PATH = ['', '.', relative(process.cwd(), here), '/nowhere'].join(':');
  await expect(get(aConnection({ kubeconfig: file }, { env: { PATH } }))).rejects.toThrow(
    'getting credentials: exec: executable plugin not found on PATH',
  );
  expect(existsSync(told)).toBe(false);
  const asked = get(aConnection({ kubeconfig: file }, { env: { PATH: `${PATH}:${here}` } }));
  expect(await asked).toBe('{"authorization":"Bearer of-a-stranger"}');
});

test('a plugin that is named by a relative path lies where the kubeconfig says, as kubectl has it', async () => {
  const { url } = await anApiServer({ '/version': echo });
  for (const command of ['./plugin', 'plugin']) {
    const file = kubeconfig(url, { exec: { apiVersion, command } });
    plugin(answer('{"token":"from-plugin"}'), dirname(file));
    const asked = get(aConnection({ kubeconfig: relative(process.cwd(), file) }, { env: { PATH: '/nowhere' } }));
    if (command === './plugin') expect(await asked).toBe('{"authorization":"Bearer from-plugin"}');
    else await expect(asked).rejects.toThrow(/executable plugin not found/);
  }
});

test('a plugin that cannot be started says why', async () => {
  const { url } = await anApiServer({ '/version': echo });
  const file = kubeconfig(url, { exec: { apiVersion, command: './plugin' } });
  const path = `${dirname(file)}/plugin`;
  const asked = () => get(aConnection({ kubeconfig: file }));
  await expect(asked()).rejects.toThrow(`plugin "${path}": it cannot be started: no such file or directory`);
  writeFileSync(path, '');
  await expect(asked()).rejects.toThrow(`plugin "${path}": it cannot be started: permission denied`);
});

test('a plugin that is not installed is told with its hint', async () => {
  const { url } = await anApiServer({ '/version': echo });
  const file = kubeconfig(url, {
    exec: { apiVersion, command: 'no-such-plugin', installHint: 'Install it from here.' },
  });
  await expect(get(aConnection({ kubeconfig: file }))).rejects.toThrow(
    /executable no-such-plugin not found on PATH \(only its absolute entries count\)\nInstall it from here\./,
  );
});

test('a plugin that must ask needs a terminal', async () => {
  const { url } = await anApiServer({ '/version': echo });
  const file = kubeconfig(url, { exec: { apiVersion, command: 'true', interactiveMode: 'Always' } });
  await expect(get(aConnection({ kubeconfig: file }))).rejects.toThrow(/standard input is not a terminal/);
});

test('a plugin is told which cluster it is for, and asked once for many requests', async () => {
  const { url } = await anApiServer({ '/version': echo });
  const { command, told } = plugin(answer('{"token":"from-plugin"}'));
  const exec = { apiVersion, command, provideClusterInfo: true, env: [{ name: 'EXTRA', value: '1' }] };
  const connection = aConnection({ kubeconfig: kubeconfig(url, { exec }) });
  expect(await Promise.all([get(connection), get(connection)])).toEqual(
    Array(2).fill('{"authorization":"Bearer from-plugin"}'),
  );
  const { readFileSync } = await import('node:fs');
  const lines = readFileSync(told, 'utf8').trim().split('\n');
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    {
      apiVersion,
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: expect.objectContaining({ server: url }) as unknown },
    },
  ]);
});

test('a credential that is refused is asked for once more', async () => {
  const folder = aFolder();
  writeFileSync(`${folder}/token`, 'old');
  const { url } = await anApiServer({
    '/version': (asked, response) => {
      if (asked.headers.authorization === 'Bearer new') return echo(asked, response);
      writeFileSync(`${folder}/token`, 'new');
      refuse(response, 401, 'Unauthorized');
    },
  });
  const connection = aConnection({ kubeconfig: kubeconfig(url, { tokenFile: `${folder}/token` }) });
  expect(await get(connection)).toBe('{"authorization":"Bearer new"}');
});

test('a token that is refused ends with one error that does not hold it', async () => {
  const { url, asked } = await anApiServer({ '/version': (_, response) => refuse(response, 401, 'Unauthorized') });
  await expect(get(aConnection({ server: url, token: 's3cret' }))).rejects.toThrow(
    /You must be logged in to the server/,
  );
  expect(asked).toHaveLength(1);
});

test('impersonation is sent with its groups and uid', async () => {
  const { url, asked } = await anApiServer({ '/version': echo });
  await get(aConnection({ server: url, as: 'ana', asGroup: ['one', 'two'], asUid: '7' }));
  expect(asked[0]?.headers).toMatchObject({
    'impersonate-user': 'ana',
    'impersonate-group': 'one, two',
    'impersonate-uid': '7',
  });
});

test('an OIDC token that is still good is used as it is', async () => {
  const { url } = await anApiServer({ '/version': echo });
  const idToken = `${part({ alg: 'none' })}.${part({ exp: 4_000_000_000 })}.x`;
  const file = kubeconfig(url, { 'auth-provider': { name: 'oidc', config: { 'id-token': idToken } } });
  expect(await get(aConnection({ kubeconfig: file }))).toBe(`{"authorization":"Bearer ${idToken}"}`);
});

test('an OIDC token that cannot be used is told in words, and never quoted', async () => {
  const ended = `${part({ alg: 'none' })}.${part({ exp: 1 })}.x`;
  const cases: [idToken: string, says: string][] = [
    ['s3cret.s3cret.s3cret', 'its id-token is damaged; log in again'],
    ['!s3cret!.!s3cret!.x', 'its id-token is damaged; log in again'],
    [`${part({})}.${Buffer.from('s3cret').toString('base64url')}.x`, 'its id-token is damaged; log in again'],
    [ended, 'it has no id-token that holds'],
    ['s3cret', 'it has no id-token that holds'],
  ];
  for (const [idToken, says] of cases) {
    const file = kubeconfig('http://127.0.0.1:1', {
      'auth-provider': { name: 'oidc', config: { 'id-token': idToken } },
    });
    const error: unknown = await get(aConnection({ kubeconfig: file })).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ClusterError);
    expect(String(error)).toContain(`getting credentials: auth-provider "oidc" of user "u": ${says}`);
    expect(String(error)).not.toContain('s3cret');
  }
});

test('an OIDC token that cannot be renewed says why', async () => {
  const config = {
    'id-token': `${part({ alg: 'none' })}.${part({ exp: 1 })}.x`,
    'refresh-token': 's3cret',
    'client-id': 'x',
    'idp-issuer-url': 'https://127.0.0.1:1',
  };
  const file = kubeconfig('http://127.0.0.1:1', { 'auth-provider': { name: 'oidc', config } });
  await expect(get(aConnection({ kubeconfig: file }))).rejects.toThrow(
    /^getting credentials: auth-provider "oidc" of user "u": fetch failed: .+; log in again$/,
  );
});

test('an auth-provider that kubectl no longer knows is refused, with what is there instead', () => {
  const cases: [name: string, says: string][] = [
    ['gcp', 'for name "gcp" of user "u"; use the credential plugin gke-gcloud-auth-plugin instead, as kubectl does'],
    ['azure', 'for name "azure" of user "u"; use the credential plugin kubelogin instead, as kubectl does'],
    ['nope', 'no Auth Provider found for name "nope" of user "u"'],
  ];
  for (const [name, says] of cases) {
    const file = kubeconfig('http://127.0.0.1:1', { 'auth-provider': { name, config: { 'cmd-path': '/bin/false' } } });
    expect(() => aConnection({ kubeconfig: file })).toThrow(says);
  }
});
