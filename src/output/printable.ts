// What stderr shows: lines of text that only show what terminal sequences are in them.
import { printable } from '../core/printable.ts';

export { printable } from '../core/printable.ts';

/** Where a line of progress is drawn anew: our own, at the start of what is written and nowhere else. */
export const clearLine = '\r\u001b[K';

/** What stderr shows: lines, each printable, whoever wrote what is in them. */
export function printableLines(text: string): string {
  const own = text.startsWith(clearLine) ? clearLine : '';
  return own + text.slice(own.length).split('\n').map(printable).join('\n');
}
