// How what is kept on this machine stands, found out by looking alone: nothing is made, written or taken.
import { constants } from 'node:fs';
import { access, readdir, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FolderFacts, LockFacts } from '../core/doctor/local.ts';
import { goesWith } from './lasting.ts';
import { heldSince } from './lock.ts';
import { openingOf } from './trusted-folder.ts';
import type { User } from './trusted-folder.ts';

export interface ProbedFolder {
  readonly what: FolderFacts['what'];
  readonly path: string;
  /** The user named it: it is taken as lasting. */
  readonly named: boolean;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Null: the platform has no owners. */
  readonly user: User | null;
}

/** More files than that are not looked at one by one. */
const mostFiles = 2000;

export async function probeFolder({ what, path, named, platform, env, user }: ProbedFolder): Promise<FolderFacts> {
  const place = await nearest(path);
  const exists = place.path === path && place.isFolder;
  const writable = place.isFolder && (await may(place.path, constants.W_OK | constants.X_OK));
  const files = exists ? await filesIn(path) : [];
  // What is configured need not be written, and often is not to be.
  const needed = what === 'config' ? constants.R_OK : constants.R_OK | constants.W_OK;
  const open = await Promise.all(files.map((file) => may(file, needed)));
  return {
    what,
    path,
    exists,
    writable,
    opening: openingOf(path, user, path),
    mode: exists && platform !== 'win32' ? place.mode : null,
    closed: files.filter((_, at) => open[at] === false),
    fleeting: writable && !named && platform === 'linux' ? await goesWith(place.path, env) : null,
  };
}

/** Bytes that this user may still write there, or where it would be made; null where it cannot be told. */
export async function freeSpace(path: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs((await nearest(path)).path);
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** Locks below a folder that nobody has let go of. `now`: ms since the epoch. */
export async function probeLocks(root: string, now: number): Promise<readonly LockFacts[]> {
  const folders = (await entriesIn(root)).filter((one) => one.isDirectory() && one.name.endsWith('.lock'));
  const held = await Promise.all(
    folders.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      const since = await heldSince(path).catch(() => null);
      return since === null ? [] : [{ path, untouched: now - since }];
    }),
  );
  return held.flat();
}

interface Nearest {
  readonly path: string;
  readonly isFolder: boolean;
  readonly mode: number;
}

/** Itself, or the nearest above it that is there. */
async function nearest(path: string): Promise<Nearest> {
  for (let at = path; ; at = dirname(at)) {
    try {
      const { mode, isDirectory } = await statusOf(at);
      return { path: at, isFolder: isDirectory, mode };
    } catch {
      if (dirname(at) === at) return { path: at, isFolder: false, mode: 0 };
    }
  }
}

async function statusOf(path: string): Promise<{ readonly mode: number; readonly isDirectory: boolean }> {
  const status = await stat(path);
  return { mode: status.mode, isDirectory: status.isDirectory() };
}

function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

async function filesIn(root: string): Promise<string[]> {
  const files = (await entriesIn(root)).filter((one) => one.isFile());
  return files.slice(0, mostFiles).map(({ parentPath, name }) => join(parentPath, name));
}

function entriesIn(root: string) {
  return readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
}
