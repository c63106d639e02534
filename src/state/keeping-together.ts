// Answers are kept together: a file is written whole, and most answers of a run come within a second.
import type { KeptScan } from './kept-scan.ts';
import type { StateClock } from './lock.ts';
import type { ScanCache } from './scan-cache.ts';

export interface KeepingTogether {
  /** Somebody begins to ask. */
  begin(): void;
  add(key: string, answer: KeptScan): void;
  /** No question is to come that is not put yet. */
  allAsked(): void;
  /** Somebody has heard all answers; `release` is called once they are kept. */
  end(release: () => Promise<void>): void;
  /** Resolves once everything is kept. */
  settled(): Promise<void>;
}

/** Milliseconds that an answer waits for others, while some are still being asked for. */
const gathering = 1000;
/** Milliseconds without an answer after which there is time to prepare what came: sooner once no question is to come. */
const quiet = { whileAsked: 35, afterwards: 5 };
/** So many are prepared at once: they take about a millisecond. */
const atOnce = 25;

/** Written once nobody asks any more, or somebody has waited for long enough. */
export function keepingTogether(cache: Pick<ScanCache, 'keep' | 'prepare'>, clock: StateClock): KeepingTogether {
  let isAsked = true;
  let answers = new Map<string, KeptScan>();
  let releases: (() => Promise<void>)[] = [];
  let asking = 0;
  let cancel: (() => void) | null = null;
  let unprepared: [string, KeptScan][] = [];
  let idle: (() => void) | null = null;
  const writing = new Set<Promise<void>>();

  const write = (): void => {
    cancel?.();
    cancel = null;
    idle?.();
    unprepared = [];
    const [batch, heard] = [answers, releases];
    [answers, releases] = [new Map(), []];
    const keep = async (): Promise<void> => {
      await cache.keep(batch);
      await Promise.all(heard.map((release) => release()));
    };
    const written = keep().finally(() => writing.delete(written));
    writing.add(written);
  };
  const prepare = (): void => {
    cache.prepare(unprepared.splice(0, atOnce));
    if (unprepared.length > 0) idle = clock.after(0, prepare);
  };
  const later = (): void => {
    // Where nobody asks there is nothing to be waited for: a program that has ended its work must not stay for it.
    cancel ??= clock.after(asking === 0 ? 0 : gathering, write);
  };
  return {
    begin: () => {
      asking += 1;
    },
    add: (key, answer) => {
      answers.set(key, answer);
      unprepared.push([key, answer]);
      idle?.();
      if (asking > 0) idle = clock.after(isAsked ? quiet.whileAsked : quiet.afterwards, prepare);
      later();
    },
    allAsked: () => {
      isAsked = false;
    },
    end: (release) => {
      asking -= 1;
      releases.push(release);
      if (asking === 0) write();
      else later();
    },
    settled: async () => {
      if (cancel !== null && asking === 0) write();
      while (writing.size > 0) await Promise.all(writing);
    },
  };
}
