// Where the single executable starts: its chunks are assets within it, and compiled code is cached in the user's folder.
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';
import { getRawAsset } from 'node:sea';
import { folders } from '../../src/settings/folders.ts';
import { createChunks } from './chunks.ts';
import { compiledIn } from './compiled.ts';

declare global {
  /** Put in when it is bundled: a name for the very text of all chunks. */
  var kubectlXrayChunks: string;
}

process.env['KUBECTL_XRAY_CALLED_AS'] = basename(process.argv0).replace(/\.exe$/i, '');
const { cache } = folders(process.env, process.platform, homedir());
const chunks = createChunks({
  read: (name) => Buffer.from(getRawAsset(name)).toString('latin1'),
  compiled: compiledIn(
    join(cache, 'compiled'),
    `${globalThis.kubectlXrayChunks}-${process.versions.v8}-${process.arch}`,
  ),
  builtin: (name) => process.getBuiltinModule(name),
});
process.on('exit', chunks.keep);
void chunks.late('main.js').then(async (program) => (program as { main: () => Promise<void> }).main());
