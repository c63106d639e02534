import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HeardSince } from '../../src/state/cached-scanner.ts';
import type { Scan } from '../../src/core/scan.ts';
import { heardSince } from '../../src/state/heard-since.ts';
import type { HeardSinceOptions, NewsAtOnce } from '../../src/state/heard-since.ts';
import { minute } from '../../src/state/kept-scan.ts';
import type { StateClock } from '../../src/state/lock.ts';
import type { WatchKept } from '../../src/state/settings-seen.ts';
import { anImage, aScan, hour, now } from '../support/builders.ts';
import { aSetClock, kept, patient } from './caching.ts';
import type { SetClock } from './caching.ts';
import { aFolder } from './folders.ts';

interface Failed {
  readonly reason: string;
  readonly message: string;
}

const forbidden: Failed = { reason: 'forbidden', message: 'the token may not' };
const image = anImage();
const own = 'docker-local/app/1';

interface Xray {
  violations: { readonly at: number; readonly folders: readonly string[] }[] | Failed;
  cut: boolean;
  watches: Record<string, WatchKept> | Failed;
  policies: Record<string, string> | Failed;
  /** Every question, in its order; `violations since MINUTES ago`. */
  readonly asked: string[];
}

function isFailed(list: object): list is Failed {
  return 'reason' in list;
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
  const listed = <T>(list: Record<string, T> | Failed): ReadonlyMap<string, T> | Failed =>
    isFailed(list) ? list : new Map(Object.entries(list));
  return {
    violations: (since) => {
      xray.asked.push(`violations since ${(clock.time - since) / minute}`);
      const { violations, cut } = xray;
      return Promise.resolve(isFailed(violations) ? violations : { created: violations, cut });
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
  readonly isStale: (minutesAgo?: number, scan?: Scan) => Promise<boolean>;
  readonly told: string[];
  readonly unkept: unknown[];
  readonly unreadable: string[];
  readonly folder: string;
}

interface RunOptions {
  readonly folder?: string;
  /** Whether a run an hour ago has seen what is watched. */
  readonly known?: boolean;
}

function runsOn(xray: Xray, { folder = aFolder(), known = true }: RunOptions = {}): Run {
  const clock = aSetClock();
  const [told, unkept, unreadable]: [string[], unknown[], string[]] = [[], [], []];
  const begun = (): HeardSince =>
    heardSince(newsOf(xray, clock), {
      ...quiet(folder, clock),
      onUnkept: (error) => unkept.push(error),
      onUnreadable: (file, error) => unreadable.push(`${file}: ${error instanceof Error ? error.message : ''}`),
    });
  let isKnown = !known;
  const isStale = async (minutesAgo = 1, scan: Scan = aScan()): Promise<boolean> => {
    if (!isKnown) {
      clock.time -= hour;
      await begun().begin();
      clock.time += hour;
      xray.asked.length = 0;
    }
    isKnown = true;
    const news = begun();
    const at = clock.time - minutesAgo * minute;
    const stale = await news.staleSince(at, patient);
    for (const fact of news.facts()) if (fact.type === 'NewsFault') told.push(`${fact.from}: ${fact.message}`);
    return stale(image, kept({ ...scan, askedAt: at }));
  };
  return { xray, clock, isStale, told, unkept, unreadable, folder };
}

function quiet(folder: string, clock: StateClock): HeardSinceOptions {
  return { folder, clock, onUnkept: () => {}, onUnreadable: () => {}, tells: true };
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
  test('make everything stale for who asks again what he cannot hear of, and nothing is told', async () => {
    for (const violations of [forbidden, { reason: 'unreachable', message: 'it is not there' }]) {
      const xray = anXray({ violations });
      const options = { ...quiet(aFolder(), aSetClock()), onlyHeard: true };
      const news = heardSince(newsOf(xray, aSetClock()), options);
      const stale = await news.staleSince(now - minute, patient);
      expect([stale(image, kept(aScan())), news.facts()]).toEqual([true, []]);
    }
  });
  test('as nobody answers, are waited for so long, and not longer', async () => {
    const clock = { ...aSetClock(), after: (_milliseconds: number, call: () => void) => soon(call) };
    const silent = (): Promise<never> => new Promise(() => {});
    const news = heardSince({ violations: silent, watches: silent, policies: silent }, quiet(aFolder(), clock));
    const stale = await news.staleSince(now - minute, patient);
    expect(stale(image, kept(aScan()))).toBe(false);
    expect(news.facts()).toEqual([{ type: 'NewsFault', from: 'xray', message: 'they did not come within 5 seconds' }]);
  });
  test('are not waited for by who gives up', async () => {
    const silent = (): Promise<never> => new Promise(() => {});
    const options = quiet(aFolder(), aSetClock());
    const news = heardSince({ violations: silent, watches: silent, policies: silent }, options);
    const stale = await news.staleSince(now - minute, AbortSignal.abort());
    expect(stale(image, kept(aScan()))).toBe(false);
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
    const news = heardSince(newsOf(xray, clock), quiet(aFolder(), clock));
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
  test('that changed long ago are told of to whoever has an answer that is older still', async () => {
    const run = runsOn(anXray());
    await run.isStale();
    run.xray.policies = { strict: 'tuesday' };
    expect(await run.isStale()).toBe(true);
    run.clock.time += 30 * 24 * hour;
    expect(await run.isStale(60)).toBe(false);
    expect(await run.isStale(30 * 24 * 60 + 1)).toBe(true);
  });
  test('that changed while they were read make stale what was asked for meanwhile', async () => {
    const run = runsOn(anXray());
    await run.isStale();
    const read = run.clock.time;
    const slow = { ...newsOf(run.xray, run.clock), policies: () => later(run.clock, new Map([['strict', 'tuesday']])) };
    await heardSince(slow, quiet(run.folder, run.clock)).begin();
    run.xray.policies = { strict: 'tuesday' };
    expect(run.clock.time).toBe(read + 4000);
    expect(await run.isStale(3000 / minute)).toBe(true);
    expect(await run.isStale(0)).toBe(false);
  });
  test('that another run saw a little later are as this one saw them', async () => {
    const run = runsOn(anXray());
    await run.isStale();
    run.xray.policies = { strict: 'tuesday' };
    expect(await run.isStale()).toBe(true);
    run.clock.time -= 1000;
    expect(await run.isStale(1)).toBe(true);
    run.clock.time += 10 * minute;
    expect(await run.isStale(11)).toBe(true);
  });
});

describe('watches and policies that nobody has seen before', () => {
  const unseen = (xray = anXray(), folder = aFolder()): Run => runsOn(xray, { known: false, folder });

  test('make stale what was asked for before they were seen, once: it may have been answered under others', async () => {
    const run = unseen();
    expect(await run.isStale(1)).toBe(true);
    run.clock.time += minute;
    expect(await run.isStale(1)).toBe(false);
    expect(await run.isStale(2)).toBe(true);
  });
  test('are waited for by who asks, and not longer than that', async () => {
    const clock = { ...aSetClock(), after: (_milliseconds: number, call: () => void) => soon(call) };
    const silent = (): Promise<never> => new Promise(() => {});
    const news = heardSince({ violations: silent, watches: silent, policies: silent }, quiet(aFolder(), clock));
    await news.begin();
    expect(news.facts()).toEqual([]);
  });
  test('are seen before who waits for them asks, also while others see them', async () => {
    const run = unseen();
    const others = Array.from({ length: 4 }, () =>
      heardSince(newsOf(run.xray, run.clock), quiet(run.folder, run.clock)),
    );
    await Promise.all(others.map((one) => one.begin()));
    expect(await run.isStale(0)).toBe(false);
  });
  test('are asked for by one question, where Xray refuses who asks', async () => {
    const run = unseen(anXray({ watches: { reason: 'unauthorized', message: 'the token is wrong' } }));
    await heardSince(newsOf(run.xray, run.clock), quiet(run.folder, run.clock)).begin();
    expect(run.xray.asked).toEqual(['watches']);
  });
  for (const kind of ['watches', 'policies'] as const) {
    test(`as ${kind} could not be read by the first run: what it was answered is stale once they can`, async () => {
      const run = unseen(anXray({ [kind]: forbidden }));
      await run.isStale();
      run.clock.time += 10 * minute;
      run.xray[kind] = anXray()[kind] as never;
      expect(await run.isStale(5)).toBe(true);
      run.clock.time += minute;
      expect(await run.isStale(1)).toBe(false);
    });
  }
  const damages: [name: string, damage: (text: string) => string | null, said: RegExp[]][] = [
    ['is gone', () => null, []],
    ['is empty', () => '', [/settings.json is damaged$/]],
    ['is something else', () => '{"x":1}', [/settings.json is damaged$/]],
    ['was edited', (text) => text.replace('monday', 'sunday'), [/settings.json is damaged$/]],
    ['is of a later version', (text) => text.replace(/^kubectl-xray \d+/, 'kubectl-xray 99'), [/of a later version$/]],
  ];
  for (const [name, damage, said] of damages) {
    test(`as the file ${name}: what was asked for before is stale, and what is wrong with it is heard`, async () => {
      const run = runsOn(anXray());
      expect(await run.isStale()).toBe(false);
      const file = join(run.folder, 'settings.json');
      const text = damage(readFileSync(file, 'utf8'));
      if (text === null) unlinkSync(file);
      else writeFileSync(file, text);
      run.clock.time += minute;
      expect(await run.isStale()).toBe(true);
      expect(new Set(run.unreadable)).toEqual(new Set(said.map((one) => expect.stringMatching(one) as string)));
      expect(run.unkept).toEqual([]);
      const isLater = name.includes('later');
      expect(readFileSync(file, 'utf8') === text).toBe(isLater);
      run.clock.time += minute;
      expect(await run.isStale()).toBe(isLater);
    });
  }
  test('as nothing can be kept make everything stale, and that is heard', async () => {
    const run = unseen(anXray(), '/dev/null/cache');
    expect(await run.isStale()).toBe(true);
    expect(run.unkept).toHaveLength(1);
  });
});

describe('what may be read by now', () => {
  const refused = aScan({
    evaluated: { security: 'notAsked', license: 'unreadable' },
    violationsCause: { reason: 'forbidden', message: 'may not read the watches' },
  });
  test('makes stale what says that it may not be read', async () => {
    const run = runsOn(anXray());
    expect(await run.isStale(1, aScan())).toBe(false);
    expect(await run.isStale(1, refused)).toBe(true);
  });
  test('and makes it not, where it still may not', async () => {
    const run = runsOn(anXray({ watches: forbidden }));
    expect(await run.isStale(1, refused)).toBe(false);
  });
});

/** A timer that is over by the next turn. */
function soon(call: () => void): () => void {
  const timer = setImmediate(call);
  return () => clearImmediate(timer);
}

/** Resolves when four seconds have passed. */
function later<T>(clock: SetClock, value: T): Promise<T> {
  clock.time += 4000;
  return Promise.resolve(value);
}
