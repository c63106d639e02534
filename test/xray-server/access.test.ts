import { Agent, fetch as fetchWith } from 'undici';
import { describe, expect, onTestFinished, test } from 'vitest';

import { aServer, basic, bearer, get, hexOf, post } from './asking.ts';
import { anImage } from './builders.ts';
import { aCertificate } from './certificate.ts';
import { aBehaviour } from './data.ts';
import type { Right } from './data.ts';
import { startXrayServer } from './server.ts';

const summary = '/xray/api/v2/summary/artifact';

describe('credentials', () => {
  test('are not needed for ping, and wrong ones do not disturb it', async () => {
    const server = await aServer({ token: 'right' });
    const { status, json } = await get(server, '/xray/api/v1/system/ping', bearer('wrong'));
    expect([status, json]).toEqual([200, { status: 'pong' }]);
  });

  test('that are missing or wrong are 401, in the words of Xray or of the platform', async () => {
    const server = await aServer({ token: 'right' });
    const body = { checksums: [] };
    const replies = [
      await post(server, summary, body),
      await post(server, summary, body, bearer('wrong')),
      await post(server, summary, body, basic('ana', 'wrong')),
      await get(server, '/artifactory/api/repositories', bearer('wrong')),
    ];
    expect(replies.map((reply) => [reply.status, reply.json])).toEqual([
      [401, { error: 'Bad Credentials' }],
      [401, { error: 'Found invalid token' }],
      [401, { error: 'Bad Credentials' }],
      [401, { errors: [{ status: 401, message: 'Bad credentials' }] }],
    ]);
    server.world.behaviour = aBehaviour({ refusals: 'platform' });
    expect((await post(server, summary, body)).json).toEqual({ errors: [{ status: 401, message: 'Bad credentials' }] });
  });

  test('may be a token as Bearer, a token as the password of Basic, or user and password', async () => {
    const accounts = [{ user: 'ana', password: 'secret', rights: ['read'] }] as const;
    const server = await aServer({ token: 'right', world: { accounts } });
    for (const headers of [bearer('right'), basic('whoever', 'right'), basic('ana', 'secret')]) {
      expect((await post(server, summary, { checksums: [] }, headers)).status).toBe(200);
    }
    expect((await post(server, summary, { checksums: [] }, basic('bob', 'secret'))).status).toBe(401);
  });

  test('are never logged, only their kind', async () => {
    const server = await aServer({ token: 'top-secret' });
    await post(server, summary, {}, bearer('top-secret'));
    await post(server, summary, {}, basic('ana', 'top-secret'));
    await get(server, '/xray/api/v1/system/ping');
    expect(server.requests.map((one) => one.authorizationKind)).toEqual(['bearer', 'basic', 'none']);
    expect(JSON.stringify(server.requests)).not.toMatch(/top-secret|dG9wLXNlY3JldA|YW5hOnRvcC1zZWNyZXQ/);
  });

  test('may be needed for the version', async () => {
    const server = await aServer({ token: 'right' });
    const path = '/xray/api/v1/system/version';
    expect((await get(server, path)).status).toBe(200);
    server.world.behaviour = aBehaviour({ versionNeedsRead: true });
    expect((await get(server, path)).status).toBe(401);
    expect((await get(server, path, bearer('right'))).status).toBe(200);
  });
});

