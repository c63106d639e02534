// Between the store and the terminal: as long as a terminal has not taken what was written (a slow line, a window that was
// stopped), it is given no new frame, and then the latest one alone.
import type { Frame } from './frame.ts';

export interface Frames {
  readonly subscribe: (listener: () => void) => () => void;
  readonly frame: () => Frame;
}

/** What it asks of a stream. */
export interface Taking {
  /** What was written and not taken yet. */
  readonly writableLength: number;
  /** Calls back once everything before it was taken. */
  readonly write: (text: string, taken: () => void) => unknown;
}

export function createGate(screen: Frames, terminal: Taking): Frames {
  let held = screen.frame();
  let waits = false;
  const listeners = new Set<() => void>();
  const pass = (): void => {
    if (waits) return;
    if (terminal.writableLength > 0) {
      waits = true;
      terminal.write('', () => {
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

/**
 * Node writes to a terminal in such a way that the whole process stands still while the terminal takes nothing: no signal
 * would be heard then. The result puts that back.
 */
export function unblocked(stdout: object): () => void {
  const { _handle: handle } = stdout as { readonly _handle?: { readonly setBlocking?: (on: boolean) => unknown } };
  handle?.setBlocking?.(false);
  return () => void handle?.setBlocking?.(true);
}
