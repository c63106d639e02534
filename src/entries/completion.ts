// `completion install|uninstall`, put together.
import { accessSync, chmodSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { installCompletion, uninstallCompletion } from '../commands/completion/install.ts';
import type { Places } from '../commands/completion/install.ts';
import { last, oneOf } from '../commands/flags.ts';
import { UsageError } from '../core/errors.ts';
import { pathsOf, resolvePath, variable } from '../settings/files.ts';
import type { World } from '../world.ts';
import type { Arguments } from './settings.ts';

export async function runCompletion(argv: Arguments, world: World): Promise<number> {
  const { platform, home } = world;
  const verb = oneOf('verb', last(argv['verb']) ?? '', ['install', 'uninstall'] as const);
  const named = last(argv['folder']);
  const folder = named === null ? null : resolvePath(named, world.folder, { platform, home });
  return (verb === 'install' ? installCompletion : uninstallCompletion)(folder, placesOf(world), world);
}

function placesOf({ env, platform, home }: World): Places {
  return {
    isWindows: platform === 'win32',
    path: (variable(env, 'PATH') ?? '').split(delimiter).filter((folder) => folder !== ''),
    home,
    join: pathsOf(platform).join,
    isThere: existsSync,
    read: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : null),
    isWritable: (folder) => {
      try {
        accessSync(folder, constants.W_OK);
        return true;
      } catch {
        return false;
      }
    },
    write: (path, text) => {
      try {
        writeFileSync(path, text);
        chmodSync(path, 0o755);
      } catch (error) {
        throw notDone(path, 'written', error);
      }
    },
    remove: (path) => {
      try {
        rmSync(path);
      } catch (error) {
        throw notDone(path, 'removed', error);
      }
    },
  };
}

function notDone(path: string, verb: string, error: unknown): UsageError {
  const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new UsageError(`${path} cannot be ${verb}: ${why}`, 'Choose another folder on PATH with --folder.');
}
