// `watch`, put together: a run that is watched, on the screen or in lines.
import { last, showsRequests } from '../commands/flags.ts';
import { watchOptions } from '../commands/watch.ts';
import type { WatchOptions } from '../commands/watch.ts';
import { watchInLines } from '../commands/watch/lines.ts';
import type { Place, ScreenParts } from '../commands/watch/screen.ts';
import { watchOnScreen } from '../commands/watch/screen.ts';
import type { WatchRun } from '../commands/watch/run.ts';
import { loadKubeconfig } from '../cluster/kubeconfig.ts';
import { UsageError } from '../core/errors.ts';
import type { World } from '../world.ts';
import { endingUnread, unlessInterrupted } from './acting.ts';
import { isOffline } from './cached.ts';
import { saveNew } from './save-new.ts';
import { screenOn } from './screen.ts';
import { mustBePaces } from './settings.ts';
import type { Arguments } from './settings.ts';
import { createWarnings } from './warnings.ts';
import { argumentsFor, openWatchRun } from './watch-run.ts';

export async function runWatch(argv: Arguments, outer: World): Promise<number> {
  const world = endingUnread(outer);
  const options = watchOptionsFor(argv, world);
  mustBePaces(argv);
  return unlessInterrupted(world, 0, async () => {
    if (options.shows !== 'screen') return watchInLines(options.shows, await openWatchRun(argv, world));
    const kubeconfig = loadKubeconfig(last(argv['kubeconfig']) || undefined, world.env, world.home);
    return onScreen(argv, world, options, {
      contexts: [...kubeconfig.contexts.keys()],
      open: openWatchRun,
    });
  });
}

export function watchOptionsFor(argv: Arguments, { stdin, stdout, env }: World): WatchOptions {
  const options = watchOptions(argv, { keys: stdin.isTTY, screen: stdout.isTTY === true, term: env['TERM'] });
  return isOffline(argv) ? { ...options, readonly: true } : options;
}

export interface Watchable {
  readonly contexts: readonly string[];
  /** What it warns of is written to the stderr of the world it is given; its interruption ends what is being asked. */
  readonly open: (argv: Arguments, world: World) => Promise<WatchRun>;
}

export async function onScreen(
  argv: Arguments,
  world: World,
  options: WatchOptions,
  { contexts, open }: Watchable,
): Promise<number> {
  const logs = showsRequests(argv);
  if (logs && world.stderr.isTTY === true) {
    throw new UsageError(
      'the screen leaves no room for requests (-v)',
      'Add -o text, or 2>FILE to keep them in a file.',
    );
  }
  const warnings = createWarnings(world.stderr, logs);
  const over = new AbortController();
  const interruption = world.interruption();
  // One that ends ends all that is asked for it.
  const signal = AbortSignal.any([interruption, over.signal]);
  const own: World = { ...world, stderr: warnings.stderr, interruption: () => signal };
  let context = '';
  const openAt = async (place: Place | null): Promise<WatchRun> => {
    const run = await open(place === null ? argv : argumentsFor(argv, place, context), own);
    ({ context } = run);
    return run;
  };
  const partsOn = (mount: ScreenParts['mount']): ScreenParts => ({
    clock: world.clock,
    readonly: options.readonly,
    contexts,
    interruption,
    mount,
    open: openAt,
    save: (name, text) => saveNew(world.folder, name, text),
    stop: world.stopUntilContinued,
    onSignal: world.onSignal,
    onWarning: warnings.onWarning,
    endAtOnce: () => world.exit(130),
  });
  try {
    return await watchOnScreen(partsOn(await screenOn(argv, world, options)));
  } finally {
    over.abort();
    warnings.writeThrough();
  }
}
