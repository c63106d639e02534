// `watch`, put together: a run that is watched, on the screen or in lines.
import { writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { last } from '../commands/flags.ts';
import { watchOptions } from '../commands/watch.ts';
import type { WatchOptions } from '../commands/watch.ts';
import { watchInLines } from '../commands/watch/lines.ts';
import type { Place, ScreenParts } from '../commands/watch/screen.ts';
import { watchOnScreen } from '../commands/watch/screen.ts';
import type { WatchRun } from '../commands/watch/run.ts';
import { loadKubeconfig } from '../cluster/kubeconfig.ts';
import { UsageError } from '../core/errors.ts';
import type { World } from '../world.ts';
import { unlessInterrupted } from './acting.ts';
import { screenOn } from './screen.ts';
import { mustBePaces } from './settings.ts';
import type { Arguments } from './settings.ts';
import { argumentsFor, openWatchRun } from './watch-run.ts';

export async function runWatch(argv: Arguments, world: World): Promise<number> {
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
  return watchOptions(argv, { keys: stdin.isTTY, screen: stdout.isTTY === true, term: env['TERM'] });
}

export interface Watchable {
  readonly contexts: readonly string[];
  /** What it warns of is written to the stderr of the world it is given; its interruption ends what is being asked. */
  readonly open: (argv: Arguments, world: World) => Promise<WatchRun>;
}

/** The first run is put together before the screen is there: what is wrong then is said as any command says it. */
export async function onScreen(
  argv: Arguments,
  world: World,
  options: WatchOptions,
  { contexts, open }: Watchable,
): Promise<number> {
  const warnings = createWarnings(world);
  const over = new AbortController();
  const interruption = world.interruption();
  // One that ends ends all that is asked for it.
  const signal = AbortSignal.any([interruption, over.signal]);
  const own: World = { ...world, stderr: warnings.stderr, interruption: () => signal };
  const first = await open(argv, own);
  let { context } = first;
  const openAt = async (place: Place): Promise<WatchRun> => {
    const run = await open(argumentsFor(argv, place, context), own);
    ({ context } = run);
    return run;
  };
  const parts: ScreenParts = {
    clock: world.clock,
    readonly: options.readonly,
    contexts,
    interruption,
    mount: await screenOn(argv, world, options),
    open: openAt,
    save: (name, text) => saveNew(world.folder, name, text),
    stop: world.stopUntilContinued,
    onSignal: world.onSignal,
    onWarning: warnings.onWarning,
    endAtOnce: () => world.exit(130),
  };
  try {
    return await watchOnScreen(first, parts);
  } finally {
    over.abort();
    warnings.writeThrough();
  }
}

interface Warnings {
  readonly stderr: World['stderr'];
  readonly onWarning: ScreenParts['onWarning'];
  /** The screen is gone: what is warned of from now on is written as ever. */
  readonly writeThrough: () => void;
}

/** While there is a screen nothing else may write to the terminal: until it is there warnings wait for it. */
function createWarnings({ stderr }: World): Warnings {
  const waiting: string[] = [];
  let heard: ((text: string) => void) | null = null;
  let isOver = false;
  return {
    stderr: {
      isTTY: false,
      write: (text) => {
        if (isOver) return stderr.write(text);
        const words = text.trim().replace(/^(warning|error): /, '');
        if (heard === null) waiting.push(words);
        else heard(words);
        return true;
      },
    },
    onWarning: (call) => {
      heard = call;
      if (waiting.length > 0) call(waiting.splice(0).join('; '));
      return () => (heard = null);
    },
    writeThrough: () => {
      isOver = true;
      for (const words of waiting.splice(0)) stderr.write(`warning: ${words}\n`);
    },
  };
}

const mostOfOneName = 1000;

/** In the folder one is in; a name that is taken gets a number. */
function saveNew(folder: string, name: string, text: string): string {
  const { name: stem, ext } = parse(name);
  for (let number = 1; number <= mostOfOneName; number += 1) {
    const path = join(folder, number === 1 ? name : `${stem}-${number}${ext}`);
    try {
      writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
      return path;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      if (code !== 'EEXIST') throw new UsageError(`${path} cannot be written: ${code}`, null, { cause: error });
    }
  }
  throw new UsageError(`${name} is there ${mostOfOneName} times already`, 'Move some of them away.');
}
