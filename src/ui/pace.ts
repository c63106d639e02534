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
  /** Keys may have drawn frames meanwhile: then it waits on, but never for more than a second in all. */
  const wait = (latest: number): void => {
    const time = now();
    const due = Math.min(nextAt(frames), latest);
    if (due > time) {
      waiting = after(due - time, () => wait(latest));
      return;
    }
    waiting = null;
    take();
  };
  return {
    painted: () => {
      frames = [...frames, now()].slice(-framesASecond);
    },
    turned: () => {
      const latest = now() + second;
      waiting ??= after(Math.max(0, nextAt(frames) - now()), () => wait(latest));
    },
    stop: () => {
      waiting?.();
      waiting = null;
    },
  };
}

/** The earliest time of another frame. */
function nextAt(frames: readonly number[]): number {
  const last = frames.at(-1) ?? -Infinity;
  const tenthLast = frames.length < framesASecond ? -Infinity : (frames[0] ?? -Infinity);
  return Math.max(last + shortest, tenthLast + second);
}
