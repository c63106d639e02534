// In front of a scanner: a question that a kept answer does for is answered by it, and of several processes with the same
// question one asks. What Xray says is kept as it comes. Nothing is asked here, and nobody waits for the disk.
import type { Fact } from '../core/fact.ts';
import type { Image } from '../core/image.ts';
import type { Scan } from '../core/scan.ts';
import { askOnce } from './asking-once.ts';
import { factsOf } from './fact-channel.ts';
import { both, day, expired, isFromTheFuture, isYoung, keptOf, tellsOf, told } from './kept-scan.ts';
import type { Kinds, KeptScan } from './kept-scan.ts';
import { keepingTogether } from './keeping-together.ts';
import type { StateClock } from './lock.ts';
import type { AnyScanner } from './once-scanned.ts';
import { openClaims } from './scan-claims.ts';
import type { ScanCache } from './scan-cache.ts';

export interface CachedQuestion {
  readonly image: Image;
  /** An answer asked for before this time (ms since the epoch) does not do. */
  readonly notOlderThan: number;
  readonly violations: Kinds;
}

/** What is new at Xray since kept answers, as far as that can be heard. */
export interface HeardSince {
  /**
   * Whether news make an answer too old. `oldest`: when the oldest one in question was asked for, ms since the epoch. Never
   * rejects: what cannot be heard makes nothing too old.
   */
  staleSince(oldest: number, signal: AbortSignal): Promise<(image: Image, kept: KeptScan) => boolean>;
  /**
   * For who has no kept answer yet: learns what there is, so that later runs hear what has changed since. Resolves once it
   * is known, or cannot be soon. Never rejects.
   */
  begin(): Promise<void>;
  /** What is to be told with the next answers. */
  facts(): readonly Fact[];
}

export interface CachedScannerParts {
  readonly cache: ScanCache;
  readonly clock: StateClock;
  /** Milliseconds; how old an answer may be. */
  readonly maxAge: number;
  /** No answer asked for before this time does, ms since the epoch; 0: any. */
  readonly notBefore: number;
  readonly news: HeardSince;
}

export interface CachedScanner<Q> extends AnyScanner<Q> {
  /** The same scanner past every kept answer; what it says is kept. */
  readonly past: AnyScanner<Q>;
  /** Reads what is kept and hears what is new before anybody asks. Never rejects, and nobody has to wait for it. */
  prepare(): Promise<void>;
  /** Resolves once all that was answered is kept. */
  settled(): Promise<void>;
}

