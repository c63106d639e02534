import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Scan } from '../../src/core/scan.ts';
import { anImage } from '../xray-server/builders.ts';
import type { Fault } from '../xray-server/faults.ts';
import { startXrayServer } from '../xray-server/server.ts';
import type { XrayServer } from '../xray-server/server.ts';
import { eventually } from '../control-plane/eventually.ts';
import { digestOf } from '../support/digests.ts';
import { aClock, askAll, askOne, aScanner, question, running, secret } from './asking.ts';
import type { ScannerOverrides } from './asking.ts';

let server: XrayServer;

beforeEach(async () => {
  const images = Array.from({ length: 60 }, (_, at) => anImage({ digest: digestOf(at), path: `app-${at}/1.0` }));
  server = await startXrayServer({ token: secret, world: { images } });
});

afterEach(async () => await server.stop());

/** Retries wait a tenth of the time. */
function scanner(over: ScannerOverrides = {}): ReturnType<typeof aScanner> {
  return aScanner(server.url, { clock: aClock(10), ...over });
}

function image(at = 0): ReturnType<typeof running> {
  return running(`${new URL(server.url).host}/docker-local/app-${at}:1.0`, digestOf(at));
}

function many(count: number): ReturnType<typeof question>[] {
  return Array.from({ length: count }, (_, at) => question(image(at)));
}

async function scansWith(fault: Fault, count = 1, over: ScannerOverrides = {}): Promise<Scan[]> {
  server.fault(fault);
  return [...(await askAll(scanner(over), many(count))).values()];
}

// Short only where it is waited for: a busy machine must not turn another failure into a time-out.
function timeoutFor({ kind }: Fault): number {
  return kind?.startsWith('stall') === true ? 1_500 : 100_000;
}

const summary = { path: 'summary/artifact' } as const;

describe('credentials', () => {
  test('a 401 ends all questions with one message, and nothing is asked any more', async () => {
    const asking = scanner({ credentials: { kind: 'bearer', token: 'wrong' } });
    const scans = [...(await askAll(asking, many(60))).values()];
    expect(new Set(scans.map(({ state, reason }) => `${state} ${reason}`))).toEqual(new Set(['unknown unauthorized']));
    expect(new Set(scans.map(({ cause }) => cause)).size).toBe(1);
    expect(server.requests.length).toBeLessThanOrEqual(4);
    server.clearRequests();
    expect((await askOne(asking, image())).reason).toBe('unauthorized');
    expect(server.requests).toEqual([]);
  });

  test('after resume they are asked again', async () => {
    server.fault({ status: 401, times: 1 });
    const asking = scanner();
    expect((await askOne(asking, image())).reason).toBe('unauthorized');
    asking.resume();
    expect((await askOne(asking, image())).state).toBe('scanned');
  });

  test('for most of ten minutes nothing is asked after a 401, then once more', async () => {
    let later = 0;
    server.fault({ status: 401, times: 1 });
    const asking = scanner({ clock: { ...aClock(10), now: () => Date.now() + later } });
    expect((await askOne(asking, image())).reason).toBe('unauthorized');
    later = 9 * 60_000;
    expect((await askOne(asking, image())).reason).toBe('unauthorized');
    later = 10 * 60_000;
    expect((await askOne(asking, image())).state).toBe('scanned');
  });

  test('a 401 for credentials that were renewed meanwhile ends nothing', async () => {
    const asking = scanner({ credentials: { kind: 'bearer', token: 'expired' } });
    server.setLatency(100);
    const answer = askOne(asking, image());
    await eventually('a question is under way', () => server.peak() > 0);
    asking.client.connection.renew({ kind: 'bearer', token: secret });
    expect((await answer).state).toBe('scanned');
  });

  test('without credentials a 401 says what to set', async () => {
    const scan = await askOne(scanner({ credentials: null }), image());
    expect(scan).toMatchObject({ state: 'unknown', reason: 'unauthorized' });
    expect(scan.cause).toContain('JF_ACCESS_TOKEN');
  });

  test('user and password are accepted as well', async () => {
    server.world.accounts = [{ user: 'ana', password: 'pässword', rights: ['read'] }];
    const scan = await askOne(scanner({ credentials: { kind: 'basic', user: 'ana', password: 'pässword' } }), image());
    expect(scan.state).toBe('scanned');
  });

  test('no cause holds a secret, even one that the server echoes', async () => {
    const echo = JSON.stringify({ error: `Found invalid token ${secret} in Bearer ${secret}` });
    for (const status of [400, 401, 403, 500]) {
      const [scan] = await scansWith({ ...summary, status, body: echo, times: 3 });
      expect(scan?.state).toBe('unknown');
      expect(scan?.cause).not.toContain(secret);
      server.clearFaults();
    }
  });
});

