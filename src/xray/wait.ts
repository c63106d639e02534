// Waiting that an abort cuts short.
import type { XrayClock } from './turnstile.ts';

/** Resolves after so many milliseconds, or as soon as the signal aborts. */
export function wait(clock: XrayClock, milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(Math.max(0, milliseconds), end);
    signal.addEventListener('abort', end, { once: true });
  });
}
