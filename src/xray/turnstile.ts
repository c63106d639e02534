// Lets as many calls to one server pass at once as the pace allows, in the order they came.
import { firstPace, paceAfter } from './pace.ts';
import type { Outcome, Pace } from './pace.ts';

export interface XrayClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after so many milliseconds; the result takes it back. */
  after(milliseconds: number, call: () => void): () => void;
}

export interface Turnstile {
  /** Resolves when the call may go; rejects with the signal's reason when that aborts first. */
  enter(signal: AbortSignal): Promise<void>;
  /** Each `enter` is followed by one `leave`. */
  leave(outcome: Outcome): void;
  pace(): Pace;
  /** Nobody passes before this time (ms since the epoch): the server asked for it. */
  pauseUntil(time: number): void;
}

interface Waiting {
  readonly go: () => void;
}

export function createTurnstile(clock: XrayClock, start: Pace = firstPace): Turnstile {
  const queue: Waiting[] = [];
  let pace = start;
  let inside = 0;
  let pausedUntil = 0;
  let wake: (() => void) | null = null;

  const admit = (): void => {
    const left = pausedUntil - clock.now();
    if (left > 0) {
      wake ??= clock.after(left, () => {
        wake = null;
        admit();
      });
      return;
    }
    while (inside < pace.inFlight) {
      const next = queue.shift();
      if (next === undefined) return;
      inside += 1;
      next.go();
    }
  };

  return {
    enter: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(asError(signal.reason));
        const waiting: Waiting = {
          go: () => {
            signal.removeEventListener('abort', giveUp);
            resolve();
          },
        };
        const giveUp = (): void => {
          const at = queue.indexOf(waiting);
          if (at >= 0) queue.splice(at, 1);
          reject(asError(signal.reason));
        };
        signal.addEventListener('abort', giveUp, { once: true });
        queue.push(waiting);
        admit();
      }),
    leave: (outcome) => {
      inside -= 1;
      pace = paceAfter(pace, outcome);
      admit();
    },
    pace: () => pace,
    pauseUntil: (time) => {
      pausedUntil = Math.max(pausedUntil, time);
    },
  };
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}
