import { mkdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const beat = 2_000;
const dead = 20_000;

interface Held {
  readonly work: () => Promise<void>;
  readonly isDone: () => boolean;
  readonly onWait: (seconds: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Runs `work` while no other process holds the lock `folder`. Whoever waits asks `isDone` each second and leaves once it
 * is. A holder touches the folder every two seconds; one that was silent for twenty is dead, and its lock is taken over.
 */
export async function withLock(folder: string, { work, isDone, onWait, signal }: Held): Promise<void> {
  const since = Date.now();
  while (!take(folder)) {
    if (isDone()) return;
    onWait(Math.round((Date.now() - since) / 1000));
    await sleep(1_000, undefined, { signal });
  }
  const heart = setInterval(() => touch(folder), beat);
  try {
    if (!isDone()) await work();
  } finally {
    clearInterval(heart);
    rmSync(folder, { recursive: true, force: true });
  }
}

function take(folder: string): boolean {
  if (isStale(folder)) rmSync(folder, { recursive: true, force: true });
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function isStale(folder: string): boolean {
  const touched = statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
  return touched !== undefined && Date.now() - touched > dead;
}

/** A machine that slept may find its lock taken over: then two build, and the last to end replaces the same file. */
function touch(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return;
  const now = new Date();
  utimesSync(folder, now, now);
}
