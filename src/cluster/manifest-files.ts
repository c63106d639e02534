// Which files `-f` means, and what is in them.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, isAbsolute, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { ClusterError, codeOf, wordsOf } from './errors.ts';
import { readAll } from './http.ts';

const extensions = ['.json', '.yaml', '.yml'];

/** As kubectl: a file whatever its name, of a folder those with a known extension. `-` is stdin. */
export function manifestFiles(options: {
  readonly files: readonly string[];
  readonly recursive: boolean;
  /** Where relative paths start; null where it is gone. */
  readonly folder: string | null;
}): readonly string[] {
  if (options.files.length === 0)
    throw new ClusterError('manifest', 'no manifest is named: use -f FILE, -f FOLDER or -f -');
  return options.files.flatMap((file) =>
    file === '-' ? ['-'] : filesAt(pathOf(file, options.folder), file, options.recursive),
  );
}

function pathOf(file: string, folder: string | null): string {
  if (folder !== null) return resolve(folder, file);
  if (isAbsolute(file)) return file;
  throw new ClusterError('manifest', `cannot read the manifest ${file}: the current folder is gone`);
}

export async function readSource(file: string, stdin: Readable): Promise<string> {
  if (file === '-') return (await readAll(stdin)).toString('utf8');
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function filesAt(path: string, written: string, recursive: boolean): readonly string[] {
  if (!isFolder(path, written)) return [path];
  const found = filesIn(path, recursive);
  if (found.length > 0) return found;
  throw new ClusterError(
    'manifest',
    `no manifest in the folder ${written}: recognized file extensions are ${extensions.join(' ')}`,
  );
}

function filesIn(folder: string, recursive: boolean): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (isFolder(path, path)) return recursive ? filesIn(path, recursive) : [];
    return extensions.includes(extname(entry.name)) ? [path] : [];
  });
}

function isFolder(path: string, written: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw unreadable(written, cause);
  }
}

function unreadable(file: string, cause: unknown): ClusterError {
  const why = codeOf(cause) === 'ENOENT' ? 'no such file or folder' : wordsOf(cause);
  return new ClusterError('manifest', `cannot read the manifest ${file}: ${why}`, { cause });
}
