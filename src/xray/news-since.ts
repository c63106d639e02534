// What is new at Xray since some answers, asked once and not followed: for whoever would use answers that are kept. What it
// means for which answer is for others to say.
import type { XrayClient } from './client.ts';
import type { Failure } from './failure.ts';
import { readList } from './news-settings.ts';
import type { SettingsSeen } from './news-settings.ts';
import { readFrom } from './news-violations.ts';
import { policiesSeen, watchesSeen } from './wire-news.ts';
import type { WatchSeen } from './wire-news.ts';

export interface ViolationsSince {
  /** When each was created, ms since the epoch by this machine's clock, and what it is about. */
  readonly created: readonly { readonly at: number; readonly folders: readonly string[] }[];
  /** There are more than could be read. */
  readonly cut: boolean;
}

export interface NewsOnce {
  violations(since: number, signal: AbortSignal): Promise<ViolationsSince | Failure>;
  /** By name. */
  watches(signal: AbortSignal): Promise<ReadonlyMap<string, WatchSeen> | Failure>;
  /** By name, what changes when the policy does. */
  policies(signal: AbortSignal): Promise<ReadonlyMap<string, string> | Failure>;
  /** Watches and policies as they were read first: whoever follows the news begins with what answers were asked under. */
  readonly first: SettingsSeen;
}

/** Milliseconds that this machine's clock may be ahead of Xray's before news are asked for by Xray's. */
const tolerated = 30_000;

/** `client`: the one that look-ups go through, so that both know of its failures. */
export function createNewsOnce(client: XrayClient): NewsOnce {
  const first: { -readonly [one in keyof SettingsSeen]: SettingsSeen[one] } = { watches: null, policies: null };
  return {
    first,
    violations: async (since, signal) => {
      const early = await readFrom(client, since, signal);
      if ('reason' in early) return early;
      const { ahead } = early;
      // By its clock, what was created since then was created earlier; which its first answer tells.
      const read = ahead < -tolerated ? await readFrom(client, since + ahead, signal) : early;
      if ('reason' in read) return read;
      // A violation without a time may be of any.
      const atOf = (created: number): number => (Number.isNaN(created) ? Infinity : created - ahead);
      return { created: read.rows.map(({ created, folders }) => ({ at: atOf(created), folders })), cut: read.cut };
    },
    watches: async (signal) => {
      const read = await readList(client, 'watches', watchesSeen, signal);
      if (!('reason' in read)) first.watches ??= read;
      return read;
    },
    policies: async (signal) => {
      const read = await readList(client, 'policies', policiesSeen, signal);
      if (!('reason' in read)) first.policies ??= read;
      return read;
    },
  };
}
