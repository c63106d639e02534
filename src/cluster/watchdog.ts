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
  let watching = false;
  const watch = async (): Promise<void> => {
    watching = true;
    for (; until !== null; await sleep(Math.max(until - now(), 1), ended.signal)) {
      if (now() >= until) return silent.abort();
    }
    watching = false;
  };
  return {
    signal: silent.signal,
    waiting: (limit) => {
      until = now() + limit;
      // Its sleep ends by a signal of its own, and only so.
      if (!watching) watch().catch(() => {});
    },
    busy: () => (until = null),
    stop: () => ended.abort(),
  };
}
