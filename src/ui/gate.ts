// Between the store and the terminal: as long as a terminal has not taken what was written, it is given no new frame, and
// then the latest one alone.
import type { Frame } from './frame.ts';

export interface Frames {
  readonly subscribe: (listener: () => void) => () => void;
  readonly frame: () => Frame;
}

/** What it asks of a stream. */
export interface Draining {
  readonly writableNeedDrain?: boolean;
  readonly once: (event: 'drain', call: () => void) => unknown;
}

export function createGate(screen: Frames, stdout: Draining): Frames {
  let held = screen.frame();
  let waits = false;
  const listeners = new Set<() => void>();
  const pass = (): void => {
    if (waits) return;
    if (stdout.writableNeedDrain === true) {
      waits = true;
      stdout.once('drain', () => {
        waits = false;
        pass();
      });
      return;
    }
    held = screen.frame();
    for (const listener of listeners) listener();
  };
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      const leave = screen.subscribe(pass);
      return () => {
        leave();
        listeners.delete(listener);
      };
    },
    frame: () => held,
  };
}
