// Follows a cluster: tells all that is there as `read` does, and then for ever what changes. Each collection is kept by
// itself (keep.ts); here they are put together, and what no watch tells is looked at again and again: new namespaces,
// owners that could not be read, kinds that are served only now.
import type { Fact } from '../core/inventory.ts';
import { createDiscovery } from './api-resources.ts';
import { createChannel } from './channel.ts';
import type { ClusterConnection } from './connect.ts';
import type { NodeSeen } from './decode-other.ts';
import { createDerived, createShelf } from './derived.ts';
import { endingOf } from './ending.ts';
import { readEverything } from './everything.ts';
import { createAgingInterning } from './interning-aging.ts';
import { createKeeps, type Keeps } from './keeps.ts';
import type { Times } from './kept.ts';
import { createScaledObjects, scaledObjectsName } from './keda.ts';
import { createOwners, readMissingOwners } from './owners.ts';
import { createFollowedOwners } from './owners-followed.ts';
import { createProtection } from './protect-followed.ts';
import { createReading, type Fallback, listNamespaces, type Reading, type Scope, type Take } from './reading.ts';
import { createServing } from './serving.ts';

/** So many facts may wait before reading pauses. */
const waiting = 20_000;

interface Parts {
  readonly connection: ClusterConnection;
  readonly scope: Scope;
  readonly times: Times;
  readonly signal: AbortSignal;
  readonly report: (facts: readonly Fact[]) => Promise<void>;
  readonly fail: (error: unknown) => void;
}

/** Batches of facts, for ever; ends quietly once the signal aborts. Throws before `ClusterRead` alone, as `read` does. */
export async function* follow(
  connection: ClusterConnection,
  scope: Scope,
  times: Times,
  signal: AbortSignal,
): AsyncGenerator<readonly Fact[], void> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const channel = createChannel<Fact>(waiting);
  // Whatever comes of what was aborted comes after the end, which is what counts.
  both.addEventListener('abort', channel.end, { once: true });
  if (both.aborted) channel.end();
  followAll({ connection, scope, times, signal: both, report: channel.put, fail: channel.fail }).catch(channel.fail);
  try {
    yield* channel.batches();
  } finally {
    stop.abort();
  }
}

/** Rejects where the cluster cannot be read at all, or with an error of ours; else goes on until the signal aborts. */
async function followAll(parts: Parts): Promise<void> {
  const { connection, times, signal } = parts;
  const owners = createOwners();
  const followedOwners = createFollowedOwners(owners);
  const keda = createScaledObjects();
  const readable = createReadableNamespaces(parts.report);
  const fallbacks: Fallback[] = [];
  let begun = false;
  const keeps = createKeeps({
    times,
    begun: () => begun,
    fail: parts.fail,
    hooks: (resource, namespace) => ({
      reported: () => finder.look(),
      readable: async (yes) => (resource === 'pods' ? readable.set(namespace, yes) : undefined),
      ended: () => (resource === scaledObjectsName ? keda.forget() : followedOwners.forget(resource)),
    }),
  });
  const interning = createAgingInterning();
  const reading = createReading({
    ...parts,
    interning,
    discovery: createDiscovery(connection, signal),
    collect: keeps.collect,
    fellBack: (fallback) => void fallbacks.push(fallback),
  });
  /** What the server serves may have changed since it was asked. */
  const anew = (): Reading => ({ ...reading, discovery: createDiscovery(connection, signal) });
  const finder = createFinder(
    () => begun && owners.isMissing(),
    () => tried(() => readMissingOwners(anew(), owners, followedOwners.readKind), signal, parts.fail),
  );
  const protection = createProtection(reading);
  const readServing = createServing();
  await readEverything(reading, {
    owners,
    nodes: takeNodes(),
    readProtected: protection.follow,
    readScaledObjects: keda.follow,
    readServing,
    readKind: followedOwners.readKind,
  });
  begun = true;
  interning.settled();
  await readable.begin();
  for (;;) {
    finder.look();
    await connection.patience.sleep(times.retry, signal);
    const again = [
      () => lookForNamespaces(reading, fallbacks, keeps),
      () => followedOwners.again(reading, keeps.named()),
      () => keda.follow(anew()),
      protection.again,
      () => readServing(reading),
    ];
    for (const one of again) await tried(one, signal, parts.fail);
  }
}

/** What the world does to it is met by the next try. */
async function tried(call: () => Promise<void>, signal: AbortSignal, fail: (error: unknown) => void): Promise<void> {
  try {
    await call();
  } catch (error) {
    signal.throwIfAborted();
    try {
      endingOf(error, false);
    } catch (ours) {
      fail(ours);
    }
  }
}

/** Runs `find` for as long as there is something to find, never twice at a time. */
function createFinder(isMissing: () => boolean, find: () => Promise<void>) {
  let finding = false;
  const run = async (): Promise<void> => {
    while (isMissing()) await find();
    finding = false;
  };
  const look = (): void => {
    if (finding || !isMissing()) return;
    finding = true;
    // It only rejects once all is aborted.
    run().catch(() => {});
  };
  return { look };
}

/** In which namespaces pods can be read, told again when that changes. */
function createReadableNamespaces(report: (facts: readonly Fact[]) => Promise<void>) {
  const readable = new Set<string | null>();
  let begun = false;
  let changed = false;
  const tell = async (): Promise<void> => {
    const names = [...readable].filter((name) => name !== null).toSorted();
    await report([{ type: 'NamespacesRead', namespaces: readable.has(null) ? null : names }]);
  };
  return {
    set: async (namespace: string | null, yes: boolean): Promise<void> => {
      if (yes) readable.add(namespace);
      else readable.delete(namespace);
      changed ||= !yes;
      if (begun) await tell();
    },
    /** The first reading has told by itself what it could read. */
    begin: async (): Promise<void> => {
      begun = true;
      if (changed) await tell();
    },
  };
}

/** Where each namespace is read by itself: new ones are followed too, and what was in those that are gone is gone. */
async function lookForNamespaces(reading: Reading, fallbacks: readonly Fallback[], keeps: Keeps): Promise<void> {
  if (fallbacks.length === 0) return;
  const names = await listNamespaces(reading);
  if (reading.isForbidden('namespaces', null)) return;
  for (const { resource, read } of fallbacks) {
    await reading.allowed(resource, null);
    const kept = keeps.all().filter((one) => one.resource === resource && one.namespace !== null);
    const known = new Set(kept.map(({ namespace }) => namespace));
    await read(names.filter((name) => !known.has(name)));
    for (const one of kept) if (!names.includes(one.namespace ?? '')) await one.forget();
  }
}

function takeNodes(): Take<NodeSeen> {
  const { items, take } = createShelf<NodeSeen>();
  const nodes = () => new Map([...items.values()].map(({ name, platform }) => [name, { name, platform }]));
  return take(
    createDerived(
      nodes,
      ({ name, platform }) => ({ type: 'NodeSeen', name, platform }),
      ({ name }) => ({ type: 'NodeGone', name }),
    ),
  );
}
