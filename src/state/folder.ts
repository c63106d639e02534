// Folders and files of ours: for their user alone, and on disk before anybody relies on them.
import { existsSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './errors.ts';

export const fileMode = 0o600;
const folderMode = 0o700;

/** Makes a folder and those above it; those that were there stay as they are. Node's own `recursive` never ends below /proc. */
export async function makeFolder(folder: string): Promise<void> {
  await make(folder, syncFolder);
}

/** The same for what may be lost: it need not be on disk. */
export async function makeLooseFolder(folder: string): Promise<void> {
  await make(folder, () => Promise.resolve());
}

async function make(folder: string, sync: (folder: string) => Promise<void>): Promise<void> {
  const above = dirname(folder);
  if (above === folder || existsSync(folder)) return;
  await make(above, sync);
  try {
    await mkdir(folder, { mode: folderMode });
  } catch (error) {
    // Another run may have made it just now.
    if (!existsSync(folder)) throw error;
  }
  await sync(above);
}

/** What was made in a folder, renamed or removed is so after a crash too. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Windows opens no folder, and some file systems sync none: there is nothing more that could be done.
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'].includes(codeOf(error))) throw error;
  }
}
