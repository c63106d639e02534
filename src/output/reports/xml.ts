// Text in XML: what means something to it is written as an entity, and what it cannot hold is only shown.
import { printable } from '../printable.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** For texts and for attributes in double quotes. */
export function xmlText(text: string): string {
  const written = printable(text.toWellFormed()).replaceAll(/[\ufffe\uffff]/g, '\ufffd');
  return written.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
