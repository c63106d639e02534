// `scaledown`, `delete` and `restore`, put together.
import { actByHand, byHandOptions } from '../commands/by-hand.ts';
import { restore, restoreOptions } from '../commands/restore.ts';
import { readNamed } from '../cluster/named.ts';
import type { World } from '../world.ts';
import { prepareActing } from './acting.ts';
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
  const parts = { byPolicy: null, byHand: options.dryRun, xray: 'optional', news } as const;
  const { run } = await prepareActing(argv, world, parts);
  return actByHand(options, run);
}

export async function runRestore(argv: Arguments, world: World): Promise<number> {
  const options = restoreOptions(argv, durationFlag(argv, 'hold'), world.stdin.isTTY);
  const parts = { byPolicy: null, byHand: options.dryRun, xray: 'never', news } as const;
  const { run, connection } = await prepareActing(argv, world, parts);
  return restore(options, { ...run, readNamed: (named) => readNamed(connection, named, run.interruption) });
}
