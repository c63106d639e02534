// A clock that stands still until it is moved by hand, and the sleeps of those who wait by it.

export interface HandClock {
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Wakes whoever has slept long enough. */
  readonly advance: (milliseconds: number) => void;
  /** Every sleep that was asked for, in its order; milliseconds. */
  readonly asked: readonly number[];
}

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

export function aHandClock(start = 1_000_000): HandClock {
  let time = start;
  const asked: number[] = [];
  const sleepers = new Set<Sleeper>();
  const sleep = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    asked.push(milliseconds);
    if (milliseconds <= 0) return void (await new Promise((resolve) => setImmediate(resolve)));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { until: time + milliseconds, wake: resolve };
    const abort = (): void => reject(signal.reason);
    sleepers.add(sleeper);
    signal.addEventListener('abort', abort);
    try {
      await promise;
    } finally {
      sleepers.delete(sleeper);
      signal.removeEventListener('abort', abort);
    }
  };
  const advance = (milliseconds: number): void => {
    time += milliseconds;
    for (const { until, wake } of sleepers) if (until <= time) wake();
  };
  return { now: () => time, sleep, advance, asked };
}
