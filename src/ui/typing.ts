// What keys do to a text that is being typed, and to a choice among some.
import type { Press } from './view.ts';

/** The next of some, round and round. */
export function around<T>(all: readonly T[], from: T, step: number): T {
  return all[(all.indexOf(from) + step + all.length) % all.length] ?? from;
}

/** A text after a key that writes, or takes away. */
export function typedInto(text: string, { name, char, ctrl }: Press, takes = /^[^\p{Cc}]+$/u): string {
  if (name === 'backspace' || name === 'delete') return Array.from(text).slice(0, -1).join('');
  if (name === 'char' && ctrl && char === 'u') return '';
  return name === 'char' && !ctrl && takes.test(char) ? text + char : text;
}
