import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Image } from '../../src/core/image.ts';
import type { Fact } from '../../src/core/inventory.ts';
import type { Scan, UnscannedReason } from '../../src/core/scan.ts';
import { rememberScanned } from '../../src/state/once-scanned.ts';
import { openScanned } from '../../src/state/scanned.ts';
import type { ScannedStore } from '../../src/state/scanned.ts';
import {
  anImage,
  aReference,
  aScan,
  day,
  digest,
  hour,
  now,
  pending,
  unknown,
  unscanned,
} from '../support/builders.ts';
import { aFolder } from './folders.ts';
import { run } from './programs.ts';
import { realClock } from './real-clock.ts';

interface OpenedStore extends ScannedStore {
  readonly warnings: readonly string[];
}

async function aStore(folder = aFolder()): Promise<OpenedStore> {
  const warnings: string[] = [];
  return { ...(await openScanned(folder, { clock: realClock, warn: (message) => warnings.push(message) })), warnings };
}

type Answer = readonly [Image, Scan];

const fileOf = (folder: string): string => join(folder, 'scanned.jsonl');
const pendingAt = (askedAt: number): Scan => ({ ...pending(), askedAt });

/** What comes through, of a scanner that gives these answers. */
async function through(store: ScannedStore, ...answers: readonly Answer[]): Promise<readonly Scan[]> {
  const scanner = {
    async *ask(asked: readonly Answer[]): AsyncGenerator<Fact> {
      for (const [image, scan] of asked) yield { type: 'ScanRead', image, scan };
    },
  };
  const scans: Scan[] = [];
  for await (const fact of rememberScanned<Answer>(scanner, store).ask(answers, new AbortController().signal)) {
    if (fact.type === 'ScanRead') scans.push(fact.scan);
  }
  return scans;
}

const reasons: readonly UnscannedReason[] = ['foreign', 'neverScanned', 'unconfirmed', 'failed', 'unsupported', 'gone'];

describe('an image that was once scanned', () => {
  for (const reason of reasons) {
    test(`never becomes unscanned: ${reason}`, async () => {
      const store = await aStore();
      await through(store, [anImage(), aScan({ askedAt: now - 100 * day })]);
      const [scan] = await through(store, [anImage(), unscanned(reason)]);
      expect(scan).toMatchObject({ state: 'unknown', reason: 'forgotten', judged: [digest(1)] });
      expect(scan?.cause).toContain('last seen so about 2026-08-13');
    });
  }
  test('is so for every process and run', async () => {
    const folder = aFolder();
    const [one, other] = [await aStore(folder), await aStore(folder)];
    await through(one, [anImage(), aScan()]);
    await one.flush();
    expect(await through(other, [anImage(), unscanned()])).toMatchObject([{ reason: 'forgotten' }]);
    expect(await through(await aStore(folder), [anImage(), unscanned()])).toMatchObject([{ reason: 'forgotten' }]);
  });
  test('is known by its digest, also where it was asked by its tag', async () => {
    const store = await aStore();
    await through(store, [aReference(), aScan({ digest: digest(1) })]);
    expect(await through(store, [anImage(), unscanned()])).toMatchObject([{ reason: 'forgotten' }]);
  });
  test('is an index of which all children are forgotten', async () => {
    const store = await aStore();
    await through(store, [anImage(1), aScan({ judged: [digest(2), digest(3)] })]);
    const gone = { ...unscanned('gone'), judged: [digest(2), digest(3)] } as Scan;
    expect(await through(store, [anImage(1), gone])).toMatchObject([{ reason: 'forgotten' }]);
    expect(await through(store, [anImage(2), { ...unscanned('gone'), judged: [digest(2)] }])).toMatchObject([
      { reason: 'forgotten' },
    ]);
  });
});

describe('what was never scanned', () => {
  const otherAnswers: [name: string, scan: Scan][] = [
    ['pending', pending()],
    ['unknown', unknown()],
    ['unscanned', unscanned()],
    ['an old answer of ours', aScan({ reason: 'expired' })],
  ];
  for (const [name, before] of otherAnswers) {
    test(`stays unscanned after: ${name}`, async () => {
      const store = await aStore();
      await through(store, [anImage(), before]);
      expect(await through(store, [anImage(), unscanned('foreign')])).toEqual([unscanned('foreign')]);
    });
  }
  test('is a child that Xray does not know, beside one that it knows', async () => {
    const store = await aStore();
    await through(store, [anImage(1), aScan({ reason: 'partial', judged: [digest(2), digest(3)] })]);
    const child = { ...unscanned('gone'), judged: [digest(3)] } as Scan;
    expect(await through(store, [anImage(3), child])).toEqual([child]);
  });
  test('is told by each digest for itself', async () => {
    const store = await aStore();
    await through(store, [anImage(1), aScan()]);
    const other = { ...unscanned(), judged: [digest(2)] } as Scan;
    expect(await through(store, [anImage(2), other])).toEqual([other]);
  });
});

