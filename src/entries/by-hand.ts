// `scaledown`, `delete` and `restore`, put together.
import { interruptedCode } from '../commands/acting-run.ts';
import { actByHand, byHandOptions } from '../commands/by-hand.ts';
import { restore, restoreOptions } from '../commands/restore.ts';
import type { RestoringRun } from '../commands/restore.ts';
import { readNamed } from '../cluster/named.ts';
import type { World } from '../world.ts';
import { prepareActing, unlessInterrupted } from './acting.ts';
import { neverActsOffline } from './cached.ts';
import { tellingOthers } from './notify.ts';
import { durationFlag } from './settings.ts';
import type { Arguments } from './settings.ts';

export async function runScaledown(argv: Arguments, world: World): Promise<number> {
  return runByHand('scaledown', argv, world);
}

export async function runDelete(argv: Arguments, world: World): Promise<number> {
  return runByHand('delete', argv, world);
}

/** An act by hand is over before any news would count. */
const news = (): [] => [];

async function runByHand(action: 'scaledown' | 'delete', argv: Arguments, world: World): Promise<number> {
  const options = byHandOptions(action, argv, world.stdin.isTTY);
  neverActsOffline(argv, options.dryRun === 'none');
  const parts = { byPolicy: null, byHand: options.dryRun, xray: 'optional', news } as const;
  return unlessInterrupted(world, interruptedCode, async () => {
    const { run, ...prepared } = await prepareActing(argv, world, parts);
    return tellingOthers(run.engine, prepared, world, () => actByHand(options, run));
  });
}

export async function runRestore(argv: Arguments, world: World): Promise<number> {
  const options = restoreOptions(argv, durationFlag(argv, 'hold'), world.stdin.isTTY);
  const parts = { byPolicy: null, byHand: options.dryRun, xray: 'never', news } as const;
  return unlessInterrupted(world, interruptedCode, async () => {
    const { run, ...prepared } = await prepareActing(argv, world, parts);
    const read: RestoringRun['readNamed'] = (named) => readNamed(prepared.connection, named, run.interruption);
    return tellingOthers(run.engine, prepared, world, () => restore(options, { ...run, readNamed: read }));
  });
}
