import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Image } from '../../src/core/image.ts';
import type { Scan } from '../../src/core/scan.ts';
import { cachedScanner } from '../../src/state/cached-scanner.ts';
import type { CachedQuestion, CachedScanner, HeardSince } from '../../src/state/cached-scanner.ts';
import { minute } from '../../src/state/kept-scan.ts';
import {
  aFinding,
  anImage,
  aReference,
  aScan,
  aViolation,
  hour,
  now,
  pending,
  unknown,
  unscanned,
} from '../support/builders.ts';
import {
  about,
  aCache,
  anAskedScanner,
  answersOf,
  aSetClock,
  kept,
  licenses,
  neither,
  noNews,
  patient,
  scansOf,
} from './caching.ts';
import type { AskedScanner, SetClock } from './caching.ts';
import { aFolder } from './folders.ts';

interface Parts {
  readonly root: string;
  readonly clock: SetClock;
  readonly maxAge: number;
  readonly notBefore: number;
  readonly news: HeardSince;
}

interface InFront extends CachedScanner<CachedQuestion> {
  /** The state and reason of the answer about one image. */
  readonly answer: (question?: CachedQuestion) => Promise<string>;
  readonly warnings: readonly string[];
}

function inFrontOf(scanner: AskedScanner, over: Partial<Parts> = {}): InFront {
  const { root = aFolder(), clock = aSetClock(), maxAge = hour, notBefore = 0, news = noNews } = over;
  const cache = aCache(root);
  const cached = cachedScanner<CachedQuestion>(scanner, { cache, clock, maxAge, notBefore, news });
  const answer = async (question = about()): Promise<string> => {
    const scan = (await scansOf(cached.ask([question], patient))).get(question.image.key);
    await cached.settled();
    return `${scan?.state} ${scan?.reason}`;
  };
  return { ...cached, answer, warnings: cache.warnings };
}

const at = (askedAt: number, scan: Scan = aScan()): Scan => ({ ...scan, askedAt });
const scanned = (clock: SetClock, scan: Scan = aScan()) => anAskedScanner(() => at(clock.time, scan));
const keys = (scanner: AskedScanner): string[] => scanner.asked.map(({ image }) => image.key);

/** How often is asked, where an answer was kept so many milliseconds ago. */
async function askedAfter(scan: Scan, age: number, over: Partial<CachedQuestion> & Partial<Parts> = {}) {
  const root = aFolder();
  await aCache(root).keep(answersOf([anImage(), at(now - age, scan)]));
  const clock = aSetClock();
  const scanner = scanned(clock);
  await inFrontOf(scanner, { root, clock, ...over }).answer(about(anImage(), over));
  return scanner.asked.length;
}

describe('what could not be asked', () => {
  test('is no answer: it is asked again', async () => {
    const scanner = anAskedScanner(() => unknown());
    const root = aFolder();
    for (let run = 0; run < 2; run += 1)
      expect(await inFrontOf(scanner, { root }).answer()).toBe('unknown unreachable');
    expect(scanner.asked).toHaveLength(2);
  });
  test('of its violations leaves the rest of an answer, for who does not rest on them', async () => {
    const root = aFolder();
    const clock = aSetClock();
    const failed = aScan({
      evaluated: { security: 'notAsked', license: 'unanswered' },
      violationsCause: { reason: 'timeout', message: 'too late' },
    });
    const scanner = scanned(clock, failed);
    await inFrontOf(scanner, { root, clock }).answer();
    await inFrontOf(scanner, { root, clock }).answer(about(anImage(), { violations: neither }));
    expect(scanner.asked).toHaveLength(1);
    await inFrontOf(scanner, { root, clock }).answer();
    expect(scanner.asked).toHaveLength(2);
  });
});

