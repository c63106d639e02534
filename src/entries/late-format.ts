// Formats that are loaded late, put together: where their files are, and which program writes them.
import { UsageError } from '../core/errors.ts';
import { buildVersion } from '../build.ts';
import { lateFormat } from '../commands/late-format.ts';
import type { LateFormat, LateFormats } from '../commands/late-format.ts';
import { diskFiles, readNamed, resolvePath } from '../settings/files.ts';
import type { World } from '../world.ts';
import type { Arguments } from './settings.ts';

/** What `-o` asks for, where it is one of these; a UsageError for a template that is wrong. */
export async function lateFormatOf(
  argv: Arguments,
  world: World,
  known: LateFormats['known'],
): Promise<LateFormat | null> {
  const { folder, platform } = world;
  const readFile = (path: string): string => {
    const text = readNamed(resolvePath(path, folder, world), '-o', diskFiles(platform).readFile);
    if (text instanceof UsageError) throw text;
    return text;
  };
  return lateFormat(argv, { known, readFile, version: buildVersion() });
}
