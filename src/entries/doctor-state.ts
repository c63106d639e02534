// What `doctor` finds out about the folders on this machine. Nothing is made or written.
import type { Check } from '../commands/doctor.ts';
import { judgeFolder, judgeLocks, judgeSpace } from '../core/doctor/local.ts';
import { freeSpace, probeFolder, probeLocks } from '../state/probe.ts';
import type { World } from '../world.ts';
import { foldersOf, stateRoot } from './settings.ts';
import type { Arguments } from './settings.ts';

export function stateChecks(argv: Arguments, world: World): readonly Check[] {
  const { env, platform, clock, user } = world;
  const { config, cache } = foldersOf(world);
  const { folder: state, named } = stateRoot(argv, world);
  const paths = { config, cache, state };
  const folders = (['config', 'cache', 'state'] as const).map((what): Check => {
    const probed = { what, path: paths[what], named, platform, env, user };
    return { area: 'state', name: what, needs: [], run: async () => [judgeFolder(await probeFolder(probed))] };
  });
  return [
    ...folders,
    {
      area: 'state',
      name: 'space',
      needs: [],
      run: async () => {
        const all = [state, cache].map(async (path) => ({ path, free: await freeSpace(path) }));
        return [judgeSpace(await Promise.all(all))];
      },
    },
    {
      area: 'state',
      name: 'locks',
      needs: [],
      run: async () => {
        const now = clock.now();
        const all = await Promise.all([...new Set([state, cache])].map((folder) => probeLocks(folder, now)));
        return [judgeLocks(all.flat())];
      },
    },
  ];
}
