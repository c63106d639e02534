// Reads a whole collection, in the fastest way the server has, and never leaves a partial answer behind: a list that was
// cut short starts again from nothing, and what had been seen but is not there any more is reported as gone.
import type { ClusterConnection } from './connect.ts';
import { refused } from './answers.ts';
import { ClusterError, CutShort, codeOf, wordsOf } from './errors.ts';
import { readPages } from './pages.ts';
import type { WatchFrame } from './protobuf.ts';
import { type Resource, resourceName } from './resource.ts';
import { openWatch, Silent, type Watch } from './watch.ts';

export type ListEvent<T> =
  | { readonly type: 'seen'; readonly items: readonly T[] }
  /** Seen by a try that was cut short, or deleted while the list ran. */
  | { readonly type: 'gone'; readonly uids: readonly string[] };

export interface ListOptions {
  /** Null: across the cluster. */
  readonly namespace: string | null;
  readonly chunkSize: number;
  /** Try the streaming list first. It costs a connection of its own, so only where much is expected. */
  readonly stream: boolean;
  readonly signal: AbortSignal;
  /** Such as `spec.nodeName=a`; only without `stream`. */
  readonly fieldSelector?: string;
  /** A streaming list is to go on as the watch for so many seconds; without it, it is left when it is complete. */
  readonly lifetime?: number | null;
}

/** What a list has come to, once all of it was told. */
export interface Listed<T> {
  /** From where to watch on. */
  readonly resourceVersion: string;
  /** By uid, all that is there. */
  readonly seen: ReadonlySet<string>;
  /** The stream that goes on as the watch; null where there is none, or none was asked for. */
  readonly watch: Watch<T> | null;
}

const restarts = 3;
/** A stream that says nothing for so long before its initial events are complete will never complete them; milliseconds. */
const silence = 10_000;

type Complete<T> = Omit<Listed<T>, 'seen'>;
type Outcome<T> = Complete<T> | 'unsupported' | CutShort;

/** Throws a ClusterError with the status where it was refused, or naming what was cut short more than three times. */
export async function* readList<T extends { readonly uid: string }>(
  connection: ClusterConnection,
  resource: Resource<T>,
  options: ListOptions,
): AsyncGenerator<ListEvent<T>, Listed<T>> {
  const { patience } = connection;
  const { signal } = options;
  const stale = new Set<string>();
  let { stream } = options;
  let failed = 0;
  for (;;) {
    const seen = new Set<string>();
    const outcome = yield* attempt(connection, resource, { ...options, stream }, seen);
    if (outcome !== 'unsupported' && !(outcome instanceof CutShort)) {
      const uids = [...stale].filter((uid) => !seen.has(uid));
      if (uids.length > 0) yield { type: 'gone', uids };
      return { ...outcome, seen };
    }
    for (const uid of seen) stale.add(uid);
    if (outcome === 'unsupported') {
      stream = false;
    } else {
      failed += 1;
      if (failed > restarts) throw givenUp(connection, resource, outcome);
      // Something on the way may not bear long streams.
      if (failed > 1) stream = false;
      await patience.sleep(200 * 2 ** failed * (0.5 + patience.random() / 2), signal);
    }
  }
}

async function* attempt<T extends { readonly uid: string }>(
  connection: ClusterConnection,
  resource: Resource<T>,
  options: ListOptions,
  seen: Set<string>,
): AsyncGenerator<ListEvent<T>, Outcome<T>> {
  try {
    return yield* (options.stream ? streamed : paged)(connection, resource, options, seen);
  } catch (error) {
    if (options.signal.aborted) throw options.signal.reason;
    return cutBy(error, connection, resource);
  }
}

async function* paged<T extends { readonly uid: string }>(
  connection: ClusterConnection,
  resource: Resource<T>,
  options: ListOptions,
  seen: Set<string>,
): AsyncGenerator<ListEvent<T>, Outcome<T>> {
  const pages = readPages(connection, resource, options.namespace, options, options.signal);
  try {
    for (;;) {
      const { value, done } = await pages.next();
      if (done === true) return { resourceVersion: value, watch: null };
      for (const { uid } of value) seen.add(uid);
      yield { type: 'seen', items: value };
    }
  } finally {
    await pages.return('');
  }
}

