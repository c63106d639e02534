// The messages that the program's errors are made with, read from its source. What varies in one is `hole`.
import { globSync, readFileSync } from 'node:fs';

/** Stands for a part of a message that is known only when it is said. */
export const hole = '¤';

export interface SourceMessage {
  readonly file: string;
  readonly text: string;
}

/** What is said where: a pattern that ends where the arguments, or the expression, begin; and which of these is said. */
export type Saying = readonly [before: RegExp, argument: number];

/** An error that the program ends with, or that a run tells of. */
export const errors: readonly Saying[] = [
  [/\bnew (?:UsageError|StateError|RunError)\(/g, 0],
  [/\bnew ClusterError\(/g, 1],
  [/\bcannot\(/g, 0],
];

export const warnings: readonly Saying[] = [
  [/\bwarn\(/g, 0],
  [/\bwarnOnce\(/g, 1],
];

/** What a command that goes on, or ends with 1, says on stderr. */
export const written: readonly Saying[] = [[/\bstderr\.write\(/g, 0]];

/** Why an act is refused, or nothing is to be done. */
export const reasons: readonly Saying[] = [[/\bsays(?::| =)\s/g, 0]];

/** `message: …` and `const message = …`. */
export const named: readonly Saying[] = [[/\bmessage(?::| =)\s/g, 0]];

export const returned: readonly Saying[] = [[/\breturn\s/g, 0]];

/** A list of messages, of which there is one or none. */
export const listed: readonly Saying[] = [[/\[(?=`)/g, 0]];

/** Every message said so in the files that `files` names; those that only hand on another's words are left out. */
export function messagesIn(files: string, sayings: readonly Saying[]): readonly SourceMessage[] {
  return globSync(files).flatMap((file) => {
    const source = readFileSync(file, 'utf8');
    return sayings.flatMap(([before, argument]) =>
      [...source.matchAll(before)].flatMap((found) =>
        said(file, source, argumentsFrom(source, found.index + found[0].length)[argument] ?? ''),
      ),
    );
  });
}

function said(file: string, source: string, expression: string): readonly SourceMessage[] {
  return textsOf(expression, source)
    .filter((text) => /\p{L}{3}/u.test(text))
    .map((text) => ({ file, text }));
}

/** Every text that an expression can come to: of a choice both, of a constant what it holds. */
function textsOf(written: string, source: string): readonly string[] {
  const expression = written.trim();
  const [condition, ...branches] = split(expression, /\?(?![.?])|:/y);
  if (condition !== undefined && branches.length > 1) return branches.flatMap((one) => textsOf(one, source));
  const parts = split(expression, /\+/y);
  if (parts.length > 1) return parts.map((one) => textsOf(one, source)).reduce(joined);
  const literal = /^(['"`])(.*)\1$/s.exec(expression);
  if (literal !== null) return [filled(literal[2] ?? '')];
  const constant = /^\w+$/.test(expression)
    ? new RegExp(`\\bconst ${expression}(?:: string)? =\\s`).exec(source)
    : null;
  if (constant === null) return [hole];
  return textsOf(argumentsFrom(source, constant.index + constant[0].length)[0] ?? '', source);
}

const joined = (left: readonly string[], right: readonly string[]): readonly string[] =>
  left.flatMap((one) => right.map((other) => `${one}${other}`));

/** A template with holes in place of its expressions, whatever stands in those. */
function filled(template: string): string {
  let text = '';
  for (let at = 0; at < template.length; at += 1) {
    if (template.startsWith('${', at)) {
      at = after(template, at + 1) - 1;
      text += hole;
    } else if (template[at] === '\\') {
      at += 1;
      text += template[at] === 'n' ? ' ' : (template[at] ?? '');
    } else text += template[at];
  }
  return text;
}

/** The expressions between commas from `start` to the bracket, or the semicolon, that ends them. */
function argumentsFrom(source: string, start: number): readonly string[] {
  let end = start;
  while (end < source.length && !')]};'.includes(source[end] ?? '')) end = after(source, end);
  return split(source.slice(start, end), /,/y);
}

/** Takes an expression apart where `by` stands in no bracket and in no literal. */
function split(expression: string, by: RegExp): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < expression.length; at = after(expression, at)) {
    by.lastIndex = at;
    if (!by.test(expression)) continue;
    parts.push(expression.slice(start, at));
    start = at + 1;
  }
  return [...parts, expression.slice(start)];
}

/** Where the literal, the bracketed part or the single character at `at` is over. */
function after(source: string, at: number): number {
  const opens = source[at] ?? '';
  if (`'"`.includes(opens)) return afterText(source, at, opens);
  if (opens === '`') return afterTemplate(source, at);
  if (!'([{'.includes(opens)) return at + 1;
  let end = at + 1;
  while (end < source.length && !')]}'.includes(source[end] ?? '')) end = after(source, end);
  return end + 1;
}

function afterText(source: string, at: number, quote: string): number {
  let end = at + 1;
  while (end < source.length && source[end] !== quote) end += source[end] === '\\' ? 2 : 1;
  return end + 1;
}

function afterTemplate(source: string, at: number): number {
  let end = at + 1;
  while (end < source.length && source[end] !== '`') {
    if (source.startsWith('${', end)) end = after(source, end + 1);
    else end += source[end] === '\\' ? 2 : 1;
  }
  return end + 1;
}