describe('an answer is used for its age', () => {
  const cases: [name: string, scan: Scan, age: number, asked: number][] = [
    ['scanned, an hour', aScan(), hour, 0],
    ['scanned, a little more', aScan(), hour + 1, 1],
    ['unscanned, five minutes', unscanned('foreign'), 5 * minute, 0],
    ['unscanned, a little more', unscanned('foreign'), 5 * minute + 1, 1],
    ['pending, a minute', pending(), minute, 0],
    ['pending, a little more', pending(), minute + 1, 1],
    ['from the future, as by a clock that was set back', aScan(), -minute, 1],
    ['from the same second by a clock that is a little behind', aScan(), -1000, 0],
  ];
  for (const [name, scan, age, asked] of cases) {
    test(name, async () => expect(await askedAfter(scan, age)).toBe(asked));
  }
  test('that --max-age says', async () => {
    expect(await askedAfter(aScan(), minute + 1, { maxAge: minute })).toBe(1);
    expect(await askedAfter(aScan(), 3 * hour, { maxAge: 4 * hour })).toBe(0);
    expect(await askedAfter(unscanned(), 6 * minute, { maxAge: 4 * hour })).toBe(1);
  });
  test('and not at all where --refresh was said since', async () =>
    expect(await askedAfter(aScan(), minute, { notBefore: now })).toBe(1));
  test('nor where the question says that it is too old', async () => {
    expect(await askedAfter(aScan(), minute, { notOlderThan: now - minute + 1 })).toBe(1);
    expect(await askedAfter(aScan(), minute, { notOlderThan: now - minute })).toBe(0);
  });
  test('by news', async () => {
    const news: HeardSince = { ...noNews, staleSince: () => Promise.resolve((image) => image.key === anImage().key) };
    expect(await askedAfter(aScan(), minute, { news })).toBe(1);
  });
  test('nor where it does not tell of the violations that are rested on', async () =>
    expect(await askedAfter(aScan(), minute, { violations: { security: true, license: true } })).toBe(1));
});

describe('an image', () => {
  test('of which only a tag is known is asked about each time: a tag may mean another one by now', async () => {
    const clock = aSetClock();
    const scanner = scanned(clock);
    const root = aFolder();
    for (let run = 0; run < 2; run += 1) await inFrontOf(scanner, { root, clock }).answer(about(aReference()));
    expect(scanner.asked).toHaveLength(2);
    expect((await aCache(root).info()).answers).toBe(0);
  });
  test('on another platform or in another repository is another one', async () => {
    const clock = aSetClock();
    const scanner = scanned(clock, unscanned('foreign'));
    const root = aFolder();
    const other: Image = { ...anImage(), key: `${anImage().digest}|linux/arm64|elsewhere.example/app` };
    for (const image of [anImage(), other, anImage(), other]) {
      await inFrontOf(scanner, { root, clock }).answer(about(image));
    }
    expect(keys(scanner)).toEqual([anImage().key, other.key]);
  });
  test('that two ask about for different violations is asked about for both, and each hears of its own', async () => {
    const clock = aSetClock();
    const both = aScan({
      violations: [aViolation(), aViolation({ type: 'security', id: 'XRAY-1' })],
      evaluated: { security: 'notCovered', license: 'covered' },
    });
    const scanner = scanned(clock, both);
    const root = aFolder();
    await aCache(root).keep(new Map([[anImage().key, kept(at(now - minute), licenses)]]));
    const security = { security: true, license: false };
    const one = inFrontOf(scanner, { root, clock });
    const heard = await scansOf(one.ask([about(anImage(), { violations: security })], patient));
    await one.settled();
    expect(scanner.asked.map(({ violations }) => violations)).toEqual([{ security: true, license: true }]);
    expect(heard.get(anImage().key)).toMatchObject({
      violations: [{ type: 'security' }],
      evaluated: { security: 'notCovered', license: 'notAsked' },
    });
    const again = await scansOf(inFrontOf(scanner, { root, clock }).ask([about()], patient));
    expect(again.get(anImage().key)).toMatchObject({
      violations: [{ type: 'license' }],
      evaluated: { security: 'notAsked', license: 'covered' },
    });
    expect(scanner.asked).toHaveLength(1);
  });
});

