// A scanner where none can be asked: every answer is `unknown`, with the cause.
import { unknownScan } from '../core/scan.ts';
import type { Clock, Scanner } from './ports.ts';

/** For commands that go on without Xray; `cause` in words. */
export function silentScanner(cause: string, clock: Clock): Scanner {
  return {
    // eslint-disable-next-line require-await -- an answer that needs no waiting is an answer all the same
    async *ask(questions) {
      for (const { image } of questions) {
        yield { type: 'ScanRead', image, scan: unknownScan('unreachable', cause, clock.now(), image.digest) };
      }
    },
  };
}
