// Kept answers of any age, for who shows what is known before anybody is asked.
import type { Scan } from '../core/scan.ts';
import { isFromTheFuture } from './kept-scan.ts';
import type { StateClock } from './lock.ts';
import type { ScanCache } from './scan-cache.ts';

/** By the keys of images; what comes from the future is no answer. Never rejects. */
export function keptScans(
  cache: Pick<ScanCache, 'read'>,
  clock: StateClock,
): (keys: Iterable<string>) => Promise<ReadonlyMap<string, Scan>> {
  return async (keys) => {
    const kept = await cache.read(keys);
    const now = clock.now();
    const known = [...kept].filter(([, { at }]) => !isFromTheFuture(at, now));
    return new Map(known.map(([key, { scan }]) => [key, scan]));
  };
}
