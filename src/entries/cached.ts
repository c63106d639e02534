// The scanner as commands ask it: through the cache, past it, or, offline, the cache alone.
import { createHash } from 'node:crypto';
import { UsageError } from '../core/errors.ts';
import { defaultMaxAge } from '../core/refresh-look-ups.ts';
import type { Scanner } from '../engine/ports.ts';
import { silentScanner } from '../engine/silent-scanner.ts';
import { last } from '../commands/flags.ts';
import type { Credentials } from '../settings/credentials.ts';
import type { XraySettings } from '../settings/connection.ts';
import { parseSize, sizeForm } from '../settings/size.ts';
import { cachedScanner } from '../state/cached-scanner.ts';
import { foldersOfAnybody } from '../state/cached-server.ts';
import type { CachedServer } from '../state/cached-server.ts';
import { heardSince } from '../state/heard-since.ts';
import { offlineScanner } from '../state/offline-scanner.ts';
import { defaultCacheSize, openNamed, openScanCache } from '../state/scan-cache.ts';
import type { ScanCache } from '../state/scan-cache.ts';
import type { ScannedStore } from '../state/scanned.ts';
import type { XrayScanner } from '../xray/lookup.ts';
import type { World } from '../world.ts';
import type { Judging } from './judging.ts';
import { warner } from './kept.ts';
import { durationFlag, foldersOf } from './settings.ts';
import type { Arguments } from './settings.ts';
import { openingOfCache, tellOfOpenCache } from './trust.ts';

export interface Asked {
  /** Null: no Xray is asked. */
  readonly xray: XrayScanner | null;
  readonly scanner: Scanner;
  /** The same past every kept answer: nobody acts on what is kept. */
  readonly past: Scanner;
  /** In which answers are kept; null: none are, or nobody is asked. */
  readonly cache: ScanCache | null;
}

/**
 * `tells`: whether answers come with what cannot be heard of news; not where they are followed besides. `onlyHeard`: as
 * state/heard-since.ts has it.
 */
export async function askedThroughCache(
  argv: Arguments,
  world: World,
  { xray, silent }: Judging,
  { store, ...how }: { readonly store: ScannedStore | null; readonly tells: boolean; readonly onlyHeard?: boolean },
): Promise<Asked> {
  const flags = cacheFlagsOf(argv, world);
  if (xray === null) return { xray: null, scanner: silent, past: silent, cache: null };
  const { clock } = world;
  if (flags.offline) {
    const caches = await cachesOffline(argv, world, xray.settings);
    const past = silentScanner('--offline asks nobody', clock);
    return { xray: null, scanner: offlineScanner(caches, clock), past, cache: null };
  }
  const scanner = xray.asked(store);
  const cache = flags.limit === 0 ? null : cacheOf(argv, world, xray.settings);
  if (cache === null) return { xray: scanner, scanner, past: scanner, cache };
  const { maxAge, notBefore } = flags;
  const hearing = { folder: cache.folder, clock, onUnkept: cache.tell, onUnreadable: cache.tellOf, ...how };
  const news = heardSince(scanner.news, hearing);
  const cached = cachedScanner(scanner, { cache, clock, maxAge, notBefore, news });
  // While the cluster is being connected to there is nothing else to do.
  void cached.prepare();
  return { xray: scanner, scanner: cached, past: cached.past, cache };
}

/** The cache of whoever asks this Xray with these settings; null, and said why, where others could have written to it. */
function cacheOf(argv: Arguments, world: World, settings: XraySettings): ScanCache | null {
  const { limit } = cacheFlagsOf(argv, world);
  const options = { clock: world.clock, warn: warner(world), limit };
  return believed([openScanCache(foldersOf(world).cache, serverOf(settings), options)], world)[0] ?? null;
}

/** Of the others it is said once why not. */
function believed(caches: readonly ScanCache[], world: World): readonly ScanCache[] {
  const looked = caches.map((cache) => ({ cache, opening: openingOfCache(cache.folder, world) }));
  const open = looked.find(({ opening }) => opening !== null)?.opening ?? null;
  if (open !== null) tellOfOpenCache(open, world);
  return looked.flatMap(({ cache, opening }) => (opening === null ? [cache] : []));
}

export function isOffline(argv: Arguments): boolean {
  return argv['offline'] === true;
}

/** Who asks nobody cannot know whether an act is still due. */
export function neverActsOffline(argv: Arguments, acts: boolean): void {
  if (!acts || !isOffline(argv)) return;
  throw new UsageError('--offline never acts: nobody could be asked', 'Leave it out, or look with --dry-run=client.');
}

interface CacheFlags {
  readonly offline: boolean;
  /** Milliseconds. */
  readonly maxAge: number;
  /** Ms since the epoch. */
  readonly notBefore: number;
  /** Bytes; 0: nothing is kept. */
  readonly limit: number;
}

/** Throws a UsageError for what does not go together. */
export function cacheFlagsOf(argv: Arguments, { clock }: World): CacheFlags {
  const refresh = argv['refresh'] === true;
  if (refresh && isOffline(argv)) {
    throw new UsageError('--refresh asks again, and --offline asks nobody', 'Keep one of them.');
  }
  return {
    offline: isOffline(argv),
    maxAge: durationFlag(argv, 'max-age') ?? defaultMaxAge,
    notBefore: refresh ? clock.now() : 0,
    limit: sizeFlag(argv, 'cache-size') ?? defaultCacheSize,
  };
}

function sizeFlag(argv: Arguments, flag: string): number | null {
  const text = last(argv[flag]);
  if (text === null) return null;
  const bytes = parseSize(text);
  if (bytes === undefined) throw new UsageError(`--${flag} ${text} is no size`, `Write ${sizeForm}.`);
  return bytes;
}

/** Without credentials nobody says who asks: then what anybody on this machine was answered does. */
async function cachesOffline(argv: Arguments, world: World, settings: XraySettings): Promise<readonly ScanCache[]> {
  const own = settings.credentials === null ? null : cacheOf(argv, world, settings);
  if (settings.credentials !== null) return own === null ? [] : [own];
  const folders = await foldersOfAnybody(foldersOf(world).cache, serverOf(settings));
  const options = { clock: world.clock, warn: warner(world) };
  return believed(await Promise.all(folders.map(async (folder) => openNamed(folder, options))), world);
}

function serverOf({ url, artifactoryUrl, project, registries, credentials }: XraySettings): CachedServer {
  return { url, artifactoryUrl, project, registries, asker: askerOf(credentials) };
}

/** A name for who asks that is no secret: the user, the subject of a token, or a few bits of one that tells nothing. */
export function askerOf(credentials: Credentials | null): string {
  if (credentials === null) return '';
  if (credentials.kind === 'basic') return `user ${credentials.user}`;
  const subject = subjectOf(credentials.token);
  if (subject !== null) return `subject ${subject}`;
  return `token ${createHash('sha256').update(credentials.token).digest('hex').slice(0, 8)}`;
}

/** Of a JSON web token; it is not checked, as it only names a folder. */
function subjectOf(token: string): string | null {
  const payload = token.split('.')[1];
  if (payload === undefined) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const subject = typeof claims === 'object' && claims !== null && 'sub' in claims ? claims.sub : null;
    return typeof subject === 'string' ? subject : null;
  } catch {
    return null;
  }
}
