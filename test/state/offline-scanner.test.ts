import { describe, expect, test } from 'vitest';
import type { Scan } from '../../src/core/scan.ts';
import { offlineScanner } from '../../src/state/offline-scanner.ts';
import { anImage, aReference, aScan, hour, now, pending, unscanned } from '../support/builders.ts';
import { about, aCache, answersOf, aSetClock, kept, licenses, patient, scansOf } from './caching.ts';
import { aFolder } from './folders.ts';

const image = anImage();

async function offline(scan: Scan | null, question = about(image), time = now): Promise<Scan | undefined> {
  const cache = aCache(aFolder());
  if (scan !== null) await cache.keep(new Map([[image.key, kept(scan, licenses)]]));
  const scanner = offlineScanner([cache], aSetClock(time));
  return (await scansOf(scanner.ask([question], patient))).get(question.image.key);
}

describe('offline', () => {
  test('what is not in the cache is unknown, and why is said', async () =>
    expect(await offline(null)).toMatchObject({
      state: 'unknown',
      reason: 'unreachable',
      cause: 'not in the cache, and --offline asks nobody',
      digest: image.digest,
    }));
  test('an image by its tag alone is unknown', async () =>
    expect(await offline(aScan(), about(aReference()))).toMatchObject({
      state: 'unknown',
      cause: 'it has no digest yet, and --offline asks nobody',
    }));
  test('an answer from the future is not trusted', async () =>
    expect(await offline(aScan({ askedAt: now }), about(image), now - hour)).toMatchObject({
      state: 'unknown',
      cause: expect.stringContaining('from the future by the clock of this machine') as string,
    }));
  test('an answer of any age is told, with its age', async () => {
    expect(await offline(aScan({ askedAt: now - 400 * 24 * hour }))).toMatchObject({
      state: 'scanned',
      askedAt: now - 400 * 24 * hour,
    });
    expect(await offline(unscanned('foreign'))).toMatchObject({ state: 'unscanned', reason: 'foreign' });
  });
  test('an answer does that is older than the question wants: nobody can give another', async () =>
    expect(await offline(aScan(), about(image, { notOlderThan: now }))).toMatchObject({ state: 'scanned' }));
  test('violations that were never asked for are unanswered, and the rest stands', async () =>
    expect(await offline(aScan(), about(image, { violations: { security: true, license: true } }))).toMatchObject({
      state: 'scanned',
      evaluated: { security: 'unanswered', license: 'covered' },
      violationsCause: {
        reason: 'unreachable',
        message: 'its violations are not in the cache, and --offline asks nobody',
      },
    }));
  test('what was being scanned is so for a day', async () => {
    expect(await offline({ ...pending(), askedAt: now - 24 * hour })).toMatchObject({ state: 'pending' });
    expect(await offline({ ...pending(), askedAt: now - 24 * hour - 1 })).toMatchObject({
      state: 'unknown',
      reason: 'pendingTooLong',
      cause: expect.stringMatching(/^it was being scanned at 2026-.*, and --offline asks nobody$/) as string,
    });
  });
  const better: [name: string, one: Scan, other: Scan][] = [
    ['the younger one', aScan({ askedAt: now - hour }), aScan({ askedAt: now - 2 * hour })],
    ['what is scanned', aScan({ askedAt: now - 2 * hour }), { ...unscanned('foreign'), askedAt: now - hour }],
    ['what is not from the future', aScan({ askedAt: now - hour }), aScan({ askedAt: now + hour })],
  ];
  for (const [name, one, other] of better) {
    test(`of two caches ${name} counts, whichever is the first`, async () => {
      const [here, there] = [aCache(aFolder()), aCache(aFolder())];
      await here.keep(answersOf([image, one]));
      await there.keep(answersOf([image, other]));
      for (const caches of [
        [here, there],
        [there, here],
      ]) {
        const scans = await scansOf(offlineScanner(caches, aSetClock()).ask([about(image)], patient));
        expect(scans.get(image.key)).toMatchObject({ state: 'scanned', askedAt: one.askedAt });
      }
    });
  }
  test('the first cache that has an answer gives it, where they are alike', async () => {
    const [own, other] = [aCache(aFolder()), aCache(aFolder())];
    await own.keep(answersOf([image, aScan({ cause: 'own' })]));
    await other.keep(answersOf([image, aScan({ cause: 'other' })], [anImage(2), aScan()]));
    const scanner = offlineScanner([own, other], aSetClock());
    const scans = await scansOf(scanner.ask([about(image), about(anImage(2))], patient));
    expect(scans.get(image.key)?.cause).toBe('own');
    expect(scans.get(anImage(2).key)?.state).toBe('scanned');
  });
});