describe('a failed question is unknown with its cause', () => {
  const cases: [name: string, fault: Fault, reason: string][] = [
    ['403', { status: 403 }, 'forbidden'],
    ['429 again and again', { status: 429 }, 'throttled'],
    ['500', { status: 500 }, 'badAnswer'],
    ['502', { status: 502 }, 'unreachable'],
    ['503', { status: 503 }, 'unreachable'],
    ['504', { status: 504 }, 'timeout'],
    ['415', { status: 415 }, 'badAnswer'],
    ['404', { status: 404 }, 'notXray'],
    ['a page of HTML', { kind: 'html' }, 'notXray'],
    ['an empty body', { kind: 'emptyBody' }, 'badAnswer'],
    ['a bare string', { kind: 'bareString' }, 'badAnswer'],
    ['half a body', { kind: 'halfBody' }, 'badAnswer'],
    ['a stall after the headers', { kind: 'stallAfterHeaders' }, 'timeout'],
    ['a stall in the body', { kind: 'stallInBody' }, 'timeout'],
    ['no answer at all', { kind: 'stallBeforeHeaders' }, 'timeout'],
    ['a reset connection', { kind: 'reset' }, 'unreachable'],
    ['a redirect to another origin', { kind: 'redirect' }, 'notXray'],
    ['an inactive Cloud instance', { kind: 'reactivate' }, 'unreachable'],
    ['an answer without end', { kind: 'oversize' }, 'badAnswer'],
  ];
  for (const [name, fault, reason] of cases) {
    test(name, async () => {
      const [scan] = await scansWith(fault, 1, { requestTimeout: timeoutFor(fault) });
      expect(scan).toMatchObject({ state: 'unknown', reason, askedAt: expect.any(Number) });
      expect(scan?.cause).toMatch(/127\.0\.0\.1|reactivate/);
      expect(server.requests.length).toBeLessThanOrEqual(12);
    });
  }

  test('nobody listens there', async () => {
    await server.stop();
    const scans = [...(await askAll(scanner(), many(60))).values()];
    expect(new Set(scans.map(({ reason }) => reason))).toEqual(new Set(['unreachable']));
    expect(new Set(scans.map(({ cause }) => cause)).size).toBe(1);
  });

  test('a redirect is not followed to another origin, where credentials would go', async () => {
    await scansWith({ kind: 'redirect' });
    expect(server.requests.filter(({ path }) => path.includes('elsewhere'))).toEqual([]);
  });

  test('an inactive instance is named as such', async () => {
    const [scan] = await scansWith({ kind: 'reactivate' });
    expect(scan?.cause).toContain('reactivate it');
  });
});

