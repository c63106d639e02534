// What was seen of verdicts before, put together: the log in a cluster's folder, opened only once it is needed.
import { last } from '../commands/flags.ts';
import type { VerdictLog, VerdictsKept } from '../commands/verdicts.ts';
import type { ClusterIdentity } from '../cluster/identity.ts';
import { UsageError } from '../core/errors.ts';
import type { Selection } from '../core/selection.ts';
import type { VerdictScope } from '../core/verdict-lines.ts';
import { diskFiles, pathsOf, readNamed, resolvePath } from '../settings/files.ts';
import type { World } from '../world.ts';
import { stateRoot } from './settings.ts';
import type { Arguments } from './settings.ts';

/** Files that the user names; nothing is kept. */
export function namedReports(world: World): VerdictsKept {
  const { home, platform, folder } = world;
  return {
    scope: { namespace: '', selection: '' },
    log: null,
    readFile: (path) => {
      const text = readNamed(resolvePath(path, folder, { platform, home }), '--diff', diskFiles(platform).readFile);
      if (!(text instanceof UsageError)) return text;
      throw new UsageError(text.message, 'Make it with: kubectl xray status -o json');
    },
  };
}

/** `identity` is asked for once the first line is read or written. Nothing is kept where there is no home folder at all. */
export function keptVerdicts(
  argv: Arguments,
  world: World,
  scope: VerdictScope,
  identity: () => Promise<ClusterIdentity>,
): VerdictsKept {
  const hasHome = !/^(\/dev\/null|NUL:)/.test(stateRoot(argv, world).folder);
  return { ...namedReports(world), scope, log: hasHome ? lateLog(() => openLog(argv, world, identity), world) : null };
}

/** The same words in another order are another scope, which costs no more than a first look. */
export function scopeOf(argv: Arguments, namespace: string, { types, labels }: Selection): VerdictScope {
  const fields = last(argv['field-selector']) || null;
  if (types === null && labels === null && fields === null) return { namespace, selection: '' };
  const names = types?.map(({ resource, name }) => (name === null ? resource : `${resource}/${name}`)).toSorted();
  return { namespace, selection: JSON.stringify([names ?? null, last(argv['selector']), fields]) };
}

async function openLog(argv: Arguments, world: World, identity: () => Promise<ClusterIdentity>): Promise<VerdictLog> {
  const [{ openVerdictLog }, { clusterFolder }, { noteCluster }, cluster] = await Promise.all([
    import('../state/verdict-log.ts'),
    import('../state/cluster-id.ts'),
    import('../state/known-clusters.ts'),
    identity(),
  ]);
  const root = stateRoot(argv, world).folder;
  const folder = pathsOf(world.platform).join(root, clusterFolder(cluster));
  await noteCluster(root, cluster);
  const { clock, stderr } = world;
  return openVerdictLog(folder, { clock, warn: (message) => stderr.write(`warning: ${message}\n`) });
}

/**
 * Where it cannot be opened nothing is known, and once there is something to be kept it is said that it is not: a cluster
 * that cannot be reached is told of by who reads it.
 */
function lateLog(open: () => Promise<VerdictLog>, { stderr }: World): VerdictLog {
  let opening: Promise<VerdictLog> | null = null;
  let said = false;
  const log = (): Promise<VerdictLog> => (opening ??= open());
  return {
    read: async () => {
      const opened = await log().catch(() => null);
      return opened === null ? [] : opened.read();
    },
    add: async (make) => {
      try {
        await (await log()).add(make);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        if (!said) stderr.write(`warning: what was seen is not kept: ${why}\n`);
        said = true;
      }
    },
  };
}
