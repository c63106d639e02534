// What this machine remembers of a cluster, for commands that only look: since when findings are known, and what was done
// that somebody contests. Nothing is written to the cluster.
import { existsSync } from 'node:fs';
import type { ClusterIdentity } from '../cluster/identity.ts';
import { emptyActing, recordAct } from '../core/acting.ts';
import type { Acting } from '../core/acting.ts';
import { contested } from '../core/contested.ts';
import type { Circumstances } from '../core/decide.ts';
import { evidenceKey } from '../core/memory.ts';
import { pathsOf } from '../settings/files.ts';
import { clusterFolder } from '../state/cluster-id.ts';
import { openJournal } from '../state/journal.ts';
import { openMemory } from '../state/memory.ts';
import type { World } from '../world.ts';
import { warner } from './kept.ts';
import { stateRoot } from './settings.ts';
import type { Arguments } from './settings.ts';

/** What is not remembered is not known since when: a grace period then reads as without an end. */
export async function rememberedOf(
  argv: Arguments,
  world: World,
  identity: () => Promise<ClusterIdentity>,
): Promise<Pick<Circumstances, 'firstSeen' | 'contested'>> {
  const { clock } = world;
  const acting = emptyActing();
  const folder = await folderOf(argv, world, identity);
  if (folder !== null) await read(folder, acting, world);
  return {
    firstSeen: (_workload, evidence) => acting.firstSeen.get(evidenceKey(evidence)) ?? null,
    contested: (workload) => contested(acting, workload, clock.now()),
  };
}

async function folderOf(
  argv: Arguments,
  world: World,
  identity: () => Promise<ClusterIdentity>,
): Promise<string | null> {
  const root = stateRoot(argv, world).folder;
  const folder = clusterFolder(await identity());
  const path = pathsOf(world.platform).join(root, folder);
  return existsSync(path) ? path : null;
}

/** What cannot be read is told, and counts as not remembered. */
async function read(folder: string, acting: Acting, world: World): Promise<void> {
  const warn = warner(world);
  const options = { clock: world.clock, warn };
  try {
    const lines = await openJournal(folder, options).news();
    if (lines.length > 0) recordAct(acting, { type: 'JournalRead', lines });
  } catch (error) {
    warn(error instanceof Error ? error.message : String(error));
  }
  const remembered = await openMemory(folder, options).read();
  recordAct(acting, { type: 'MemoryRead', remembered, lasts: true });
}
