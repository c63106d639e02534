// The cache: answers of one Xray, kept for any number of processes. It decides nothing: cached-scanner.ts does. All of it
// can be asked again, so whatever is wrong with it is said once, and the tool goes on without.
import { access, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Scan } from '../core/scan.ts';
import { isCve } from '../core/where/sought.ts';
import { nameOf, rootOf, serverFolder } from './cached-server.ts';
import type { CachedServer } from './cached-server.ts';
import { cannot } from './errors.ts';
import { fileMode } from './folder.ts';
import { inTurn } from './in-turn.ts';
import { once } from './journal.ts';
import type { StateOptions } from './journal.ts';
import { UnreadableFile } from './json-file.ts';
import type { KeptScan } from './kept-scan.ts';
import { whileLockedLoosely } from './lock.ts';
import { openShards, removeLeftovers } from './shards.ts';
import { version } from './shard-form.ts';

/** What there is in the cache of one server. */
export interface ScanCacheInfo {
  /** Its folder. */
  readonly path: string;
  /** Address, and the project where it is asked for one. */
  readonly server: string;
  readonly answers: number;
  /** Of all its files. */
  readonly bytes: number;
  /** When the oldest and the newest answer were asked for, ms since the epoch; null where there is none. */
  readonly oldest: number | null;
  readonly newest: number | null;
  /** Version of the form of its files. */
  readonly format: number;
}

export interface ScanCache {
  readonly folder: string;
  info(): Promise<ScanCacheInfo>;
  /** Removes all answers, also those of who is writing just now. Rejects with a StateError where it cannot. */
  clear(): Promise<void>;
  /** Every answer with the key of its image, as core/image.ts makes them; damaged files are passed over. */
  scans(): AsyncGenerator<{ readonly key: string; readonly scan: Scan }, void, undefined>;
  /** The CVE ids in it, sorted, each once; not what Xray gives as one and is none. */
  cves(): Promise<readonly string[]>;
  /** Never rejects: what cannot be read is not there. */
  read(keys: Iterable<string>): Promise<ReadonlyMap<string, KeptScan>>;
  /**
   * When the oldest answer since then was asked for, ms since the epoch; null where there is none, or where it would take
   * long to look. What was looked at is read without the disk afterwards.
   */
  oldestSince(since: number): Promise<number | null>;
  /** Resolves once they are kept, or it was said why they cannot be. Never rejects; false where they are not. */
  keep(answers: ReadonlyMap<string, KeptScan>): Promise<boolean>;
  /** Does a part of the work of keeping them, while there is time. */
  readonly prepare: (answers: Iterable<readonly [string, KeptScan]>) => void;
  /** Says once why something cannot be kept. */
  readonly tell: (error: unknown) => void;
  /** Says once what is wrong with a file of the cache, and what is done about it. */
  readonly tellOf: (file: string, error: unknown) => void;
}

export interface ScanCacheOptions extends StateOptions {
  /** Bytes; `defaultCacheSize` unless said. */
  readonly limit?: number;
}

export const defaultCacheSize = 100_000_000;

/** `cache` is the cache folder; it need not be there. */
export function openScanCache(cache: string, server: CachedServer, options: ScanCacheOptions): ScanCache {
  return openFolder(serverFolder(cache, server), nameOf(server), options);
}

/** The caches of all servers that were ever asked from this machine; those of other versions are not looked at. */
export async function scanCachesIn(cache: string, options: ScanCacheOptions): Promise<readonly ScanCache[]> {
  const names = await readdir(rootOf(cache)).catch((): string[] => []);
  return Promise.all(names.toSorted().map(async (name) => openNamed(join(rootOf(cache), name), options)));
}

/** The cache in a folder, under the name it was given. */
export async function openNamed(folder: string, options: ScanCacheOptions): Promise<ScanCache> {
  const server = await readFile(join(folder, noteName), 'utf8').catch(() => basename(folder));
  return openFolder(folder, server.trim(), options);
}

/** Bytes that are read and made into answers within a twentieth of a second. */
const soonRead = 5_000_000;

const noteName = 'server.txt';

function openFolder(folder: string, server: string, { clock, warn, limit = defaultCacheSize }: ScanCacheOptions) {
  const warnOnce = once(warn);
  const turn = inTurn();
  const tell = (error: unknown): void => {
    const { message } = cannot(`answers cannot be kept in ${folder}`, error, 'set KUBECTL_XRAY_HOME to another folder');
    warnOnce('unkept', `${message}; every run asks anew`);
  };
  const onUnreadable = (file: string, error: unknown): void => {
    if (!(error instanceof UnreadableFile)) {
      warnOnce('unread', cannot(`answers cannot be read from ${file}`, error, 'every run asks anew').message);
    } else if (error.why === 'later') {
      warnOnce('later', `${file} was written by a later version of kubectl-xray, and is left as it is`);
    } else warnOnce('damaged', `${file} was damaged: what it held is asked for again`);
  };
  const shards = openShards(folder, { limit, onUnreadable });
  let prepared = false;
  const prepare = async (): Promise<void> => {
    if (prepared) return;
    await removeLeftovers(folder);
    const note = join(folder, noteName);
    const isThere = await access(note).then(
      () => true,
      () => false,
    );
    if (!isThere) await writeFile(note, `${server}\n`, { mode: fileMode });
    prepared = true;
  };
  const keep = async (answers: ReadonlyMap<string, KeptScan>): Promise<boolean> => {
    if (answers.size === 0) return true;
    try {
      await whileLockedLoosely(join(folder, 'writing.lock'), clock, async () => {
        await prepare();
        await shards.add(answers, clock.now());
      });
      return true;
    } catch (error) {
      if (!(error instanceof UnreadableFile)) tell(error);
      return false;
    }
  };
  const cache: ScanCache = {
    folder,
    read: (keys) =>
      shards.read(keys).catch((error: unknown) => {
        onUnreadable(folder, error);
        return new Map();
      }),
    oldestSince: async (since) => {
      if ((await shards.bytes()) > soonRead) return null;
      let oldest = Infinity;
      for await (const part of shards.all()) {
        for (const { at } of part.values()) if (at >= since) oldest = Math.min(oldest, at);
      }
      return oldest === Infinity ? null : oldest;
    },
    keep: (answers) => turn(() => keep(answers)),
    prepare: (answers) => shards.prepare(answers),
    tell,
    tellOf: onUnreadable,
    info: async () => {
      let [answers, oldest, newest] = [0, Infinity, -Infinity];
      for await (const part of shards.all()) {
        answers += part.size;
        for (const { at } of part.values()) [oldest, newest] = [Math.min(oldest, at), Math.max(newest, at)];
      }
      const times = answers === 0 ? { oldest: null, newest: null } : { oldest, newest };
      return { path: folder, server, answers, bytes: await shards.bytes(), ...times, format: version };
    },
    clear: async () => {
      try {
        await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      } catch (error) {
        throw cannot(`the cache ${folder} cannot be removed`, error, 'remove it by hand');
      }
    },
    scans: async function* scans() {
      for await (const part of shards.all()) for (const [key, { scan }] of part) yield { key, scan };
    },
    cves: async () => {
      const ids = new Set<string>();
      for await (const part of shards.all()) {
        for (const { scan } of part.values()) {
          if (scan.state === 'unscanned') continue;
          for (const { cves } of scan.findings) for (const cve of cves.filter(isCve)) ids.add(cve);
        }
      }
      return [...ids].toSorted();
    },
  };
  return cache;
}
