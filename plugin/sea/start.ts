// Where the single executable starts: its chunks are assets within it, and compiled code is cached in the user's folder.
import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { getRawAsset } from 'node:sea';
import { folders } from '../../src/settings/folders.ts';
import { makeFolder } from '../../src/settings/make-folder.ts';
import { type CompiledCode, createChunks } from './chunks.ts';

declare global {
  /** Put in when it is bundled: a name for the very text of all chunks. */
  var kubectlXrayChunks: string;
}

process.env['KUBECTL_XRAY_CALLED_AS'] = basename(process.argv0).replace(/\.exe$/i, '');
const chunks = createChunks({
  read: (name) => Buffer.from(getRawAsset(name)).toString('latin1'),
  compiled: compiledIn(folders(process.env, process.platform, homedir()).cache),
  builtin: (name) => process.getBuiltinModule(name),
});
process.on('exit', chunks.keep);
void chunks.late('main.js').then(async (program) => (program as { main: () => Promise<void> }).main());

/** Code that was compiled from these chunks by this very engine; without a folder to write to, nothing is kept. */
function compiledIn(cache: string): CompiledCode {
  const { v8 } = process.versions;
  const folder = join(cache, 'compiled', `${globalThis.kubectlXrayChunks}-${v8}-${process.arch}`);
  let isMade = false;
  const make = (): void => {
    if (isMade) return;
    const above = dirname(folder);
    makeFolder(above);
    chmodSync(above, 0o700);
    // Of other versions of this program.
    for (const name of readdirSync(above)) {
      if (/^[0-9a-f]{16}-/.test(name) && name !== basename(folder))
        rmSync(join(above, name), { recursive: true, force: true });
    }
    makeFolder(folder);
    isMade = true;
  };
  return {
    read: (name) => {
      try {
        return readFileSync(join(folder, `${name}.bin`));
      } catch {
        return null;
      }
    },
    write: (name, code) => {
      try {
        make();
        // Other runs write it too, and nobody may read half of it.
        const path = join(folder, `${name}.bin`);
        writeFileSync(`${path}.${process.pid}`, code, { mode: 0o600 });
        renameSync(`${path}.${process.pid}`, path);
      } catch {
        // No home, or a read-only one: it only starts a little slower.
      }
    },
  };
}
