import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { judgeClock } from '../../src/core/doctor/clock.ts';
import { connectToXray } from '../../src/xray/connect.ts';
import type { XrayConnectionSettings } from '../../src/xray/connect.ts';
import { createXrayClient } from '../../src/xray/client.ts';
import type { XrayClient } from '../../src/xray/client.ts';
import {
  askArtifactoryVersion,
  lackingRight,
  lackingToRead,
  probeRepositories,
  reachXray,
} from '../../src/xray/probe.ts';
import type { Repository, Right } from '../xray-server/data.ts';
import { usersRights } from '../xray-server/auth.ts';
import { startXrayServer } from '../xray-server/server.ts';
import type { XrayServer } from '../xray-server/server.ts';
import { aClock, secret } from './asking.ts';

let server: XrayServer;
const { signal } = new AbortController();
const repositories: readonly Repository[] = [
  { key: 'docker-local', type: 'LOCAL', packageType: 'Docker' },
  { key: 'docker-new', type: 'LOCAL', packageType: 'Docker', indexed: false },
  { key: 'docker-all', type: 'VIRTUAL', packageType: 'Docker', members: ['docker-local'] },
  { key: 'npm-local', type: 'LOCAL', packageType: 'Npm' },
];

beforeEach(async () => {
  server = await startXrayServer({ token: secret, world: { repositories } });
});
afterEach(async () => await server.stop());

function client(over: Partial<XrayConnectionSettings> = {}): XrayClient {
  const settings = { url: server.url, credentials: { kind: 'bearer', token: secret }, ...over } as const;
  // Retries wait a hundredth of the time.
  return createXrayClient(connectToXray(settings), { clock: aClock(100), random: () => 0 });
}

/** Whoever asks has these rights alone. */
function with_(...rights: Right[]): XrayClient {
  const account = { token: 'of-somebody', rights };
  server.world.accounts = [...server.world.accounts, account];
  return client({ credentials: { kind: 'bearer', token: account.token } });
}

const without = (...denied: Right[]): XrayClient => with_(...usersRights.filter((one) => !denied.includes(one)));

describe('the address', () => {
  test('of nobody', async () => {
    await server.stop();
    expect((await reachXray(client(), signal)).lacking).toMatchObject({ reason: 'unreachable' });
  });
  test('of another server', async () => {
    const reached = await reachXray(client({ url: `${server.url}/somewhere` }), signal);
    expect(reached.lacking).toMatchObject({ reason: 'notXray' });
  });
  test('that answers by another clock', async () => {
    const ahead = { ...aClock(), now: () => Date.now() + 10 * 60_000 };
    const connection = connectToXray({ url: server.url, credentials: null });
    const { timed } = await reachXray(createXrayClient(connection, { clock: ahead }), signal);
    expect(judgeClock('Xray', timed)).toMatchObject({ result: 'failed' });
  });
  test('answers whoever asks, and tells its time', async () => {
    const { lacking, address, timed } = await reachXray(client({ credentials: null }), signal);
    expect([lacking, address]).toEqual([null, `${server.url}/xray`]);
    expect(Math.abs(Date.parse(timed.date ?? '') - timed.receivedAt)).toBeLessThan(60_000);
  });
});

describe('the right to read', () => {
  test('wrong credentials', async () => {
    const wrong = client({ credentials: { kind: 'bearer', token: 'wrong' } });
    expect(await lackingToRead(wrong, signal)).toMatchObject({ reason: 'unauthorized' });
  });
  test('right ones without it', async () =>
    expect(await lackingToRead(without('read'), signal)).toMatchObject({ reason: 'forbidden' }));
  test('is there, in an old Xray too', async () => {
    expect(await lackingToRead(client(), signal)).toBeNull();
    server.world.behaviour = { ...server.world.behaviour, summaryV2: false };
    expect(await lackingToRead(client(), signal)).toBeNull();
  });
});

describe('repositories', () => {
  test('that may not be listed', async () => {
    const probed = await probeRepositories(without('artifactoryRead'), [], signal);
    expect(probed).toMatchObject({ facts: [], lacking: { reason: 'forbidden' } });
  });
  test('that may not be read in Xray', async () => {
    const { facts } = await probeRepositories(without('read'), [], signal);
    expect(facts.map(({ key, is }) => `${key} ${is}`)).toEqual(['docker-local forbidden', 'docker-new forbidden']);
  });
  test('each of Docker, those that the configuration names first', async () => {
    const { facts, lacking, more } = await probeRepositories(client(), ['docker-new', 'docker-all'], signal);
    expect(facts).toEqual([
      { key: 'docker-new', is: 'notIndexed', configured: true },
      { key: 'docker-local', is: 'readable', configured: false },
    ]);
    expect([lacking, more]).toEqual([null, 0]);
  });
});

test('of more repositories than there is time for the rest is left out, and counted', async () => {
  const many = Array.from({ length: 20 }, (_, at): Repository => ({
    key: `r-${at}`,
    type: 'LOCAL',
    packageType: 'Docker',
  }));
  server.world.repositories = many;
  server.fault({ path: 'repos_config', kind: 'stallBeforeHeaders' });
  const { facts, more } = await probeRepositories(client(), [], signal);
  expect(facts.length + more).toBe(20);
  expect(facts.every(({ is }) => is === 'unanswered')).toBe(true);
  expect(more).toBeGreaterThan(0);
});

describe('further rights', () => {
  const cases = [
    ['watches', 'watches'],
    ['policies', 'policies'],
    ['search', 'artifactorySearch'],
  ] as const;
  for (const [right, inXray] of cases) {
    test(right, async () => {
      expect(await lackingRight(right, without(inXray), signal)).toMatchObject({ reason: 'forbidden' });
      expect(await lackingRight(right, client(), signal)).toBeNull();
    });
  }
});

test('the version of Artifactory, where it may be asked', async () => {
  expect(await askArtifactoryVersion(client(), signal)).toBe(server.world.behaviour.artifactoryVersion);
  expect(await askArtifactoryVersion(without('artifactoryRead'), signal)).toBeNull();
});
