// YAML as a plain tree in which every key and value knows its line and column. Only this file
// and yaml-insert.ts see the library's nodes.
import { LineCounter, isAlias, isMap, isPair, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { Document, ParsedNode, Scalar, YAMLError, YAMLMap } from 'yaml';

/** Both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Something wrong in a file, or (as a warning) something to know about it. */
export interface Mistake extends Place {
  /** Names the key, says what is wrong with it and what to write instead. Never a secret. */
  readonly message: string;
  /** The key as a path, `scanPolicy.security.minSeverity`. */
  readonly path?: string;
}

/** Mistakes and warnings, gathered while a file is read. */
export interface Notes {
  readonly mistakes: Mistake[];
  readonly warnings: Mistake[];
}

export interface Entry {
  readonly key: string;
  readonly at: Place;
  readonly value: Tree;
}

export interface ScalarTree {
  readonly is: 'scalar';
  readonly at: Place;
  readonly value: string | number | boolean | null;
  /** As the file spells it, without quotes. */
  readonly text: string;
  readonly quoted: boolean;
}

export type Tree =
  | { readonly is: 'map'; readonly at: Place; readonly entries: readonly Entry[] }
  | { readonly is: 'list'; readonly at: Place; readonly items: readonly Tree[] }
  | ScalarTree;

const start: Place = { line: 1, column: 1 };

/** Reads one YAML 1.2 document, with anchors, aliases and `<<`. Null where there is none, or where it is not YAML. */
export function readYaml(raw: string, notes: Notes): Tree | null {
  const text = raw.replace(/^\uFEFF/, '');
  if (text.includes('\0')) {
    notes.mistakes.push({ ...start, message: 'this is not a text in UTF-8 (it has zero bytes): save it as UTF-8' });
    return null;
  }
  const counter = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = counter.linePos(offset);
    return { line, column: col };
  };
  const options = { lineCounter: counter, prettyErrors: false, uniqueKeys: false, merge: true } as const;
  const parsed = parseAllDocuments(text, options);
  const documents = Array.isArray(parsed) ? parsed : [];
  for (const error of documents.flatMap((one) => one.errors)) noteSyntax(error, placeOf(error.pos[0]), notes);
  if (notes.mistakes.length > 0) return null;
  for (const one of documents.flatMap((each) => each.warnings)) {
    notes.warnings.push({ ...placeOf(one.pos[0]), message: one.message });
  }
  const filled = documents.filter((one) => one.contents !== null && !isNothing(one.contents));
  const [document, second] = filled;
  if (second !== undefined) {
    const at = placeOf(second.contents?.range?.[0] ?? 0);
    notes.mistakes.push({ ...at, message: 'a second document begins here; the file must hold a single one' });
  }
  return document === undefined ? null : treeOf(document, placeOf, notes);
}

/** One mistake a line: what follows a first one is mostly its echo. */
function noteSyntax(error: YAMLError, at: Place, notes: Notes): void {
  if (notes.mistakes.some((one) => one.line === at.line)) return;
  const message =
    error.code === 'TAB_AS_INDENT' ? 'a tab indents this line; YAML wants spaces' : `not valid YAML: ${error.message}`;
  notes.mistakes.push({ ...at, message });
}

function isNothing(node: unknown): boolean {
  return isScalar(node) && node.value === null && (node.source ?? '') === '';
}

type Build = (node: unknown, at: Place) => Tree;

/** Every node is built once, so that aliases of aliases cost nothing; one that contains itself is a mistake. */
function treeOf(document: Document.Parsed, placeOf: (offset: number) => Place, notes: Notes): Tree {
  const built = new Map<unknown, Tree>();
  const open = new Set<unknown>();
  const build: Build = (node, parent) => {
    const known = built.get(node);
    if (known !== undefined) return known;
    const at = placeIn(node, parent, placeOf);
    open.add(node);
    const tree = buildNode(node, at);
    open.delete(node);
    built.set(node, tree);
    return tree;
  };
  const buildNode: Build = (node, at) => {
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (target === undefined) return wrong(at, `there is no anchor &${node.source} before this alias`, notes);
      if (open.has(target)) return wrong(at, 'this alias stands inside what it names', notes);
      return build(target, at);
    }
    if (isMap(node)) return { is: 'map', at, entries: entriesOf(node, at, build, placeOf, notes) };
    if (isSeq(node)) return { is: 'list', at, items: node.items.map((item) => build(item, at)) };
    return isScalar(node) ? scalarOf(node, at) : nothing(at);
  };
  return build(document.contents, start);
}

function entriesOf(
  map: YAMLMap,
  at: Place,
  build: Build,
  placeOf: (offset: number) => Place,
  notes: Notes,
): readonly Entry[] {
  const own = new Map<string, Entry>();
  const merged: Entry[] = [];
  for (const pair of map.items) {
    if (!isPair(pair)) continue;
    const keyAt = placeIn(pair.key, at, placeOf);
    const key = keyOf(pair.key);
    if (key === undefined) {
      notes.mistakes.push({ ...keyAt, message: 'a key must be a word' });
      continue;
    }
    const value = build(pair.value, keyAt);
    const first = own.get(key);
    if (key === '<<') merged.push(...mergedFrom(value, notes));
    else if (first === undefined) own.set(key, { key, at: keyAt, value });
    else notes.mistakes.push({ ...keyAt, message: `${key} is given twice, first in line ${first.at.line}; keep one` });
  }
  for (const entry of merged) if (!own.has(entry.key)) own.set(entry.key, entry);
  return [...own.values()];
}

function mergedFrom(value: Tree, notes: Notes): readonly Entry[] {
  if (value.is === 'map') return value.entries;
  if (value.is === 'list') return value.items.flatMap((item) => mergedFrom(item, notes));
  notes.mistakes.push({ ...value.at, message: '<< takes a map, or a list of maps, mostly as an alias' });
  return [];
}

function keyOf(key: unknown): string | undefined {
  if (!isScalar(key) || isNothing(key)) return undefined;
  return typeof key.value === 'string' ? key.value : (key.source ?? undefined);
}

function placeIn(node: unknown, otherwise: Place, placeOf: (offset: number) => Place): Place {
  const range = (node as ParsedNode | null)?.range;
  return range === undefined || range === null || isNothing(node) ? otherwise : placeOf(range[0]);
}

function scalarOf(node: Scalar, at: Place): ScalarTree {
  const { value } = node;
  const simple = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  const quoted = node.type !== undefined && node.type !== 'PLAIN';
  return { is: 'scalar', at, value: simple, text: typeof value === 'string' ? value : (node.source ?? ''), quoted };
}

function wrong(at: Place, message: string, notes: Notes): Tree {
  notes.mistakes.push({ ...at, message });
  return nothing(at);
}

function nothing(at: Place): Tree {
  return { is: 'scalar', at, value: null, text: '', quoted: false };
}
