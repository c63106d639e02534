// Xray's watches and policies as they were last seen, since when they are known, and what changed between two looks: so that
// a run can tell which kept answers are older than a change, whoever noticed it. What changed is on disk together with how
// things are now, so that nobody who is killed has noticed it in vain.
import { join } from 'node:path';
import { Low } from 'lowdb';
import { checkedFile } from './checked-file.ts';
import { UnreadableFile } from './json-file.ts';
import { whileLockedLoosely } from './lock.ts';
import type { StateClock } from './lock.ts';

/** A watch, by the shape of xray/wire-news.ts. */
export interface WatchKept {
  readonly active: boolean;
  readonly policies: readonly string[];
  readonly repositories: readonly string[];
  readonly everything: boolean;
  readonly version: string;
}

/** Null: it could not be read. */
export interface SettingsNow {
  readonly watches: ReadonlyMap<string, WatchKept> | null;
  readonly policies: ReadonlyMap<string, string> | null;
}

/** At some time it was noticed (ms since the epoch) that these repositories, or all of them, are watched otherwise. */
export interface Change {
  readonly at: number;
  readonly repositories: readonly string[];
  readonly everything: boolean;
}

/** What is known of an answer by when it was asked for. */
export interface SettingsKnown {
  /** Under which settings an answer was given that was asked for before nobody knows (ms since the epoch). */
  readonly since: number;
  readonly changes: readonly Change[];
}

interface SettingsFile extends SettingsKnown {
  readonly watches: Readonly<Record<string, WatchKept>> | null;
  readonly policies: Readonly<Record<string, string>> | null;
}

export interface SettingsSeenOptions {
  /** Of the cache. */
  readonly folder: string;
  readonly clock: StateClock;
  /** Hears why nothing can be kept. */
  readonly onUnkept: (error: unknown) => void;
  /** Hears of a file of which nothing can be made; it counts as not there. */
  readonly onUnreadable: (file: string, error: unknown) => void;
}

const version = 2;
const nothing: SettingsFile = { watches: null, policies: null, since: -Infinity, changes: [] };
/** Milliseconds for which changes are told apart. */
const keptFor = 7 * 24 * 60 * 60_000;

/**
 * Keeps how things are now, and gives back what is known. `at`: from after things were read, ms since the epoch, as they may
 * have changed until then. Never rejects: what cannot be kept is as new to the next run as it is to this one.
 */
export async function settingsSeen(
  now: SettingsNow,
  at: number,
  { folder, clock, onUnkept, onUnreadable }: SettingsSeenOptions,
): Promise<SettingsKnown> {
  const path = join(folder, 'settings.json');
  const file = checkedFile<SettingsFile, SettingsFile>(path, version, { encode: (data) => data, decode: whole });
  /** Rejects for what has to stay as it is. */
  const read = async (): Promise<SettingsFile> => {
    const db = new Low<SettingsFile>(file, nothing);
    try {
      await db.read();
      return db.data;
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      onUnreadable(path, error);
      if (error.why === 'later') throw error;
      return nothing;
    }
  };
  const keep = async (): Promise<SettingsKnown> => {
    // Whoever waited for the lock may find that another has kept the same.
    const before = await read();
    const after = afterSeeing(before, now, at);
    if (!isSame(after, before)) await new Low<SettingsFile>(file, after).write();
    return after;
  };
  let known = nothing;
  try {
    known = await read();
    const after = afterSeeing(known, now, at);
    if (isSame(after, known)) return after;
    return await whileLockedLoosely(join(folder, 'settings.lock'), clock, keep);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) onUnkept(error);
    return afterSeeing(known, now, at);
  }
}

function afterSeeing(before: SettingsFile, now: SettingsNow, at: number): SettingsFile {
  const changed = changedWatches(before, now);
  const change: Change = {
    at,
    repositories: [...new Set(changed.flatMap(({ repositories }) => repositories))],
    everything: changed.some(({ everything }) => everything),
  };
  const isChange = change.everything || change.repositories.length > 0;
  // Others may have read it a little later than this one; and where a clock was set back, what changed did so by now.
  const changes = before.changes.map((one) => ({ ...one, at: Math.min(one.at, at) }));
  const [recent, old] = [
    changes.filter((one) => at - one.at < keptFor),
    changes.filter((one) => at - one.at >= keptFor),
  ];
  const isFirst =
    (before.watches === null && now.watches !== null) || (before.policies === null && now.policies !== null);
  return {
    watches: now.watches === null ? before.watches : Object.fromEntries(now.watches),
    policies: now.policies === null ? before.policies : Object.fromEntries(now.policies),
    since: isFirst ? at : Math.max(Math.min(before.since, at), ...old.map((one) => one.at)),
    changes: isChange ? [...recent, change] : recent,
  };
}

function isSame(one: SettingsFile, other: SettingsFile): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** As they were and as they are; with a policy that changed, every watch that names it. */
function changedWatches(before: SettingsFile, { watches, policies }: SettingsNow): readonly WatchKept[] {
  const old = new Map(Object.entries(before.watches ?? {}));
  const current = watches ?? old;
  const ofWatches = before.watches === null || watches === null ? [] : differing(old, watches, versionOf);
  const oldPolicies = new Map(Object.entries(before.policies ?? {}));
  const names = before.policies === null || policies === null ? [] : differing(oldPolicies, policies, String);
  const isNamed = (one: WatchKept): boolean => one.policies.some((name) => names.includes(name));
  const all = [
    ...ofWatches.flatMap((name) => [old.get(name), current.get(name)]),
    ...[...current.values()].filter(isNamed),
  ].filter((one) => one !== undefined && one.active) as WatchKept[];
  // Without watches nobody can say what a policy is about.
  if (names.length > 0 && before.watches === null && watches === null) return [everywhere];
  return all;
}

const everywhere: WatchKept = { active: true, policies: [], repositories: [], everything: true, version: '' };

function differing<T>(
  before: ReadonlyMap<string, T>,
  now: ReadonlyMap<string, T>,
  versionOfOne: (one: T) => string,
): string[] {
  const versionIn = (map: ReadonlyMap<string, T>, name: string): string | null => {
    const one = map.get(name);
    return one === undefined ? null : versionOfOne(one);
  };
  return [...new Set([...before.keys(), ...now.keys()])].filter(
    (name) => versionIn(before, name) !== versionIn(now, name),
  );
}

function versionOf({ version: of }: WatchKept): string {
  return of;
}

/** Throws for what is not whole. */
function whole(tree: SettingsFile): SettingsFile {
  if (!Array.isArray(tree.changes) || typeof tree.since !== 'number') throw new Error('it is not whole');
  return tree;
}
