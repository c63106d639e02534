// Which kept answers are too old, by what Xray says is new: violations created since, and watches and policies that changed.
// Each is asked for once while answers are looked for, and again for older answers; where one cannot be heard, answers are
// used by their age, and that is told.
import type { Fact } from '../core/fact.ts';
import type { Image } from '../core/image.ts';
import { reachOf } from '../core/reach.ts';
import type { Reach } from '../core/reach.ts';
import type { HeardSince } from './cached-scanner.ts';
import { minute, second } from './kept-scan.ts';
import type { KeptScan } from './kept-scan.ts';
import type { StateClock } from './lock.ts';
import { changesUntil } from './settings-seen.ts';
import type { Change, WatchKept } from './settings-seen.ts';

interface Failed {
  readonly reason: string;
  readonly message: string;
}

/** By the shape of xray/news-since.ts. */
export interface NewsAtOnce {
  violations(
    since: number,
    signal: AbortSignal,
  ): Promise<
    | {
        readonly created: readonly { readonly at: number; readonly folders: readonly string[] }[];
        readonly cut: boolean;
      }
    | Failed
  >;
  watches(signal: AbortSignal): Promise<ReadonlyMap<string, WatchKept> | Failed>;
  policies(signal: AbortSignal): Promise<ReadonlyMap<string, string> | Failed>;
}

export interface HeardSinceOptions {
  /** Of the cache. */
  readonly folder: string;
  readonly clock: StateClock;
  /** Hears why nothing can be kept. */
  readonly onUnkept: (error: unknown) => void;
  /** Whether it is told with the answers what cannot be heard; not where news are followed besides. */
  readonly tells: boolean;
}

/** Milliseconds that a violation may appear later than one created after it. */
const overlap = 5 * minute;
/** Milliseconds for which what was heard does. */
const holds = minute;
/** Milliseconds that answers which are there wait for news. */
const patience = 5 * second;

/** Whoever began to learn what there is goes through with it, for the next run. */
const toTheEnd = new AbortController().signal;

/** Why nothing of all the news can be heard. */
const down: readonly string[] = ['unreachable', 'unauthorized'];

type Stale = (image: Image, kept: KeptScan) => boolean;

interface Hearing {
  readonly at: number;
  /** What was created before that was not asked for, ms since the epoch. */
  readonly from: number;
  readonly stale: Promise<Stale>;
}

export function heardSince(news: NewsAtOnce, { folder, clock, onUnkept, tells }: HeardSinceOptions): HeardSince {
  let violations: Hearing | null = null;
  let settings: Hearing | null = null;
  let untold: Fact[] = [];
  /** Where nothing answers, one question is enough. */
  let isDown = false;
  const told = new Set<string>();

  const cannotHear = (from: string, message: string): void => {
    if (!tells || told.has(from)) return;
    told.add(from);
    untold.push({ type: 'NewsFault', from, message });
  };
  /** Null where it was not heard. */
  const heard = async <T extends object>(
    from: string,
    end: AbortSignal,
    asking: (signal: AbortSignal) => Promise<T | Failed>,
  ): Promise<T | null> => {
    const giveUp = new AbortController();
    const stop = (): void => giveUp.abort();
    end.addEventListener('abort', stop, { once: true });
    const cancel = clock.after(patience, stop);
    try {
      const answer = await Promise.race([asking(giveUp.signal), aborted(giveUp.signal)]);
      if (answer !== null && !('reason' in answer)) return answer;
      const message = answer?.message ?? `they did not come within ${patience / second} seconds`;
      isDown ||= answer === null || down.includes(answer.reason);
      cannotHear(isDown ? 'xray' : from, message);
      return null;
    } catch (error) {
      if (!giveUp.signal.aborted) throw error;
      return null;
    } finally {
      cancel();
      end.removeEventListener('abort', stop);
    }
  };
  const hearViolations = async (since: number, end: AbortSignal): Promise<Stale> => {
    isDown = false;
    const answer = await heard('violations', end, (signal) => news.violations(since, signal));
    if (answer === null) return () => false;
    const reaches = answer.created.map(({ at, folders }) => ({ after: at + overlap, reach: reachOfFolders(folders) }));
    return (image, { scan, at }) => answer.cut || reaches.some(({ after, reach }) => at < after && reach(image, scan));
  };
  const hearSettings = async (end: AbortSignal): Promise<Stale> => {
    const at = clock.now();
    const [watches, policies] = await Promise.all([
      heard('watches', end, (signal) => news.watches(signal)),
      heard('policies', end, (signal) => news.policies(signal)),
    ]);
    if (watches === null && policies === null) return () => false;
    const changes = await changesUntil(folder, { watches, policies }, at, clock).catch((error: unknown) => {
      onUnkept(error);
      return [] as readonly Change[];
    });
    const reaches = changes.map((one) => ({ at: one.at, reach: reachOfChange(one) }));
    return (image, { scan, at: asked }) => reaches.some((one) => asked < one.at && one.reach(image, scan));
  };
  const isOld = (hearing: Hearing | null, from: number, now: number): boolean =>
    hearing === null || from < hearing.from || Math.abs(now - hearing.at) > holds;
  const listen = (oldest: number, now: number, end: AbortSignal): readonly Promise<Stale>[] => {
    const needed = oldest - overlap;
    // Answers of one run came within a minute, mostly: those that are looked for next are asked for along with these.
    const from = needed - minute;
    if (isOld(violations, needed, now)) violations = { at: now, from, stale: hearViolations(from, end) };
    if (isOld(settings, Infinity, now)) {
      const first = violations?.stale;
      const after = async (): Promise<Stale> => {
        await first;
        return isDown ? () => false : hearSettings(end);
      };
      settings = { at: now, from: -Infinity, stale: after() };
    }
    return [violations, settings].flatMap((one) => one?.stale ?? []);
  };
  return {
    staleSince: async (oldest, signal) => {
      const all = await Promise.race([Promise.all(listen(oldest, clock.now(), signal)), aborted(signal)]);
      return (image, kept) => all?.some((stale) => stale(image, kept)) ?? false;
    },
    begin: () => {
      const now = clock.now();
      if (isOld(settings, Infinity, now)) settings = { at: now, from: -Infinity, stale: hearSettings(toTheEnd) };
    },
    facts: () => untold.splice(0),
  };
}

function reachOfFolders(folders: readonly string[]): Reach {
  return reachOf({ digests: [], folders, repositories: [], everything: false });
}

function reachOfChange({ repositories, everything }: Change): Reach {
  return reachOf({ digests: [], folders: [], repositories, everything });
}

/** Resolves with null when the signal aborts. */
function aborted(signal: AbortSignal): Promise<null> {
  if (signal.aborted) return Promise.resolve(null);
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));
}
