import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createXrayClient } from '../../src/xray/client.ts';
import { connectToXray } from '../../src/xray/connect.ts';
import { createNewsOnce } from '../../src/xray/news-since.ts';
import type { NewsOnce } from '../../src/xray/news-since.ts';
import { aPolicy, aViolation, aWatch } from '../xray-server/builders.ts';
import { startXrayServer } from '../xray-server/server.ts';
import type { XrayServer } from '../xray-server/server.ts';
import { aClock, secret } from './asking.ts';

const minute = 60_000;
const { signal } = new AbortController();
let server: XrayServer;

beforeEach(async () => {
  server = await startXrayServer({ token: secret, world: { watches: [aWatch()], policies: [aPolicy()] } });
  onTestFinished(() => server.stop());
});

/** `ahead`: milliseconds that the clock of this machine is ahead of Xray's. */
function newsAt(ahead = 0): NewsOnce {
  const settings = { url: server.url, credentials: { kind: 'bearer', token: secret } } as const;
  const clock = { ...aClock(), now: () => Date.now() + ahead };
  return createNewsOnce(createXrayClient(connectToXray(settings), { clock, random: () => 0 }));
}

const created = (at: number, path: string) => aViolation({ path, created: new Date(at).toISOString() });

describe('violations since a time', () => {
  test('that may not be read are a failure', async () => {
    server.fault({ path: '/violations', status: 403 });
    expect(await newsAt().violations(0, signal)).toMatchObject({ reason: 'forbidden' });
  });
  test('are those created since, with the folders they are about', async () => {
    const now = Date.now();
    server.world.violations = [created(now - minute, 'new/1'), created(now - 60 * minute, 'old/1')];
    const heard = await newsAt().violations(now - 10 * minute, signal);
    expect(heard).toMatchObject({ cut: false, created: [{ folders: ['docker-local/new/1'] }] });
  });
  test('have the time of this machine, whatever the time at Xray', async () => {
    const now = Date.now();
    server.world.violations = [created(now, 'new/1')];
    const heard = await newsAt(30 * minute).violations(now - minute, signal);
    const at = 'created' in heard ? (heard.created[0]?.at ?? 0) : 0;
    // Xray tells its time in whole seconds.
    expect(Math.abs(at - (now + 30 * minute))).toBeLessThan(minute);
  });
});

describe("violations, where the clock of this machine is ahead of Xray's", () => {
  const since = (ahead: number) => newsAt(ahead).violations(Date.now() + ahead - minute, signal);

  test('by ten minutes, are those created since by the clock of Xray', async () => {
    server.world.violations = [created(Date.now(), 'new/1')];
    expect(await since(10 * minute)).toMatchObject({ created: [{ folders: ['docker-local/new/1'] }] });
  });
  test('by little, are asked for once', async () => {
    await since(10_000);
    expect(server.requests).toHaveLength(1);
  });
});

describe('watches and policies', () => {
  test('are told by name', async () => {
    const news = newsAt();
    const [watches, policies] = await Promise.all([news.watches(signal), news.policies(signal)]);
    expect(watches instanceof Map ? [...watches.keys()] : watches).toEqual(['watch-all']);
    expect(policies instanceof Map ? [...policies.keys()] : policies).toEqual([aPolicy()['name']]);
  });
  test('that may not be read are failures', async () => {
    server.fault({ path: '/api/v2/', status: 403 });
    const news = newsAt();
    expect(await news.watches(signal)).toMatchObject({ reason: 'forbidden' });
    expect(await news.policies(signal)).toMatchObject({ reason: 'forbidden' });
  });
});
