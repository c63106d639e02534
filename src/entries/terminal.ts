// Questions on the terminal: asked on stderr, as stdout is for what was done; answered on stdin.
import { createInterface } from 'node:readline';
import type { Terminal } from '../commands/terminal.ts';
import type { World } from '../world.ts';

/** The terminal's own line editing does: a line comes when it is whole. */
export function terminalOf({ stdin, stderr }: Pick<World, 'stdin' | 'stderr'>, signal: AbortSignal): Terminal {
  return {
    isTerminal: stdin.isTTY,
    ask: (question) =>
      new Promise((resolve) => {
        stderr.write(question);
        const lines = createInterface({ input: stdin, terminal: false });
        const stop = (): void => lines.close();
        signal.addEventListener('abort', stop, { once: true });
        lines.once('line', (line) => {
          resolve(line);
          lines.close();
        });
        lines.once('close', () => {
          signal.removeEventListener('abort', stop);
          resolve('');
        });
      }),
  };
}