describe('what Xray no longer knows', () => {
  const findings = [aFinding()];
  const dropped = async (over: Partial<CachedQuestion> = {}) => {
    const root = aFolder();
    await aCache(root).keep(answersOf([anImage(), at(now - 2 * hour, aScan({ findings }))]));
    const clock = aSetClock();
    const scanner = anAskedScanner(() => at(clock.time, unscanned('gone')));
    return { root, clock, scanner, front: inFrontOf(scanner, { root, clock }), question: about(anImage(), over) };
  };

  test('is what it said before, with its age', async () => {
    const { front, question } = await dropped();
    const scan = (await scansOf(front.ask([question], patient))).get(question.image.key);
    expect(scan).toMatchObject({ state: 'scanned', reason: 'expired', askedAt: now - 2 * hour, findings });
    expect(scan?.cause).toContain('Xray no longer knows it: this is what it said on 2026-11-21');
  });
  test('is asked about again as soon as what was never scanned', async () => {
    const { root, clock, scanner, front, question } = await dropped();
    expect(await front.answer(question)).toBe('scanned expired');
    clock.time += 5 * minute;
    expect(await inFrontOf(scanner, { root, clock }).answer(question)).toBe('scanned expired');
    expect(scanner.asked).toHaveLength(1);
    clock.time += 1;
    expect(await inFrontOf(scanner, { root, clock }).answer(question)).toBe('scanned expired');
    expect(scanner.asked).toHaveLength(2);
  });
  test('is not what it said before for whoever is about to act, and stays so for others', async () => {
    const { front, question } = await dropped();
    expect((await scansOf(front.past.ask([question], patient))).get(question.image.key)).toMatchObject({
      state: 'unscanned',
    });
    await front.settled();
    expect(await front.answer(question)).toBe('scanned expired');
  });
});

describe('past the cache', () => {
  test('everything is asked, and kept for others', async () => {
    const root = aFolder();
    await aCache(root).keep(answersOf([anImage(), at(now - minute)]));
    const clock = aSetClock();
    const scanner = scanned(clock, aScan({ findings: [aFinding()] }));
    const front = inFrontOf(scanner, { root, clock });
    await scansOf(front.past.ask([about()], patient));
    await front.settled();
    expect(scanner.asked).toHaveLength(1);
    expect((await aCache(root).read([anImage().key])).get(anImage().key)?.at).toBe(now);
  });
});

