// Reads templates as kubectl does (k8s.io/client-go/util/jsonpath): a JSONPath of its own, with range and end, and with
// words of its own for what is wrong.
import { operators, TemplateError } from './nodes.ts';
import type { List, PathNode, SliceEnd } from './nodes.ts';
import { fail, isTerminator, isWord, next, peek, quoted } from './reading.ts';
import type { Reading } from './reading.ts';
import { unquote } from './unquote.ts';

/** Reads a whole template; a TemplateError says what is wrong, and where. */
export function parseTemplate(text: string): List {
  const root = parseAll({ text, base: 0, at: 0 });
  checkRanges(root);
  return root;
}

function parseAll(reading: Reading): List {
  const nodes: PathNode[] = [];
  while (reading.at < reading.text.length) {
    const open = reading.text.indexOf('{', reading.at);
    const end = open < 0 ? reading.text.length : open;
    if (end > reading.at) nodes.push({ is: 'text', text: reading.text.slice(reading.at, end) });
    reading.at = end + 1;
    if (open >= 0) nodes.push(parseAction(reading));
  }
  return { is: 'list', nodes };
}

/** From behind `{` to behind `}`. */
function parseAction(reading: Reading): List {
  const nodes: PathNode[] = [];
  for (;;) {
    const rest = reading.text.slice(reading.at, reading.at + 3);
    if (rest.startsWith('}')) {
      reading.at += 1;
      return { is: 'list', nodes };
    }
    if (rest === '[?(') nodes.push(parseFilter(reading));
    else if (rest.startsWith('..')) parseRecursive(reading, nodes);
    else parseNext(reading, nodes);
  }
}

function parseNext(reading: Reading, nodes: PathNode[]): void {
  const start = reading.at;
  const character = next(reading);
  if (character === '' || character === '\n' || character === '\r') fail(reading, 'unclosed action', start);
  else if (character === ' ' || character === '@' || character === '$') return;
  else if (character === '[') nodes.push(...parseArray(reading));
  else if (character === '"' || character === "'") nodes.push(parseQuote(reading, character));
  else if (character === '.') nodes.push(parseField(reading));
  else if (/[+\-\p{Nd}]/u.test(character)) nodes.push(parseNumber(reading, start));
  else if (isWord(character)) nodes.push(parseWord(reading, start));
  else fail(reading, `unrecognized character in action: ${quoted(character)}`, start);
}

function parseRecursive(reading: Reading, nodes: PathNode[]): void {
  if (nodes.at(-1)?.is === 'recursive') fail(reading, 'invalid multiple recursive descent', reading.at);
  reading.at += 2;
  nodes.push({ is: 'recursive' });
  if (isWord(peek(reading))) nodes.push(parseField(reading));
}

function parseField(reading: Reading): PathNode {
  const start = reading.at;
  for (let character = peek(reading); !isTerminator(character); character = peek(reading)) {
    next(reading);
    if (character === '\\') next(reading);
  }
  const name = reading.text.slice(start, reading.at);
  return name === '*' ? { is: 'wildcard' } : { is: 'field', name: name.replaceAll('\\', '') };
}

function parseNumber(reading: Reading, start: number): PathNode {
  while (/[.\p{Nd}]/u.test(peek(reading))) next(reading);
  const text = reading.text.slice(start, reading.at);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) fail(reading, `cannot parse number ${text}`, start);
  return { is: 'value', value: Number(text) };
}

function parseWord(reading: Reading, start: number): PathNode {
  while (!isTerminator(peek(reading))) next(reading);
  const word = reading.text.slice(start, reading.at);
  if (word === 'true' || word === 'false') return { is: 'value', value: word === 'true' };
  if (word === 'range' || word === 'end') return { is: 'word', word };
  return fail(reading, `unrecognized identifier ${word}`, start);
}

function parseQuote(reading: Reading, quote: string): PathNode {
  const start = reading.at - 1;
  for (;;) {
    const character = next(reading);
    if (character === '' || character === '\n') fail(reading, 'unterminated quoted string', start);
    if (character === quote && reading.text[reading.at - 2] !== '\\') break;
  }
  const text = reading.text.slice(start, reading.at);
  const value = unquote(text);
  if (value === null) fail(reading, `unquote string ${text} error invalid syntax`, start);
  return { is: 'text', text: value };
}

