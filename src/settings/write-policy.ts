// Writes a policy file that somebody may be watching and somebody else editing: whole or not at all, and never over what
// was changed since it was read.
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../core/errors.ts';
import { readIfThere } from './files.ts';
import type { ReadFile } from './files.ts';

/**
 * Puts `text` in place of `before`, the text that was read; null: there was no file. A symbolic link stays one, and the
 * mode of the file stays as it is; a new file is the user's alone (0600). Throws a UsageError where the file has changed
 * since, or cannot be written.
 */
export function writePolicyFile(path: string, before: string | null, text: string, readFile: ReadFile): void {
  try {
    replace(fileBehind(path), before, text, readFile);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const hint =
      code === 'EROFS' || code === 'EACCES' || code === 'EPERM'
        ? 'It may be mounted read-only: change it where it comes from.'
        : 'Check the path, its permissions and the space on the disk.';
    throw new UsageError(`the policy file ${path} cannot be written: ${code}`, hint, { cause: error });
  }
}

function replace(path: string, before: string | null, text: string, readFile: ReadFile): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const old = statSync(path, { throwIfNoEntry: false });
  // In a folder of its own beside it: on the same disk, and with a name that nobody else has.
  const own = mkdtempSync(join(folder, `.${basename(path)}-`));
  try {
    const draft = join(own, 'draft');
    writeThrough(draft, text);
    if (old !== undefined) {
      chmodSync(draft, old.mode & 0o7777);
      keepOwner(draft, old);
    }
    const now = readIfThere(path, readFile);
    if (now instanceof UsageError) throw now;
    if (now !== before) {
      throw new UsageError(`the policy file ${path} was changed meanwhile, and is left as it is`, 'Try it again.');
    }
    renameSync(draft, path);
    syncFolder(folder);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** What a link leads to; the path itself where there is nothing yet. */
function fileBehind(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function writeThrough(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** As root a file of somebody else stays his; nobody else can change that. */
function keepOwner(path: string, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  try {
    chownSync(path, uid, gid);
  } catch {
    // It is the user's own then, which he may read.
  }
}

/** So that the new name lasts; some platforms cannot. */
function syncFolder(folder: string): void {
  try {
    const opened = openSync(folder, 'r');
    try {
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
  } catch {
    // The file itself is written.
  }
}
