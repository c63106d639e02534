// Gathers questions into batches: a full batch goes at once, a partial one when nothing of its kind is under way and no
// more is to be expected, or when it is told to; eager ones all go at once. The same question is asked once, however many ask it.
import type { XrayClock } from './turnstile.ts';

export interface Batcher<A> {
  /** `since`: an answer asked for before that time (ms since the epoch) does not do. */
  ask(key: string, since: number): Promise<A>;
  /** Something waits or is under way. */
  busy(): boolean;
  /** What waits by the end of this turn goes at once, for no more will come to fill its batch. */
  flush(): void;
  /** Drops the answers kept. */
  forget(): void;
}

export interface BatcherParts<A> {
  readonly clock: XrayClock;
  /** Keys in one call. */
  readonly size: () => number;
  /** Calls at once. */
  readonly inFlight: () => number;
  /**
   * Answers every key, as its result or, sooner, through `deliver`; rejects only when all questions have been taken back.
   */
  readonly send: (
    keys: readonly string[],
    deliver: (key: string, answer: A) => void,
  ) => Promise<ReadonlyMap<string, A>>;
  /** Whether an answer serves later questions too. */
  readonly keep: (answer: A) => boolean;
  readonly moreComing?: () => boolean;
  /** Its questions are cheap and others wait for them: partial batches go beside those under way. */
  readonly eager?: boolean;
  readonly onIdle?: () => void;
}

interface Entry<A> {
  readonly promise: Promise<A>;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
  /** Null while it waits. */
  sentAt: number | null;
}

export function createBatcher<A>(parts: BatcherParts<A>): Batcher<A> {
  const { clock, size, inFlight, send, keep, moreComing = () => false, eager = false, onIdle = () => {} } = parts;
  const entries = new Map<string, Entry<A>>();
  let waiting: string[] = [];
  let underWay = 0;
  let due = false;
  let flushing = false;

  // A turn later, so that whatever is asked in this turn goes together.
  const schedule = (): void => {
    if (due) return;
    due = true;
    clock.after(0, () => {
      due = false;
      pump();
    });
  };
  const pump = (): void => {
    while (waiting.length > 0 && underWay < inFlight()) {
      const full = waiting.length >= size();
      if (!full && !flushing && !eager && (underWay > 0 || moreComing())) return;
      const keys = waiting.slice(0, size());
      waiting = waiting.slice(keys.length);
      void dispatch(keys);
    }
    if (waiting.length === 0) flushing = false;
  };
  const dispatch = async (keys: readonly string[]): Promise<void> => {
    const mine = new Map(keys.map((key) => [key, entries.get(key)]));
    const now = clock.now();
    for (const entry of mine.values()) if (entry !== undefined) entry.sentAt = now;
    underWay += 1;
    try {
      const answers = await send(keys, (key, answer) => {
        if (!mine.has(key)) return;
        settle(key, mine.get(key), answer);
        mine.delete(key);
      });
      for (const [key, entry] of mine) settle(key, entry, answers.get(key));
    } catch (error) {
      for (const [key, entry] of mine) {
        drop(key, entry);
        entry?.reject(error);
      }
    } finally {
      underWay -= 1;
      schedule();
      if (underWay === 0 && waiting.length === 0) onIdle();
    }
  };
  const settle = (key: string, entry: Entry<A> | undefined, answer: A | undefined): void => {
    if (answer === undefined) {
      drop(key, entry);
      entry?.reject(new Error(`no answer about ${key}`));
      return;
    }
    if (!keep(answer)) drop(key, entry);
    entry?.resolve(answer);
  };
  const drop = (key: string, entry: Entry<A> | undefined): void => {
    if (entries.get(key) === entry) entries.delete(key);
  };

  return {
    ask: (key, since) => {
      const known = entries.get(key);
      if (known !== undefined && (known.sentAt === null || known.sentAt >= since)) return known.promise;
      const entry: Entry<A> = { ...Promise.withResolvers<A>(), sentAt: null };
      entries.set(key, entry);
      waiting.push(key);
      schedule();
      return entry.promise;
    },
    busy: () => underWay > 0 || waiting.length > 0,
    flush: () => {
      flushing = true;
      schedule();
    },
    forget: () => {
      for (const [key, entry] of entries) if (entry.sentAt !== null) entries.delete(key);
    },
  };
}
