// `cache`, put together: no server is asked.
import { cache, cacheOptions } from '../commands/cache.ts';
import { scanCachesIn } from '../state/scan-cache.ts';
import type { World } from '../world.ts';
import { warner } from './kept.ts';
import { foldersOf } from './settings.ts';
import type { Arguments } from './settings.ts';
import { openingOfCache, tellOfOpenCache } from './trust.ts';

export async function runCache(argv: Arguments, world: World): Promise<number> {
  const { clock, stdout, stderr } = world;
  const options = cacheOptions(argv);
  const { cache: folder } = foldersOf(world);
  const opening = options.verb === 'info' ? openingOfCache(folder, world) : null;
  if (opening !== null) tellOfOpenCache(opening, world);
  const caches = await scanCachesIn(folder, { clock, warn: warner(world) });
  return cache(options, { caches, folder, clock, stdout, stderr });
}
