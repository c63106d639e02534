// Reading a template, character by character.
import { TemplateError } from './nodes.ts';

/** Where reading stands. `base` is where this text stands in the whole template. */
export interface Reading {
  readonly text: string;
  readonly base: number;
  at: number;
}

export function next(reading: Reading): string {
  const character = peek(reading);
  reading.at += character.length;
  return character;
}

export function peek({ text, at }: Reading): string {
  const code = text.codePointAt(at);
  return code === undefined ? '' : String.fromCodePoint(code);
}

export function isTerminator(character: string): boolean {
  return character === '' || /[ \t\r\n.,[\]$@{}]/.test(character);
}

export function isWord(character: string): boolean {
  return /^[_\p{L}\p{Nd}]/u.test(character);
}

/** `U+0021 '!'`, as Go has it. */
export function quoted(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character) ? `${hex} '${character}'` : hex;
}

export function fail({ base }: Reading, message: string, at: number): never {
  throw new TemplateError(message, Math.max(0, base + at));
}
