// `history`, put together: it needs the cluster only to know which one it is.
import { repeated } from '../commands/flags.ts';
import { history, historyOptions } from '../commands/history.ts';
import type { ClusterConnection } from '../cluster/connect.ts';
import { resolveTypes } from '../cluster/discovery.ts';
import { ClusterError } from '../cluster/errors.ts';
import { clusterIdentity } from '../cluster/identity.ts';
import { wantsColour } from '../output/colour.ts';
import { parseDuration } from '../settings/duration.ts';
import { pathsOf } from '../settings/files.ts';
import { clusterFolder } from '../state/cluster-id.ts';
import { openJournal } from '../state/journal.ts';
import { noteCluster, notedCluster } from '../state/known-clusters.ts';
import { openVerdictLog } from '../state/verdict-log.ts';
import type { World } from '../world.ts';
import { connectToCluster, listenerFor } from './connection.ts';
import { warner } from './kept.ts';
import { lateFormatOf } from './late-format.ts';
import { colourFlag, stateRoot } from './settings.ts';
import type { Arguments } from './settings.ts';
import { tellOfOpenState } from './trust.ts';

export async function runHistory(argv: Arguments, world: World): Promise<number> {
  const { clock, stdout, stderr } = world;
  const late = await lateFormatOf(argv, world, 'templates');
  const options = historyOptions(argv, clock, parseDuration, late);
  const connection = connectToCluster(argv, world, listenerFor(argv, world));
  const words = repeated(argv['types']);
  const types = words.length === 0 ? null : await resolveTypes(connection, words, new AbortController().signal);
  const folder = await folderOf(argv, world, connection);
  tellOfOpenState(folder, argv, world);
  const kept = { clock, warn: warner(world) };
  return history(options, {
    journal: openJournal(folder, kept),
    looks: () => openVerdictLog(folder, kept).read(),
    folder,
    types,
    // What was done to an object that is named in another namespace is not meant.
    namespace: argv['all-namespaces'] === true ? '' : connection.namespace,
    stdout,
    stderr,
    colour: wantsColour(colourFlag(argv), world.env, stdout.isTTY === true),
    columns: stdout.isTTY === true ? world.columns : null,
    clock,
  });
}

/** Of a cluster that does not answer: the one that last answered at its address. */
async function folderOf(argv: Arguments, world: World, connection: ClusterConnection): Promise<string> {
  const root = stateRoot(argv, world).folder;
  const { join } = pathsOf(world.platform);
  try {
    const cluster = await clusterIdentity(connection, new AbortController().signal);
    await noteCluster(root, cluster);
    return join(root, clusterFolder(cluster));
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    const { server, ca } = connection;
    const folder = join(root, await notedCluster(root, { server, ca }));
    world.stderr.write(`warning: ${error.message}; this is what was done in the cluster that last answered there\n`);
    return folder;
  }
}
