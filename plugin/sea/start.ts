// Where the single executable starts: its chunks are assets within it, and compiled code is cached in the user's folder.
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';
import { getRawAsset } from 'node:sea';
import { folders, homeFolder } from '../../src/settings/folders.ts';
import { userOf } from '../../src/state/trusted-folder.ts';
import type { main } from '../../src/main.ts';
import { ignoreNodeVariables } from '../node-variables.ts';
import { createChunks } from './chunks.ts';
import { compiledIn } from './compiled.ts';

declare global {
  /** Put in when it is bundled: a name for the very text of all chunks. */
  var kubectlXrayChunks: string;
}

// The executable's own name comes twice.
ignoreNodeVariables(process.argv.slice(2));
const flags = changeableFlags();
process.env['KUBECTL_XRAY_CALLED_AS'] = basename(process.argv0).replace(/\.exe$/i, '');
const { cache } = folders(process.env, process.platform, homeFolder(process.platform, homedir));
const chunks = createChunks({
  read: (name) => Buffer.from(getRawAsset(name)).toString('latin1'),
  compiled: compiledIn(
    join(cache, 'compiled'),
    `${globalThis.kubectlXrayChunks}-${process.versions.v8}-${process.arch}`,
    userOf(process),
  ),
  builtin: (name) => process.getBuiltinModule(name),
  asAtStart: flags.asAtStart,
});
process.on('exit', chunks.keep);
void chunks.late('main.js').then(async (program) => (program as { main: typeof main }).main(flags.set));

/** `--no-x` is taken back by `--x`, `--x=30` by `--x=0`. The engine is not asked for anything until a flag is set: that would take a millisecond. */
function changeableFlags() {
  const changed = new Set<string>();
  return {
    set: (flag: string): void => {
      changed.add(flag);
      setFlag(flag);
    },
    asAtStart: <T>(work: () => T): T => {
      for (const flag of changed) setFlag(flag.replace('--no-', '--').replace(/=.*/, '=0'));
      try {
        return work();
      } finally {
        for (const flag of changed) setFlag(flag);
      }
    },
  };
}

function setFlag(flag: string): void {
  process.getBuiltinModule('v8').setFlagsFromString(flag);
}
