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
  /** When it looks next; null: nobody waited when it last looked. */
  let looksAt: number | null = null;
  const look = async (at: number): Promise<void> => {
    looksAt = at;
    await sleep(Math.max(at - now(), 1), ended.signal);
    // A shorter wait has begun meanwhile, and is looked after by itself.
    if (looksAt !== at) return;
    looksAt = null;
    if (until === null) return;
    if (now() >= until) silent.abort();
    else await look(until);
  };
  return {
    signal: silent.signal,
    waiting: (limit) => {
      until = now() + limit;
      // Its sleep ends by a signal of its own, and only so.
      if (looksAt === null || until < looksAt) look(until).catch(() => {});
    },
    busy: () => (until = null),
    stop: () => ended.abort(),
  };
}
