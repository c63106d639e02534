// How often the screen is drawn anew: ten frames a second at most. A key has its frame at once while there is room, one that
// is held down ten a second, evenly; what the run does leaves that room to keys as long as somebody presses some.

interface Clock {
  readonly now: () => number;
  readonly after: (milliseconds: number, call: () => void) => () => void;
}

/** Each draws a frame. */
export interface Drawing {
  /** Of what the run has done meanwhile. */
  readonly take: () => void;
  /** Of what keys have changed. */
  readonly paint: () => void;
}

export interface Pace {
  /**
   * A key, named, has changed something; empty: something else did that is no news of the run. It is drawn now, or as soon
   * as there is room. No timer runs before that.
   */
  readonly pressed: (key: string) => void;
  /** There is something new of the run: it is taken once it is its turn. No timer runs before that. */
  readonly turned: () => void;
  readonly stop: () => void;
}

/** A little longer than one: frames that are late by turns must not meet in one second of the terminal. */
const second = 1090;
const framesASecond = 10;
const shortest = second / framesASecond;
/** Milliseconds between two presses of one key, below which nobody's finger moves. */
const repeating = 45;

export function createPace({ now, after }: Clock, { take, paint }: Drawing): Pace {
  /** When the latest frames were drawn, ms since the epoch, the oldest first. */
  let frames: readonly number[] = [];
  let [takenAt, pressedAt] = [-Infinity, -Infinity];
  let held = { key: '', times: 0 };
  let keys: (() => void) | null = null;
  let turns: (() => void) | null = null;

  const drawn = (): void => {
    frames = [...frames, now()].slice(-framesASecond);
    keys?.();
    keys = null;
  };
  /** The earliest time of another frame. */
  const roomAt = (): number => (frames.length < framesASecond ? -Infinity : (frames[0] ?? -Infinity) + second);
  const paintNow = (): void => {
    drawn();
    paint();
  };
  const turnAt = (): number => {
    const isTyping = now() - pressedAt < second;
    return Math.max(isTyping ? takenAt + second : evenly(), roomAt());
  };
  const evenly = (): number => (frames.at(-1) ?? -Infinity) + shortest;
  /** Keys may have been pressed meanwhile: then it waits on, but never for more than a second in all. */
  const wait = (latest: number): void => {
    const due = Math.min(turnAt(), latest);
    if (due > now()) {
      turns = after(due - now(), () => wait(latest));
      return;
    }
    turns = null;
    takenAt = now();
    drawn();
    take();
  };
  return {
    pressed: (key) => {
      const time = now();
      const again = key !== '' && key === held.key && time - pressedAt < repeating;
      held = { key, times: again ? held.times + 1 : 0 };
      pressedAt = time;
      const due = Math.max(roomAt(), held.times >= 2 ? evenly() : time);
      if (due <= time) paintNow();
      else keys ??= after(due - time, paintNow);
    },
    turned: () => {
      const latest = now() + second;
      turns ??= after(Math.max(0, turnAt() - now()), () => wait(latest));
    },
    stop: () => {
      keys?.();
      turns?.();
      keys = null;
      turns = null;
    },
  };
}
