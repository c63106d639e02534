// What the program says while there is a screen: nothing else may write to the terminal then.
import type { ScreenParts } from '../commands/watch/screen.ts';
import type { World } from '../world.ts';

export interface Warnings {
  /** For whatever would write to stderr. */
  readonly stderr: World['stderr'];
  readonly onWarning: ScreenParts['onWarning'];
  /** The screen is gone: what is said from now on is written as ever, and what it was not told is written now. */
  readonly writeThrough: () => void;
}

/** Until the screen is there its warnings wait for it. `logs`: all of it is written to stderr, which is no terminal. */
export function createWarnings(stderr: World['stderr'], logs: boolean): Warnings {
  const waiting: string[] = [];
  let heard: ((text: string) => void) | null = null;
  let isOver = false;
  return {
    stderr: {
      isTTY: false,
      write: (text) => {
        if (isOver || logs) return stderr.write(text);
        const words = text.trim().replace(/^(warning|error): /, '');
        if (heard === null) waiting.push(words);
        else heard(words);
        return true;
      },
    },
    onWarning: (call) => {
      heard = call;
      if (waiting.length > 0) call(waiting.splice(0).join('; '));
      return () => (heard = null);
    },
    writeThrough: () => {
      isOver = true;
      for (const words of waiting.splice(0)) stderr.write(`warning: ${words}\n`);
    },
  };
}
