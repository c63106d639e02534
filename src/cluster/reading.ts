// One run of reading a cluster: what all its parts share, and how a collection is read in the scope that was asked for,
// whether the user may see all of it, some namespaces, or only one.
import type { Fact, Forbidden } from '../core/inventory.ts';
import { eachOf } from './channel.ts';
import type { ClusterConnection } from './connect.ts';
import type { Discovery } from './api-resources.ts';
import { ClusterError } from './errors.ts';
import type { Interning } from './interning.ts';
import { readList } from './list.ts';
import { namespaceResource, type Resource, resourceName } from './resource.ts';

export interface Scope {
  readonly namespaces: 'all' | readonly string[];
  /** Objects a page; 0: all in one. */
  readonly chunkSize: number;
  /** Addresses of Xray and Artifactory, to be told which namespaces serve them; none: not asked. */
  readonly serving?: readonly string[];
}

/** One collection in one namespace, or (null) across the cluster. */
export interface Collection<T> {
  readonly resource: Resource<T>;
  readonly namespace: string | null;
  readonly take: Take<T>;
  /** Worth the streaming list. */
  readonly stream: boolean;
}

export type Outcome =
  | { readonly type: 'read' }
  /** The server has no such resource. */
  | { readonly type: 'notServed' }
  | { readonly type: 'forbidden'; readonly message: string }
  /** While the cluster is followed: not read yet, but being tried. */
  | { readonly type: 'failed' };

/** Reads a collection once and reports it; one that follows the cluster goes on with it after that. */
export type Collect = <T extends { readonly uid: string }>(
  reading: Reading,
  collection: Collection<T>,
) => Promise<Outcome>;

/** A resource that is read namespace by namespace, though all of it was asked for. */
export interface Fallback {
  readonly resource: string;
  readonly read: (namespaces: readonly string[]) => Promise<Readable>;
}

export interface Reading {
  readonly connection: ClusterConnection;
  readonly discovery: Discovery;
  readonly interning: Interning;
  readonly scope: Scope;
  readonly signal: AbortSignal;
  readonly collect: Collect;
  /** Told where a resource may not be read across the cluster and is read in each namespace instead. */
  readonly fellBack?: (fallback: Fallback) => void;
  /** Waits where the consumer cannot keep up. */
  readonly report: (facts: readonly Fact[]) => Promise<void>;
  /** Reports it, but never twice. */
  readonly forbidden: (resource: string, namespace: string | null, message: string) => Promise<void>;
  readonly isForbidden: (resource: string, namespace: string | null) => boolean;
  /** Takes back what was reported as forbidden, if it was. */
  readonly allowed: (resource: string, namespace: string | null) => Promise<void>;
  /** Takes it back for every namespace. */
  readonly allowedEverywhere: (resource: string) => Promise<void>;
  /** The namespaces to ask one by one where the whole cluster may not be asked. */
  readonly namespaces: () => Promise<readonly string[]>;
}

export interface Take<T> {
  readonly seen: (items: readonly T[]) => readonly Fact[];
  readonly gone: (uids: readonly string[]) => readonly Fact[];
}

/** `namespaces`: those that could be read; null: all of them. `served` is false where the server has no such resource. */
export interface Readable {
  readonly namespaces: readonly string[] | null;
  readonly served: boolean;
}

/** How many requests for parts of one thing run at a time. */
export const atOnce = 8;

type Told = Pick<Forbidden, 'resource' | 'namespace'>;
type Kept = 'forbidden' | 'isForbidden' | 'allowed' | 'allowedEverywhere' | 'namespaces';

export function createReading(parts: Omit<Reading, Kept>): Reading {
  const told = new Map<string, Told>();
  let asked: Promise<readonly string[]> | null = null;
  const takeBack = async (isMeant: (one: Told) => boolean): Promise<void> => {
    const back = [...told.values()].filter(isMeant);
    if (back.length === 0) return;
    for (const one of back) told.delete(keyOf(one.resource, one.namespace));
    await parts.report(back.map((one): Fact => ({ type: 'ReadAllowed', ...one })));
  };
  const reading: Reading = {
    ...parts,
    forbidden: async (resource, namespace, message) => {
      if (told.has(keyOf(resource, namespace))) return;
      told.set(keyOf(resource, namespace), { resource, namespace });
      await parts.report([{ type: 'ReadForbidden', forbidden: { resource, namespace, message } }]);
    },
    isForbidden: (resource, namespace) => told.has(keyOf(resource, namespace)) || told.has(keyOf(resource, null)),
    allowed: (resource, namespace) => takeBack((one) => one.resource === resource && one.namespace === namespace),
    allowedEverywhere: (resource) => takeBack((one) => one.resource === resource),
    namespaces: () => (asked ??= listNamespaces(reading)),
  };
  return reading;
}

