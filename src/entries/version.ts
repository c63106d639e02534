// `version`, put together.
import process from 'node:process';
import { buildVersion } from '../build.ts';
import { version } from '../commands/version.ts';
import type { World } from '../world.ts';

export async function runVersion(argv: Readonly<Record<string, unknown>>, world: World): Promise<number> {
  const build = {
    version: buildVersion(),
    node: process.versions.node,
    platform: `${process.platform}/${process.arch}`,
  };
  return version(argv, build, world.stdout);
}