/** From behind `[` to behind `]`: an index, a slice, a key in quotes, or several of them. */
function parseArray(reading: Reading): readonly PathNode[] {
  const start = reading.at;
  const length = reading.text.slice(start).search(/[\]\n]/);
  if (length < 0 || reading.text[start + length] === '\n') fail(reading, 'unterminated array', start - 1);
  reading.at = start + length + 1;
  const text = reading.text.slice(start, start + length);
  const parts = text.split(',');
  if (parts.length === 1) return parseIndex(reading, text === '*' ? ':' : text, start);
  let at = start;
  const lists = parts.map((part) => {
    const list = parseWithin(reading, `[${part.replaceAll(/^ +| +$/g, '')}]`, at - 1);
    at += part.length + 1;
    return list;
  });
  return [{ is: 'union', lists }];
}

function parseIndex(reading: Reading, text: string, start: number): readonly PathNode[] {
  const key = /^'([^']*)'$/.exec(text)?.[1];
  if (key !== undefined) return parseWithin(reading, `.${key}`, start).nodes;
  const [, from = '', to, step] =
    /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text) ?? fail(reading, `invalid array index ${text}`, start);
  const number = (digits: string): number => {
    const value = Number(digits);
    return digits !== '-' && Number.isSafeInteger(value)
      ? value
      : fail(reading, `array index ${digits} is not a number`, start);
  };
  const first = from === '' ? null : number(from);
  const end: SliceEnd = to === undefined ? { at: (first ?? 0) + 1, derived: true } : bound(to, number);
  return [
    { is: 'slice', from: first, to: end, step: step === undefined || step === ':' ? null : number(step.slice(1)) },
  ];
}

function bound(text: string, number: (digits: string) => number): SliceEnd {
  return text === ':' ? null : { at: number(text.slice(1)), derived: false };
}

/** From `[?(` to behind `)]`. */
function parseFilter(reading: Reading): PathNode {
  const start = reading.at;
  reading.at += 3;
  const text = filterText(reading, start);
  const [, left, operator, right] = /^([^!<>=]+)([!<>=]+)(.+?)$/s.exec(text) ?? [];
  const within = start + 3;
  if (left === undefined || operator === undefined || right === undefined) {
    return {
      is: 'filter',
      left: parseWithin(reading, text, within),
      operator: 'exists',
      right: { is: 'list', nodes: [] },
    };
  }
  const known = operators.find((one) => one === operator);
  if (known === undefined) fail(reading, `unrecognized filter operator ${operator}`, within + left.length);
  return {
    is: 'filter',
    left: parseWithin(reading, left, within),
    operator: known,
    right: parseWithin(reading, right, within + left.length + operator.length),
  };
}

/** Up to the bracket that closes it: one within a string does not. */
function filterText(reading: Reading, start: number): string {
  let pair = '';
  let ended = false;
  for (;;) {
    const character = next(reading);
    if (character === '' || character === '\n') fail(reading, 'unterminated filter', start);
    if (character === '"' || character === "'") {
      if (pair === '') pair = character;
      else if (character === pair && reading.text[reading.at - 2] !== '\\') ended = true;
    }
    if (character === ')' && (pair !== '') === ended) break;
  }
  if (next(reading) !== ']') fail(reading, 'unclosed array expect ]', reading.at - 1);
  return reading.text.slice(start + 3, reading.at - 2);
}

/** A part of a template that is read as if it stood in braces of its own. */
function parseWithin({ base }: Reading, text: string, at: number): List {
  const [first] = parseAll({ text: `{${text}}`, base: base + at - 1, at: 0 }).nodes;
  return first?.is === 'list' ? first : { is: 'list', nodes: [] };
}

/** What kubectl says only once it has an object: an end that ends nothing. */
function checkRanges({ nodes }: List): void {
  let depth = 0;
  for (const node of nodes) {
    for (const word of node.is === 'list' ? node.nodes : []) {
      if (word.is !== 'word') continue;
      depth += word.word === 'range' ? 1 : -1;
      if (depth < 0) throw new TemplateError('not in range, nothing to end');
    }
  }
}
