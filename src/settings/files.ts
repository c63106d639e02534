// Files as the other files here read them: by functions that are handed in, so that tests need no disk.
import { readFileSync, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { UsageError } from '../core/errors.ts';

/** Reads a whole file as UTF-8; throws as `node:fs` does (`ENOENT`, `EACCES`). */
export type ReadFile = (path: string) => string;

export interface Files {
  readonly readFile: ReadFile;
  /** Permission bits; null where the platform has none or the file cannot be looked at. */
  readonly modeOf: (path: string) => number | null;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where paths start, and how they are written. */
export interface Ground {
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

/** The disk of this machine. */
export function diskFiles(platform: NodeJS.Platform): Files {
  return {
    readFile: (path) => readFileSync(path, 'utf8'),
    modeOf: (path) => {
      if (platform === 'win32') return null;
      return statSync(path, { throwIfNoEntry: false })?.mode ?? null;
    },
  };
}

/** `~` is the home folder; a relative path starts at the folder given, a UsageError where that is gone (null). */
export function resolvePath(text: string, folder: string | null, { home, platform }: Ground): string {
  const { isAbsolute, join, normalize } = pathsOf(platform);
  if (text === '~') return normalize(home);
  if (/^~[/\\]/.test(text)) return join(home, text.slice(2));
  if (isAbsolute(text)) return normalize(text);
  if (folder !== null) return join(folder, text);
  throw new UsageError(
    `${text} is a relative path, and the current folder is gone`,
    'Write the path in full, or change to a folder that is there.',
  );
}

export function pathsOf(platform: NodeJS.Platform): typeof posix {
  return platform === 'win32' ? win32 : posix;
}

/** A text; null where there is no such file; a UsageError where there is one that cannot be read. */
export function readIfThere(path: string, readFile: ReadFile): string | null | UsageError {
  try {
    return readFile(path);
  } catch (error) {
    return isMissing(error) ? null : cannotRead(path, error);
  }
}

/** A text of a file that the user named, so that its absence is a mistake too. */
export function readNamed(
  path: string,
  namedBy: string,
  readFile: ReadFile,
  cure = 'Correct the path, or make the file.',
): string | UsageError {
  try {
    return readFile(path);
  } catch (error) {
    if (!isMissing(error)) return cannotRead(path, error, namedBy);
    return new UsageError(`there is no file ${path} (named by ${namedBy})`, cure);
  }
}

function cannotRead(path: string, error: unknown, namedBy?: string): UsageError {
  const why = codeOf(error) === 'EISDIR' ? 'it is a folder' : (codeOf(error) ?? String(error));
  const by = namedBy === undefined ? '' : ` (named by ${namedBy})`;
  return new UsageError(`${path}${by} cannot be read: ${why}`, 'Check the path and its permissions.', { cause: error });
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A variable that is set and not empty. */
export function variable(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}
