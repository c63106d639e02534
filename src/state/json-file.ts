// An adapter for lowdb. Its own writes to one fixed temporary name without fsync, and a crash or a second process leaves
// a broken file; here each write has a name of its own, is on disk before it takes the place of the old one, and what
// cannot be read is told apart from what is not there. Who writes holds a lock.
import { randomUUID } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Adapter } from 'lowdb';
import { codeOf } from './errors.ts';
import { fileMode, makeFolder, syncFolder } from './folder.ts';

/** `damaged`: no JSON, or not what we write. `later`: of a version that this one does not know. */
export class UnreadableFile extends Error {
  readonly why: 'damaged' | 'later';

  constructor(file: string, why: 'damaged' | 'later', options?: ErrorOptions) {
    super(`${file} is ${why === 'damaged' ? 'damaged' : 'of a later version'}`, options);
    this.name = 'UnreadableFile';
    this.why = why;
  }
}

export interface JsonFile<T> extends Adapter<T> {
  /** Null where there is none. Rejects with an UnreadableFile, or as `node:fs` does. */
  read(): Promise<T | null>;
  write(data: T): Promise<void>;
}

/** `isWhole` says whether a tree of our version is what we write. What was read is kept until the file is another one. */
export function jsonFile<T extends { readonly v: number }>(
  file: string,
  version: number,
  isWhole: (tree: Readonly<Record<string, unknown>>) => boolean,
): JsonFile<T> {
  let kept: { readonly identity: string; readonly data: T } | null = null;

  const parse = (text: string): T => {
    const tree = parseTree(text);
    if (tree === null || typeof tree['v'] !== 'number') throw new UnreadableFile(file, 'damaged');
    if (tree['v'] !== version) throw new UnreadableFile(file, 'later');
    if (!isWhole(tree)) throw new UnreadableFile(file, 'damaged');
    return tree as unknown as T;
  };
  return {
    read: async () => {
      const identity = await identityOf(file);
      if (identity === null) return null;
      if (kept?.identity !== identity) kept = { identity, data: parse(await readFile(file, 'utf8')) };
      return kept.data;
    },
    write: async (data) => {
      kept = null;
      await replace(file, JSON.stringify(data));
      const identity = await identityOf(file);
      if (identity !== null) kept = { identity, data };
    },
  };
}

/** Moves a file out of the way; gives back its new name. */
export async function setAside(file: string, now: number): Promise<string> {
  const aside = `${file}.damaged-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`;
  await rename(file, aside);
  return aside;
}

async function replace(file: string, text: string): Promise<void> {
  await makeFolder(dirname(file));
  await removeLeftovers(file);
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, 'wx', fileMode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(file));
}

/** Of processes that were killed while they wrote. */
async function removeLeftovers(file: string): Promise<void> {
  const [folder, name] = [dirname(file), basename(file)];
  const leftovers = (await readdir(folder)).filter((one) => one.startsWith(`${name}.`) && one.endsWith('.tmp'));
  await Promise.all(leftovers.map((one) => unlink(join(folder, one)).catch(() => {})));
}

/** Another file under the same name has another one: each write makes a new file. */
async function identityOf(file: string): Promise<string | null> {
  try {
    const found = await stat(file, { bigint: true });
    // Who reads a pipe or a device may read for ever.
    if (isSpecial(found)) throw new UnreadableFile(file, 'damaged');
    return `${found.ino} ${found.mtimeNs} ${found.size}`;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Neither a file nor a folder: a pipe, a device, a socket. */
export function isSpecial(found: Pick<BigIntStats, 'isFile' | 'isDirectory'>): boolean {
  return !found.isFile() && !found.isDirectory();
}

function parseTree(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}
