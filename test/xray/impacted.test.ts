import { afterEach, beforeEach, expect, test } from 'vitest';
import { createXrayClient } from '../../src/xray/client.ts';
import { connectToXray } from '../../src/xray/connect.ts';
import { impactedBy } from '../../src/xray/impacted.ts';
import type { Impacted } from '../../src/xray/impacted.ts';
import { usersRights } from '../xray-server/auth.ts';
import { anImage, anIssue } from '../xray-server/builders.ts';
import { startXrayServer } from '../xray-server/server.ts';
import type { XrayServer } from '../xray-server/server.ts';
import { digestOf } from '../support/digests.ts';
import { aClock, secret } from './asking.ts';

let server: XrayServer;
const cve = 'CVE-2026-1000';

beforeEach(async () => {
  const images = Array.from({ length: 1001 }, (_, at) =>
    anImage({ digest: digestOf(at), path: `app-${at}/1.0`, issues: [anIssue({ cves: [{ cve }] })] }),
  );
  const old = { token: 'without-reports', rights: usersRights.filter((one) => one !== 'reports') };
  server = await startXrayServer({ token: secret, world: { images, accounts: [old] } });
  server.world.behaviour = { ...server.world.behaviour, sbom: true };
});
afterEach(async () => await server.stop());

function ask(
  over: { readonly cve?: string; readonly token?: string; readonly signal?: AbortSignal } = {},
): Promise<Impacted> {
  const connection = connectToXray({ url: server.url, credentials: { kind: 'bearer', token: over.token ?? secret } });
  const client = createXrayClient(connection, { clock: aClock(), random: () => 0 });
  return impactedBy(client, over.cve ?? cve, over.signal ?? new AbortController().signal);
}

test('every page is read, and each place has its repository once', async () => {
  const impacted = await ask();
  if (impacted.is !== 'known') throw new Error(impacted.failure.message);
  expect(impacted.places).toHaveLength(1001);
  expect(impacted.places[0]).toBe('docker-local/app-0/1.0/manifest.json');
  expect(impacted.whole).toBe(true);
});
test('a CVE that nothing has', async () =>
  expect(await ask({ cve: 'CVE-1999-0001' })).toEqual({ is: 'known', places: [], whole: true }));
test('without the right', async () =>
  expect(await ask({ token: 'without-reports' })).toMatchObject({ is: 'failed', failure: { reason: 'forbidden' } }));
test('without the service that it takes', async () => {
  server.world.behaviour = { ...server.world.behaviour, sbom: false };
  expect(await ask()).toMatchObject({ is: 'failed', failure: { reason: 'forbidden' } });
});
test('an older Xray, which does not know the question', async () => {
  server.fault({ path: 'impactedResources', status: 404 });
  const impacted = await ask();
  expect(impacted.is === 'failed' ? impacted.failure.message : '').toMatch(/3\.131/);
});
test('what is no list is no answer, and what is no artifact is left out', async () => {
  server.world.canned = [{ path: 'impactedResources', body: { result: 'many' } }];
  expect(await ask()).toMatchObject({ is: 'failed', failure: { reason: 'badAnswer' } });
  const rows = [
    { type: 'Build', name: 'b', path: 'x', repo: 'builds' },
    { type: 'Artifact', path: 'default/docker-a/app/1/manifest.json', repo: 'docker-a' },
    { type: 'artifact', path: 'app/2/manifest.json', repo: 'docker-a' },
    { type: 'Artifact', repo: 'docker-a' },
  ];
  server.world.canned = [{ path: 'impactedResources', body: { result: rows } }];
  expect(await ask()).toEqual({
    is: 'known',
    places: ['docker-a/app/1/manifest.json', 'docker-a/app/2/manifest.json'],
    whole: true,
  });
});
test('nobody waits for it longer than it is wanted', async () => {
  const stopping = new AbortController();
  stopping.abort();
  expect(await ask({ signal: stopping.signal })).toMatchObject({ is: 'failed' });
});
