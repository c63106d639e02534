// A stream together with the watchdog over it: the next batch arrives in time, or the stream counts as dead.
import type { ClusterConnection } from './connect.ts';
import { CutShort } from './errors.ts';
import type { Batch } from './frames.ts';
import type { Resource } from './resource.ts';
import { openStream, type StreamOptions } from './stream.ts';
import { createWatchdog } from './watchdog.ts';

export interface Watch<T> {
  /**
   * Null where the server has ended it. Throws `Silent` where nothing arrives for so many milliseconds, and whatever else
   * breaks the stream.
   */
  readonly next: (limit: number) => Promise<Batch<T> | null>;
  /** To be handed out again, before anything else. */
  readonly putBack: (batch: Batch<T>) => void;
  readonly close: () => void;
}

/** A connection on which nothing arrives: most likely nobody is there any more. */
export class Silent extends CutShort {
  constructor(limit: number) {
    super(`nothing arrived for ${limit / 1000} seconds`);
    this.name = 'Silent';
  }
}

/** Throws as `openStream` does, and `Silent` where it is not answered within so many milliseconds (null: no limit). */
export async function openWatch<T>(
  connection: ClusterConnection,
  resource: Resource<T>,
  options: StreamOptions,
  limit: number | null = null,
): Promise<Watch<T> | 'unsupported'> {
  const watchdog = createWatchdog(connection.patience);
  const close = new AbortController();
  const signal = AbortSignal.any([options.signal, watchdog.signal, close.signal]);
  if (limit !== null) watchdog.waiting(limit);
  try {
    const opened = await openStream(connection, resource, { ...options, signal });
    watchdog.busy();
    if (opened !== 'unsupported') return watched(opened.batches, watchdog, () => close.abort());
  } catch (error) {
    watchdog.stop();
    throw watchdog.signal.aborted && limit !== null ? new Silent(limit) : error;
  }
  watchdog.stop();
  return 'unsupported';
}

function watched<T>(
  batches: AsyncGenerator<Batch<T>, void>,
  watchdog: ReturnType<typeof createWatchdog>,
  end: () => void,
): Watch<T> {
  const back: Batch<T>[] = [];
  return {
    next: async (limit) => {
      const waiting = back.pop();
      if (waiting !== undefined) return waiting;
      watchdog.waiting(limit);
      try {
        const { value, done } = await batches.next();
        return done === true ? null : value;
      } catch (error) {
        throw watchdog.signal.aborted ? new Silent(limit) : error;
      } finally {
        watchdog.busy();
      }
    },
    putBack: (batch) => void back.push(batch),
    close: () => {
      watchdog.stop();
      end();
    },
  };
}
