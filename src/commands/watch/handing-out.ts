// What leaves the screen: to the clipboard, and to a file.
import { UsageError } from '../../core/errors.ts';

/** Terminals take no more at once (bytes of base64); some take less. */
const mostCopied = 100_000;

/** OSC 52 puts it on the clipboard of whoever sits at the terminal, also over ssh. Throws a UsageError for too much. */
export function copySequence(text: string): string {
  const encoded = Buffer.from(text).toString('base64');
  if (encoded.length > mostCopied) {
    throw new UsageError('this is too much for the clipboard of a terminal', 'Save it to a file instead: ctrl-s.');
  }
  return `\u001B]52;c;${encoded}\u0007`;
}

/** A name without folders, that every platform takes. */
export function savedName(name: string): string {
  const plain = name.replaceAll(/[^\w.-]+/g, '-').replace(/^[.-]+/, '');
  return plain.slice(-120) || 'kubectl-xray.txt';
}
