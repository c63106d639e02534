// Xray's own policies and watches: one that is new, changed or gone concerns the repositories that its watches cover.
import type { XrayClient } from './client.ts';
import { nonsense } from './failure.ts';
import type { Failure } from './failure.ts';
import { askForNews, nothingNew } from './heard.ts';
import type { Heard } from './heard.ts';
import { policiesSeen, watchesSeen } from './wire-news.ts';
import type { WatchSeen } from './wire-news.ts';

type Poll = (signal: AbortSignal) => Promise<Heard | Failure>;

type Watches = ReadonlyMap<string, WatchSeen>;

/** By name; null: not read yet. */
export interface SettingsSeen {
  readonly watches: Watches | null;
  readonly policies: ReadonlyMap<string, string> | null;
}

/** Watches are to be polled first. Where nothing was seen `first`, the first poll of each only learns what there is. */
export function createSettingsNews(
  client: XrayClient,
  first: SettingsSeen,
): { readonly watches: Poll; readonly policies: Poll } {
  let watches: Watches | null = null;
  let policies: ReadonlyMap<string, string> | null = null;
  return {
    watches: async (signal) => {
      const read = await readList(client, 'watches', watchesSeen, signal);
      if ('reason' in read) return read;
      const before = watches ?? first.watches;
      watches = read;
      return before === null ? nothingNew : covered(changedWatches(before, read));
    },
    policies: async (signal) => {
      const read = await readList(client, 'policies', policiesSeen, signal);
      if ('reason' in read) return read;
      const before = policies ?? first.policies;
      policies = read;
      const changed = before === null ? new Set<string>() : changedNames(before, read);
      if (changed.size === 0) return nothingNew;
      // Without watches nobody can say what the policy is about.
      if (watches === null) return { ...nothingNew, everything: true };
      return covered([...watches.values()].filter((one) => one.policies.some((name) => changed.has(name))));
    },
  };
}

export async function readList<T extends object>(
  client: XrayClient,
  what: 'watches' | 'policies',
  seen: (body: unknown) => T | null,
  signal: AbortSignal,
): Promise<T | Failure> {
  const doing = `read the ${what} of Xray`;
  const answer = await askForNews(client, signal, { method: 'GET', path: `/api/v2/${what}`, doing });
  if (!answer.ok) return answer.failure;
  return seen(answer.body) ?? nonsense(`it is no list of ${what}`, client.named('xray'));
}

function changedNames(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): Set<string> {
  const names = [...before.keys(), ...now.keys()];
  return new Set(names.filter((name) => before.get(name) !== now.get(name)));
}

/** As they were and as they are. */
function changedWatches(before: Watches, now: Watches): WatchSeen[] {
  const names = new Set([...before.keys(), ...now.keys()]);
  return [...names].flatMap((name) => {
    const [old, current] = [before.get(name), now.get(name)];
    return old?.version === current?.version ? [] : [old, current].filter((one) => one !== undefined);
  });
}

function covered(watches: readonly WatchSeen[]): Heard {
  const active = watches.filter((one) => one.active);
  return {
    folders: [],
    repositories: [...new Set(active.flatMap((one) => one.repositories))],
    everything: active.some((one) => one.everything),
  };
}
