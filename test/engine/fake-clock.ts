// A clock whose time stands still until it is advanced.
import type { Clock } from '../../src/engine/ports.ts';
import { now } from '../support/builders.ts';

export interface FakeClock extends Clock {
  /** Calls what is due by now. */
  turn(): void;
  /** As long as something is due, or comes without waiting. */
  idle(): Promise<void>;
  /** Time passes, milliseconds. */
  advance(milliseconds: number): void;
  /** Time passes from timer to timer, and at each everything comes that can. */
  pass(milliseconds: number): Promise<void>;
  /** Timers that wait. */
  waiting(): number;
}

export function fakeClock(): FakeClock {
  let time = now;
  let due: { readonly at: number; readonly call: () => void }[] = [];
  const clock: Clock = {
    now: () => time,
    after: (milliseconds, call) => {
      const one = { at: time + milliseconds, call };
      due.push(one);
      return () => void (due = due.filter((other) => other !== one));
    },
  };
  const turn = (): void => {
    const ready = due.filter((one) => one.at <= time);
    due = due.filter((one) => one.at > time);
    for (const one of ready) one.call();
  };
  const idle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 5; quiet += 1) {
      await nextTurn();
      if (due.some((one) => one.at <= time)) quiet = 0;
      turn();
    }
  };
  const advance = (milliseconds: number): void => {
    time += milliseconds;
    turn();
  };
  const pass = async (milliseconds: number): Promise<void> => {
    const end = time + milliseconds;
    await idle();
    for (;;) {
      const next = Math.min(end, ...due.map(({ at }) => at));
      advance(next - time);
      await idle();
      if (time === end) return;
    }
  };
  return { ...clock, turn, idle, advance, pass, waiting: () => due.length };
}

/** Everything that is promised and can come without waiting has come. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
