// Facts as they come, for any number of followers; each begins with what is so when it comes.
import type { Fact } from '../core/inventory.ts';

export interface Broadcast {
  put(facts: readonly Fact[]): void;
  /** `first` is asked for once the follower misses nothing any more. Ends when the signal aborts. */
  follow(first: () => readonly (readonly Fact[])[], signal: AbortSignal): AsyncGenerator<readonly Fact[], void>;
}

export function createBroadcast(): Broadcast {
  const followers = new Set<(facts: readonly Fact[]) => void>();
  return {
    put: (facts) => {
      for (const tell of followers) tell(facts);
    },
    async *follow(first, signal) {
      const waiting: (readonly Fact[])[] = [];
      let wake: (() => void) | null = null;
      const hear = (facts: readonly Fact[]): void => {
        waiting.push(facts);
        wake?.();
      };
      const stop = (): void => wake?.();
      followers.add(hear);
      signal.addEventListener('abort', stop, { once: true });
      try {
        for (const batch of first()) if (!signal.aborted) yield batch;
        while (!signal.aborted) {
          if (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
          for (const facts of waiting.splice(0)) if (!signal.aborted) yield facts;
        }
      } finally {
        followers.delete(hear);
        signal.removeEventListener('abort', stop);
      }
    },
  };
}