describe('what passes is tried again', () => {
  const cases: [name: string, fault: Fault][] = [
    ['500', { status: 500, times: 2 }],
    ['503', { status: 503, times: 2 }],
    ['429 without Retry-After', { status: 429, times: 2 }],
    ['a reset connection', { kind: 'reset', times: 1 }],
    ['half a body', { kind: 'halfBody', times: 1 }],
    ['a stall', { kind: 'stallInBody', times: 1 }],
  ];
  for (const [name, fault] of cases) {
    test(name, async () => {
      const [scan] = await scansWith(fault, 1, { requestTimeout: timeoutFor(fault) });
      expect(scan?.state).toBe('scanned');
    });
  }

  test('Retry-After is waited for', async () => {
    server.fault({ ...summary, status: 429, retryAfter: '1', times: 1 });
    expect((await askOne(scanner({ clock: aClock() }), image())).state).toBe('scanned');
    const [first, second] = server.requests;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test('a Retry-After longer than anyone waits for ends the question', async () => {
    const [scan] = await scansWith({ status: 429, retryAfter: '3600' });
    expect(scan?.reason).toBe('throttled');
    expect(scan?.cause).toMatch(/answered 429.* and asked to wait 3600 s, longer than the 30 s waited at most/);
    expect(scan?.cause).not.toContain('again and again');
    expect(server.requests).toHaveLength(1);
  });

  test('so does that of a server which is down for long', async () => {
    const [scan] = await scansWith({ status: 503, retryAfter: '120' });
    expect(scan?.reason).toBe('unreachable');
    expect(scan?.cause).toMatch(/answered 503.* and asked to wait 120 s/);
  });

  test('what is refused three times is said to be so', async () => {
    const [scan] = await scansWith({ status: 429, retryAfter: '1' });
    expect(scan?.cause).toMatch(/answered 429.*, again and again/);
    expect(server.requests).toHaveLength(3);
  });
});

describe('one bad digest among many', () => {
  const bad = digestOf(7).replace('sha256:', '');
  const cases: [name: string, fault: Fault, reason: string][] = [
    ['a time-out', { kind: 'stallAfterHeaders' }, 'timeout'],
    ['a 500', { status: 500 }, 'badAnswer'],
    ['half a body', { kind: 'halfBody' }, 'badAnswer'],
  ];
  for (const [name, fault, reason] of cases) {
    test(`${name} spoils only its own answer`, async () => {
      const scans = await scansWith({ ...summary, ...fault, matching: (body) => body.includes(bad) }, 60, {
        requestTimeout: timeoutFor(fault),
      });
      const unknown = scans.filter(({ state }) => state === 'unknown');
      expect(unknown.map((scan) => [scan.reason, scan.judged])).toEqual([[reason, [digestOf(7)]]]);
      expect(scans.filter(({ state }) => state === 'scanned')).toHaveLength(59);
    });
  }

  test('an error of Xray about one image spoils only its answer', async () => {
    const { artifacts, errors } = { artifacts: [], errors: [{ identifier: bad, error: 'database is locked' }] };
    server.world.canned = [{ path: 'summary/artifact', body: { artifacts, errors } }];
    const scans = await askAll(scanner(), [question(image(7)), question(image(8))]);
    const causes = [...scans.values()].map(({ reason, cause }) => `${reason}: ${cause}`);
    expect(causes[0]).toMatch(/badAnswer.*database is locked/);
    // In neither list: not clean, but unknown.
    expect(causes[1]).toMatch(/badAnswer.*says nothing/);
  });
});

test('one slow digest keeps no other answer back: those are there when time is up', async () => {
  const bad = digestOf(7).replace('sha256:', '');
  server.fault({ ...summary, kind: 'stallAfterHeaders', matching: (body) => body.includes(bad) });
  const aborting = new AbortController();
  const scans: Scan[] = [];
  for await (const fact of scanner({ requestTimeout: 1_500 }).ask(many(20), aborting.signal)) {
    if (fact.type === 'ScanRead') scans.push(fact.scan);
    if (scans.length === 19) aborting.abort();
  }
  expect(scans.filter(({ state }) => state === 'scanned')).toHaveLength(19);
  expect(scans.at(-1)).toMatchObject({ state: 'unknown', reason: 'timeout', judged: [digestOf(7)] });
  expect(scans.at(-1)?.cause).toContain('--wait');
});

test('of several addresses that are not right, the most telling failure is said', async () => {
  const [page] = await scansWith({ path: '/xray/', kind: 'html' });
  expect(page?.reason).toBe('notXray');
  expect(page?.cause).toContain('web page');
  server.clearFaults();
  const [away] = await scansWith({ path: '/xray/', kind: 'redirect' });
  expect(away?.cause).toContain('redirects to');
  server.clearFaults();
  const images = [...(await scansWith({ path: '/xray/', kind: 'html' }, 60)).values()];
  expect(new Set(images.map(({ cause }) => cause))).toEqual(new Set([page?.cause]));
});

test('a server that hangs is not waited for a thousand times', async () => {
  server.fault({ kind: 'stallBeforeHeaders' });
  const began = performance.now();
  const scans = [...(await askAll(scanner({ requestTimeout: 2_000 }), many(60))).values()];
  expect(new Set(scans.map(({ reason }) => reason))).toEqual(new Set(['timeout']));
  expect(performance.now() - began).toBeLessThan(3_000);
});

test('questions that are taken back end at once, as unknown', async () => {
  server.fault({ kind: 'stallBeforeHeaders' });
  const aborting = new AbortController();
  const answers = askAll(scanner({ clock: aClock() }), many(3), aborting.signal);
  await expect.poll(() => server.requests.length).toBe(1);
  aborting.abort();
  const scans = [...(await answers).values()];
  expect(scans.map(({ state, reason }) => `${state} ${reason}`)).toEqual(Array(3).fill('unknown timeout'));
});

test('no questions, no requests', async () => {
  expect(await askAll(scanner(), [])).toEqual(new Map());
  expect(server.requests).toEqual([]);
});
