// One collection, kept up to date for ever: listed, then watched from there, and after every break watched on from where
// it was, or listed anew and compared. It owns the only timer of its restarts. It must never leave a gap, nor take what it
// could not read for gone.
import { refused } from './answers.ts';
import { endingOf, type Ending } from './ending.ts';
import type { ClusterError } from './errors.ts';
import { allowed, clear, fold, type Hooks, type Kept, restored, setReadable, type Times } from './kept.ts';
import { type Listed, readList } from './list.ts';
import type { Collection, Outcome, Reading } from './reading.ts';
import { resourceName } from './resource.ts';
import { begin, goOn } from './restart.ts';
import { openWatch, type Watch } from './watch.ts';

export interface Keeping<T> {
  readonly collection: Collection<T>;
  /** What the first list has come to; rejects where the cluster could not be asked. */
  readonly first: Promise<Outcome>;
  /** All that is there, by uid. */
  readonly items: ReadonlyMap<string, T>;
  /** Resolves when it has ended: by the signal, or because it is not there to be kept. Rejects for an error of ours. */
  readonly over: Promise<void>;
  /** Ends it, and reports all of it as gone. */
  readonly forget: () => Promise<void>;
}

/** Seconds after which the server is to end a watch, spread so that not all end at once. */
const lifetime = [300, 600] as const;

export function keep<T extends { readonly uid: string }>(
  reading: Reading,
  collection: Collection<T>,
  times: Times,
  hooks: Hooks,
): Keeping<T> {
  const stop = new AbortController();
  const kept: Kept<T> = {
    reading,
    collection,
    times,
    hooks,
    signal: AbortSignal.any([reading.signal, stop.signal]),
    first: Promise.withResolvers(),
    items: new Map(),
    version: null,
    read: false,
    readable: false,
    watched: false,
    stream: collection.stream,
    failures: 0,
    refused: 0,
    unserved: 0,
    openedAt: null,
    silences: 0,
    bookmarked: false,
    lost: null,
  };
  const over = run(kept);
  const forget = async (): Promise<void> => {
    stop.abort();
    await over;
    await clear(kept);
  };
  return { collection, first: kept.first.promise, items: kept.items, over, forget };
}

async function run<T extends { readonly uid: string }>(kept: Kept<T>): Promise<void> {
  const { patience } = kept.reading.connection;
  try {
    for (;;) {
      const ending = await turn(kept);
      const wait = await (kept.read ? goOn(kept, ending) : begin(kept, ending));
      if (wait === null) return;
      await patience.sleep(wait, kept.signal);
    }
  } catch (error) {
    if (!kept.signal.aborted) throw error;
    kept.first.reject(kept.signal.reason);
  }
}

/** Lists where that is needed, and watches for as long as it lasts. */
async function turn<T extends { readonly uid: string }>(kept: Kept<T>): Promise<Ending> {
  const listing = kept.version === null;
  kept.openedAt = null;
  kept.bookmarked = false;
  try {
    const watch = (listing ? await list(kept) : null) ?? (await open(kept));
    if (watch === 'unsupported') return { type: 'unwatchable' };
    kept.watched = true;
    kept.openedAt = kept.reading.connection.patience.now();
    try {
      await restored(kept);
      await watchOn(kept, watch);
    } finally {
      watch.close();
    }
    return { type: 'ended' };
  } catch (error) {
    kept.signal.throwIfAborted();
    return endingOf(error, listing);
  }
}

async function open<T>({ reading, collection, times, version, signal }: Kept<T>): Promise<Watch<T> | 'unsupported'> {
  // A list that names no version cannot be watched on from.
  if (version === null || version === '') return 'unsupported';
  const start = { initial: false, resourceVersion: version } as const;
  const { resource, namespace } = collection;
  const options = { namespace, start, lifetime: lifetimeOf(reading), signal };
  return openWatch(reading.connection, resource, options, times.silence);
}

/** The watch, where the list goes on as one. */
async function list<T extends { readonly uid: string }>(kept: Kept<T>): Promise<Watch<T> | null> {
  const { reading, collection, stream, signal } = kept;
  const { connection, scope } = reading;
  const { resource, namespace } = collection;
  const options = { namespace, chunkSize: scope.chunkSize, stream, signal, lifetime: lifetimeOf(reading) };
  const events = readList(connection, resource, options);
  for (;;) {
    const { value, done } = await events.next();
    if (done === true) return listed(kept, value);
    await (value.type === 'seen' ? fold(kept, value.items, []) : fold(kept, [], value.uids));
  }
}

/** What is not in the list any more went while nobody watched. */
async function listed<T extends { readonly uid: string }>(
  kept: Kept<T>,
  { resourceVersion, seen, watch }: Listed<T>,
): Promise<Watch<T> | null> {
  const gone = [...kept.items.keys()].filter((uid) => !seen.has(uid));
  await fold(kept, [], gone);
  kept.version = resourceVersion;
  kept.read = true;
  kept.unserved = 0;
  kept.refused = 0;
  kept.silences = 0;
  await allowed(kept);
  await restored(kept);
  await setReadable(kept, true);
  kept.first.resolve({ type: 'read' });
  return watch;
}

async function watchOn<T extends { readonly uid: string }>(kept: Kept<T>, watch: Watch<T>): Promise<void> {
  for (;;) {
    const batch = await watch.next(kept.times.silence);
    if (batch === null) return;
    kept.silences = 0;
    const latest = new Map<string, T | null>();
    let error: ClusterError | null = null;
    for (const frame of batch.frames) {
      if (frame.type === 'BOOKMARK') kept.bookmarked = true;
      else if (frame.type === 'ERROR') error = refused(resourceName(kept.collection.resource), frame.status);
      else latest.set(frame.item.uid, frame.type === 'DELETED' ? null : frame.item);
    }
    const there = [...latest.values()].filter((item) => item !== null);
    const gone = [...latest.keys()].filter((uid) => latest.get(uid) === null);
    await fold(kept, there, gone);
    if (batch.resourceVersion !== '') kept.version = batch.resourceVersion;
    if (error !== null) throw error;
  }
}

function lifetimeOf({ connection }: Reading): number {
  const [least, most] = lifetime;
  return least + (most - least) * connection.patience.random();
}
