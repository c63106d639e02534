// The answers of one Xray, in as many files as keep each of them small: one file at first, and where it grows too large
// sixteen in its place, by the next hexadecimal digit of what their digests hash to. Few files are fast to read, small ones
// are fast to write. Whoever writes holds the lock; whoever reads needs none, as files are replaced whole.
import { hash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Low } from 'lowdb';
import { checkedFile } from './checked-file.ts';
import type { CheckedFile } from './checked-file.ts';
import { codeOf } from './errors.ts';
import { UnreadableFile } from './json-file.ts';
import { isFromTheFuture } from './kept-scan.ts';
import type { KeptScan } from './kept-scan.ts';
import { shardForm, version } from './shard-form.ts';
import type { Answers, ShardFile, ShardForm } from './shard-form.ts';

export interface Shards {
  /** Those of these keys that are kept. */
  read(keys: Iterable<string>): Promise<ReadonlyMap<string, KeptScan>>;
  /** Adds answers: of two about one image the younger stays, but for one from the future. For whoever holds the lock. */
  add(answers: ReadonlyMap<string, KeptScan>, now: number): Promise<void>;
  /** Does a part of the work of adding them beforehand; only where there is no file yet, and it is the most. */
  prepare(answers: Iterable<readonly [string, KeptScan]>): void;
  all(): AsyncGenerator<Answers, void, undefined>;
  /** Bytes of all files. */
  bytes(): Promise<number>;
}

export interface ShardOptions {
  /** Bytes of all files together, about: least recently seen answers go first. */
  readonly limit: number;
  /** Hears of a file of which nothing can be made, or of one that cannot be read; it counts as empty. */
  readonly onUnreadable: (file: string, error: unknown) => void;
}

/** Bytes of a file from which on it is split. */
const large = 3 * 1024 * 1024;
/** Bytes of files whose answers are held; in memory they are about three times as large. */
const mostHeld = 16 * 1024 * 1024;
/** Digits at most. */
const deepest = 4;
const digits = '0123456789abcdef';
const nothing: Answers = new Map();

type Shard = CheckedFile<Answers> & Pick<ShardForm, 'prepare'>;

export function openShards(folder: string, { limit, onUnreadable }: ShardOptions): Shards {
  const files = new Map<string, Shard>();
  /** There was no file when it was looked last. */
  let isEmpty = false;
  const pathOf = (prefix: string): string => join(folder, `answers${prefix === '' ? '' : `-${prefix}`}.json`);
  const shardAt = (prefix: string): Shard => {
    const known = files.get(prefix);
    if (known !== undefined) return known;
    const form = shardForm();
    const file = {
      ...checkedFile<Answers, ShardFile>(pathOf(prefix), version, form),
      prepare: (key: string, one: KeptScan) => form.prepare(key, one),
    };
    files.set(prefix, file);
    return file;
  };
  const load = async (prefix: string): Promise<Answers> => {
    const db = new Low<Answers>(shardAt(prefix), nothing);
    try {
      await db.read();
      return db.data;
    } catch (error) {
      onUnreadable(pathOf(prefix), error);
      if (error instanceof UnreadableFile && error.why === 'later') throw error;
      return nothing;
    }
  };
  const save = async (prefix: string, answers: Answers): Promise<void> => {
    const db = new Low<Answers>(shardAt(prefix), answers);
    await db.write();
  };
  /** What is held of files, so that they need not be read again, must not hold the whole of a large cache. */
  const letGo = (): void => {
    const held = [...files.values()].reduce((sum, file) => sum + file.bytes(), 0);
    if (held > mostHeld) files.clear();
  };
  /** What may stand in one file, as digests hash evenly. */
  const shareOf = (prefix: string): number => limit / digits.length ** prefix.length;

  const write = async (prefix: string, answers: Answers): Promise<void> => {
    const share = shareOf(prefix);
    await save(prefix, answers);
    if (shardAt(prefix).bytes() > share) {
      // Without what is left in it of answers that are no more.
      files.delete(prefix);
      await save(prefix, answers);
    }
    const bytes = shardAt(prefix).bytes();
    if (bytes > share) {
      files.delete(prefix);
      return save(prefix, lastSeen(answers, (0.8 * share) / bytes));
    }
    if (bytes <= large || prefix.length >= deepest) return;
    const parts = Map.groupBy(answers, ([key]) => prefixOf(key, prefix.length + 1));
    for (const digit of digits) {
      const part = prefix + digit;
      // Of a split that was interrupted: it has what came since.
      if (await isThere(pathOf(part))) continue;
      await save(part, new Map(parts.get(part) ?? []));
    }
    files.delete(prefix);
    await unlink(pathOf(prefix));
  };
  return {
    read: async (keys) => {
      const found = new Map<string, KeptScan>();
      const prefixes = prefixesIn(folder);
      isEmpty = prefixes.size === 0;
      for (const [prefix, ofFile] of Map.groupBy(keys, (key) => holderOf(key, prefixes))) {
        const answers = prefix === null ? nothing : await load(prefix).catch(() => nothing);
        for (const key of ofFile) {
          const answer = answers.get(key);
          if (answer !== undefined) found.set(key, answer);
        }
        letGo();
      }
      return found;
    },
    add: async (answers, now) => {
      const prefixes = prefixesIn(folder);
      for (const [prefix, more] of Map.groupBy(answers, ([key]) => holderOf(key, prefixes) ?? '')) {
        const merged = new Map(await load(prefix));
        for (const [key, answer] of more) merged.set(key, younger(answer, merged.get(key), now));
        await write(prefix, merged);
        letGo();
      }
    },
    prepare: (answers) => {
      if (isEmpty) for (const [key, answer] of answers) shardAt('').prepare(key, answer);
    },
    all: async function* all() {
      const prefixes = prefixesIn(folder);
      for (const prefix of prefixes) {
        const answers = await load(prefix).catch(() => nothing);
        // Of a split that was interrupted, parts may be there beside the whole.
        const isWhole = ![...prefixes].some((other) => other !== prefix && other.startsWith(prefix));
        letGo();
        yield isWhole ? answers : new Map([...answers].filter(([key]) => holderOf(key, prefixes) === prefix));
      }
    },
    bytes: async () => {
      const sizes = [...prefixesIn(folder)].map(async (prefix) => stat(pathOf(prefix)).then(sizeOf, () => 0));
      return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    },
  };
}

