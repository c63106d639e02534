// Caches, and scanners in front of them, for the tests of this room.
import type { Fact } from '../../src/core/fact.ts';
import type { Image } from '../../src/core/image.ts';
import type { Scan } from '../../src/core/scan.ts';
import type { CachedQuestion, HeardSince } from '../../src/state/cached-scanner.ts';
import type { CachedServer } from '../../src/state/cached-server.ts';
import { day, keptOf } from '../../src/state/kept-scan.ts';
import type { Kinds, KeptScan } from '../../src/state/kept-scan.ts';
import type { StateClock } from '../../src/state/lock.ts';
import { openScanCache } from '../../src/state/scan-cache.ts';
import type { ScanCache } from '../../src/state/scan-cache.ts';
import { anImage, now } from '../support/builders.ts';
import { realClock } from './real-clock.ts';

export const neither: Kinds = { security: false, license: false };
export const licenses: Kinds = { security: false, license: true };

/** The time stands still, or is moved by hand; who waits, waits for real. */
export interface SetClock extends StateClock {
  time: number;
}

export function aSetClock(time = now): SetClock {
  return {
    time,
    now() {
      return this.time;
    },
    after: (milliseconds, call) => realClock.after(milliseconds, call),
  };
}

export const acme: CachedServer = {
  url: 'https://acme.jfrog.io',
  artifactoryUrl: null,
  project: null,
  registries: [],
  asker: 'user ana',
};

/** No answer of these tests is from its future, whatever the day. */
const afterAll: StateClock = { ...realClock, now: () => Math.max(Date.now(), now + day) };

export interface OpenedCache extends ScanCache {
  readonly warnings: readonly string[];
}

/** `root` is the cache folder. */
export function aCache(
  root: string,
  over: { limit?: number; server?: Partial<CachedServer>; clock?: StateClock } = {},
): OpenedCache {
  const warnings: string[] = [];
  const { limit, server = {}, clock = afterAll } = over;
  const options = { clock, warn: (message: string) => void warnings.push(message) };
  const cache = openScanCache(root, { ...acme, ...server }, { ...options, ...(limit === undefined ? {} : { limit }) });
  return { ...cache, warnings };
}

/** What is kept of an answer; throws where nothing is. */
export function kept(scan: Scan, kinds: Kinds = licenses): KeptScan {
  const one = keptOf(scan, kinds, scan.askedAt);
  if (one === null) throw new Error(`${scan.state} is not kept`);
  return one;
}

export function answersOf(...all: readonly (readonly [Image, Scan])[]): ReadonlyMap<string, KeptScan> {
  return new Map(all.map(([image, scan]) => [image.key, kept(scan)]));
}

export function about(image: Image = anImage(), over: Partial<CachedQuestion> = {}): CachedQuestion {
  return { image, notOlderThan: 0, violations: licenses, ...over };
}

/** Nothing is new, and everything can be heard. */
export const noNews: HeardSince = {
  staleSince: () => Promise.resolve(() => false),
  begin: () => Promise.resolve(),
  facts: () => [],
};

export interface AskedScanner {
  readonly ask: (questions: readonly CachedQuestion[], signal: AbortSignal, more?: boolean) => AsyncGenerator<Fact>;
  /** Each question that came, in its order. */
  readonly asked: CachedQuestion[];
  /** Whether more was said to come, with each ask. */
  readonly more: boolean[];
}

/** Answers each question by a function, once `gate` is open. */
export function anAskedScanner(
  answer: (question: CachedQuestion) => Scan,
  gate: Promise<unknown> = Promise.resolve(),
): AskedScanner {
  const asked: CachedQuestion[] = [];
  const more: boolean[] = [];
  return {
    asked,
    more,
    async *ask(questions, _signal, moreToCome = true) {
      asked.push(...questions);
      more.push(moreToCome);
      await gate;
      for (const question of questions) yield { type: 'ScanRead', image: question.image, scan: answer(question) };
    },
  };
}

/** The scans that come, by the key of their image. */
export async function scansOf(facts: AsyncIterable<Fact>): Promise<ReadonlyMap<string, Scan>> {
  const scans = new Map<string, Scan>();
  for await (const fact of facts) if (fact.type === 'ScanRead') scans.set(fact.image.key, fact.scan);
  return scans;
}

export const patient = new AbortController().signal;