describe('rights', () => {
  const manifest = '/artifactory/api/docker/docker-local/v2/app/manifests/1.0';
  const denied = { error: 'Permission denied' };
  const platform = { errors: [{ status: 403, message: 'Permission denied' }] };
  const calls: [right: Right, method: 'GET' | 'POST', path: string, refused: unknown][] = [
    ['read', 'POST', summary, denied],
    ['read', 'POST', '/xray/api/v1/artifact/status', denied],
    ['read', 'POST', '/xray/api/v1/violations', denied],
    ['policies', 'GET', '/xray/api/v2/policies', denied],
    ['watches', 'GET', '/xray/api/v2/watches', denied],
    ['reports', 'GET', '/xray/api/v2/search/impactedResources?vulnerability=CVE-1', denied],
    ['admin', 'GET', '/xray/api/v1/webhooks', denied],
    ['artifactorySearch', 'GET', '/artifactory/api/search/checksum?sha256=00', platform],
    ['artifactorySearch', 'POST', '/artifactory/api/search/aql', platform],
    ['artifactoryRead', 'GET', manifest, { errors: [{ code: 'DENIED' }] }],
    ['artifactoryRead', 'GET', '/artifactory/api/storage/docker-local/app/1.0/manifest.json', platform],
  ];
  for (const [right, method, path, refused] of calls) {
    test(`${method} ${path} takes "${right}", and is 403 in its own form without`, async () => {
      const others = (['read', 'policies', 'watches', 'artifactorySearch', 'artifactoryRead'] as const).filter(
        (one) => one !== right,
      );
      const server = await aServer({ world: { accounts: [{ token: 't', rights: others }] } });
      const ask = async () => (method === 'GET' ? get(server, path, bearer('t')) : post(server, path, {}, bearer('t')));
      const reply = await ask();
      expect([reply.status, reply.json]).toMatchObject([403, refused]);
      server.world.accounts = [{ token: 't', rights: [right, 'reports'] }];
      if (path.includes('/violations')) server.world.behaviour = aBehaviour({ answersUnfiltered: true });
      if (right === 'reports') server.world.behaviour = aBehaviour({ sbom: true });
      expect([401, 403]).not.toContain((await ask()).status);
    });
  }

  test('missing for Xray altogether may be said by the platform', async () => {
    const behaviour = aBehaviour({ refusals: 'platform' });
    const server = await aServer({ world: { accounts: [{ token: 't', rights: [] }], behaviour } });
    const { status, json } = await post(server, summary, {}, bearer('t'));
    expect([status, json]).toEqual([403, { errors: [{ status: 403, message: 'not entitled for Xray' }] }]);
  });
});

describe('addresses', () => {
  test('that lead nowhere answer 404 with HTML', async () => {
    const server = await aServer();
    for (const path of ['/api/v1/system/ping', '/xray/api/v1/nothing', '/', '/v2/']) {
      const { status, headers } = await get(server, path);
      expect([status, headers.get('content-type')]).toEqual([404, expect.stringContaining('text/html')]);
    }
  });

  test('of a standalone Xray have no prefix, and no Artifactory', async () => {
    const image = anImage();
    const server = await aServer({ standalone: true, world: { images: [image] } });
    expect((await get(server, '/api/v1/system/ping')).json).toEqual({ status: 'pong' });
    const { json } = await post(server, '/api/v1/summary/artifact', { checksums: [hexOf(image)] });
    expect(json).toMatchObject({ artifacts: [{}] });
    expect((await get(server, '/xray/api/v1/system/ping')).status).toBe(404);
    expect((await get(server, '/artifactory/api/repositories')).status).toBe(404);
  });

  test('may be https, with the certificate given', async () => {
    const tls = aCertificate();
    const server = await aServer({ tls });
    expect(server.url).toMatch(/^https:/);
    const agent = new Agent({ connect: { ca: tls.cert } });
    onTestFinished(async () => agent.destroy());
    const trusted = await fetchWith(`${server.url}/xray/api/v1/system/ping`, { dispatcher: agent });
    expect(await trusted.json()).toEqual({ status: 'pong' });
    await expect(fetch(`${server.url}/xray/api/v1/system/ping`)).rejects.toThrow('fetch failed');
  });

  test('are free again once the server has stopped, also with a call under way', async () => {
    const server = await startXrayServer({ latency: 60_000 });
    const hanging = get(server, '/xray/api/v1/system/ping').catch(() => 'cut');
    await expect.poll(() => server.requests.length).toBe(1);
    await server.stop();
    expect(await hanging).toBe('cut');
    const again = await aServer({ port: Number(new URL(server.url).port) });
    expect((await get(again, '/xray/api/v1/system/ping')).status).toBe(200);
  });
});
