// What is said, and done, where others on this machine may write to the folders of this program. In a cache anybody could
// have put a forged "clean": nothing of it is believed. The journal is: without it nothing could be undone.
import { openingOf } from '../state/trusted-folder.ts';
import type { Opening } from '../state/trusted-folder.ts';
import type { World } from '../world.ts';
import { foldersOf, stateRoot } from './settings.ts';
import type { Arguments } from './settings.ts';

const ownPlace = 'set KUBECTL_XRAY_HOME to a folder of your own';

/** Null: what lies in that folder of the cache is of this user alone. */
export function openingOfCache(folder: string, world: World): Opening | null {
  return openingOf(folder, world.user, foldersOf(world).cache);
}

export function tellOfOpenCache({ path, why }: Opening, world: World): void {
  const { cache } = foldersOf(world);
  // What was put there while it was open stays when it is closed.
  const cure = path.startsWith(cache) ? `remove ${cache}, or ${ownPlace}` : ownPlace;
  world.stderr.write(`warning: ${path} ${why}: answers kept there are not believed, and none are kept; ${cure}\n`);
}

/** Once for a command. `folder`: of the cluster, below the state folder. */
export function tellOfOpenState(folder: string, argv: Arguments, world: World): void {
  const opening = openingOf(folder, world.user, stateRoot(argv, world).folder);
  if (opening === null) return;
  const { path, why, cure } = opening;
  const instead = 'name a folder of your own with --journal or KUBECTL_XRAY_HOME';
  const remedy = cure === null ? instead : `${cure}, or ${instead}`;
  world.stderr.write(
    `warning: ${path} ${why}: the journal and what is remembered there are believed, though others could forge them; ${remedy}\n`,
  );
}
