// A clock that stands still until a test moves it on.

export interface ManualClock {
  now(): number;
  after(milliseconds: number, call: () => void): () => void;
  /** Moves on, and calls back in order who waited no longer than that. */
  advance(milliseconds: number): void;
  /** How long the waiting still have to wait, in milliseconds, shortest first. */
  waits(): number[];
}

/** `hurried`: who waits less than so many milliseconds is called back at once. */
export function aManualClock({ start = Date.now(), hurried = 0 } = {}): ManualClock {
  const waiting = new Set<{ readonly at: number; readonly call: () => void }>();
  let time = start;
  const next = (end: number) =>
    [...waiting].filter(({ at }) => at <= end).toSorted((one, other) => one.at - other.at)[0];
  return {
    now: () => time,
    after: (milliseconds, call) => {
      if (milliseconds < hurried) {
        const timer = setTimeout(call);
        return () => clearTimeout(timer);
      }
      const one = { at: time + milliseconds, call };
      waiting.add(one);
      return () => waiting.delete(one);
    },
    advance: (milliseconds) => {
      const end = time + milliseconds;
      for (let due = next(end); due !== undefined; due = next(end)) {
        waiting.delete(due);
        time = Math.max(time, due.at);
        due.call();
      }
      time = end;
    },
    waits: () => Array.from(waiting, ({ at }) => at - time).toSorted((one, other) => one - other),
  };
}
