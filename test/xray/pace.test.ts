import { expect, test } from 'vitest';

import { firstPace, paceAfter } from '../../src/xray/pace.ts';
import type { Outcome, Pace } from '../../src/xray/pace.ts';
import { digestOf } from '../support/digests.ts';
import { benchWorld } from '../xray-server/bench-world.ts';
import { startXrayServer } from '../xray-server/server.ts';
import { askAll, aScanner, question, running, secret } from './asking.ts';

function after(pace: Pace, ...outcomes: readonly Partial<Outcome>[]): Pace {
  return outcomes.reduce<Pace>(
    (now, outcome) => paceAfter(now, { result: 'answered', asked: now.size, full: true, took: 50, ...outcome }),
    pace,
  );
}

test('a time-out halves the batch', () => {
  expect(after({ ...firstPace, size: 80 }, { result: 'timeout' }).size).toBe(40);
});

test('a batch never falls below one image', () => {
  expect(after({ ...firstPace, size: 1 }, { result: 'timeout' }).size).toBe(1);
});

test('a 429 halves the calls in flight, down to one', () => {
  const throttled = { result: 'throttled' } as const;
  expect(after({ ...firstPace, inFlight: 16 }, throttled).inFlight).toBe(8);
  expect(after(firstPace, throttled, throttled, throttled).inFlight).toBe(1);
});

test('after a 429 calls in flight grow by one for each round of answers', () => {
  const slowed = after({ ...firstPace, inFlight: 8 }, { result: 'throttled' });
  expect(after(slowed, {}, {}, {}).inFlight).toBe(4);
  expect(after(slowed, {}, {}, {}, {}).inFlight).toBe(5);
});

test('a quick answer to a full batch doubles it, up to 100', () => {
  expect(after(firstPace, {}).size).toBe(40);
  expect(after(firstPace, {}, {}, {}, {}, {}).size).toBe(100);
});

test('a slow answer, or a batch that was not full, leaves the size', () => {
  expect(after(firstPace, { took: 8_000 }).size).toBe(20);
  expect(after(firstPace, { asked: 3, full: false }).size).toBe(20);
});

test('there are never more than 16 calls in flight', () => {
  expect(after(firstPace, ...Array.from({ length: 40 }, () => ({}))).inFlight).toBe(16);
});

test('a thousand images take at most 80 requests to Xray, each digest asked once', async () => {
  const world = benchWorld({
    images: 1000,
    findingsPerImage: 20,
    unscanned: 50,
    foreign: 50,
    violations: 50,
    digestOf,
  });
  const server = await startXrayServer({ world, token: secret, latency: 50 });
  try {
    const scanner = aScanner(server.url);
    const host = new URL(server.url).host;
    const questions = Array.from({ length: 1000 }, (_, at) => {
      const name = at < 950 ? `${host}/docker-local/app-${at}:1.0` : `elsewhere.example/app-${at}:1.0`;
      return question(running(name, digestOf(at)), { violations: { security: false, license: true } });
    });
    const scans = [...(await askAll(scanner, questions)).values()];
    const counted = Map.groupBy(scans, ({ state, reason }) => `${state}/${reason}`);
    expect(Object.fromEntries([...counted].map(([key, list]) => [key, list.length]))).toEqual({
      'scanned/null': 900,
      'unscanned/neverScanned': 50,
      'unscanned/foreign': 50,
    });
    const contents = scans.flatMap((scan) => (scan.state === 'scanned' ? [scan] : []));
    expect(contents.flatMap(({ findings }) => findings)).toHaveLength(18_000);
    expect(contents.flatMap(({ violations }) => violations)).toHaveLength(50);
    expect(new Set(contents.map(({ evaluated }) => evaluated.license))).toEqual(new Set(['covered']));
    const asked = server.requests
      .filter(({ path }) => path.endsWith('/summary/artifact'))
      .flatMap(({ body }) => (JSON.parse(body) as { checksums: string[] }).checksums);
    expect(asked).toHaveLength(1000);
    expect(new Set(asked).size).toBe(1000);
    expect(server.count(' /xray/')).toBeLessThanOrEqual(80);
    expect(server.count(' /artifactory/')).toBeLessThanOrEqual(10);
  } finally {
    await server.stop();
  }
});

test('questions that come in waves are gathered: no more requests for it', async () => {
  const images = { images: 1000, findingsPerImage: 1, unscanned: 0, foreign: 0, violations: 0, digestOf };
  const server = await startXrayServer({ world: benchWorld(images), token: secret, latency: 50 });
  try {
    const scanner = aScanner(server.url);
    const waves = Array.from({ length: 40 }, (_, nth) =>
      Array.from({ length: 25 }, (_, at) => digestOf(nth * 25 + at)),
    );
    const violations = { security: false, license: true };
    const answers: Promise<Map<unknown, unknown>>[] = [];
    for (const wave of waves) {
      answers.push(
        askAll(
          scanner,
          wave.map((digest) => question(running('registry.example/app:1.0', digest), { violations })),
        ),
      );
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect((await Promise.all(answers)).map(({ size }) => size)).toEqual(Array(40).fill(25));
    expect(server.count(' /xray/')).toBeLessThanOrEqual(45);
    expect(server.peak()).toBeLessThanOrEqual(16);
  } finally {
    await server.stop();
  }
});
