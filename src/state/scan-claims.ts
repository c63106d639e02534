// Who asks: a process that is about to ask claims the images, so that others wait for its answers in place of asking too. A
// claim is a file that is touched for as long as its process lives; one that is touched no more is taken over.
import { randomUUID } from 'node:crypto';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './errors.ts';
import { fileMode, makeLooseFolder } from './folder.ts';
import { whileLockedLoosely } from './lock.ts';
import type { StateClock } from './lock.ts';

export interface Claims {
  /** Claims the keys that nobody else has claimed. Rejects as `node:fs` does where nothing can be written. */
  claim(keys: Iterable<string>): Promise<Claimed>;
}

export interface Claimed {
  readonly mine: ReadonlySet<string>;
  /** Who has claimed the others. */
  readonly theirs: ReadonlyMap<string, OtherClaim>;
  /** Never rejects. */
  release(): Promise<void>;
}

export interface OtherClaim {
  /** `released`: whatever its process learnt is kept. `dead`: its process was killed; its images can be claimed anew. */
  look(): Promise<'held' | 'released' | 'dead'>;
}

/** Milliseconds between two touches, and without one until a process counts as killed. */
const beat = 500;
const silence = 3000;
/** Behind the name of a claim that was taken over. */
const dead = '.dead';
/** Milliseconds after which what a killed process left is removed though nobody waits for it. */
const forgotten = 10 * 60_000;

export function openClaims(folder: string, clock: StateClock): Claims {
  const claims = join(folder, 'claims');
  const own = new Set<string>();
  const others = new Map<string, OtherClaim & { readonly keys: ReadonlySet<string> }>();

  /** True where it is no more. */
  const forgetOld = async (file: string): Promise<boolean> => {
    const touched = await timeOf(file);
    if (touched !== null && Math.abs(clock.now() - touched) <= forgotten) return false;
    await rm(file, { force: true });
    return true;
  };
  /** Null where it was released meanwhile. */
  const other = async (name: string): Promise<(OtherClaim & { readonly keys: ReadonlySet<string> }) | null> => {
    const known = others.get(name);
    if (known !== undefined) return known;
    const file = join(claims, name);
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text === null || (await forgetOld(file))) return null;
    const read = { keys: new Set(text.split('\n')), ...watched(file, clock) };
    others.set(name, read);
    return read;
  };
  const claimed = async (): Promise<Map<string, OtherClaim>> => {
    const all = readdirSync(claims);
    await Promise.all(all.filter((name) => name.endsWith(dead)).map(async (name) => forgetOld(join(claims, name))));
    const names = all.filter((name) => name.endsWith('.claim') && !own.has(name));
    for (const name of others.keys()) if (!names.includes(name)) others.delete(name);
    const theirs = new Map<string, OtherClaim>();
    for (const one of await Promise.all(names.map(other))) {
      for (const key of one?.keys ?? []) if (one !== null) theirs.set(key, one);
    }
    return theirs;
  };
  return {
    claim: async (keys) => {
      makeLooseFolder(claims);
      const name = `${randomUUID()}.claim`;
      const file = join(claims, name);
      return whileLockedLoosely(join(folder, 'claiming.lock'), clock, async () => {
        const claimedByOthers = await claimed();
        const all = [...new Set(keys)];
        const mine = new Set(all.filter((key) => !claimedByOthers.has(key)));
        const theirs = new Map(all.flatMap((key) => entryOf(claimedByOthers, key)));
        if (mine.size === 0) return { mine, theirs, release: async () => {} };
        own.add(name);
        writeFileSync(file, [...mine].join('\n'), { mode: fileMode, flag: 'wx' });
        touchNow(file, clock);
        return { mine, theirs, release: keptAlive(file, clock, () => own.delete(name)) };
      });
    },
  };
}

function entryOf(map: ReadonlyMap<string, OtherClaim>, key: string): [string, OtherClaim][] {
  const value = map.get(key);
  return value === undefined ? [] : [[key, value]];
}

/** By our own clock: that of the disk may be another one. */
function touchNow(file: string, clock: StateClock): void {
  const now = new Date(clock.now());
  try {
    utimesSync(file, now, now);
  } catch {}
}

/** Touches the file until it is released. */
function keptAlive(file: string, clock: StateClock, onReleased: () => void): () => Promise<void> {
  let released = false;
  const touch = (): void => {
    touchNow(file, clock);
    cancel = clock.after(beat, touch);
  };
  let cancel = clock.after(beat, touch);
  return async () => {
    if (released) return;
    released = true;
    cancel();
    await rm(file, { force: true }).catch(() => {});
    onReleased();
  };
}

/** Waits are added up, and times of the file only compared with themselves: a machine that slept kills nobody. */
function watched(file: string, clock: StateClock): OtherClaim {
  let [touched, looked, unchanged] = [Number.NaN, clock.now(), 0];
  return {
    look: async () => {
      const found = await timeOf(file);
      if (found === null) return (await timeOf(`${file}${dead}`)) === null ? 'released' : 'dead';
      const now = clock.now();
      unchanged = found === touched ? unchanged + Math.min(Math.max(now - looked, 0), beat) : 0;
      [touched, looked] = [found, now];
      if (unchanged < silence) return 'held';
      // Whoever waits as well has to see what became of it. Two who rename it have renamed the same.
      await rename(file, `${file}${dead}`).catch(() => {});
      return 'dead';
    },
  };
}

/** When it was last touched, ms since the epoch; null where it is not there. */
async function timeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}
