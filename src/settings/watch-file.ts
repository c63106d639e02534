// Notices that a file has changed: edited in place, replaced by rename as editors do, or swapped by symbolic link as
// mounted ConfigMaps and Secrets are; gone, and there again. The system tells of its folder at once; a look every half
// second finds what the system does not tell (network drives, links into other folders).
import { readFileSync, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';

export interface WatchClock {
  /** Calls back once after so many milliseconds; the result takes it back. */
  after(milliseconds: number, call: () => void): () => void;
}

export type FileSeen =
  | { readonly is: 'there'; readonly text: string }
  | { readonly is: 'gone' }
  /** An error code of the system, such as EACCES. */
  | { readonly is: 'unreadable'; readonly code: string };

export interface FileWatch {
  readonly clock: WatchClock;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** The text that the caller has, null where there was no file: only what differs is told. Undefined: tell at once. */
  readonly known?: string | null | undefined;
  /** Called once for each change of the content, within a second. */
  readonly onChange: (seen: FileSeen) => void;
}

// Milliseconds.
const lookEvery = 500;
const pause = 50;
/** So many pauses without a change before a file is read; more where it is gone or empty, as in the middle of a save. */
const steadyFor = { there: 1, passing: 5 };
/** So many pauses before it is read anyway. */
const longestUnrest = 20;

export function watchFile(path: string, { clock, signal, known, onChange }: FileWatch): void {
  let told = known === undefined ? null : keyOf(known === null ? { is: 'gone' } : { is: 'there', text: known });
  let readAt: string | null = null;
  let candidate: string | null = null;
  let [steady, rounds] = [0, 0];
  let waiting: (() => void) | null = null;
  let ticking: (() => void) | null = null;

  const notice = (): void => {
    if (!signal.aborted) waiting ??= clock.after(pause, settle);
  };
  const settle = (): void => {
    waiting = null;
    const stamp = stampOf(path);
    if (stamp === readAt) return;
    steady = stamp === candidate ? steady + 1 : 0;
    candidate = stamp;
    rounds += 1;
    if (steady < (isPassing(stamp) ? steadyFor.passing : steadyFor.there) && rounds < longestUnrest) return notice();
    [readAt, candidate, steady, rounds] = [stamp, null, 0, 0];
    const seen = look(path);
    if (keyOf(seen) === told) return;
    told = keyOf(seen);
    onChange(seen);
  };
  const tick = (): void => {
    notice();
    ticking = clock.after(lookEvery, tick);
  };
  tick();
  watchFolder(dirname(path), signal, notice);
  const end = (): void => {
    ticking?.();
    waiting?.();
  };
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
}

/** Where the system cannot tell (no such folder, too many watched), the regular look has to do. */
function watchFolder(folder: string, signal: AbortSignal, notice: () => void): void {
  try {
    const watcher = watch(folder, { signal, persistent: false }, notice);
    watcher.on('error', () => watcher.close());
  } catch {
    // As above.
  }
}

const gone = 'gone';

/** Changes with the file, or with what a link leads to. */
function stampOf(path: string): string {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? gone : [stat.size, stat.dev, stat.ino, stat.mtimeNs, stat.ctimeNs].join(' ');
  } catch (error) {
    return codeOf(error);
  }
}

function isPassing(stamp: string): boolean {
  return stamp === gone || stamp.startsWith('0 ');
}

function look(path: string): FileSeen {
  try {
    return { is: 'there', text: readFileSync(path, 'utf8') };
  } catch (error) {
    const code = codeOf(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? { is: 'gone' } : { is: 'unreadable', code };
  }
}

function keyOf(seen: FileSeen): string {
  return JSON.stringify(seen);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