test('every other answer comes through as it is', async () => {
  const store = await aStore();
  const scans = [aScan(), pending(), unknown(), aScan({ reason: 'expired' })];
  expect(await through(store, ...scans.map((scan): Answer => [anImage(), scan]))).toEqual(scans);
});

describe('a pending image', () => {
  test('is pending since it was first seen so', async () => {
    const folder = aFolder();
    const store = await aStore(folder);
    await through(store, [anImage(), pendingAt(now)], [anImage(), pendingAt(now + hour)]);
    expect(store.pendingSince(digest(1))).toBe(now);
    await store.flush();
    expect((await aStore(folder)).pendingSince(digest(1))).toBe(now);
  });
  test('stays so while nobody can be asked, and when it is called too long', async () => {
    const store = await aStore();
    await through(store, [anImage(), pendingAt(now)], [anImage(), unknown()], [anImage(), unknown('pendingTooLong')]);
    expect(store.pendingSince(digest(1))).toBe(now);
  });
  const ends: [name: string, scan: Scan][] = [
    ['scanned', aScan({ askedAt: now + hour })],
    ['unscanned', { ...unscanned(), askedAt: now + hour }],
  ];
  for (const [name, scan] of ends) {
    test(`is no longer so once it is ${name}, for every process, and may be so again`, async () => {
      const folder = aFolder();
      const store = await aStore(folder);
      await through(store, [anImage(), pendingAt(now)]);
      await store.flush();
      await through(store, [anImage(), scan]);
      // What it wrote itself comes again with the news of others.
      await store.refresh();
      expect(store.pendingSince(digest(1))).toBeNull();
      await store.flush();
      expect((await aStore(folder)).pendingSince(digest(1))).toBeNull();
      await through(store, [anImage(), pendingAt(now + 2 * hour)]);
      await store.refresh();
      expect(store.pendingSince(digest(1))).toBe(now + 2 * hour);
    });
  }
});

describe('its file', () => {
  test('is written once for many answers, and not again for what it says already', async () => {
    const folder = aFolder();
    const store = await aStore(folder);
    const answers = Array.from({ length: 100 }, (_, index): Answer => [
      anImage(index),
      aScan({ judged: [digest(index)] }),
    ]);
    await through(store, ...answers);
    await store.flush();
    await through(store, ...answers);
    await store.flush();
    expect(readFileSync(fileOf(folder), 'utf8').trim().split('\n')).toHaveLength(1);
  });
  test('is written a second after what was seen, also while answers are still awaited', async () => {
    const folder = aFolder();
    const store = await aStore(folder);
    store.see('scanned', digest(1), now);
    await expect.poll(() => readFileSync(fileOf(folder), 'utf8'), { timeout: 5_000 }).toContain(digest(1));
  });
  test('keeps what several processes see', async () => {
    const folder = aFolder();
    await Promise.all([0, 100, 200, 300].map((from) => run('scan', folder, from, 20).ended));
    const store = await aStore(folder);
    for (const from of [0, 100, 200, 300]) {
      for (let index = from; index < from + 20; index += 1) expect(store.scannedAt(digest(index))).not.toBeNull();
    }
  });
  test('may have damaged lines, and lines of another version: the rest of it holds', async () => {
    const folder = aFolder();
    writeFileSync(fileOf(folder), `{"v":1,"se\n{"v":9}\n{"v":1,"seen":[["lost"]]}\n`);
    const before = await aStore(folder);
    before.see('scanned', digest(1), now);
    await before.flush();
    appendFileSync(fileOf(folder), '{"v":1,"seen":[["scanned"');
    const store = await aStore(folder);
    expect(store.scannedAt(digest(1))).toBe(now);
    expect(store.warnings).toHaveLength(2);
  });
  test('that cannot be written is said once; what was seen is known all the same, and written when it can be', async () => {
    const file = join(aFolder(), 'file');
    writeFileSync(file, '');
    const store = await aStore(join(file, 'xray-1'));
    await through(store, [anImage(), aScan()]);
    await store.flush();
    await store.flush();
    expect(await through(store, [anImage(), unscanned()])).toMatchObject([{ reason: 'forgotten' }]);
    expect(store.warnings.filter((one) => one.includes('cannot be kept'))).toHaveLength(1);
  });
});
