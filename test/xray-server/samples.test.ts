import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import { isObject } from './answer.ts';
import { aReceiver, aServer, get, post } from './asking.ts';
import { aViolation, anImage } from './builders.ts';
import type { Json, JsonObject } from './data.ts';

// Recorded and documented payloads that are not part of this repository; where they are not there, nor is the test.
const folder = path.resolve(import.meta.dirname, '../../../shared/xray/samples');

const endpoints: [start: string, method: 'GET' | 'POST', path: string][] = [
  ['summary-artifact.', 'POST', '/xray/api/v2/summary/artifact'],
  ['violations.page', 'POST', '/xray/api/v1/violations'],
  ['violations.security', 'POST', '/xray/api/v1/violations'],
  ['artifact-status.', 'POST', '/xray/api/v1/artifact/status'],
  ['policy-v2.', 'GET', '/xray/api/v2/policies'],
  ['watch-v2.', 'GET', '/xray/api/v2/watches'],
  ['artifactory.repositories', 'GET', '/artifactory/api/repositories'],
  ['impacted-resources', 'GET', '/xray/api/v2/search/impactedResources'],
  ['entitlement.', 'GET', '/xray/api/v1/entitlements/feature/any'],
];

function payload(name: string): Json {
  return JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Json;
}

function under(key: string, value: Json): readonly JsonObject[] {
  const list = isObject(value) ? value[key] : null;
  return Array.isArray(list) ? list.filter(isObject) : [];
}

test('a canned answer is given word for word, with its status', async () => {
  const body = { anything: [null, 1, 'text'] };
  const server = await aServer({ world: { canned: [{ path: /policies$/, status: 202, body }] } });
  const { status, text } = await get(server, '/xray/api/v2/policies');
  expect([status, text]).toEqual([202, JSON.stringify(body)]);
  expect((await get(server, '/xray/api/v2/watches')).json).toEqual([]);
});

if (existsSync(folder)) {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const named = (start: string): readonly string[] => names.filter((name) => name.startsWith(start));

  describe('a recorded payload', () => {
    for (const [start, method, endpoint] of endpoints) {
      for (const name of named(start)) {
        test(`is answered word for word: ${name}`, async () => {
          const body = payload(name);
          const server = await aServer({ world: { canned: [{ path: endpoint, body }] } });
          const reply = method === 'GET' ? await get(server, endpoint) : await post(server, endpoint, {});
          expect(reply.text).toBe(JSON.stringify(body));
        });
      }
    }

    for (const name of named('summary-artifact.')) {
      test(`gives images whose entries come back unchanged: ${name}`, async () => {
        const entries = under('artifacts', payload(name));
        const images = entries.map((raw, at) => anImage({ path: `app-${at}/1.0`, raw }));
        const server = await aServer({ world: { images } });
        const checksums = images.map((image) => image.digest.replace('sha256:', ''));
        const { json } = await post(server, '/xray/api/v2/summary/artifact', { checksums });
        expect(json).toEqual({ artifacts: entries.length === 0 ? null : entries });
      });
    }

    for (const name of [...named('violations.page'), ...named('violations.security')]) {
      test(`gives violations that come back unchanged: ${name}`, async () => {
        const rows = under('violations', payload(name));
        const server = await aServer({ world: { violations: rows.map((raw) => aViolation({ raw })) } });
        const asked = { filters: { created_from: '1970-01-01T00:00:00Z' }, pagination: { limit: rows.length } };
        const { json } = await post(server, '/xray/api/v1/violations', asked);
        const answered = under('violations', json as Json);
        expect(answered).toHaveLength(rows.length);
        expect(answered).toEqual(expect.arrayContaining([...rows]));
      });
    }

    for (const name of named('artifact-status.')) {
      test(`gives a status that comes back unchanged: ${name}`, async () => {
        const rawStatus = payload(name);
        const server = await aServer({ world: { images: [anImage({ rawStatus })] } });
        const asked = { repo: 'docker-local', path: 'app/1.0/manifest.json' };
        expect((await post(server, '/xray/api/v1/artifact/status', asked)).json).toEqual(rawStatus);
      });
    }

    for (const name of named('webhook.')) {
      test(`is delivered unchanged: ${name}`, async () => {
        const { url, received } = await aReceiver();
        const server = await aServer({ world: { webhooks: [{ name: 'hook', url }] } });
        await server.deliverWebhook('hook', payload(name));
        expect(received.map(({ body }): unknown => JSON.parse(body))).toEqual([payload(name)]);
      });
    }

    test('for an error is given by a fault', async () => {
      const server = await aServer();
      for (const { http_status: status, body } of under('all', { all: payload('error-bodies.json') })) {
        server.clearFaults();
        server.fault({ status: Number(status), body: JSON.stringify(body) });
        const reply = await post(server, '/xray/api/v2/summary/artifact', {});
        expect([reply.status, reply.json]).toEqual([status, body]);
      }
    });
  });
}