export function cachedScanner<Q extends CachedQuestion>(
  scanner: AnyScanner<Q>,
  { cache, clock, maxAge, notBefore, news }: CachedScannerParts,
): CachedScanner<Q> {
  const claims = openClaims(cache.folder, clock);
  const keeping = keepingTogether(cache, clock);
  // Only the last ask may say that no more will come, whichever of them is the last to be put.
  let preparing = 0;
  let isLastHere = false;

  /** Once a day it is noted that an answer is still in use: what nobody uses goes first. */
  const noteSeen = (used: readonly Q[], kept: ReadonlyMap<string, KeptScan>): void => {
    const today = Math.floor(clock.now() / day);
    const noted = used.flatMap(({ image: { key } }): [string, KeptScan][] => {
      const one = kept.get(key);
      return one === undefined || one.seen >= today ? [] : [[key, { ...one, seen: today }]];
    });
    for (const [key, one] of noted) keeping.add(key, one);
  };

  /** Asks, tells, and keeps. `before`: what was kept, where an image that Xray no longer knows is still told of. */
  const askAndKeep = async (
    questions: readonly Q[],
    signal: AbortSignal,
    { more, put, before, past }: Asking,
    release: () => Promise<void>,
  ): Promise<void> => {
    const asked = new Map(questions.map((one) => [one.image, one]));
    keeping.begin();
    const widened = questions.map((one) => ({ ...one, violations: both(one.violations, before.get(one.image.key)) }));
    try {
      for await (const fact of scanner.ask(widened, signal, more)) {
        const question = fact.type === 'ScanRead' ? asked.get(fact.image) : undefined;
        if (fact.type !== 'ScanRead' || question === undefined) {
          put(fact);
          continue;
        }
        const { image } = fact;
        const was = before.get(image.key);
        const kept = expired(fact.scan, was) ?? keptOf(fact.scan, both(question.violations, was), fact.scan.askedAt);
        if (kept !== null && isCached(image)) keeping.add(image.key, kept);
        put({ ...fact, scan: told(past ? fact.scan : (kept?.scan ?? fact.scan), question.violations) });
      }
    } finally {
      keeping.end(release);
    }
  };

  const answer = async (questions: readonly Q[], signal: AbortSignal, more: boolean, put: Put): Promise<void> => {
    const began = clock.now();
    preparing += 1;
    if (!more) isLastHere = true;
    let isPreparing = true;
    const moreToCome = (): boolean => {
      if (isPreparing) preparing -= 1;
      isPreparing = false;
      const more = !isLastHere || preparing > 0;
      if (!more) keeping.allAsked();
      return more;
    };
    const before = new Map<string, KeptScan>();
    const fromKept = async (open: readonly Q[]): Promise<readonly Q[]> => {
      const kept = await cache.read(open.map(({ image }) => image.key));
      for (const [key, one] of kept) before.set(key, one);
      const good = await goodAmong(open, kept, began, signal);
      for (const fact of news.facts()) put(fact);
      for (const [{ image }, scan] of good) put({ type: 'ScanRead', image, scan });
      noteSeen([...good.keys()], kept);
      return open.filter((one) => !good.has(one));
    };
    const ask = async (open: readonly Q[], release: () => Promise<void>): Promise<void> => {
      // An answer is worth more to the next run if it is known under which watches and policies it was given.
      await news.begin();
      await askAndKeep(open, signal, { more: moreToCome(), put, before, past: false }, release);
    };
    const open = await fromKept(questions.filter(({ image }) => isCached(image)));
    const others = questions.filter(({ image }) => !isCached(image));
    await Promise.all([
      askOnce(open, { claims, clock, keyOf: ({ image }) => image.key, fromKept, ask, onUnclaimed: cache.tell }, signal),
      others.length === 0 ? null : ask(others, async () => {}),
    ]);
    moreToCome();
  };

  const goodAmong = async (
    questions: readonly Q[],
    kept: ReadonlyMap<string, KeptScan>,
    began: number,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<Q, Scan>> => {
    const now = clock.now();
    // What was asked since this question came up is as good as an answer of its own.
    const isOwn = ({ at }: KeptScan): boolean => at >= began && !isFromTheFuture(at, now);
    const young = questions.flatMap((question): [Q, Scan, KeptScan][] => {
      const one = kept.get(question.image.key);
      if (one === undefined || !(isOwn(one) || isYoung(one, maxAge, now))) return [];
      if (one.at < Math.max(question.notOlderThan, notBefore)) return [];
      const scan = tellsOf(one, question.violations);
      return scan === null ? [] : [[question, scan, one]];
    });
    const older = young.filter(([, , one]) => !isOwn(one));
    if (older.length === 0) return new Map(young.map(([question, scan]) => [question, scan]));
    const isStale = await news.staleSince(Math.min(...older.map(([, , { at }]) => at)), signal);
    const good = young.filter(([{ image }, , one]) => isOwn(one) || !isStale(image, one));
    return new Map(good.map(([question, scan]) => [question, scan]));
  };

  return {
    ask: (questions, signal, more = true) => factsOf((put) => answer(questions, signal, more, put)),
    past: {
      ask: (questions, signal, more = true) =>
        factsOf(async (put) => {
          const before = await cache.read(questions.map(({ image }) => image.key));
          await askAndKeep(questions, signal, { more, put, before, past: true }, async () => {});
        }),
    },
    prepare: async () => {
      const oldest = await cache.oldestSince(Math.max(clock.now() - maxAge, notBefore)).catch(() => null);
      await (oldest === null ? news.begin() : news.staleSince(oldest, new AbortController().signal));
    },
    settled: () => keeping.settled(),
  };
}

type Put = (fact: Fact) => void;

interface Asking {
  readonly more: boolean;
  readonly put: Put;
  readonly before: ReadonlyMap<string, KeptScan>;
  /** Only what Xray says now is told. */
  readonly past: boolean;
}

/** Never by tag: a reference may mean another image by now. */
function isCached({ basis }: Image): boolean {
  return basis !== 'reference';
}
