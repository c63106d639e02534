import { afterEach, describe, expect, test } from 'vitest';

import type { RequestListener } from '../../src/core/requests.ts';
import { connectToXray } from '../../src/xray/connect.ts';
import type { XrayConnectionSettings } from '../../src/xray/connect.ts';
import { createScanner } from '../../src/xray/lookup.ts';
import { anImage } from '../xray-server/builders.ts';
import { aCertificate } from '../xray-server/certificate.ts';
import { startProxy } from '../xray-server/proxy.ts';
import type { Proxy } from '../xray-server/proxy.ts';
import { startXrayServer } from '../xray-server/server.ts';
import type { XrayServer } from '../xray-server/server.ts';
import { digestOf } from '../support/digests.ts';
import { aClock, askAll, askOne, aScanner, question, running, secret } from './asking.ts';

const digest = digestOf(0);
const image = running('registry.example/app:1.0', digest);
const ending: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

function settings(over: Partial<XrayConnectionSettings> = {}): XrayConnectionSettings {
  return { url: 'https://acme.jfrog.io', credentials: null, ...over };
}

async function started(options: Parameters<typeof startXrayServer>[0] = {}): Promise<XrayServer> {
  const server = await startXrayServer({ token: secret, world: { images: [anImage({ digest })] }, ...options });
  ending.push(server.stop);
  return server;
}

async function through(env: Record<string, string>, url: string): Promise<string> {
  const connection = connectToXray({ url, credentials: { kind: 'bearer', token: secret }, requestTimeout: 2_000 }, env);
  return (await askOne(createScanner(connection, { clock: aClock(10) }), image)).state;
}

async function heardThrough(env: Record<string, string>, url: string): Promise<string[]> {
  const heard: string[] = [];
  const listener: RequestListener = (method, asked) => (outcome) =>
    void heard.push(`${method} ${asked.href} ${outcome}`);
  const credentials = { kind: 'bearer', token: secret } as const;
  const connection = connectToXray({ url, credentials }, env, listener);
  await askOne(createScanner(connection, { clock: aClock(10) }), image);
  return heard;
}

async function aProxy(): Promise<Proxy> {
  const server = await started();
  const proxy = await startProxy(Number(new URL(server.url).port));
  ending.push(proxy.stop);
  return proxy;
}

describe('addresses', () => {
  const cases: [url: string, bases: readonly [xray: string, artifactory: string | null][]][] = [
    [
      'https://acme.jfrog.io',
      [
        ['https://acme.jfrog.io/xray', 'https://acme.jfrog.io/artifactory'],
        ['https://acme.jfrog.io', null],
      ],
    ],
    ['https://acme.jfrog.io/xray/', [['https://acme.jfrog.io/xray', 'https://acme.jfrog.io/artifactory']]],
    ['https://host/jfrog/artifactory', [['https://host/jfrog/xray', 'https://host/jfrog/artifactory']]],
  ];
  for (const [url, bases] of cases) {
    test(`${url} may mean ${bases.length}`, () => {
      expect(connectToXray(settings({ url })).bases.map(({ xray, artifactory }) => [xray, artifactory])).toEqual(bases);
    });
  }

  test('without a scheme it is https', () => {
    expect(connectToXray(settings({ url: 'acme.jfrog.io' })).bases[0].xray).toBe('https://acme.jfrog.io/xray');
  });

  test('Artifactory may lie elsewhere', () => {
    const at = (artifactoryUrl: string) =>
      connectToXray(settings({ artifactoryUrl })).bases.map((one) => one.artifactory);
    expect(at('https://art.example')).toEqual(Array(2).fill('https://art.example/artifactory'));
    expect(at('https://art.example/repo/')).toEqual(Array(2).fill('https://art.example/repo'));
    expect(connectToXray(settings({ artifactoryUrl: 'https://art.example:8443' })).hosts).toEqual([
      'acme.jfrog.io',
      'art.example:8443',
    ]);
  });

  test('what is no url is refused, without repeating it', () => {
    for (const url of ['', 'ftp://u:hidden-word@x', 'http://', 'https://u:hidden-word@[']) {
      expect(() => connectToXray(settings({ url }))).toThrow(/is not a url/);
      expect(() => connectToXray(settings({ url }))).not.toThrow(/hidden-word/);
    }
  });
});

