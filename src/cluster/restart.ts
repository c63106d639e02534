// What the end of a list or a watch leads to, and after how long it is tried again.
import type { Ending } from './ending.ts';
import { clear, type Kept, lost, setReadable } from './kept.ts';
import { isEverywhere } from './reading.ts';
import { type Resource, resourceName } from './resource.ts';

/** From the first failure to the longest wait; milliseconds. */
const backoffRange = [250, 30_000] as const;
/** A watch that has lasted so long, or for all the silence it is allowed, was a good one; milliseconds. */
const lived = 5_000;
/** An API server that is just starting refuses what it will allow: only so many refusals in a row are believed. */
const refusals = 3;
/** About ten minutes of them. */
const silencesBelieved = 8;

/** Before anything was read: an error is for whoever waits for the first list. Null: it ends here. */
export async function begin<T>(kept: Kept<T>, ending: Ending): Promise<number | null> {
  const { resource, namespace } = kept.collection;
  switch (ending.type) {
    case 'forbidden':
      kept.first.resolve({ type: 'forbidden', message: ending.cause });
      // It is then read namespace by namespace.
      return resource.namespaced && namespace === null ? null : spread(kept, kept.times.retry);
    case 'notServed':
      if (isEverywhere(resource)) kept.first.reject(ending.error);
      else kept.first.resolve({ type: 'notServed' });
      // CronJobs have another version to be tried; a custom kind is looked for by discovery.
      return isBuiltin(resource) && resource.plural !== 'cronjobs' ? spread(kept, kept.times.retry) : null;
    default:
      kept.first.reject('error' in ending ? ending.error : new Error(ending.type));
      await lost(kept, 'cause' in ending ? ending.cause : ending.type);
      return backoff(kept);
  }
}

/** What an ending leads to; how long to wait before the next turn, or null: no more of them. */
export async function goOn<T extends { readonly uid: string }>(kept: Kept<T>, ending: Ending): Promise<number | null> {
  const { reading, times } = kept;
  const good = Math.min(lived, times.silence);
  const hasLived = kept.openedAt !== null && reading.connection.patience.now() - kept.openedAt >= good;
  if (hasLived) kept.failures = 0;
  if (kept.openedAt !== null) kept.refused = 0;
  switch (ending.type) {
    case 'ended':
      return hasLived ? 0 : backoff(kept);
    case 'expired':
      kept.version = null;
      // The server answers, however long it was away; but one that forgets at once what it has listed is left alone.
      if (!ending.atOnce) kept.failures = 0;
      return hasLived ? 0 : backoff(kept);
    case 'silent':
      return silent(kept, ending.cause, hasLived);
    case 'unwatchable':
      return unwatchable(kept);
    case 'forbidden':
      return refused(kept, ending.cause);
    case 'notServed':
      return unserved(kept, ending.cause);
    case 'broken':
      if (ending.corrupt) kept.version = null;
      await lost(kept, ending.cause);
      return Math.max(backoff(kept), spread(kept, ending.retryAfter ?? 0));
    default:
      return ending satisfies never;
  }
}

/**
 * A server tells no bookmark before something has happened since the watch began, and some servers none at all: only where
 * one came is silence a loss. A server that was set back to an earlier state says nothing until it has come again to where
 * we were; so now and then silence is not believed.
 */
async function silent<T>(kept: Kept<T>, cause: string, hasLived: boolean): Promise<number> {
  kept.silences += 1;
  if (kept.bookmarked) await lost(kept, cause);
  if (kept.silences >= silencesBelieved) kept.version = null;
  return hasLived ? 0 : backoff(kept);
}

async function unwatchable<T>(kept: Kept<T>): Promise<number> {
  kept.refused += 1;
  if (kept.watched && kept.refused < refusals) {
    await lost(kept, 'the server refuses to go on with the watch');
    return backoff(kept);
  }
  kept.version = null;
  kept.stream = false;
  kept.failures = 0;
  return kept.times.relist;
}

async function refused<T>(kept: Kept<T>, cause: string): Promise<number> {
  const { reading, collection, times } = kept;
  kept.version = null;
  kept.refused += 1;
  await lost(kept, cause);
  if (kept.refused < refusals) return backoff(kept);
  kept.failures = 0;
  await reading.forbidden(resourceName(collection.resource), collection.namespace, cause);
  await setReadable(kept, false);
  return spread(kept, times.retry);
}

/**
 * A server that is just starting, or a proxy before it, may not know anything: a custom kind is believed to be gone when
 * that is said twice, a built-in one never.
 */
async function unserved<T extends { readonly uid: string }>(kept: Kept<T>, cause: string): Promise<number | null> {
  kept.version = null;
  kept.unserved += 1;
  await lost(kept, cause);
  if (isBuiltin(kept.collection.resource)) return backoff(kept);
  kept.failures = 0;
  if (kept.unserved < 2) return kept.times.retry;
  await clear(kept);
  kept.hooks.ended();
  return null;
}

function isBuiltin({ group }: Resource<unknown>): boolean {
  return !group.includes('.') || group.endsWith('.k8s.io');
}

/** Whoever was told the same time should not all come at once. */
function spread<T>(kept: Kept<T>, wait: number): number {
  return wait * (1 + kept.reading.connection.patience.random() / 4);
}

function backoff<T>(kept: Kept<T>): number {
  const [least, most] = backoffRange;
  const longest = Math.min(least * 2 ** kept.failures, most);
  kept.failures += 1;
  return longest * (0.5 + kept.reading.connection.patience.random() / 2);
}
