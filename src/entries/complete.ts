// Completion, put together: names come from the kubeconfig, and from the cluster where it answers at once. Whatever fails is
// offered as nothing, without a word.
import { complete } from '../commands/completion/complete.ts';
import { completionText, cves, plain } from '../commands/completion/candidates.ts';
import type { Candidate } from '../commands/completion/candidates.ts';
import type { NameSources } from '../commands/completion/values.ts';
import { last } from '../commands/flags.ts';
import type { ClusterConnection } from '../cluster/connect.ts';
import type { Kubeconfig } from '../cluster/kubeconfig.ts';
import { printable } from '../output/printable.ts';
import type { ScanCache } from '../state/scan-cache.ts';
import type { World } from '../world.ts';
import type { Arguments } from './settings.ts';

/** Nobody waits longer for a completion; milliseconds. */
const patience = 2000;

/** `words` as kubectl hands them to `kubectl_complete-xray`: the last one is being completed. */
export async function runComplete(words: readonly string[], world: World): Promise<number> {
  const completion = await complete(words, ({ command, given }) =>
    command?.runs === 'demo' ? demoSources(given) : nameSources(given, world),
  );
  await new Promise<void>((written) => {
    world.screen.write(completionText(completion), () => written());
  });
  // What was asked and did not answer in time, a credential plugin too, would keep the shell waiting.
  world.exit(0);
  return 0;
}

function nameSources(argv: Arguments, world: World): NameSources {
  const fromFile = (of: (config: Kubeconfig) => ReadonlyMap<string, unknown>) => async () =>
    plain([...of(await kubeconfigOf(argv, world)).keys()].map(printable));
  const fromCluster =
    (ask: (connection: ClusterConnection, signal: AbortSignal) => Promise<readonly string[]>) => async () =>
      plain((await askCluster(argv, world, ask)).map(printable));
  return {
    contexts: orNothing(fromFile(({ contexts }) => contexts)),
    clusters: orNothing(fromFile(({ clusters }) => clusters)),
    users: orNothing(fromFile(({ users }) => users)),
    namespaces: orNothing(
      fromCluster(async (connection, signal) =>
        (await import('../cluster/names.ts')).namespaceNames(connection, signal),
      ),
    ),
    objects: async (type) =>
      orNothing(
        fromCluster(async (connection, signal) => {
          const namespace = argv['all-namespaces'] === true ? null : connection.namespace;
          return (await import('../cluster/names.ts')).objectNames(connection, type, namespace, signal);
        }),
      )(),
    cves: orNothing(async () => {
      const ids = await Promise.all((await cachesOf(world)).map(async (one) => one.cves()));
      return cves([...new Set(ids.flat())].toSorted());
    }),
    servers: orNothing(async () => {
      const known = await Promise.all((await cachesOf(world)).map(async (one) => one.info()));
      // A project stands behind the address.
      return plain([...new Set(known.map(({ server }) => printable(server.replace(/ .*/, ''))))]);
    }),
  };
}

async function cachesOf(world: World): Promise<readonly ScanCache[]> {
  const [{ scanCachesIn }, { foldersOf }] = await Promise.all([
    import('../state/scan-cache.ts'),
    import('./settings.ts'),
  ]);
  return scanCachesIn(foldersOf(world).cache, { clock: world.clock, warn: () => {} });
}

const none = async (): Promise<readonly Candidate[]> => [];

/** What the demo shows is in no cluster. */
function demoSources(argv: Arguments): NameSources {
  return {
    contexts: none,
    clusters: none,
    users: none,
    namespaces: async () => plain((await import('../demo/names.ts')).demoNamespaces()),
    objects: async (type) => plain((await import('../demo/names.ts')).demoObjects(type, last(argv['namespace']))),
    cves: async () => cves((await import('../demo/names.ts')).demoCves()),
    servers: none,
  };
}

function orNothing(ask: () => Promise<readonly Candidate[]>): () => Promise<readonly Candidate[]> {
  return async () => {
    try {
      return await ask();
    } catch {
      return [];
    }
  };
}

async function kubeconfigOf(argv: Arguments, world: World): Promise<Kubeconfig> {
  const { loadKubeconfig } = await import('../cluster/kubeconfig.ts');
  return loadKubeconfig(last(argv['kubeconfig']) || undefined, world.env, world.home);
}

async function askCluster<T>(
  argv: Arguments,
  world: World,
  ask: (connection: ClusterConnection, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { connectToCluster } = await import('./connection.ts');
  // A credential plugin that asks the user would ask in the middle of a line.
  const silent = { ...world, stdin: { isTTY: false } as World['stdin'] };
  const connection = connectToCluster(argv, silent, null);
  const signal = AbortSignal.timeout(patience);
  const tooLate = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => tooLate.reject(signal.reason), { once: true });
  try {
    return await Promise.race([ask(connection, signal), tooLate.promise]);
  } finally {
    connection.close();
  }
}
