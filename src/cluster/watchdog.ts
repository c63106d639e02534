// Notices that nothing arrives any more. A connection whose other end is gone stays open for hours as far as TCP knows.
import type { Patience } from './http.ts';

export interface Watchdog {
  /** Aborts once nothing has come for as long as was allowed. */
  readonly signal: AbortSignal;
  /** From now on something should arrive within so many milliseconds. */
  readonly waiting: (limit: number) => void;
  /** Something arrived: while it is worked on, nobody waits. */
  readonly busy: () => void;
  readonly stop: () => void;
}

export function createWatchdog({ now, sleep }: Patience): Watchdog {
  const silent = new AbortController();
  const ended = new AbortController();
  let until: number | null = null;
  let limit = 1_000;
  const watch = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await sleep(until === null ? limit / 4 : Math.max(until - now(), 1), ended.signal);
      if (until !== null && now() >= until) return silent.abort();
    }
  };
  // It ends by its own signal, and only so.
  watch().catch(() => {});
  return {
    signal: silent.signal,
    waiting: (milliseconds) => {
      limit = milliseconds;
      until = now() + milliseconds;
    },
    busy: () => (until = null),
    stop: () => ended.abort(),
  };
}
