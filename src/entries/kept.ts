// What is kept of a cluster on this machine: its journal and memory, in a folder by the cluster's identity, and who writes
// there.
import { join } from 'node:path';
import type { ClusterConnection } from '../cluster/connect.ts';
import { clusterIdentity } from '../cluster/identity.ts';
import { whoAmI } from '../cluster/who-am-i.ts';
import type { Actor } from '../core/act.ts';
import type { Journal, Memory } from '../engine/ports.ts';
import { pathsOf } from '../settings/files.ts';
import { clusterFolder, xrayFolder } from '../state/cluster-id.ts';
import { openJournal } from '../state/journal.ts';
import { noteCluster } from '../state/known-clusters.ts';
import { lastingOf } from '../state/lasting.ts';
import type { Lasting } from '../state/lasting.ts';
import { openMemory } from '../state/memory.ts';
import { openScanned } from '../state/scanned.ts';
import type { ScannedStore } from '../state/scanned.ts';
import type { World } from '../world.ts';
import { stateRoot } from './settings.ts';
import type { Arguments } from './settings.ts';
import { tellOfOpenState } from './trust.ts';

export interface Kept {
  readonly folder: string;
  readonly lasting: Lasting;
  readonly journal: Journal;
  /** Null: nothing is kept, so no grace period ends. */
  readonly memory: Memory | null;
  readonly identity: Actor;
}

/** Asks the cluster who it is and who asks. Throws a ClusterError where it does not answer. */
export async function openKept(
  argv: Arguments,
  world: World,
  connection: ClusterConnection,
  signal: AbortSignal,
): Promise<Kept> {
  const { clock, platform, env, hostname } = world;
  const root = stateRoot(argv, world);
  const [cluster, actor] = await Promise.all([clusterIdentity(connection, signal), whoAmI(connection, signal)]);
  const folder = pathsOf(platform).join(root.folder, clusterFolder(cluster));
  tellOfOpenState(folder, argv, world);
  const lasting = await lastingOf({ folder, named: root.named, platform, env });
  await noteCluster(root.folder, cluster);
  const warn = warner(world);
  return {
    folder,
    lasting,
    journal: openJournal(folder, { clock, warn }),
    memory: lasting.lasts ? openMemory(folder, { clock, warn }) : null,
    identity: { actor, machine: hostname },
  };
}

/** Which digests an Xray has once scanned. */
export async function openScannedStore(argv: Arguments, world: World, xrayUrl: string): Promise<ScannedStore> {
  const { clock } = world;
  return openScanned(join(stateRoot(argv, world).folder, xrayFolder(xrayUrl)), { clock, warn: warner(world) });
}

export function warner({ stderr }: World): (message: string) => void {
  return (message) => stderr.write(`warning: ${message}\n`);
}
