// What looking an image up takes, gathered once for one scanner.
import type { XrayClient } from './client.ts';
import type { Manifests } from './manifests.ts';
import type { Location, Repositories } from './repositories.ts';
import type { Search } from './search.ts';
import type { Summaries } from './summary.ts';
import type { Kinds, Violations } from './violations.ts';
import type { Watches } from './watches.ts';
import type { Digest } from '../core/image.ts';

export interface Room {
  readonly client: XrayClient;
  readonly summaries: Summaries;
  readonly search: Search;
  readonly repositories: Repositories;
  readonly manifests: Manifests;
  readonly violations: Violations;
  readonly watches: Watches;
  /** Aborts when nobody waits for an answer any more. */
  readonly signal: () => AbortSignal;
  /** Since when this digest has been pending, as far as somebody remembers (ms since the epoch). */
  readonly pendingSince: (digest: Digest) => number | null;
}

/** What is looked for, as it stays the same from an index down to its children. */
export interface Sought {
  /** `os/architecture`; null where no node is known. */
  readonly platform: string | null;
  readonly location: Location;
  readonly kinds: Kinds;
  /** An answer asked for before that time (ms since the epoch) does not do. */
  readonly since: number;
  /** The reference's tag; null where it has none. */
  readonly tag: string | null;
  /** Indexes passed through on the way. */
  readonly depth: number;
}
