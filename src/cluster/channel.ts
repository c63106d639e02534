// Many readers, one consumer: what they report is handed on in batches, and they wait where the consumer cannot keep up.

export interface Channel<T> {
  /** Resolves at once, or when the consumer has taken what is waiting. */
  readonly put: (items: readonly T[]) => Promise<void>;
  readonly end: () => void;
  readonly fail: (error: unknown) => void;
  /** Everything put so far, each time it is asked for; ends or throws once all of it was taken. */
  readonly batches: () => AsyncGenerator<readonly T[], void>;
}

/** `limit`: so many items may wait. */
export function createChannel<T>(limit: number): Channel<T> {
  let waiting: T[] = [];
  let over: { readonly error?: unknown } | null = null;
  let wakeConsumer = nobodyWaits;
  let wakeReaders = nobodyWaits;
  let room: Promise<void> = Promise.resolve();
  const finish = (how: { readonly error?: unknown }): void => {
    over ??= how;
    wakeConsumer();
  };
  return {
    put: async (items) => {
      for (const item of items) waiting.push(item);
      wakeConsumer();
      if (waiting.length < limit) return;
      const gate = Promise.withResolvers<void>();
      if (waiting.length - items.length < limit) {
        room = gate.promise;
        wakeReaders = gate.resolve;
      }
      await room;
    },
    end: () => finish({}),
    fail: (error) => finish({ error }),
    batches: async function* () {
      for (;;) {
        if (waiting.length > 0) {
          const batch = waiting;
          waiting = [];
          wakeReaders();
          yield batch;
        } else if (over !== null) {
          if ('error' in over) throw over.error;
          return;
        } else {
          const gate = Promise.withResolvers<void>();
          wakeConsumer = gate.resolve;
          await gate.promise;
        }
      }
    },
  };
}

/** Calls with each item, at most so many at a time. */
export async function eachOf<T>(items: Iterable<T>, atOnce: number, call: (item: T) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true; next = left.next()) await call(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function nobodyWaits(): void {}
