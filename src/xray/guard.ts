// When it is no use to ask a server on: refused credentials and untrusted certificates end all questions; a server
// that is down, or an endpoint that only fails, is left alone for a while, so that a thousand questions do not each
// wait for it.
import type { Failure } from './failure.ts';
import type { XrayClock } from './turnstile.ts';

export interface Guard {
  /** Why this endpoint is not asked now; null where it is. */
  stopped(endpoint: string): Failure | null;
  succeeded(endpoint: string): void;
  /** A request failed after all its tries. */
  failed(endpoint: string, one: FailedRequest): void;
  /** Leaves the server alone for a while. */
  rest(failure: Failure): void;
  /** Ends the questions until `resume`, or for most of ten minutes: who asks again every ten minutes then does ask. */
  halt(failure: Failure): void;
  resume(): void;
}

export interface FailedRequest {
  readonly failure: Failure;
  readonly status: number | null;
  /** Nothing listens there. */
  readonly down: boolean;
}

/** Failures in a row that show an endpoint to be down; one is enough where nothing listens. */
const strikes = 5;
const restMilliseconds = 10_000;
const haltMilliseconds = 9.5 * 60_000;

/** Stands for all endpoints of the server. */
const everything = '*';

export function createGuard(clock: XrayClock): Guard {
  let halt: { readonly failure: Failure; readonly until: number } | null = null;
  const resting = new Map<string, { readonly failure: Failure; readonly until: number }>();
  const inARow = new Map<string, number>();

  const haltedBy = (): Failure | null => (halt !== null && clock.now() < halt.until ? halt.failure : null);
  const restOf = (endpoint: string): Failure | null => {
    const rest = resting.get(endpoint);
    if (rest === undefined || clock.now() < rest.until) return rest?.failure ?? null;
    resting.delete(endpoint);
    return null;
  };
  const rest = (endpoint: string, failure: Failure): void => {
    resting.set(endpoint, { failure, until: clock.now() + restMilliseconds });
  };
  return {
    stopped: (endpoint) => haltedBy() ?? restOf(everything) ?? restOf(endpoint),
    succeeded: (endpoint) => {
      inARow.delete(endpoint);
      resting.delete(endpoint);
      resting.delete(everything);
    },
    failed: (endpoint, { failure, status, down }) => {
      if (down) return rest(everything, failure);
      // 403, 404 and the like are answers of a server that is well.
      if (status !== null && status >= 300 && status < 500 && status !== 408 && status !== 429) return;
      const count = (inARow.get(endpoint) ?? 0) + 1;
      inARow.set(endpoint, count);
      // After the rest a single failure is enough: one probe, not all questions again.
      if (count >= strikes) rest(endpoint, failure);
    },
    rest: (failure) => rest(everything, failure),
    halt: (failure) => {
      if (haltedBy() === null) halt = { failure, until: clock.now() + haltMilliseconds };
    },
    resume: () => {
      halt = null;
      resting.clear();
      inARow.clear();
    },
  };
}