/** Removes what processes left behind that were killed while they wrote; for whoever holds the lock. */
export async function removeLeftovers(folder: string): Promise<void> {
  const leftovers = namesIn(folder).filter((name) => name.endsWith('.tmp'));
  await Promise.all(leftovers.map((name) => rm(join(folder, name), { force: true })));
}

function younger(answer: KeptScan, other: KeptScan | undefined, now: number): KeptScan {
  // By a clock that was set back since: once the time has come it would read as young.
  if (other !== undefined && isFromTheFuture(other.at, now)) return answer;
  const [young, old] = other === undefined || answer.at >= other.at ? [answer, other] : [other, answer];
  return old === undefined || old.seen <= young.seen ? young : { ...young, seen: old.seen };
}

/** The most recently seen ones, so many of a hundred as the share says. */
function lastSeen(answers: Answers, share: number): Answers {
  const all = [...answers].toSorted(([, one], [, other]) => other.seen - one.seen || other.at - one.at);
  return new Map(all.slice(0, Math.floor(all.length * share)));
}

/** Which file has a key: that with the longest prefix, as a file goes only once all that take its place are there. */
function holderOf(key: string, prefixes: ReadonlySet<string>): string | null {
  const longest = prefixOf(key, deepest);
  for (let length = deepest; length >= 0; length -= 1) {
    const prefix = longest.slice(0, length);
    if (prefixes.has(prefix)) return prefix;
  }
  return null;
}

/** By the digest in it: keys of one digest lie together. */
function prefixOf(key: string, length: number): string {
  const digest = /sha256:[0-9a-f]{64}/.exec(key)?.[0] ?? key;
  return hash('sha256', digest).slice(0, length);
}

function prefixesIn(folder: string): ReadonlySet<string> {
  const names = namesIn(folder);
  return new Set(names.flatMap((name) => /^answers(?:-([0-9a-f]+))?\.json$/.exec(name)?.slice(1) ?? []).map(asPrefix));
}

function asPrefix(group: string | undefined): string {
  return group ?? '';
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    // Where a part of its path is no folder, nothing was ever kept.
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return [];
    throw error;
  }
}

function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function sizeOf({ size }: { readonly size: number }): number {
  return size;
}
