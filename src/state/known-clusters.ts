// Which folder belongs to an address: so that what was done can be shown while the cluster itself does not answer.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clusterFolder } from './cluster-id.ts';
import type { ClusterIdentity } from './cluster-id.ts';
import { fileMode, makeFolder } from './folder.ts';

/** Notes which cluster answered at an address. Where it cannot be noted, nothing is lost but this. */
export async function noteCluster(root: string, identity: ClusterIdentity): Promise<void> {
  if (identity.uid === null) return;
  try {
    await makeFolder(root);
    await writeFile(noteOf(root, identity), `${clusterFolder(identity)}\n`, { mode: fileMode });
  } catch {
    // A folder that cannot be written is told of by whoever needs it.
  }
}

/** The folder of the cluster that last answered at an address; by address and authority alone where none was noted. */
export async function notedCluster(root: string, address: Omit<ClusterIdentity, 'uid'>): Promise<string> {
  const unnamed = { ...address, uid: null };
  const noted = await readFile(noteOf(root, unnamed), 'utf8').catch(() => '');
  const name = noted.trim();
  return /^cluster-[0-9a-z-]+$/.test(name) ? name : clusterFolder(unnamed);
}

function noteOf(root: string, identity: ClusterIdentity): string {
  return join(root, `${clusterFolder({ ...identity, uid: null })}.cluster`);
}
