// Questions on the terminal: asked on stderr, as stdout is for what was done; answered on stdin, a line each.
import type { Terminal } from '../commands/terminal.ts';
import type { World } from '../world.ts';

/**
 * The terminal itself does the editing: a line comes when it is whole. One without its end is no answer, nor is one to a
 * question that nobody could read.
 */
export function terminalOf({ stdin, stderr, unread }: Pick<World, 'stdin' | 'stderr' | 'unread'>): Terminal {
  // What was typed ahead of the next question.
  let ahead = '';
  const takeLine = (): string | null => {
    const end = ahead.indexOf('\n');
    if (end < 0) return null;
    const line = ahead.slice(0, end);
    ahead = ahead.slice(end + 1);
    return line;
  };
  const readLine = async (signal: AbortSignal): Promise<string> => {
    if (unread.aborted) return '';
    const known = takeLine();
    if (known !== null || stdin.readableEnded || signal.aborted) return known ?? '';
    const answered = Promise.withResolvers<string>();
    const onData = (piece: Buffer | string): void => {
      ahead += piece.toString();
      const line = takeLine();
      if (line !== null) answered.resolve(line);
    };
    const giveUp = (): void => answered.resolve('');
    stdin.on('data', onData).once('end', giveUp).resume();
    const given = AbortSignal.any([signal, unread]);
    given.addEventListener('abort', giveUp, { once: true });
    try {
      return await answered.promise;
    } finally {
      given.removeEventListener('abort', giveUp);
      // A stream that is listened to keeps the process alive.
      stdin.off('data', onData).off('end', giveUp).pause();
    }
  };
  return {
    isTerminal: stdin.isTTY,
    ask: async (question, signal) => {
      stderr.write(question);
      return readLine(signal);
    },
  };
}