describe('two who ask the same', () => {
  test('ask once: the other waits, and hears the same', async () => {
    const root = aFolder();
    const clock = aSetClock();
    const gate = Promise.withResolvers<void>();
    const asking = anAskedScanner(() => at(clock.time, aScan({ findings: [aFinding()] })), gate.promise);
    const waiting = scanned(clock);
    const first = inFrontOf(asking, { root, clock });
    const second = inFrontOf(waiting, { root, clock });
    const [one, other] = [anImage(1), anImage(2)];
    const answers = [scansOf(first.ask([about(one)], patient))];
    await untilThere(() => asking.asked.length === 1);
    answers.push(scansOf(second.ask([about(one), about(other)], patient)));
    await untilThere(() => waiting.asked.length === 1);
    gate.resolve();
    const [heard, heardToo] = await Promise.all(answers);
    expect(keys(waiting)).toEqual([other.key]);
    expect(heardToo?.get(one.key)).toEqual(heard?.get(one.key));
    await Promise.all([first.settled(), second.settled()]);
    expect(readdirSync(join(aCache(root).folder, 'claims'))).toEqual([]);
  });
  test('ask once, also where no kept answer would do', async () => {
    const root = aFolder();
    const clock = aSetClock();
    const gate = Promise.withResolvers<void>();
    const asking = anAskedScanner(() => at(clock.time + 1), gate.promise);
    const waiting = scanned(clock);
    const first = inFrontOf(asking, { root, clock, maxAge: 0 }).answer();
    await untilThere(() => asking.asked.length === 1);
    const second = inFrontOf(waiting, { root, clock, maxAge: 0 }).answer();
    gate.resolve();
    expect(await Promise.all([first, second])).toEqual(['scanned null', 'scanned null']);
    expect(waiting.asked).toEqual([]);
  });
  test('and whoever was asked could not answer: the other asks itself', async () => {
    const root = aFolder();
    const clock = aSetClock();
    const gate = Promise.withResolvers<void>();
    const failing = anAskedScanner(() => unknown('timeout'), gate.promise);
    const scanner = scanned(clock);
    const first = scansOf(inFrontOf(failing, { root, clock }).ask([about()], patient));
    await untilThere(() => failing.asked.length === 1);
    const second = inFrontOf(scanner, { root, clock }).answer();
    gate.resolve();
    await first;
    expect(await second).toBe('scanned null');
    expect(scanner.asked).toHaveLength(1);
  });
  test('and one gives up waiting: it is answered as who gives up', async () => {
    const root = aFolder();
    const clock = aSetClock();
    const gate = Promise.withResolvers<void>();
    const asking = anAskedScanner(() => at(clock.time), gate.promise);
    const first = scansOf(inFrontOf(asking, { root, clock }).ask([about()], patient));
    await untilThere(() => asking.asked.length === 1);
    const impatience = new AbortController();
    const behind = anAskedScanner(() => unknown('timeout'));
    const front = inFrontOf(behind, { root, clock });
    const second = scansOf(front.ask([about()], impatience.signal));
    impatience.abort();
    expect((await second).get(anImage().key)).toMatchObject({ state: 'unknown', reason: 'timeout' });
    gate.resolve();
    await first;
    await front.settled();
  });
  test('and nothing can be written: both ask, which is said once each', async () => {
    const root = '/dev/null/cache';
    const clock = aSetClock();
    const scanner = scanned(clock);
    const fronts = [inFrontOf(scanner, { root, clock }), inFrontOf(scanner, { root, clock })];
    for (const front of fronts) expect(await front.answer()).toBe('scanned null');
    expect(scanner.asked).toHaveLength(2);
    expect(fronts.map(({ warnings }) => warnings.length)).toEqual([1, 1]);
  });
});

describe('of what is asked', () => {
  test('only the last ask says that no more will come, also where all before it were answered', async () => {
    const root = aFolder();
    await aCache(root).keep(answersOf([anImage(1), at(now)]));
    const clock = aSetClock();
    const scanner = scanned(clock);
    const front = inFrontOf(scanner, { root, clock });
    await Promise.all([
      scansOf(front.ask([about(anImage(2))], patient, true)),
      scansOf(front.ask([about(anImage(1))], patient, true)),
      scansOf(front.ask([about(anImage(3))], patient, false)),
    ]);
    expect(scanner.more.filter((more) => !more)).toHaveLength(1);
    await front.settled();
  });
  test('facts that are no answers come through, and those of the news', async () => {
    const fault = { type: 'NewsFault', from: 'watches', message: 'forbidden' } as const;
    const news: HeardSince = { ...noNews, facts: () => [fault] };
    const facts: string[] = [];
    const front = inFrontOf(scanned(aSetClock()), { news });
    for await (const { type } of front.ask([about()], patient)) facts.push(type);
    expect(facts).toContain('NewsFault');
    expect(facts.at(-1)).toBe('ScanRead');
    await front.settled();
  });
  test('what is used is noted, once a day, so that it is not the first to go', async () => {
    const root = aFolder();
    const old = { ...kept(at(now - minute)), seen: 1 };
    await aCache(root).keep(new Map([[anImage().key, old]]));
    await inFrontOf(scanned(aSetClock()), { root }).answer();
    const today = Math.floor(now / (24 * hour));
    expect((await aCache(root).read([anImage().key])).get(anImage().key)?.seen).toBe(today);
  });
});

/** Looks again at every turn. */
async function untilThere(isThere: () => boolean): Promise<void> {
  while (!isThere()) await new Promise((resolve) => setImmediate(resolve));
}
