// What is known of one collection that is kept up to date, and how changes of it are told: objects, whether it can be
// read, whether its stream is lost.
import type { Fact } from '../core/inventory.ts';
import { alike } from './alike.ts';
import type { Collection, Outcome, Reading } from './reading.ts';
import { resourceName } from './resource.ts';

/** All in milliseconds. */
export interface Times {
  /** A watch on which nothing arrives for so long is dead; servers send a bookmark about once a minute. */
  readonly silence: number;
  /** How often to list where one may not watch, or the server cannot. */
  readonly relist: number;
  /** How often to try again what is forbidden or not served. */
  readonly retry: number;
}

export interface Hooks {
  /** Facts were reported. */
  readonly reported: () => void;
  /** It can be read now, or not any more; only told when it changes. */
  readonly readable: (yes: boolean) => Promise<void>;
  /** The server has no such resource any more; it is not kept any longer. */
  readonly ended: () => void;
}

export interface Kept<T> {
  readonly reading: Reading;
  readonly collection: Collection<T>;
  readonly times: Times;
  readonly hooks: Hooks;
  readonly signal: AbortSignal;
  readonly first: PromiseWithResolvers<Outcome>;
  readonly items: Map<string, T>;
  /** From where to watch on; null: it must be listed. */
  version: string | null;
  /** Whether it was ever read, and whether it can be now. */
  read: boolean;
  readable: boolean;
  /** It could be watched once. */
  watched: boolean;
  /** The streaming list is worth a try. */
  stream: boolean;
  /** Failures in a row. */
  failures: number;
  /** How often in a row it was refused. */
  refused: number;
  /** How often in a row the server did not know the resource. */
  unserved: number;
  /** When the watch was opened; null: it was not. */
  openedAt: number | null;
  /** How often silence has ended a watch since anything arrived. */
  silences: number;
  /** A bookmark came on this watch: then more of them will, about one a minute. */
  bookmarked: boolean;
  /** Why it is lost, as it was told; null: it is not. */
  lost: string | null;
}

/** What changes nothing that is kept is not even told. */
export async function fold<T extends { readonly uid: string }>(
  { reading, collection, items, hooks }: Kept<T>,
  seen: readonly T[],
  gone: readonly string[],
): Promise<void> {
  const changed = seen.filter((item) => !alike(items.get(item.uid), item));
  for (const item of changed) items.set(item.uid, item);
  const known = gone.filter((uid) => items.delete(uid));
  if (changed.length === 0 && known.length === 0) return;
  const { take } = collection;
  const facts: readonly Fact[] = known.length === 0 ? take.seen(changed) : [...take.seen(changed), ...take.gone(known)];
  if (facts.length > 0) await reading.report(facts);
  hooks.reported();
}

/** All of it is gone. */
export async function clear<T extends { readonly uid: string }>(kept: Kept<T>): Promise<void> {
  await fold(kept, [], [...kept.items.keys()]);
  await allowed(kept);
  await restored(kept);
}

/** What can be read across the cluster can be read in each namespace. */
export async function allowed<T>({ reading, collection }: Kept<T>): Promise<void> {
  const name = resourceName(collection.resource);
  if (collection.namespace === null) await reading.allowedEverywhere(name);
  else await reading.allowed(name, collection.namespace);
}

/** Told again only for another cause. */
export async function lost<T>(kept: Kept<T>, cause: string): Promise<void> {
  if (kept.lost === cause) return;
  kept.lost = cause;
  const { resource, namespace } = kept.collection;
  await kept.reading.report([{ type: 'StreamLost', resource: resourceName(resource), namespace, cause }]);
}

export async function restored<T>(kept: Kept<T>): Promise<void> {
  if (kept.lost === null) return;
  kept.lost = null;
  const { resource, namespace } = kept.collection;
  await kept.reading.report([{ type: 'StreamRestored', resource: resourceName(resource), namespace }]);
}

export async function setReadable<T>(kept: Kept<T>, yes: boolean): Promise<void> {
  if (kept.readable === yes) return;
  kept.readable = yes;
  await kept.hooks.readable(yes);
}
