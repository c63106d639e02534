// Puts something into a YAML text and leaves every other character of it as it is: what was written by hand keeps its
// comments, order and layout. Nothing here knows what the text means; whoever calls reads the result again.
import { isCollection, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { Node, Pair, YAMLMap, YAMLSeq } from 'yaml';

export { isMap } from 'yaml';

/** A text whose document is a map. */
export interface EditableMap {
  readonly text: string;
  readonly newline: '\n' | '\r\n';
  readonly root: YAMLMap;
}

/** Null for no YAML, several documents, or one that is no map. */
export function editableMap(text: string): EditableMap | null {
  const documents = parseAllDocuments(text, { uniqueKeys: false });
  if (!Array.isArray(documents) || documents.some((one) => one.errors.length > 0)) return null;
  const filled = documents.map((one) => one.contents).filter((one) => isCollection(one));
  const [root] = filled;
  return isMap(root) && filled.length === 1 ? { text, newline: newlineOf(text), root } : null;
}

export function newlineOf(text: string): '\n' | '\r\n' {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

export function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

/** What stands behind a key: `flow` on the same line, or where there are `lines` and room for them, these below it. */
export interface Written {
  readonly flow: string;
  readonly lines: readonly string[] | null;
}

/** With one more item at the end of a list that is not empty. */
export function withItem({ text, newline }: EditableMap, pair: Pair, item: string): string | null {
  const list = pair.value;
  const last = isSeq(list) ? list.items.at(-1) : undefined;
  if (!isSeq(list) || last === undefined) return null;
  if (list.flow === true) return spliced(text, endOf(last), 0, `, ${item}`);
  return withLines(text, newline, endOf(list), columnOf(text, startOf(list)), [`- ${item}`]);
}

/** With a value in place of an empty list, or of nothing. */
export function withValue({ text, newline }: EditableMap, pair: Pair, { flow, lines }: Written): string | null {
  const { value } = pair;
  const isEmpty = isNothing(value) || (isSeq(value) && value.items.length === 0);
  if (!isEmpty) return null;
  const [start, end] = [startOf(value), endOf(value)];
  const colon = text.lastIndexOf(':', start) + 1;
  // Where nothing is written, the spaces before a comment are still wanted.
  const rest = text.slice(start === end ? colon : end);
  if (lines === null) return `${text.slice(0, colon)} ${flow}${rest}`;
  const indent = columnOf(text, startOf(pair.key)) + 2;
  return withLines(text.slice(0, colon) + rest, newline, colon, indent, lines);
}

/** With a part more in a text of parts between commas. */
export function withPart({ text }: EditableMap, scalar: unknown, part: string): string | null {
  if (!isScalar(scalar) || typeof scalar.value !== 'string') return null;
  const separator = scalar.value.trim() === '' ? '' : scalar.value.includes(', ') ? ', ' : ',';
  if (scalar.type === 'PLAIN') return spliced(text, endOf(scalar), 0, separator + part);
  if (scalar.type === 'QUOTE_DOUBLE' || scalar.type === 'QUOTE_SINGLE') {
    return spliced(text, endOf(scalar) - 1, 0, separator + part);
  }
  return null;
}

/** The same, quoted anew: a comma in a plain text ends it between braces, and a text in lines has no end to add to. */
export function withQuotedPart({ text }: EditableMap, scalar: unknown, part: string): string | null {
  if (!isScalar(scalar)) return null;
  const [start, end] = [startOf(scalar), endOf(scalar)];
  const [lastNewlines = ''] = /[\r\n]*$/.exec(text.slice(start, end)) ?? [];
  const parts = typeof scalar.value === 'string' ? scalar.value.trim() : scalar.source;
  return spliced(text, start, end - start, JSON.stringify(`${parts},${part}`) + lastNewlines);
}

/** With one more key at the end of a map; between braces the key is written as it is given. */
export function withKey({ text, newline }: EditableMap, map: YAMLMap, key: string, value: Written): string | null {
  if (map.flow === true) {
    const last = map.items.at(-1);
    if (last === undefined) return spliced(text, startOf(map) + 1, 0, `${key}: ${value.flow}`);
    return spliced(text, Math.max(endOf(last.key), endOf(last.value)), 0, `, ${key}: ${value.flow}`);
  }
  return withLines(text, newline, endOf(map), columnOf(text, startOf(map)), keyed(key, value));
}

/** With a key at the very end of the text, below every comment. */
export function withLastKey({ text, newline, root }: EditableMap, key: string, value: Written): string | null {
  if (root.flow === true) return null;
  return withLines(text, newline, text.length, columnOf(text, startOf(root)), keyed(key, value));
}

function keyed(key: string, { flow, lines }: Written): readonly string[] {
  return lines === null ? [`${key}: ${flow}`] : [`${key}:`, ...lines.map((line) => `  ${line}`)];
}

/** With lines after the one that `at` stands in; a text that does not end with a newline does not either afterwards. */
export function withLines(text: string, newline: string, at: number, indent: number, lines: readonly string[]): string {
  const inserted = lines.map((line) => ' '.repeat(indent) + line).join(newline);
  const atStart = at === 0 || text[at - 1] === '\n';
  const end = atStart ? at - 1 : text.indexOf('\n', at);
  if (end < 0 && !atStart) return text + newline + inserted;
  return spliced(text, end + 1, 0, inserted + newline);
}

function spliced(text: string, at: number, remove: number, insert: string): string {
  return text.slice(0, at) + insert + text.slice(at + remove);
}

function isNothing(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null && node.anchor === undefined);
}

function columnOf(text: string, at: number): number {
  return at - (text.lastIndexOf('\n', at - 1) + 1);
}

function startOf(node: unknown): number {
  return (node as Node | null | undefined)?.range?.[0] ?? 0;
}

/** Where its last character is: not the blank lines and comments that the library counts to it. */
function endOf(node: unknown): number {
  const end = (node as Node | null | undefined)?.range?.[1] ?? 0;
  if (isSeq(node) && node.flow !== true) return lastEnd(node, end);
  if (isMap(node) && node.flow !== true) {
    const last = node.items.at(-1);
    return last === undefined ? end : Math.max(endOf(last.key), endOf(last.value));
  }
  return end;
}

function lastEnd(list: YAMLSeq, otherwise: number): number {
  const last = list.items.at(-1);
  return last === undefined ? otherwise : endOf(last);
}