test('every form of the credentials is taken out of a text', () => {
  const { scrub } = connectToXray(settings({ url: 'https://ana:p%C3%A4ss@acme.jfrog.io' }));
  const basic = Buffer.from('ana:päss').toString('base64');
  expect(scrub(`Basic ${basic}, päss, p%C3%A4ss`)).toBe('Basic ***, ***, ***');
  expect(connectToXray(settings({ url: 'https://ana:p%C3%A4ss@acme.jfrog.io' })).bases[0].xray).not.toContain('ana');
});

test('renewed credentials are used from then on, and those before are taken out of a text too', () => {
  const connection = connectToXray(settings({ credentials: { kind: 'bearer', token: 'first-token' } }));
  connection.renew({ kind: 'basic', user: 'ana', password: 'second-word' });
  expect(connection.authorization).toBe(`Basic ${Buffer.from('ana:second-word').toString('base64')}`);
  expect(connection.scrub('first-token, second-word')).toBe('***, ***');
});

describe('certificates', () => {
  const tls = aCertificate();

  test('an untrusted one ends all questions at once, with its cure', async () => {
    const server = await started({ tls });
    const images = [0, 1, 2].map((at) => question(running('registry.example/app:1.0', digestOf(at))));
    const asking = aScanner(server.url);
    const scans = [...(await askAll(asking, images)).values()];
    expect(new Set(scans.map(({ reason }) => reason))).toEqual(new Set(['unreachable']));
    expect(scans[0]?.cause).toMatch(/certificate.*not trusted.*CA file/);
    expect(server.requests).toEqual([]);
    expect((await askOne(asking, image)).cause).toBe(scans[0]?.cause);
  });

  test('one is trusted by its CA file', async () => {
    const server = await started({ tls });
    expect((await askOne(aScanner(server.url, { ca: tls.cert }), image)).state).toBe('scanned');
  });

  test('one of another authority is not', async () => {
    const server = await started({ tls });
    expect((await askOne(aScanner(server.url, { ca: aCertificate().cert }), image)).reason).toBe('unreachable');
  });

  test('none is looked at where that is asked for', async () => {
    const server = await started({ tls });
    expect((await askOne(aScanner(server.url, { insecureSkipTlsVerify: true }), image)).state).toBe('scanned');
  });
});

describe('a listener', () => {
  test('is told of every request and its status', async () => {
    const server = await started();
    const heard = await heardThrough({}, server.url);
    const asked = server.requests.map(({ method, path, status }) => `${method} ${server.url}${path} ${status}`);
    expect(heard).toEqual(asked);
    expect(heard.length).toBeGreaterThan(0);
  });

  test('of those through a proxy too', async () => {
    const { url, asked } = await aProxy();
    const heard = await heardThrough({ HTTP_PROXY: url }, 'http://xray.example');
    expect(asked.length).toBeGreaterThan(0);
    expect(heard[0]).toMatch(/^POST http:\/\/xray\.example\/xray\/api\/v\d\/summary\/artifact\S* 200$/);
  });

  test('of those that came to nothing', async () => {
    const server = await started();
    await server.stop();
    expect(new Set(await heardThrough({}, server.url))).toEqual(
      new Set([expect.stringMatching(/ ECONNREFUSED$/) as string]),
    );
  });
});

describe('a proxy', () => {
  test('of the environment is used, in either case of its name', async () => {
    const { url, asked } = await aProxy();
    expect(await through({ HTTP_PROXY: url }, 'http://xray.example')).toBe('scanned');
    expect(await through({ http_proxy: url }, 'http://xray.example')).toBe('scanned');
    expect(asked.length).toBe(2);
  });

  test('is passed by for what NO_PROXY names', async () => {
    const { url, asked } = await aProxy();
    expect(await through({ HTTP_PROXY: url, NO_PROXY: 'xray.invalid' }, 'http://xray.invalid')).toBe('unknown');
    expect(asked).toEqual([]);
  });

  test('is passed by for this machine itself', async () => {
    const { url, asked } = await aProxy();
    const server = await started();
    expect(await through({ HTTP_PROXY: url }, server.url)).toBe('scanned');
    expect(asked).toEqual([]);
  });
});
