// How often the screen is drawn anew for what the run does: ten frames a second at most, those for keys counted.

interface Clock {
  readonly now: () => number;
  readonly after: (milliseconds: number, call: () => void) => () => void;
}

export interface Pace {
  /** A frame was drawn, whatever for. */
  readonly painted: () => void;
  /** There is something new: `take` is called once it is its turn. No timer runs before that. */
  readonly turned: () => void;
  readonly stop: () => void;
}

const second = 1000;
const framesASecond = 10;
const shortest = second / framesASecond;

export function createPace({ now, after }: Clock, take: () => void): Pace {
  /** When the latest frames were drawn, ms since the epoch, the oldest first. */
  let frames: readonly number[] = [];
  let waiting: (() => void) | null = null;
  return {
    painted: () => {
      frames = [...frames, now()].slice(-framesASecond);
    },
    turned: () => {
      if (waiting !== null) return;
      waiting = after(waitFor(frames, now()), () => {
        waiting = null;
        take();
      });
    },
    stop: () => {
      waiting?.();
      waiting = null;
    },
  };
}

/** Milliseconds; never more than a second, however many keys are pressed meanwhile. */
function waitFor(frames: readonly number[], now: number): number {
  const last = frames.at(-1) ?? -Infinity;
  const tenthLast = frames.length < framesASecond ? -Infinity : (frames[0] ?? -Infinity);
  const wait = Math.max(last + shortest, tenthLast + second) - now;
  return Math.min(second, Math.max(0, wait));
}
