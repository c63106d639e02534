import { existsSync, readFileSync, readdirSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { connect } from 'node:net';
import path from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { UsageError } from '../../src/core/errors.ts';
import type { Fact, ImagesNews } from '../../src/core/inventory.ts';
import { createWebhookListener } from '../../src/xray/webhook.ts';
import type { WebhookOptions } from '../../src/xray/webhook.ts';
import { digest, now } from '../support/builders.ts';
import { aCertificate } from '../xray-server/certificate.ts';
import type { Json } from '../xray-server/data.ts';
import { startXrayServer } from '../xray-server/server.ts';
import { aLicenseAlert, anAlert, anImpacted, aPayload, aPayload11 } from './webhook-payloads.ts';

const token = 'a-secret-token-of-xray';

interface Heard {
  readonly url: string;
  readonly news: ImagesNews[];
  readonly warnings: string[];
  readonly stop: () => Promise<void>;
}

async function listening(over: Partial<WebhookOptions> = {}): Promise<Heard> {
  const [news, warnings] = [[] as ImagesNews[], [] as string[]];
  const stopping = new AbortController();
  const listener = createWebhookListener({
    address: '127.0.0.1:0',
    token,
    now: () => now,
    report: (facts: readonly Fact[]) => void news.push(...facts.filter((one) => one.type === 'ImagesNews')),
    warn: (message) => void warnings.push(message),
    ...over,
  });
  const { url, closed } = await listener.listen(stopping.signal);
  const stop = async (): Promise<void> => {
    stopping.abort();
    await closed;
  };
  onTestFinished(stop);
  return { url, news, warnings, stop };
}

async function post(
  url: string,
  body: unknown,
  { method = 'POST', ...headers }: Record<string, string> = {},
): Promise<number> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const all = { 'x-auth-token': token, 'content-type': 'application/json', ...headers };
  const response = await fetch(url, { method, headers: all, ...(method === 'GET' ? {} : { body: text }) });
  await response.text();
  return response.status;
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

describe('who may not', () => {
  const cases: [name: string, headers: Record<string, string>, over?: Partial<WebhookOptions>][] = [
    ['no token', { 'x-auth-token': '' }],
    ['a wrong token', { 'x-auth-token': 'wrong' }],
    ['only the beginning of the token', { 'x-auth-token': token.slice(0, -1) }],
    ['the token and more', { 'x-auth-token': `${token}s` }],
    ['a wrong Bearer', { 'x-auth-token': '', authorization: 'Bearer wrong' }],
    ['a scheme without its value', { 'x-auth-token': '', authorization: 'Bearer' }],
    ['an unknown scheme', { 'x-auth-token': '', authorization: `Digest ${token}` }],
    ['a wrong password', { 'x-auth-token': '', authorization: basic('ana', 'wrong') }],
    [
      "another user with the user's password",
      { authorization: basic('bob', 'word') },
      { token: null, user: 'ana', password: 'word' },
    ],
    ['the password as a token', { 'x-auth-token': 'word' }, { token: null, user: 'ana', password: 'word' }],
    ['Basic without a colon', { 'x-auth-token': '', authorization: `Basic ${Buffer.from('ana').toString('base64')}` }],
  ];
  for (const [name, headers, over] of cases) {
    test(`${name} is refused with 401, and reports nothing`, async () => {
      const heard = await listening(over);
      expect(await post(heard.url, aPayload(), headers)).toBe(401);
      expect(heard.news).toEqual([]);
      expect(heard.warnings.join()).not.toContain(token);
    });
  }

  test('the refused are spoken of once in ten minutes', async () => {
    let time = now;
    const heard = await listening({ now: () => time });
    for (let nth = 0; nth < 3; nth += 1) await post(heard.url, aPayload(), { 'x-auth-token': 'wrong' });
    expect(heard.warnings).toHaveLength(1);
    time += 600_000;
    await post(heard.url, aPayload(), { 'x-auth-token': 'wrong' });
    expect(heard.warnings).toHaveLength(2);
  });

  test('a page in a browser on this machine is not listened to', async () => {
    const heard = await listening({ token: null });
    expect(await post(heard.url, aPayload(), { origin: 'http://evil.example' })).toBe(403);
    expect(heard.news).toEqual([]);
  });
});

describe('what is not one of its deliveries', () => {
  const cases: [status: number, name: string, body: unknown, headers?: Record<string, string>][] = [
    [405, 'a GET', '', { method: 'GET' }],
    [405, 'a PUT', aPayload(), { method: 'PUT' }],
    [415, 'a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }],
    [415, 'compressed', aPayload(), { 'content-encoding': 'gzip' }],
    [400, 'nothing', ''],
    [400, 'not JSON', '{"issues":['],
    [400, 'a web page', '<html>'],
    [400, 'null', 'null'],
    [400, 'a list', []],
    [400, 'a text', '"issues"'],
    [400, 'issues that are no list', aPayload({ issues: 'many' })],
    [413, 'too large', JSON.stringify(aPayload({ padding: 'x'.repeat(3_000_000) }))],
  ];
  for (const [status, name, body, headers] of cases) {
    test(`${name}: ${status}, and the listener goes on`, async () => {
      const heard = await listening();
      expect(await post(heard.url, body, headers)).toBe(status);
      expect(heard.news).toEqual([]);
      expect(await post(heard.url, aPayload())).toBe(200);
    });
  }

  test('a body that does not say its size is cut all the same', async () => {
    const heard = await listening({ bodyLimit: 1_000 });
    const request = http.request(heard.url, { method: 'POST', headers: { 'x-auth-token': token } });
    for (let nth = 0; nth < 4; nth += 1) request.write('x'.repeat(500));
    request.end();
    const status = await new Promise((resolve) => request.once('response', (reply) => resolve(reply.statusCode)));
    expect(status).toBe(413);
  });

  test('who sends headers or body too slowly is cut off', async () => {
    const heard = await listening({ timeouts: { headers: 100, request: 200 } });
    const port = Number(new URL(heard.url).port);
    for (const start of [
      'POST / HTTP/1.1\r\nHo',
      `POST / HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${token}\r\nContent-Length: 9\r\n\r\n{`,
    ]) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(start);
      await new Promise((resolve) => socket.once('close', resolve).resume());
    }
    expect(await post(heard.url, aPayload())).toBe(200);
  });

  test('what is no HTTP at all harms nobody', async () => {
    const heard = await listening();
    const socket = connect(Number(new URL(heard.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.end('\0\0nonsense\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve).resume());
    expect(await post(heard.url, aPayload())).toBe(200);
  });
});

describe('where it may not listen', () => {
  const cases: [name: string, over: Partial<WebhookOptions>, message: RegExp][] = [
    ['every address without a secret', { address: ':0', token: null }, /no token protects/],
    ['an address of the network without a secret', { address: '10.0.0.1:8765', token: '' }, /no token protects/],
    ['a user without a password', { address: '0.0.0.0:0', token: null, user: 'ana' }, /no token protects/],
    ['no port', { address: '127.0.0.1' }, /no address to listen on/],
    ['a port that is none', { address: '127.0.0.1:70000' }, /no address to listen on/],
    ['an address of another machine', { address: '192.0.2.1:0' }, /192\.0\.2\.1:0: this machine has no such address/],
    ['a certificate that is none', { tls: { cert: 'no', key: 'secret-key' } }, /certificate and key/],
  ];
  for (const [name, over, message] of cases) {
    test(name, async () => {
      const refused = await listening(over).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(UsageError);
      expect(refused).toMatchObject({ message: expect.stringMatching(message), hint: expect.stringMatching(/./) });
      expect(String(refused)).not.toContain('secret-key');
    });
  }

  test('a port that is taken', async () => {
    const heard = await listening();
    const address = new URL(heard.url).host;
    await expect(listening({ address })).rejects.toThrow(`${address}: another program listens there already`);
    await heard.stop();
    expect((await listening({ address })).url).toBe(heard.url);
  });

  test('on the network without TLS it warns', async () => {
    expect((await listening({ address: '0.0.0.0:0' })).warnings).toEqual([expect.stringContaining('unencrypted')]);
    expect((await listening({ address: '0.0.0.0:0', tls: aCertificate() })).warnings).toEqual([]);
  });
});

describe('a delivery is taken', () => {
  const cases: [name: string, headers: Record<string, string>, over?: Partial<WebhookOptions>][] = [
    ["with KubeXray's header", {}],
    ['with Bearer', { 'x-auth-token': '', authorization: `Bearer ${token}` }],
    ['with Basic, the token as password', { 'x-auth-token': '', authorization: basic('xray', token) }],
    [
      'with user and password',
      { 'x-auth-token': '', authorization: basic('ana', 'wörd:x') },
      { token: null, user: 'ana', password: 'wörd:x' },
    ],
    ['without any, on this machine only', { 'x-auth-token': '' }, { token: null }],
    ['with a charset', { 'content-type': 'application/json; charset=utf-8' }],
    ['with the newline of a token file', {}, { token: `${token}\n` }],
  ];
  for (const [name, headers, over] of cases) {
    test(name, async () => {
      const heard = await listening(over);
      expect(await post(`${heard.url}/any/path?x=1`, aPayload(), headers)).toBe(200);
      expect(heard.news).toHaveLength(1);
      expect(heard.warnings).toEqual([]);
    });
  }

  test('as Xray sends it', async () => {
    const heard = await listening({ token: null, user: 'ana', password: 'word' });
    const server = await startXrayServer();
    onTestFinished(server.stop);
    server.world.webhooks = [{ name: 'a', url: heard.url, auth: { user_name: 'ana', password: 'word' } }];
    expect(await server.deliverWebhook('a', aPayload())).toBe(200);
    expect(heard.news).toHaveLength(1);
  });

  test('by TLS', async () => {
    const tls = aCertificate();
    const heard = await listening({ tls });
    expect(heard.url).toMatch(/^https:/);
    const headers = { 'x-auth-token': token };
    const request = https.request(heard.url, { method: 'POST', ca: tls.cert, headers }).end(JSON.stringify(aPayload()));
    const status = await new Promise((resolve) => request.once('response', (reply) => resolve(reply.statusCode)));
    expect([status, heard.news.length]).toEqual([200, 1]);
  });

  test('only once the hint is recorded', async () => {
    const taken = Promise.withResolvers<void>();
    const heard = await listening({ report: () => taken.promise });
    const answer = post(heard.url, aPayload());
    expect(await Promise.race([answer, new Promise((resolve) => setTimeout(() => resolve('waiting'), 50))])).toBe(
      'waiting',
    );
    taken.resolve();
    expect(await answer).toBe(200);
  });

  test('not where it could not be recorded: 500, so that it may come again', async () => {
    const heard = await listening({ report: () => Promise.reject(new Error('stopped')) });
    expect(await post(heard.url, aPayload())).toBe(500);
    expect(heard.warnings).toEqual(['a webhook could not be taken: stopped']);
  });
});

function impacted(...all: readonly Json[]): Json {
  return aPayload({ issues: [anAlert({ impacted_artifacts: all })] });
}

describe('a body is a hint about images, whatever else it says', () => {
  const own = { digests: [`sha256:${'1'.repeat(64)}`], folders: ['docker-local/team/cart/1.4'] };
  const noImage = { digests: [], folders: [] };
  const cases: [name: string, body: Json, hint: { readonly digests: string[]; readonly folders: string[] }][] = [
    ['today', aPayload(), own],
    ['schema 1.1', aPayload11(), own],
    ['an empty schema version', aPayload({ schema_version: '' }), own],
    ['a license, without provider, time and CVE', aPayload({ issues: [aLicenseAlert()] }), own],
    ['an index of OCI', impacted(anImpacted('1'.repeat(64), { pkg_type: 'Oci', name: 'list.manifest.json' })), own],
    ['no type, but a manifest', impacted(anImpacted('1'.repeat(64), { pkg_type: null })), own],
    ['upper case', impacted(anImpacted('1'.repeat(64), { pkg_type: 'DOCKER' })), own],
    ['no path', impacted(anImpacted('1'.repeat(64), { path: null })), { ...own, folders: [] }],
    [
      'a path without the id',
      impacted(anImpacted('1'.repeat(64), { path: 'docker-local/team/cart/1.4' })),
      { ...own, folders: ['docker-local/team/cart/1.4', 'team/cart/1.4'] },
    ],
    ['a padded hash', impacted(anImpacted('0'.repeat(24) + 'a'.repeat(40))), { ...own, digests: [] }],
    ['a hash that is none', impacted(anImpacted('abc')), { ...own, digests: [] }],
    ['the same image twice', aPayload({ issues: [anAlert(), aLicenseAlert()] }), own],
    [
      'some that make no sense beside one that does',
      aPayload({
        issues: [
          null,
          7,
          'x',
          [],
          { impacted_artifacts: 'x' },
          anAlert({ impacted_artifacts: [null, 'x', anImpacted()] }),
        ],
      }),
      own,
    ],
    [
      'an issue without artifacts',
      aPayload({ issues: [anAlert({ impacted_artifacts: undefined }), anAlert({ impacted_artifacts: null })] }),
      noImage,
    ],
    [
      'a build',
      impacted(anImpacted('1'.repeat(64), { pkg_type: 'Build', name: 'gradle_build', path: 'default/builds/' })),
      noImage,
    ],
    ['a package', impacted(anImpacted('1'.repeat(64), { pkg_type: 'Maven', name: 'a.jar' })), noImage],
    ['no issues', aPayload({ issues: [] }), noImage],
    ['issues that are null', aPayload({ issues: null }), noImage],
    ['nothing but a greeting', { test: true }, noImage],
  ];
  for (const [name, body, hint] of cases) {
    test(name, async () => {
      const heard = await listening();
      expect(await post(heard.url, body)).toBe(200);
      const news = { type: 'ImagesNews', at: now, repositories: [], everything: false, from: 'webhook', ...hint };
      expect(heard.news).toEqual(hint === noImage ? [] : [news]);
    });
  }

  test('173 issues of mixed types in more than 1 MB', async () => {
    const issues = Array.from({ length: 173 }, (_, nth) => {
      const text = { description: 'x'.repeat(6_500), impacted_artifacts: [anImpacted(digest(nth).slice(7))] };
      return nth % 2 === 0 ? anAlert(text) : aLicenseAlert(text);
    });
    const body = aPayload11(issues);
    expect(JSON.stringify(body).length).toBeGreaterThan(2 ** 20);
    const heard = await listening();
    expect(await post(heard.url, body)).toBe(200);
    expect(heard.news[0]?.digests).toHaveLength(173);
  });
});

// Recorded payloads that are not part of this repository; where they are not there, nor are the tests.
const folder = path.resolve(import.meta.dirname, '../../../shared/xray/samples');
const names = existsSync(folder) ? readdirSync(folder).filter((one) => one.startsWith('webhook.')) : [];

for (const name of names) {
  test(`the recorded ${name} is taken`, async () => {
    const heard = await listening();
    expect(await post(heard.url, readFileSync(path.join(folder, name), 'utf8'))).toBe(200);
    expect(heard.news).toHaveLength(name.includes('docker') ? 1 : 0);
  });
}