async function* streamed<T extends { readonly uid: string }>(
  connection: ClusterConnection,
  resource: Resource<T>,
  { namespace, signal, lifetime = null }: ListOptions,
  seen: Set<string>,
): AsyncGenerator<ListEvent<T>, Outcome<T>> {
  const watch = await openWatch(connection, resource, { namespace, start: { initial: true }, lifetime, signal });
  if (watch === 'unsupported') return watch;
  let goesOn = false;
  try {
    for (;;) {
      const batch = await watch.next(silence);
      if (batch === null) throw new CutShort('the stream ended before it was complete');
      const { items, uids, end, after } = sorted(batch.frames, resource, seen);
      if (items.length > 0) yield { type: 'seen', items };
      if (uids.length > 0) yield { type: 'gone', uids };
      if (end === null) continue;
      if (end === 'unsupported' || lifetime === null) return end === 'unsupported' ? end : { ...end, watch: null };
      goesOn = true;
      if (after.length > 0) watch.putBack({ frames: after, resourceVersion: batch.resourceVersion });
      return { ...end, watch };
    }
  } catch (error) {
    if (error instanceof Silent) return 'unsupported';
    throw error;
  } finally {
    if (!goesOn) watch.close();
  }
}

interface Sorted<T> {
  readonly items: readonly T[];
  readonly uids: readonly string[];
  readonly end: { readonly resourceVersion: string } | 'unsupported' | null;
  /** Arrived together with the end: the beginning of the watch. */
  readonly after: readonly WatchFrame<T>[];
}

function sorted<T extends { readonly uid: string }>(
  frames: readonly WatchFrame<T>[],
  resource: Resource<T>,
  seen: Set<string>,
): Sorted<T> {
  const items: T[] = [];
  const uids: string[] = [];
  for (const [at, frame] of frames.entries()) {
    switch (frame.type) {
      case 'ADDED':
      case 'MODIFIED':
        seen.add(frame.item.uid);
        items.push(frame.item);
        break;
      case 'DELETED':
        seen.delete(frame.item.uid);
        uids.push(frame.item.uid);
        break;
      case 'BOOKMARK': {
        // A server that does not know of initial events sends bookmarks that do not tell their end.
        const end = frame.initialEventsEnd ? { resourceVersion: frame.resourceVersion } : 'unsupported';
        return { items, uids, end, after: frames.slice(at + 1) };
      }
      case 'ERROR': {
        const { code, message, reason } = frame.status;
        if (code === 401 || code === 403) throw refused(resourceName(resource), frame.status);
        throw new CutShort(message || reason || `status ${code}`);
      }
      default:
        frame satisfies never;
    }
  }
  return { items, uids, end: null, after: [] };
}

/** What cut a list short; anything that is no cut is thrown on. */
function cutBy(error: unknown, { words }: ClusterConnection, resource: Resource<unknown>): CutShort {
  if (error instanceof CutShort) return error;
  if (error instanceof ClusterError) {
    if (error.status === 410) return new CutShort(error.message, { cause: error });
    throw error;
  }
  const torn = error instanceof RangeError;
  const broken = ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_HTTP_INVALID_CHUNK_SIZE'].includes(
    codeOf(error),
  );
  if (torn || broken) return new CutShort(wordsOf(error), { cause: error });
  const name = resourceName(resource);
  throw new ClusterError('unreachable', `cannot read ${name} from ${words}: ${wordsOf(error)}`, { cause: error });
}

function givenUp({ words }: ClusterConnection, resource: Resource<unknown>, cause: CutShort): ClusterError {
  const message = `cannot read ${resourceName(resource)} from ${words}: the list was cut short ${restarts + 1} times, at last by: ${cause.message}`;
  return new ClusterError('unreachable', message, { cause });
}
