// Xray's watches and policies as they were last seen, and what changed between two looks: so that a run can tell which kept
// answers are older than a change, whoever noticed it. What changed is on disk together with how things are now, so that
// nobody who is killed has noticed it in vain.
import { join } from 'node:path';
import { Low } from 'lowdb';
import { checkedFile } from './checked-file.ts';
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

interface SettingsFile {
  readonly watches: Readonly<Record<string, WatchKept>> | null;
  readonly policies: Readonly<Record<string, string>> | null;
  readonly changes: readonly Change[];
}

const version = 1;
const nothing: SettingsFile = { watches: null, policies: null, changes: [] };
/** Milliseconds; answers older than that are used by age alone. */
const keptFor = 7 * 24 * 60 * 60_000;

/**
 * Keeps how things are now, and gives back every change that is known. Rejects where it cannot be kept; what was seen first
 * is no change. `at`: from before things were read, ms since the epoch.
 */
export async function changesUntil(
  folder: string,
  now: SettingsNow,
  at: number,
  clock: StateClock,
): Promise<readonly Change[]> {
  const file = checkedFile<SettingsFile, SettingsFile>(join(folder, 'settings.json'), version, {
    encode: (data) => data,
    decode: whole,
  });
  const db = new Low<SettingsFile>(file, nothing);
  return whileLockedLoosely(join(folder, 'settings.lock'), clock, async () => {
    // A damaged one knows nothing: then things are seen for the first time.
    await db.read().catch(() => (db.data = nothing));
    const before = db.data;
    const changed = changedWatches(before, now);
    const change: Change = {
      at,
      repositories: [...new Set(changed.flatMap(({ repositories }) => repositories))],
      everything: changed.some(({ everything }) => everything),
    };
    const isChange = change.everything || change.repositories.length > 0;
    const recent = before.changes.filter((one) => at - one.at < keptFor && one.at <= at);
    const after: SettingsFile = {
      watches: now.watches === null ? before.watches : Object.fromEntries(now.watches),
      policies: now.policies === null ? before.policies : Object.fromEntries(now.policies),
      changes: isChange ? [...recent, change] : recent,
    };
    if (JSON.stringify(after) !== JSON.stringify(before)) {
      db.data = after;
      await db.write();
    }
    return after.changes;
  });
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
  if (!Array.isArray(tree.changes)) throw new Error('it is not whole');
  return tree;
}
