import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cachedScanner } from '../../src/state/cached-scanner.ts';
import type { StateClock } from '../../src/state/lock.ts';
import { openClaims } from '../../src/state/scan-claims.ts';
import { anImage, aScan, now } from '../support/builders.ts';
import { about, aCache, anAskedScanner, noNews, patient, scansOf } from './caching.ts';
import { aFolder } from './folders.ts';
import { realClock } from './real-clock.ts';

/** Time runs ten times as fast. */
function aFastClock(): StateClock {
  const start = Date.now();
  return {
    now: () => now + (Date.now() - start) * 10,
    after: (milliseconds, call) => realClock.after(milliseconds / 10, call),
  };
}

/** Of a process that stands still: nothing that it wants to do later comes about, but for what it waits for. */
function aDeadClock(): StateClock {
  return { now: () => now, after: (milliseconds, call) => (milliseconds < 100 ? realClock.after(0, call) : () => {}) };
}

async function untilNot(state: string, look: () => Promise<string>): Promise<string> {
  for (;;) {
    const found = await look();
    if (found !== state) return found;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

describe('a claim', () => {
  test('of a process that was killed is taken over after three seconds', async () => {
    const folder = aFolder();
    await openClaims(folder, aDeadClock()).claim(['a', 'b']);
    const clock = aFastClock();
    const claims = openClaims(folder, clock);
    const claimed = await claims.claim(['a', 'c']);
    expect([...claimed.mine]).toEqual(['c']);
    const theirs = claimed.theirs.get('a');
    const since = clock.now();
    expect(await untilNot('held', async () => theirs?.look() ?? '')).toBe('dead');
    expect(clock.now() - since).toBeGreaterThanOrEqual(3000);
    expect([...(await claims.claim(['a', 'b'])).mine]).toEqual(['a', 'b']);
  });
  test('of a process that lives is held for as long as it takes', async () => {
    const folder = aFolder();
    const holder = await openClaims(folder, realClock).claim(['a']);
    const other = (await openClaims(folder, realClock).claim(['a'])).theirs.get('a');
    for (let looks = 0; looks < 10; looks += 1) expect(await other?.look()).toBe('held');
    await holder.release();
    await holder.release();
    expect(await other?.look()).toBe('released');
    expect(readdirSync(join(folder, 'claims'))).toEqual([]);
  });
  test('that somebody left behind long ago is no claim, and is removed', async () => {
    const folder = aFolder();
    mkdirSync(join(folder, 'claims'));
    const file = join(folder, 'claims', 'old.claim');
    writeFileSync(file, 'a\nb');
    utimesSync(file, 0, 0);
    const claimed = await openClaims(folder, realClock).claim(['a']);
    expect([...claimed.mine]).toEqual(['a']);
    await claimed.release();
    expect(readdirSync(join(folder, 'claims'))).toEqual([]);
  });
  test('of nothing that is left to claim leaves no file', async () => {
    const folder = aFolder();
    const first = await openClaims(folder, realClock).claim(['a']);
    const second = await openClaims(folder, realClock).claim(['a']);
    expect(second.mine.size).toBe(0);
    expect(readdirSync(join(folder, 'claims'))).toHaveLength(1);
    await first.release();
  });
  test('by one process twice is its own both times: its questions find together by themselves', async () => {
    const claims = openClaims(aFolder(), realClock);
    const all = [await claims.claim(['a']), await claims.claim(['a'])];
    expect(all.map(({ mine }) => [...mine])).toEqual([['a'], ['a']]);
    for (const one of all) await one.release();
  });
});

test('what a killed process was about to ask is asked by one of those who waited', async () => {
  const root = aFolder();
  const cache = aCache(root);
  await openClaims(cache.folder, aDeadClock()).claim([anImage().key]);
  const clock = aFastClock();
  const scanners = [1, 2, 3].map(() => anAskedScanner(() => aScan({ askedAt: clock.now() })));
  const fronts = scanners.map((scanner) =>
    cachedScanner(scanner, { cache: aCache(root), clock, maxAge: 3_600_000, notBefore: 0, news: noNews }),
  );
  const all = await Promise.all(fronts.map(async (front) => scansOf(front.ask([about()], patient))));
  expect(all.map((scans) => scans.get(anImage().key)?.state)).toEqual(['scanned', 'scanned', 'scanned']);
  expect(scanners.flatMap(({ asked }) => asked)).toHaveLength(1);
  for (const front of fronts) await front.settled();
});
