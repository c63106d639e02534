// One at a time, over all processes. A lock is a folder of numbered files: whoever made the highest number holds it, and
// says so by touching its file. Taking over means making the next number, which only one process can. Each call is a matter
// of microseconds, and is made at once: in a busy program every call that is waited for waits for its turn.
import { closeSync, openSync, readdirSync, statSync, unlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from './errors.ts';
import { fileMode, makeFolder, makeLooseFolder } from './folder.ts';

/** A clock by the shape of the engine's: ms since the epoch, and a call after so many ms that can be taken back. */
export interface StateClock {
  now(): number;
  after(milliseconds: number, call: () => void): () => void;
}

export interface Held {
  /** False when another process took over, because this one stood still for too long. */
  stillHeld(): Promise<boolean>;
  release(): Promise<void>;
}

/** Milliseconds between two touches, and without one until the holder counts as killed. */
export interface Pace {
  readonly beat: number;
  readonly silence: number;
}

const usualPace: Pace = { beat: 500, silence: 3000 };
const longestWait = 50;

/** The time of a file that its holder has let go of: far from any clock, and known to every file system. */
const released = Date.parse('1990-01-01T00:00:00Z');

/** Waits for the lock as long as somebody holds it. Rejects where the folder cannot be made or written. */
export async function takeLock(folder: string, clock: StateClock, pace = usualPace): Promise<Held> {
  await makeFolder(folder);
  let seen: Top = nobody;
  // Waits are added up, and times of the file only compared with themselves: a machine that slept kills no holder.
  let unchanged = 0;
  for (let wait = 2; ; wait = Math.min(wait * 2, longestWait)) {
    const top = highest(folder);
    if (top !== null) {
      unchanged = top.number === seen.number && top.touched === seen.touched ? unchanged : 0;
      seen = top;
      if (top.touched <= released || unchanged >= pace.silence) {
        if (make(folder, top.number + 1)) return hold(folder, top.number + 1, clock, pace);
        unchanged = 0;
      }
    }
    await sleep(clock, wait);
    unchanged += wait;
  }
}

/** The same for what may be lost: nothing has to be on disk before it begins. */
export async function whileLockedLoosely<T>(folder: string, clock: StateClock, work: () => Promise<T>): Promise<T> {
  makeLooseFolder(folder);
  return whileLocked(folder, clock, work);
}

/** Works while it holds the lock; `lost` hears if another process took over meanwhile. */
export async function whileLocked<T>(
  folder: string,
  clock: StateClock,
  work: (held: Held) => Promise<T>,
  lost: () => void = () => {},
): Promise<T> {
  const held = await takeLock(folder, clock);
  try {
    return await work(held);
  } finally {
    if (!(await held.stillHeld().catch(() => false))) lost();
    await held.release();
  }
}

/** When its holder last touched a lock, ms since the epoch; null where nobody holds it. */
export async function heldSince(folder: string): Promise<number | null> {
  const top = highest(folder);
  return top === null || top.touched <= released ? null : top.touched;
}

interface Top {
  readonly number: number;
  /** Modification time, ms. */
  readonly touched: number;
}

const nobody: Top = { number: 0, touched: released };

/** Null where it was superseded between the two looks. */
function highest(folder: string): Top | null {
  const number = Math.max(0, ...numbersIn(folder));
  if (number === 0) return nobody;
  try {
    return { number, touched: statSync(join(folder, String(number))).mtimeMs };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Makes a number. The highest one is only ever removed by whoever made a higher one, so a number below the highest was
 * made too late by somebody who had looked before.
 */
function make(folder: string, number: number): boolean {
  const file = join(folder, String(number));
  try {
    closeSync(openSync(file, 'wx', fileMode));
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  const numbers = numbersIn(folder);
  if (numbers.some((other) => other > number)) {
    remove(file);
    return false;
  }
  for (const other of numbers) if (other < number) remove(join(folder, String(other)));
  return true;
}

function hold(folder: string, number: number, clock: StateClock, { beat }: Pace): Held {
  const file = join(folder, String(number));
  let letGo = false;
  // Where touching fails the lock is lost in time, which `stillHeld` says.
  const touch = (): void => {
    setTime(file, clock.now());
    cancel = clock.after(beat, touch);
  };
  let cancel = clock.after(beat, touch);
  return {
    stillHeld: async () => !letGo && Math.max(0, ...numbersIn(folder)) === number,
    release: async () => {
      letGo = true;
      cancel();
      setTime(file, released);
    },
  };
}

/** Whoever cannot set it has lost the file, and hears of it elsewhere. */
function setTime(file: string, milliseconds: number): void {
  const time = new Date(milliseconds);
  try {
    utimesSync(file, time, time);
  } catch {}
}

function numbersIn(folder: string): number[] {
  return readdirSync(folder)
    .map(Number)
    .filter((number) => Number.isSafeInteger(number) && number > 0);
}

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

function sleep(clock: StateClock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => clock.after(milliseconds, resolve));
}
