// When it is no use to ask a server on: refused credentials and untrusted certificates end all questions; a server
// that is down is left alone for a while, so that a thousand questions do not each wait for it.
import type { Failure } from './failure.ts';
import type { XrayClock } from './turnstile.ts';

export interface Guard {
  /** Why nothing is asked now; null where it is. */
  stopped(): Failure | null;
  succeeded(): void;
  /** A request failed after all its tries. */
  failed(one: { readonly failure: Failure; readonly status: number | null; readonly down: boolean }): void;
  /** Leaves the server alone for a while. */
  rest(failure: Failure): void;
  /** Ends the questions until `resume`. */
  halt(failure: Failure): void;
  resume(): void;
}

/** Failures in a row that show a server to be down; one is enough where nothing listens. */
const strikes = { down: 1, other: 5 };
const restMilliseconds = 10_000;

export function createGuard(clock: XrayClock): Guard {
  let halted: Failure | null = null;
  let resting: { readonly failure: Failure; readonly until: number } | null = null;
  let inARow = 0;
  return {
    stopped: () => {
      if (halted !== null) return halted;
      if (resting !== null && clock.now() < resting.until) return resting.failure;
      resting = null;
      return null;
    },
    succeeded: () => {
      inARow = 0;
      resting = null;
    },
    failed: ({ failure, status, down }) => {
      // 403, 404 and the like are answers of a server that is well.
      if (status !== null && status >= 300 && status < 500 && status !== 408 && status !== 429) return;
      inARow += 1;
      const enough = down ? strikes.down : strikes.other;
      // After the rest a single failure is enough: one probe, not all questions again.
      if (inARow >= enough) resting = { failure, until: clock.now() + restMilliseconds };
    },
    rest: (failure) => {
      resting = { failure, until: clock.now() + restMilliseconds };
    },
    halt: (failure) => {
      halted ??= failure;
    },
    resume: () => {
      halted = null;
      resting = null;
      inARow = 0;
    },
  };
}
