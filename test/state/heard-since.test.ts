import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { heardSince } from '../../src/state/heard-since.ts';
import type { NewsAtOnce } from '../../src/state/heard-since.ts';
import { minute } from '../../src/state/kept-scan.ts';
import type { WatchKept } from '../../src/state/settings-seen.ts';
import { anImage, aScan, now } from '../support/builders.ts';
import { aSetClock, kept, patient } from './caching.ts';
import type { SetClock } from './caching.ts';
import { aFolder } from './folders.ts';

const forbidden = { reason: 'forbidden', message: 'the token may not' };
const image = anImage();
const own = 'docker-local/app/1';

interface Xray {
  violations: { readonly at: number; readonly folders: readonly string[] }[] | typeof forbidden;
  cut: boolean;
  watches: Record<string, WatchKept> | typeof forbidden;
  policies: Record<string, string> | typeof forbidden;
  /** Every question, in its order; `violations since MINUTES ago`. */
  readonly asked: string[];
}

function aWatch(over: Partial<WatchKept> = {}): WatchKept {
  const watch = { active: true, policies: ['strict'], repositories: ['docker-local'], everything: false };
  return { ...watch, ...over, version: JSON.stringify(over) };
}

function anXray(over: Partial<Xray> = {}): Xray {
  const settings = { watches: { all: aWatch() }, policies: { strict: 'monday' } };
  return { violations: [], cut: false, ...settings, asked: [], ...over };
}

function newsOf(xray: Xray, clock: SetClock): NewsAtOnce {
  const listed = <T>(list: Record<string, T> | typeof forbidden): ReadonlyMap<string, T> | typeof forbidden =>
    list === forbidden ? forbidden : new Map(Object.entries(list as Record<string, T>));
  return {
    violations: (since) => {
      xray.asked.push(`violations since ${(clock.time - since) / minute}`);
      const { violations, cut } = xray;
      return Promise.resolve('reason' in violations ? violations : { created: violations, cut });
    },
    watches: () => {
      xray.asked.push('watches');
      return Promise.resolve(listed(xray.watches));
    },
    policies: () => {
      xray.asked.push('policies');
      return Promise.resolve(listed(xray.policies));
    },
  };
}

interface Run {
  readonly xray: Xray;
  readonly clock: SetClock;
  /** Whether an answer of so many minutes ago is stale, for a run that begins now. */
  readonly isStale: (minutesAgo?: number) => Promise<boolean>;
  readonly told: string[];
  readonly unkept: unknown[];
  readonly folder: string;
}

function runsOn(xray: Xray, folder = aFolder()): Run {
  const clock = aSetClock();
  const [told, unkept]: [string[], unknown[]] = [[], []];
  const isStale = async (minutesAgo = 1): Promise<boolean> => {
    const options = { folder, clock, onUnkept: (error: unknown) => unkept.push(error), tells: true };
    const news = heardSince(newsOf(xray, clock), options);
    const at = clock.time - minutesAgo * minute;
    const stale = await news.staleSince(at, patient);
    for (const fact of news.facts()) if (fact.type === 'NewsFault') told.push(`${fact.from}: ${fact.message}`);
    return stale(image, kept(aScan({ askedAt: at })));
  };
  return { xray, clock, isStale, told, unkept, folder };
}

describe('news that cannot be heard', () => {
  test('make nothing stale, and that is told of each kind', async () => {
    const run = runsOn(anXray({ violations: forbidden, watches: forbidden, policies: forbidden }));
    expect(await run.isStale()).toBe(false);
    expect(run.told).toEqual(['violations', 'watches', 'policies'].map((one) => `${one}: the token may not`));
  });
  test('because Xray is not there, or refuses who asks: one question is enough', async () => {
    for (const reason of ['unreachable', 'unauthorized']) {
      const violations = { reason, message: 'it is not there' };
      const run = runsOn(anXray({ violations }));
      expect(await run.isStale()).toBe(false);
      expect([run.xray.asked.length, run.told]).toEqual([1, ['xray: it is not there']]);
    }
  });
  test('of watches leave those of violations', async () => {
    const violations = [{ at: now, folders: [own] }];
    const run = runsOn(anXray({ violations, watches: forbidden, policies: forbidden }));
    expect(await run.isStale()).toBe(true);
  });
  test('as nobody answers, are waited for so long, and not longer', async () => {
    const clock = { ...aSetClock(), after: (_milliseconds: number, call: () => void) => soon(call) };
    const silent = (): Promise<never> => new Promise(() => {});
    const options = { folder: aFolder(), clock, onUnkept: () => {}, tells: true };
    const news = heardSince({ violations: silent, watches: silent, policies: silent }, options);
    const stale = await news.staleSince(now - minute, patient);
    expect(stale(image, kept(aScan()))).toBe(false);
    expect(news.facts()).toEqual([{ type: 'NewsFault', from: 'xray', message: 'they did not come within 5 seconds' }]);
  });
  test('are not waited for by who gives up', async () => {
    const silent = (): Promise<never> => new Promise(() => {});
    const options = { folder: aFolder(), clock: aSetClock(), onUnkept: () => {}, tells: true };
    const news = heardSince({ violations: silent, watches: silent, policies: silent }, options);
    const stale = await news.staleSince(now - minute, AbortSignal.abort());
    expect(stale(image, kept(aScan()))).toBe(false);
  });
  test('because what was seen cannot be kept, make nothing stale, and that is heard', async () => {
    const run = runsOn(anXray(), '/dev/null/cache');
    expect(await run.isStale()).toBe(false);
    expect(run.unkept).toHaveLength(1);
  });
});

