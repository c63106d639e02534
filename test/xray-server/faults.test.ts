import { describe, expect, test } from 'vitest';

import { aServer, get, hexOf, post, silence } from './asking.ts';
import { anImage } from './builders.ts';
import type { FaultKind } from './faults.ts';

const summary = '/xray/api/v2/summary/artifact';
const ping = '/xray/api/v1/system/ping';

describe('a fault', () => {
  test('strikes the calls it names, as often as it says', async () => {
    const server = await aServer();
    server.fault({ path: /summary/, times: 2, status: 429, retryAfter: '1' });
    const replies = [];
    for (let at = 0; at < 3; at += 1) replies.push(await post(server, summary, {}));
    expect(replies.map((one) => one.status)).toEqual([429, 429, 200]);
    expect(replies[0]?.headers.get('retry-after')).toBe('1');
    expect(replies[0]?.json).toMatchObject({ errors: [{ status: 429 }] });
    expect((await get(server, ping)).status).toBe(200);
  });

  test('lets calls pass first, and is gone when cleared', async () => {
    const server = await aServer();
    server.fault({ path: 'ping', after: 1, status: 503 });
    expect((await get(server, ping)).status).toBe(200);
    const struck = await get(server, ping);
    expect([struck.status, struck.headers.get('retry-after')]).toEqual([503, null]);
    server.clearFaults();
    expect((await get(server, ping)).status).toBe(200);
  });

  test('may strike one digest alone', async () => {
    const server = await aServer();
    server.fault({ matching: (body) => body.includes('bad'), status: 500 });
    expect((await post(server, summary, { checksums: ['good'] })).status).toBe(200);
    expect((await post(server, summary, { checksums: ['good', 'bad'] })).status).toBe(500);
  });

  const shapes: [path: string, status: number, body: unknown][] = [
    [ping, 401, { error: 'Found invalid token' }],
    [ping, 403, { error: 'Permission denied' }],
    [ping, 502, { errors: [{ status: 502 }] }],
    [ping, 504, { errors: [{ status: 504, message: 'timeout' }] }],
    [ping, 408, { errors: [{ status: 408 }] }],
    ['/artifactory/api/repositories', 403, { errors: [{ status: 403 }] }],
    ['/artifactory/api/docker/docker-local/v2/app/manifests/1.0', 403, { errors: [{ code: 'DENIED' }] }],
  ];
  for (const [path, status, body] of shapes) {
    test(`of ${status} at ${path} has the form that is documented there`, async () => {
      const server = await aServer();
      server.fault({ status });
      const reply = await get(server, path);
      expect([reply.status, reply.json]).toMatchObject([status, body]);
    });
  }

  test('may have a body of its own', async () => {
    const server = await aServer();
    server.fault({ status: 500, body: '{"errors":[{"status":-1}]}', contentType: 'text/plain' });
    const { status, json, headers } = await get(server, ping);
    expect([status, json, headers.get('content-type')]).toEqual([500, { errors: [{ status: -1 }] }, 'text/plain']);
  });
});

