// The clock of this machine, for tests with real files and processes.
import type { StateClock } from '../../src/state/lock.ts';

export const realClock: StateClock = {
  now: Date.now,
  after: (milliseconds, call) => {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};
