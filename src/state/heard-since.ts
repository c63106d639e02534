// Which kept answers are too old, by what Xray says is new: violations created since, and watches and policies that changed,
// or that nobody had seen when an answer was asked for. Each is asked for once while answers are looked for, and again for
// older answers; where one cannot be heard, answers are used by their age, and that is told.
import type { Fact } from '../core/fact.ts';
import type { Image } from '../core/image.ts';
import { reachOf } from '../core/reach.ts';
import type { Reach } from '../core/reach.ts';
import type { Scan } from '../core/scan.ts';
import type { HeardSince } from './cached-scanner.ts';
import { minute, second } from './kept-scan.ts';
import type { KeptScan } from './kept-scan.ts';
import { settingsSeen } from './settings-seen.ts';
import type { Change, SettingsSeenOptions, WatchKept } from './settings-seen.ts';

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

export interface HeardSinceOptions extends SettingsSeenOptions {
  /** Whether it is told with the answers what cannot be heard; not where news are followed besides. */
  readonly tells: boolean;
  /** Where nothing can be heard of violations, no answer does: it is asked for again. Else it is used by its age. */
  readonly onlyHeard?: boolean;
}

/** Milliseconds that a violation may appear later than one created after it. */
const overlap = 5 * minute;
/** Milliseconds for which what was heard does. */
const holds = minute;
/** Milliseconds that answers which are there, or questions that are asked first, wait for news. */
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

export function heardSince(
  news: NewsAtOnce,
  { clock, tells, onlyHeard = false, ...keeping }: HeardSinceOptions,
): HeardSince {
  let violations: Hearing | null = null;
  let settings: Hearing | null = null;
  /** Resolves once it is known for the first time what is watched, or cannot be. */
  let known: Promise<unknown> | null = null;
  /** What cannot be heard matters to whoever would use kept answers. */
  let isNeeded = false;
  let untold: Fact[] = [];
  /** Where nothing answers, one question is enough. */
  let isDown = false;
  const told = new Set<string>();

  const cannotHear = (from: string, message: string): void => {
    if (!tells || onlyHeard || told.has(from)) return;
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
    if (answer === null) return () => onlyHeard;
    const reaches = answer.created.map(({ at, folders }) => ({ after: at + overlap, reach: reachOfFolders(folders) }));
    return (image, { scan, at }) => answer.cut || reaches.some(({ after, reach }) => at < after && reach(image, scan));
  };
  /** `answers`: Xray has answered already. */
  const hearSettings = async (end: AbortSignal, answers: boolean): Promise<Stale> => {
    const asked = heard('watches', end, (signal) => news.watches(signal));
    if (!answers) await asked;
    const [watches, policies] = await Promise.all([
      asked,
      isDown ? null : heard('policies', end, (signal) => news.policies(signal)),
    ]);
    if (watches === null && policies === null) return () => false;
    // They may have changed until they came, so what was asked for meanwhile may have been answered under others.
    const { since, changes } = await settingsSeen({ watches, policies }, clock.now(), { clock, ...keeping });
    const reaches = changes.map((one) => ({ at: one.at, reach: reachOfChange(one) }));
    const mayBeRead = watches !== null && policies !== null;
    return (image, { scan, at }) =>
      at < since || (mayBeRead && wasRefused(scan)) || reaches.some((one) => at < one.at && one.reach(image, scan));
  };
  const isOld = (hearing: Hearing | null, from: number, now: number): boolean =>
    hearing === null || from < hearing.from || Math.abs(now - hearing.at) > holds;
  const listenToSettings = (now: number, stale: Promise<Stale>): void => {
    settings = { at: now, from: -Infinity, stale };
    known ??= stale;
  };
  const listen = (oldest: number, now: number, end: AbortSignal): readonly Promise<Stale>[] => {
    const needed = oldest - overlap;
    // Answers of one run came within a minute, mostly: those that are looked for next are asked for along with these.
    const from = needed - minute;
    if (isOld(violations, needed, now)) violations = { at: now, from, stale: hearViolations(from, end) };
    if (isOld(settings, Infinity, now)) {
      const first = violations?.stale;
      const next = async (): Promise<Stale> => {
        await first;
        return isDown ? () => false : hearSettings(end, true);
      };
      listenToSettings(now, next());
    }
    return [violations, settings].flatMap((one) => one?.stale ?? []);
  };
  return {
    staleSince: async (oldest, signal) => {
      isNeeded = true;
      const all = await Promise.race([Promise.all(listen(oldest, clock.now(), signal)), aborted(signal)]);
      return (image, kept) => all?.some((stale) => stale(image, kept)) ?? onlyHeard;
    },
    begin: async () => {
      const now = clock.now();
      if (isOld(settings, Infinity, now)) {
        isDown = false;
        listenToSettings(now, hearSettings(toTheEnd, false));
      }
      await known;
    },
    facts: () => (isNeeded ? untold.splice(0) : []),
  };
}

/** Xray said that its watches, or its policies, may not be read. */
function wasRefused(scan: Scan): boolean {
  return scan.state !== 'unscanned' && scan.violationsCause?.reason === 'forbidden';
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
