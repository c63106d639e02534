// `ignore`, put together: it asks Xray nothing, and writes into the policy file alone.
import { repeated } from '../commands/flags.ts';
import { ignore, ignoreOptions } from '../commands/ignore.ts';
import { resolveTypes } from '../cluster/discovery.ts';
import { createCluster } from '../cluster/read.ts';
import { createEngine } from '../engine/engine.ts';
import { silentScanner } from '../engine/silent-scanner.ts';
import { wantsColour } from '../output/colour.ts';
import { parseDuration } from '../settings/duration.ts';
import { diskFiles } from '../settings/files.ts';
import { addException } from '../settings/policy-edit.ts';
import { startingPolicy } from '../settings/starting-policy.ts';
import { writePolicyFile } from '../settings/write-policy.ts';
import type { World } from '../world.ts';
import { connectToCluster, listenerFor } from './connection.ts';
import { openKept } from './kept.ts';
import { colourFlag, readConfiguration, readPolicyInForce, waitOf } from './settings.ts';
import type { Arguments } from './settings.ts';
import { terminalOf } from './terminal.ts';

export async function runIgnore(argv: Arguments, world: World): Promise<number> {
  const { clock, stdin, stdout, stderr, env, platform } = world;
  const isTerminal = stdin.isTTY;
  const options = ignoreOptions(argv, { now: clock.now(), isTerminal, parseDuration });
  // A mistake in its words is said before the cluster is asked.
  const { covers, reason, until, by } = options;
  addException('', { covers, reason, until, by, namespaces: null, workloads: null, image: null });
  const listener = listenerFor(argv, world);
  const connection = connectToCluster(argv, world, listener);
  const { config, warnings } = readConfiguration(world);
  for (const warning of warnings) stderr.write(`warning: ${warning}\n`);
  const { policy, source } = readPolicyInForce(argv, world, config, connection.contextName);
  const { signal } = new AbortController();
  const selection = {
    types: await resolveTypes(connection, repeated(argv['types']), signal),
    labels: null,
    pods: null,
  };
  const { journal, identity } = await openKept(argv, world, connection, signal);
  const { namespace } = connection;
  const cluster = createCluster(connection, { namespaces: [namespace], chunkSize: 500 });
  const scanner = silentScanner('Xray is not asked by this command', clock);
  return ignore(options, {
    engine: createEngine({ cluster, scanner, clock, policy, selection }),
    clock,
    selection,
    context: connection.contextName,
    namespace,
    circumstances: { firstSeen: () => null, contested: () => null, ownNamespaces: [] },
    wait: waitOf(argv),
    stdout,
    stderr,
    colour: wantsColour(colourFlag(argv), env, stdout.isTTY === true),
    progress: stderr.isTTY === true && listener === null,
    journal,
    identity,
    terminal: terminalOf(world),
    policyFile: { path: source.path, text: source.text },
    startingPolicy,
    addException,
    writePolicy: async (text) => writePolicyFile(source.path, source.text, text, diskFiles(platform).readFile),
  });
}
