// One run of reading a cluster: what all its parts share, and how a collection is read in the scope that was asked for,
// whether the user may see all of it, some namespaces, or only one.
import type { Fact } from '../core/inventory.ts';
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

export interface Reading {
  readonly connection: ClusterConnection;
  readonly discovery: Discovery;
  readonly interning: Interning;
  readonly scope: Scope;
  readonly signal: AbortSignal;
  /** Waits where the consumer cannot keep up. */
  readonly report: (facts: readonly Fact[]) => Promise<void>;
  /** Reports it, but never twice. */
  readonly forbidden: (resource: string, namespace: string | null, message: string) => Promise<void>;
  readonly isForbidden: (resource: string, namespace: string | null) => boolean;
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

type Outcome = 'read' | 'forbidden' | 'notServed';

export function createReading(parts: Omit<Reading, 'forbidden' | 'isForbidden' | 'namespaces'>): Reading {
  const told = new Set<string>();
  let asked: Promise<readonly string[]> | null = null;
  const reading: Reading = {
    ...parts,
    forbidden: async (resource, namespace, message) => {
      if (told.has(keyOf(resource, namespace))) return;
      told.add(keyOf(resource, namespace));
      await parts.report([{ type: 'ReadForbidden', forbidden: { resource, namespace, message } }]);
    },
    isForbidden: (resource, namespace) => told.has(keyOf(resource, namespace)) || told.has(keyOf(resource, null)),
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
  const whole = !resource.namespaced || scope.namespaces === 'all';
  const names = scope.namespaces === 'all' ? [] : scope.namespaces;
  if (!whole) return readEach(reading, resource, take, stream, names);
  const refusal: { message: string } = { message: '' };
  const outcome = await readOne(reading, resource, null, take, stream, refusal);
  if (outcome !== 'forbidden') return { namespaces: null, served: outcome === 'read' };
  const all = resource.namespaced ? await reading.namespaces() : [];
  // Where namespaces cannot be listed, what lies in the others stays unseen.
  const partial = !resource.namespaced || reading.isForbidden('namespaces', null);
  if (partial) await reading.forbidden(resourceName(resource), null, refusal.message);
  return readEach(reading, resource, take, stream, all);
}

async function readEach<T extends { readonly uid: string }>(
  reading: Reading,
  resource: Resource<T>,
  take: Take<T>,
  stream: boolean,
  names: readonly string[],
): Promise<Readable> {
  const readable: string[] = [];
  let served = names.length === 0;
  await eachOf(names, atOnce, async (namespace) => {
    const refusal = { message: '' };
    const outcome = await readOne(reading, resource, namespace, take, stream && names.length === 1, refusal);
    if (outcome === 'forbidden') await reading.forbidden(resourceName(resource), namespace, refusal.message);
    else served ||= outcome === 'read';
    if (outcome === 'read') readable.push(namespace);
  });
  return { namespaces: readable.toSorted(), served };
}

async function readOne<T extends { readonly uid: string }>(
  reading: Reading,
  resource: Resource<T>,
  namespace: string | null,
  take: Take<T>,
  stream: boolean,
  refusal: { message: string },
): Promise<Outcome> {
  const { connection, scope, signal } = reading;
  const { fieldSelector } = resource;
  const only = fieldSelector === undefined ? {} : { fieldSelector };
  const options = { namespace, chunkSize: scope.chunkSize, stream, signal, ...only };
  try {
    for await (const event of readList(connection, resource, options)) {
      const facts = event.type === 'seen' ? take.seen(event.items) : take.gone(event.uids);
      if (facts.length > 0) await reading.report(facts);
    }
    return 'read';
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    if (error.status === 404) return 'notServed';
    if (error.status !== 403) throw error;
    refusal.message = error.serverMessage;
    return 'forbidden';
  }
}

function keyOf(resource: string, namespace: string | null): string {
  return `${resource}/${namespace ?? ''}`;
}

async function listNamespaces(reading: Reading): Promise<readonly string[]> {
  const { connection, scope, signal } = reading;
  const names: string[] = [];
  const options = { namespace: null, chunkSize: scope.chunkSize, stream: false, signal };
  try {
    for await (const event of readList(connection, namespaceResource(), options)) {
      if (event.type === 'seen') names.push(...event.items.map(({ name }) => name));
    }
    return [...new Set(names)];
  } catch (error) {
    if (!(error instanceof ClusterError) || error.status !== 403) throw error;
    await reading.forbidden('namespaces', null, error.serverMessage);
    return [connection.namespace];
  }
}
