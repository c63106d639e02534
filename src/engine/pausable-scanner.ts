// A scanner that holds questions back while it is paused, and lets them on afterwards. What is being asked already goes on.
import type { Scanner } from './ports.ts';

export interface PausableScanner extends Scanner {
  /** Another scanner that is paused whenever this one is. */
  alike(other: Scanner): Scanner;
  pause(on: boolean): void;
  isPaused(): boolean;
}

/** Who gives up meanwhile is answered as the scanner behind answers who gives up. */
export function pausable(scanner: Scanner): PausableScanner {
  /** Null: it is not paused. */
  const held: { until: PromiseWithResolvers<void> | null } = { until: null };
  const alike = (other: Scanner): Scanner => ({
    async *ask(questions, signal, more) {
      while (held.until !== null && !signal.aborted) await eitherOf(held.until.promise, signal);
      yield* other.ask(questions, signal, more);
    },
  });
  return {
    ...alike(scanner),
    alike,
    pause: (on) => {
      if (on === (held.until !== null)) return;
      held.until?.resolve();
      held.until = on ? Promise.withResolvers<void>() : null;
    },
    isPaused: () => held.until !== null,
  };
}

/** Resolves with the promise, or when the signal aborts. */
async function eitherOf(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  const onAbort = (): void => aborted.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  await Promise.race([promise, aborted.promise]);
  signal.removeEventListener('abort', onAbort);
}
