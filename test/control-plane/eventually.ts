import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
  /** Milliseconds; 15,000 unless given. */
  readonly deadline?: number;
  /** Milliseconds between two looks; 50 unless given. */
  readonly interval?: number;
  readonly signal?: AbortSignal;
}

/**
 * Looks again and again until the answer is neither undefined nor false, and returns it. Past the deadline it throws,
 * naming `what` and, as cause, the last error of `look`.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  { deadline = 15_000, interval = 50, signal }: Patience = {},
): Promise<T> {
  const end = Date.now() + deadline;
  for (;;) {
    const seen = await attempt(look);
    if (seen.answer !== undefined && seen.answer !== false) return seen.answer;
    signal?.throwIfAborted();
    if (Date.now() > end) throw new Error(`not within ${deadline} ms: ${what}`, { cause: seen.cause });
    await sleep(interval, undefined, { signal });
  }
}

async function attempt<T>(look: () => Promise<T> | T): Promise<{ answer?: T; cause?: unknown }> {
  try {
    return { answer: await look() };
  } catch (cause) {
    return { cause };
  }
}