/** Reads a collection in scope and reports it; what may not be read is reported as forbidden, the rest is read. */
export async function readInScope<T extends { readonly uid: string }>(
  reading: Reading,
  resource: Resource<T>,
  take: Take<T>,
  stream = false,
): Promise<Readable> {
  const { scope } = reading;
  if (resource.namespaced && scope.namespaces !== 'all') {
    return readEach(reading, { resource, take, stream }, scope.namespaces);
  }
  const outcome = await reading.collect(reading, { resource, namespace: null, take, stream });
  if (outcome.type !== 'forbidden') return { namespaces: null, served: outcome.type === 'read' };
  const all = resource.namespaced ? await reading.namespaces() : [];
  // Where namespaces cannot be listed, what lies in the others stays unseen.
  const partial = !resource.namespaced || reading.isForbidden('namespaces', null);
  if (partial) await reading.forbidden(resourceName(resource), null, outcome.message);
  const read = (names: readonly string[]) => readEach(reading, { resource, take, stream }, names);
  if (resource.namespaced) reading.fellBack?.({ resource: resourceName(resource), read });
  return read(all);
}

/** In each of some namespaces by itself. */
export async function readEach<T extends { readonly uid: string }>(
  reading: Reading,
  what: Omit<Collection<T>, 'namespace'>,
  names: readonly string[],
): Promise<Readable> {
  const readable: string[] = [];
  const stream = what.stream && names.length === 1;
  let served = names.length === 0;
  await eachOf(names, atOnce, async (namespace) => {
    const outcome = await reading.collect(reading, { ...what, namespace, stream });
    if (outcome.type === 'forbidden') {
      await reading.forbidden(resourceName(what.resource), namespace, outcome.message);
    } else served ||= outcome.type === 'read';
    if (outcome.type === 'read') readable.push(namespace);
  });
  return { namespaces: readable.toSorted(), served };
}

/** Reads it, and that is all. */
export async function collectOnce<T extends { readonly uid: string }>(
  { connection, scope, signal, report }: Reading,
  { resource, namespace, take, stream }: Collection<T>,
): Promise<Outcome> {
  const { fieldSelector } = resource;
  const only = fieldSelector === undefined ? {} : { fieldSelector };
  const options = { namespace, chunkSize: scope.chunkSize, stream, signal, ...only };
  try {
    for await (const event of readList(connection, resource, options)) {
      const facts = event.type === 'seen' ? take.seen(event.items) : take.gone(event.uids);
      if (facts.length > 0) await report(facts);
    }
    return { type: 'read' };
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    if (error.status === 404 && !isEverywhere(resource)) return { type: 'notServed' };
    if (error.status !== 403) throw error;
    return { type: 'forbidden', message: error.serverMessage };
  }
}

/** What every API server serves: one that does not know it is none, or not what was meant to be asked. */
export function isEverywhere({ group, plural }: Resource<unknown>): boolean {
  return group === '' && plural === 'pods';
}

function keyOf(resource: string, namespace: string | null): string {
  return `${resource}/${namespace ?? ''}`;
}

/** Where they may not be listed: the one of the connection. */
export async function listNamespaces(reading: Reading): Promise<readonly string[]> {
  const { connection, scope, signal } = reading;
  const names: string[] = [];
  const options = { namespace: null, chunkSize: scope.chunkSize, stream: false, signal };
  try {
    for await (const event of readList(connection, namespaceResource(), options)) {
      if (event.type === 'seen') names.push(...event.items.map(({ name }) => name));
    }
    await reading.allowed('namespaces', null);
    return [...new Set(names)];
  } catch (error) {
    if (!(error instanceof ClusterError) || error.status !== 403) throw error;
    await reading.forbidden('namespaces', null, error.serverMessage);
    return [connection.namespace];
  }
}
