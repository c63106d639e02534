// Folders and files of ours: for their user alone, and on disk before anybody relies on them.
import { existsSync, mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './errors.ts';

export const fileMode = 0o600;
const folderMode = 0o700;

/** Makes a folder and those above it; those that were there stay as they are. Node's own `recursive` never ends below /proc. */
export async function makeFolder(folder: string): Promise<void> {
  for (const above of make(folder)) await syncFolder(above);
}

/** The same for what may be lost, which need not be on disk; at once, as a busy program would wait for its turn each time. */
export function makeLooseFolder(folder: string): void {
  make(folder);
}

/** The folders in which one was made, the uppermost first. */
function make(folder: string): readonly string[] {
  const above = dirname(folder);
  if (above === folder || existsSync(folder)) return [];
  const madeIn = make(above);
  try {
    mkdirSync(folder, { mode: folderMode });
  } catch (error) {
    // Another run may have made it just now.
    if (!existsSync(folder)) throw error;
  }
  return [...madeIn, above];
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