describe('a violation', () => {
  const cases: [name: string, created: number, folders: readonly string[], stale: boolean][] = [
    ['created since', now, [own], true],
    ['created before, but so little that it may have come after the answer', now - 5 * minute, [own], true],
    ['created long before', now - 7 * minute, [own], false],
    ['of another image', now, ['docker-local/other/1'], false],
    ['without a time', Infinity, [own], true],
  ];
  for (const [name, at, folders, stale] of cases) {
    test(`${name}: ${stale ? 'stale' : 'as good as new'}`, async () =>
      expect(await runsOn(anXray({ violations: [{ at, folders }] })).isStale()).toBe(stale));
  }
  test('is asked for since the oldest answer', async () => {
    const run = runsOn(anXray());
    await run.isStale(30);
    expect(run.xray.asked[0]).toBe('violations since 36');
  });
  test('of which there are too many to be read makes everything stale', async () =>
    expect(await runsOn(anXray({ cut: true })).isStale()).toBe(true));
  test('is asked for once for many answers, and again for an older one and after a minute', async () => {
    const xray = anXray();
    const clock = aSetClock();
    const news = heardSince(newsOf(xray, clock), { folder: aFolder(), clock, onUnkept: () => {}, tells: true });
    for (const minutes of [10, 5, 10.5, 20]) await news.staleSince(now - minutes * minute, patient);
    expect(xray.asked).toEqual(['violations since 16', 'watches', 'policies', 'violations since 26']);
    clock.time += 2 * minute;
    await news.staleSince(now, patient);
    expect(xray.asked).toHaveLength(7);
  });
});

describe('watches and policies', () => {
  const strict = { strict: 'monday' };
  const cases: [name: string, change: Partial<Xray>, stale: boolean][] = [
    ['stay as they are', {}, false],
    ['one covers the repository now', { watches: { all: aWatch(), more: aWatch() } }, true],
    ['one covers it no more', { watches: {} }, true],
    ['one covers another repository now', { watches: { all: aWatch(), x: aWatch({ repositories: ['npm'] }) } }, false],
    ['one covers everything now', { watches: { all: aWatch(), x: aWatch({ everything: true }) } }, true],
    ['one that is not active changes', { watches: { all: aWatch(), x: aWatch({ active: false }) } }, false],
    ['a policy changes that a watch names', { policies: { strict: 'tuesday' } }, true],
    ['a policy changes that no watch names', { policies: { ...strict, other: 'tuesday' } }, false],
    ['cannot be read any more', { watches: forbidden, policies: forbidden }, false],
  ];
  for (const [name, change, stale] of cases) {
    test(`${name}: ${stale ? 'stale' : 'as good as new'}`, async () => {
      const run = runsOn(anXray());
      await run.isStale();
      run.clock.time += 10 * minute;
      Object.assign(run.xray, change);
      expect(await run.isStale(5)).toBe(stale);
    });
  }
  test('that are seen for the first time have not changed', async () =>
    expect(await runsOn(anXray()).isStale()).toBe(false));
  test('that changed are told of to every run, also after the first that noticed was killed', async () => {
    const run = runsOn(anXray());
    await run.isStale();
    run.xray.policies = { strict: 'tuesday' };
    run.clock.time += minute;
    expect(await run.isStale()).toBe(true);
    run.clock.time += 10 * minute;
    expect(await run.isStale(11)).toBe(true);
    expect(await run.isStale(9)).toBe(false);
  });
  test('that changed while they could not be read are told of once they can', async () => {
    const run = runsOn(anXray());
    await run.isStale();
    run.xray.watches = forbidden;
    run.clock.time += minute;
    await run.isStale();
    run.xray.watches = { all: aWatch(), more: aWatch() };
    run.clock.time += minute;
    expect(await run.isStale()).toBe(true);
  });
  test('of which what was kept is damaged are seen for the first time', async () => {
    const run = runsOn(anXray());
    await run.isStale();
    const file = join(run.folder, 'settings.json');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, readFileSync(file, 'utf8').replace('monday', 'sunday'));
    run.clock.time += minute;
    expect(await run.isStale()).toBe(false);
    expect(run.unkept).toEqual([]);
  });
});

/** A timer that is over by the next turn. */
function soon(call: () => void): () => void {
  const timer = setImmediate(call);
  return () => clearImmediate(timer);
}
