// What is new at Xray: there is no stream of events, so its violations, watches and policies are polled (API.md section
// 5, "News"). Each finding becomes one fact about the images it may concern, which are then asked about again; nothing is
// judged here. A poll that fails moves no mark, so that nothing is lost, and its cause is said once.
import type { Fact, ImagesNews } from '../core/inventory.ts';
import type { XrayClient } from './client.ts';
import type { Failure } from './failure.ts';
import type { Heard } from './heard.ts';
import { createSettingsNews } from './news-settings.ts';
import type { SettingsSeen } from './news-settings.ts';
import { createViolationNews } from './news-violations.ts';
import { wait } from './wait.ts';

export interface XrayNewsOptions {
  /** Milliseconds between two polls of one kind; 60,000 unless said. */
  readonly pollInterval?: number;
  /** 0 to 1, so that many machines do not ask at once. */
  readonly random?: () => number;
  /** Violations created before that time are known (ms since the epoch); the time of following unless said. */
  readonly since?: number;
  /** As watches and policies were before anything was asked; as the first poll finds them unless said. */
  readonly first?: SettingsSeen;
}

export interface XrayNews {
  /** `ImagesNews`, and `NewsFault` where a kind of news cannot be heard or is heard again; ends when the signal aborts. */
  follow(signal: AbortSignal): AsyncGenerator<readonly Fact[], void, undefined>;
}

/** What may not be read is not asked for every minute (milliseconds). */
const refusedInterval = 10 * 60_000;
const firstBackoff = 5_000;

interface Source {
  readonly from: 'violations' | 'watches' | 'policies';
  readonly poll: (signal: AbortSignal) => Promise<Heard | Failure>;
  due: number;
  /** In a row. */
  failures: number;
}

interface Run {
  readonly sources: readonly Source[];
  /** What was said last, by kind of news. */
  readonly faults: Map<string, string>;
}

/** `client`: the one that look-ups go through, so that both know of its failures. */
export function createNews(client: XrayClient, options: XrayNewsOptions = {}): XrayNews {
  const { pollInterval = 60_000, random = Math.random } = options;
  const { clock } = client;
  return {
    follow: async function* follow(signal) {
      const { watches, policies } = createSettingsNews(client, options.first ?? { watches: null, policies: null });
      const violations = createViolationNews(client, options.since ?? clock.now());
      const run: Run = {
        sources: [
          { from: 'violations', poll: violations, due: clock.now(), failures: 0 },
          { from: 'watches', poll: watches, due: clock.now(), failures: 0 },
          { from: 'policies', poll: policies, due: clock.now(), failures: 0 },
        ],
        faults: new Map(),
      };
      while (!signal.aborted) {
        yield* pollDue(run, signal);
        const due = Math.min(...run.sources.map((one) => one.due));
        await wait(clock, due - clock.now(), signal);
      }
    },
  };

  async function* pollDue(run: Run, signal: AbortSignal): AsyncGenerator<readonly Fact[]> {
    let heard: Heard | Failure | null = null;
    for (const source of run.sources) {
      if (source.due > clock.now()) continue;
      // Where nothing answers, one question is enough.
      if (heard === null || !isDown(heard)) heard = await unlessAborted(source.poll(signal), signal);
      if (heard === null) return;
      const facts = 'reason' in heard ? failed(run, source, heard) : succeeded(run, source, heard);
      if (facts.length > 0) yield facts;
    }
  }

  function succeeded({ faults }: Run, source: Source, heard: Heard): Fact[] {
    source.due = clock.now() + spread(pollInterval);
    source.failures = 0;
    const facts = [...lifted(faults, 'xray'), ...lifted(faults, source.from)];
    if (isSomething(heard)) facts.push(newsOf(heard, source.from, clock.now()));
    return facts;
  }

  function failed({ faults }: Run, source: Source, failure: Failure): Fact[] {
    const backoff = Math.min(pollInterval, firstBackoff * 2 ** source.failures);
    const isRefused = failure.reason === 'forbidden';
    source.failures += 1;
    source.due = clock.now() + spread(isRefused ? Math.max(pollInterval, refusedInterval) : backoff);
    if (isDown(failure)) return faults.has('xray') ? [] : said(faults, 'xray', failure.message);
    return [...(isRefused ? lifted(faults, 'xray') : []), ...said(faults, source.from, failure.message)];
  }

  /** A tenth more or less. */
  function spread(milliseconds: number): number {
    return milliseconds * (0.9 + random() * 0.2);
  }
}

/** Of all kinds of news alike: one cause, under the name `xray`. */
function isDown(heard: Heard | Failure): boolean {
  return 'reason' in heard && (heard.reason === 'unreachable' || heard.reason === 'unauthorized');
}

function said(faults: Map<string, string>, from: string, message: string): Fact[] {
  if (faults.get(from) === message) return [];
  faults.set(from, message);
  return [{ type: 'NewsFault', from, message }];
}

function lifted(faults: Map<string, string>, from: string): Fact[] {
  return faults.delete(from) ? [{ type: 'NewsFault', from, message: null }] : [];
}

function newsOf({ folders, repositories, everything }: Heard, from: string, at: number): ImagesNews {
  return { type: 'ImagesNews', at, digests: [], folders, repositories, everything, from };
}

function isSomething({ folders, repositories, everything }: Heard): boolean {
  return everything || folders.length > 0 || repositories.length > 0;
}

async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}