describe('an answer that is no answer', () => {
  const bodies: [kind: FaultKind, body: unknown][] = [
    ['html', expect.stringContaining('<html>')],
    ['emptyBody', ''],
    ['bareString', expect.stringMatching(/^".*"$/)],
  ];
  for (const [kind, body] of bodies) {
    test(`comes with 200: ${kind}`, async () => {
      const server = await aServer();
      server.fault({ kind });
      const { status, text } = await post(server, summary, {});
      expect([status, text]).toEqual([200, body]);
    });
  }

  test('ends with half of it', async () => {
    const image = anImage();
    const server = await aServer({ world: { images: [image] } });
    server.fault({ kind: 'halfBody', times: 1 });
    const asked = { method: 'POST', body: JSON.stringify({ checksums: [hexOf(image)] }) };
    const response = await fetch(server.url + summary, asked);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    expect((await post(server, summary, { checksums: [hexOf(image)] })).status).toBe(200);
  });

  for (const kind of ['stallBeforeHeaders', 'stallAfterHeaders', 'stallInBody', 'reset'] as const) {
    test(`never comes whole: ${kind}`, async () => {
      const server = await aServer();
      server.fault({ kind });
      expect(await silence(server, summary)).toBe('silent');
    });
  }

  for (const kind of ['stallAfterHeaders', 'stallInBody'] as const) {
    test(`has come with its headers: ${kind}`, async () => {
      const server = await aServer();
      server.fault({ kind });
      const stop = new AbortController();
      const response = await fetch(server.url + ping, { signal: stop.signal });
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
      stop.abort();
    });
  }

  test('is larger than anybody should read', async () => {
    const server = await aServer();
    server.fault({ kind: 'oversize', bytes: 3_000_000 });
    const { text, json } = await post(server, summary, {});
    expect(text).toHaveLength(3_000_000);
    expect(json).toEqual({ artifacts: [], errors: [] });
  });

  test('leads to another origin, which notes whoever follows', async () => {
    const server = await aServer();
    server.fault({ kind: 'redirect', times: 1 });
    const { status, headers } = await get(server, ping);
    const location = new URL(headers.get('location') ?? '');
    expect([status, location.hostname]).toEqual([302, 'localhost']);
    await fetch(location);
    expect(server.requests.at(-1)).toMatchObject({ path: '/elsewhere', headers: { host: location.host } });
  });

  test('leads to the page that wakes a sleeping instance', async () => {
    const server = await aServer();
    server.fault({ kind: 'reactivate' });
    expect((await get(server, ping)).headers.get('location')).toContain('reactivate-server');
    server.clearFaults();
    expect(await get(server, '/reactivate-server/acme')).toMatchObject({ status: 200, json: undefined });
  });
});

describe('the log', () => {
  test('keeps time, method, path, query, body and status, and counts by pattern', async () => {
    const server = await aServer();
    const before = Date.now();
    await post(server, `${summary}?projectKey=shop`, { checksums: [] });
    await get(server, '/artifactory/api/nothing');
    expect(server.requests).toMatchObject([
      { method: 'POST', path: summary, query: 'projectKey=shop', body: '{"checksums":[]}', status: 200 },
      { method: 'GET', path: '/artifactory/api/nothing', query: '', body: '', status: 404 },
    ]);
    expect(server.requests[0]?.at).toBeGreaterThanOrEqual(before);
    expect([server.count(/^POST .*summary/), server.count('/artifactory/'), server.count(/./)]).toEqual([1, 1, 2]);
    server.clearRequests();
    expect(server.requests).toHaveLength(0);
  });

  test('knows how many calls were under way at once, and latency holds each', async () => {
    const server = await aServer({ latency: 30 });
    const start = performance.now();
    await Promise.all([1, 2, 3].map(async () => get(server, ping)));
    expect(performance.now() - start).toBeGreaterThanOrEqual(28);
    expect(server.peak()).toBe(3);
  });

  test('can be read, and faults and the world set, by HTTP', async () => {
    const server = await aServer();
    await post(server, '/_stand-in/faults', { path: 'ping', times: 1, status: 503 });
    expect((await post(server, '/_stand-in/faults', { kind: 'nonsense' })).status).toBe(400);
    expect((await get(server, ping)).status).toBe(503);
    const patch = { method: 'PATCH', body: '{"images":[{"path":"new/1.0"}]}' };
    expect((await fetch(`${server.url}/_stand-in/world`, patch)).status).toBe(200);
    expect(server.world.images).toEqual([anImage({ path: 'new/1.0' })]);
    const bad = { method: 'PATCH', body: '{"image":[]}' };
    expect((await fetch(`${server.url}/_stand-in/world`, bad)).status).toBe(400);
    expect((await get(server, '/_stand-in/requests')).json).toMatchObject({ requests: [{ path: ping, status: 503 }] });
  });
});
