// `demo`, put together: the same commands over a made-up cluster and a made-up Xray.
import { last, repeated } from '../commands/flags.ts';
import { explain, explainOptions } from '../commands/explain.ts';
import type { Run } from '../commands/run.ts';
import { status, statusOptions } from '../commands/status.ts';
import { where, whereOptions } from '../commands/where.ts';
import { UsageError } from '../core/errors.ts';
import { builtinKinds } from '../core/kind.ts';
import { parseLabelSelector } from '../core/labels.ts';
import type { Selection, TypeSelector } from '../core/selection.ts';
import { demoCluster, demoPolicy, demoScanner } from '../demo/shop.ts';
import { createEngine } from '../engine/engine.ts';
import { wantsColour } from '../output/colour.ts';
import type { World } from '../world.ts';
import { lateFormatOf } from './late-format.ts';
import { colourFlag } from './settings.ts';
import type { Arguments } from './settings.ts';
import { namedReports } from './verdicts.ts';

export async function runDemo(argv: Arguments, world: World): Promise<number> {
  if (argv['view'] === 'watch') {
    return (await import('./demo-watch.ts')).runDemoWatch(argv, world, selectionOf(argv));
  }
  if (argv['view'] === 'where') return demoWhere(argv, world);
  const run = prepare(argv, world);
  if (argv['view'] === 'explain' && run.selection.types === null) {
    throw new UsageError('explain needs a workload', 'Write: kubectl xray demo explain deployment/wallet-web');
  }
  if (argv['view'] === 'explain') {
    return explain(explainOptions(argv, await lateFormatOf(argv, world, 'templates')), run);
  }
  return status(statusOptions(argv, await lateFormatOf(argv, world, 'all')), run);
}

/** The words after it are what is looked for, and no types. */
function demoWhere(argv: Arguments, world: World): Promise<number> {
  const options = whereOptions({ ...argv, what: argv['types'] });
  const run = prepare({ ...argv, types: [] }, world);
  return where(options, { ...run, kept: null, impacted: null, again: null, screen: false });
}

function prepare(argv: Arguments, world: World): Run {
  const now = world.clock.now();
  const namespace = argv['all-namespaces'] === true ? '' : (last(argv['namespace']) ?? '');
  const selection = selectionOf(argv);
  const cluster = demoCluster(now, namespace === '' ? null : namespace);
  return {
    engine: createEngine({ cluster, scanner: demoScanner(now), clock: world.clock, policy: demoPolicy(), selection }),
    clock: world.clock,
    selection,
    context: 'demo',
    namespace,
    circumstances: { firstSeen: () => null, contested: () => null, ownNamespaces: [] },
    wait: 60_000,
    stdout: world.stdout,
    stderr: world.stderr,
    colour: wantsColour(colourFlag(argv), world.env, world.stdout.isTTY === true),
    progress: false,
    verdicts: namedReports(world),
  };
}

function selectionOf(argv: Arguments): Selection {
  const labels = last(argv['selector']);
  const words = repeated(argv['types']);
  return {
    types: words.length === 0 ? null : words.map(typeOf),
    labels: labels === null ? null : parseLabelSelector(labels),
    pods: null,
  };
}

/** `deployment/cart`, `deploy`: the demo has no discovery, so only built-in types and their short names. */
function typeOf(word: string): TypeSelector {
  const [type = '', name = null] = word.toLowerCase().split('/', 2);
  const found = builtinKinds.find((one) => [one.resource, one.kind.toLowerCase(), ...one.shortNames].includes(type));
  if (found !== undefined) return { resource: found.resource, name };
  if (/^settlements?(\.acme\.example)?$/.test(type)) return { resource: 'settlements.acme.example', name };
  throw new UsageError(
    `the demo does not know the type "${type}"`,
    'use one of its own, such as deployment/wallet-web',
  );
}
