// Reading a positioned tree into our types: each reader notes what is wrong, with place and path, and yields undefined.
import { durationForm, parseDuration } from './duration.ts';
import { didYouMean } from '../core/nearest.ts';
import type { Entry, Mistake, Notes, Place, ScalarTree, Tree } from './yaml-tree.ts';

/** Reads a value; undefined means that the mistake is noted. */
export type Reader<T> = (tree: Tree, path: string, notes: Notes) => T | undefined;

/** The known entries of a map, with the path they stand under. */
export interface Fields {
  readonly at: Place;
  readonly path: string;
  readonly entries: ReadonlyMap<string, Entry>;
}

export function noMistakes(): { readonly mistakes: Mistake[]; readonly warnings: Mistake[] } {
  return { mistakes: [], warnings: [] };
}

/** Notes a mistake; the message begins with the path. */
export function mistake(notes: Notes, at: Place, path: string, message: string): undefined {
  push(notes.mistakes, at, path, message);
}

export function warning(notes: Notes, at: Place, path: string, message: string): void {
  push(notes.warnings, at, path, message);
}

/** The same place is reached twice where an alias repeats a map; what YAML itself got wrong there says enough. */
function push(list: Mistake[], { line, column }: Place, path: string, message: string): void {
  const text = `${path}: ${message}`;
  const here = list.filter((one) => one.line === line && one.column === column);
  if (here.some((one) => one.message === text || one.path === undefined)) return;
  list.push({ line, column, message: text, path });
}

/** Mistakes and warnings in the order of the file. */
export function inOrder(list: readonly Mistake[]): Mistake[] {
  return list.toSorted((one, other) => one.line - other.line || one.column - other.column);
}

export function below(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/**
 * The entries of a map whose keys are known; every other key is a mistake, with what was meant. Null (a key with nothing
 * behind it) is an empty map, with a warning.
 */
export function fields(
  tree: Tree,
  path: string,
  notes: Notes,
  known: readonly string[],
  hint: (key: string) => string | undefined = () => undefined,
): Fields | undefined {
  const entries = mapEntries(tree, path, notes);
  if (entries === undefined) return undefined;
  for (const { key, at } of entries.filter((one) => !known.includes(one.key))) {
    const meant = hint(key) ?? (didYouMean(key, known) || `; known here: ${known.join(', ')}`);
    mistake(notes, at, below(path, key), `unknown key${meant}`);
  }
  const kept = entries.filter((one) => known.includes(one.key));
  return { at: tree.at, path, entries: new Map(kept.map((one) => [one.key, one])) };
}

export function mapEntries(tree: Tree, path: string, notes: Notes): readonly Entry[] | undefined {
  if (tree.is === 'map') return tree.entries;
  if (isNull(tree)) {
    warning(notes, tree.at, path, 'nothing is written here; the defaults hold');
    return [];
  }
  return mistake(notes, tree.at, path, `${shown(tree)} stands where a map of keys is expected`);
}

/** What a key says; the fallback where it is absent or wrong. */
export function field<T, F>(from: Fields | undefined, key: string, notes: Notes, read: Reader<T>, fallback: F): T | F {
  const entry = from?.entries.get(key);
  if (from === undefined || entry === undefined) return fallback;
  return read(entry.value, below(from.path, key), notes) ?? fallback;
}

/** One of some words, in any case, given back as we spell it. */
export function oneOf<const T extends string>(words: readonly T[]): Reader<T> {
  return (tree, path, notes) => {
    const text = tree.is === 'scalar' ? tree.text.trim() : undefined;
    const found = words.find((word) => word.toLowerCase() === text?.toLowerCase());
    if (found !== undefined) return found;
    const meant = text === undefined || text === '' ? '' : didYouMean(text, words);
    const advice = meant === '' ? '; write' : `${meant} Write`;
    return mistake(notes, tree.at, path, `${shown(tree)} is not possible${advice} ${listed(words)}`);
  };
}

/** `true` or `false`; also `yes`, `no`, `on` and `off`, which older YAML (and KubeXray's) reads as such. */
export const yesOrNo: Reader<boolean> = (tree, path, notes) => {
  const word = tree.is === 'scalar' && !tree.quoted ? tree.text.toLowerCase() : '';
  if (['true', 'yes', 'on'].includes(word)) return true;
  if (['false', 'no', 'off'].includes(word)) return false;
  return mistake(notes, tree.at, path, `${shown(tree)} is neither true nor false; write true or false, without quotes`);
};

/** A duration in milliseconds. */
export const duration: Reader<number> = (tree, path, notes) => {
  const read = tree.is === 'scalar' ? parseDuration(tree.text) : undefined;
  return read ?? mistake(notes, tree.at, path, `${shown(tree)} is not a duration; write ${durationForm}`);
};

/** A text that is not empty; what looks like a number or a boolean is taken as it is spelt. */
export const words: Reader<string> = (tree, path, notes) => {
  const text = tree.is === 'scalar' && tree.value !== null ? tree.text.trim() : '';
  return text === '' ? mistake(notes, tree.at, path, `${shown(tree)} stands where a text is expected`) : text;
};

/** A list, or a comma-separated text, of what another reader reads; one that is wrong is left out and noted. */
export function listOf<T>(read: Reader<T>): Reader<readonly T[]> {
  return (tree, path, notes) => {
    if (tree.is === 'map' || isNull(tree)) {
      return mistake(notes, tree.at, path, `${shown(tree)} stands where a list is expected; write [one, another]`);
    }
    const items = tree.is === 'scalar' ? splitAtCommas(tree) : tree.items.flatMap(splitItem);
    const all = items.map((item, index) => read(item, tree.is === 'list' ? `${path}[${index}]` : path, notes));
    return [...new Set(all.filter((one) => one !== undefined))];
  };
}

function splitItem(item: Tree): readonly Tree[] {
  return item.is === 'scalar' && item.text.includes(',') ? splitAtCommas(item) : [item];
}

/** The places of the parts are known only on the line where the text begins. */
function splitAtCommas(tree: ScalarTree): readonly ScalarTree[] {
  let offset = tree.quoted ? 1 : 0;
  const oneLine = !tree.text.includes('\n');
  return tree.text.split(',').flatMap((part) => {
    const before = part.length - part.trimStart().length;
    const at = oneLine ? { line: tree.at.line, column: tree.at.column + offset + before } : tree.at;
    offset += part.length + 1;
    const text = part.trim();
    return text === '' ? [] : [{ ...tree, at, text, value: text, quoted: false }];
  });
}

export function isNull(tree: Tree): boolean {
  return tree.is === 'scalar' && tree.value === null;
}

/** A value as a message shows it: short, and on one line. */
export function shown(tree: Tree): string {
  if (tree.is !== 'scalar') return `a ${tree.is}`;
  if (tree.value === null) return tree.text === '' ? 'nothing' : tree.text;
  const text = tree.text.length > 60 ? `${tree.text.slice(0, 57)}...` : tree.text;
  return JSON.stringify(text);
}

/** `a, b or c`. */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}
