// Owner chains: which owners are named by pods and objects but were not in any list, and what they are. Custom kinds are
// read by their metadata alone, at any depth.
import { builtinKindOf } from '../core/kind.ts';
import type { Fact } from '../core/inventory.ts';
import type { OwnerObject, OwnerReference } from '../core/workload.ts';
import { acceptFor, isProtobuf, readJson, refusalOf } from './answers.ts';
import { eachOf } from './channel.ts';
import { readAll } from './http.ts';
import { ClusterError } from './errors.ts';
import { openEnvelope } from './protobuf.ts';
import { atOnce, type Reading } from './reading.ts';
import { readList } from './list.ts';
import { metadataResource, ownerResources, type Resource, resourceName, resourcePath } from './resource.ts';

export interface Wanted {
  readonly owner: OwnerReference;
  /** Of the object that names it. */
  readonly namespace: string;
}

export interface Owners {
  /** Somebody's owner, to be found sooner or later. */
  readonly named: (owner: OwnerReference | null, namespace: string | null) => void;
  readonly seen: (uid: string) => void;
  readonly gone: (uid: string) => void;
  readonly isSeen: (uid: string) => boolean;
  /** Whether `takeMissing` would give any. */
  readonly isMissing: () => boolean;
  /** Named, not seen, and not taken before. */
  readonly takeMissing: () => readonly Wanted[];
  /** Forgets what was taken: these are all that anybody names. */
  readonly again: (named: Iterable<Wanted>) => void;
}

/** Reads owners of one kind, all in one group and version; what cannot be read is reported as missing. */
export type ReadKind = (reading: Reading, owners: Owners, wanted: readonly Wanted[]) => Promise<void>;

/** So many of one kind are read one by one; more of them by a list. */
const few = 8;

export function createOwners(): Owners {
  const known = new Set<string>();
  const wanted = new Map<string, Wanted>();
  const taken = new Set<string>();
  const forgetKnown = (): void => {
    for (const uid of wanted.keys()) if (known.has(uid)) wanted.delete(uid);
  };
  const named = (owner: OwnerReference | null, namespace: string | null): void => {
    if (owner === null || known.has(owner.uid) || taken.has(owner.uid) || wanted.has(owner.uid)) return;
    // A mirror pod's owner is its Node, which ends the chain.
    if (owner.kind === 'Node' && owner.apiVersion === 'v1') return;
    wanted.set(owner.uid, { owner, namespace: namespace ?? '' });
  };
  return {
    named,
    seen: (uid) => {
      known.add(uid);
      taken.delete(uid);
    },
    gone: (uid) => known.delete(uid),
    isSeen: (uid) => known.has(uid),
    isMissing: () => {
      forgetKnown();
      return wanted.size > 0;
    },
    takeMissing: () => {
      forgetKnown();
      const missing = [...wanted.values()];
      wanted.clear();
      for (const { owner } of missing) taken.add(owner.uid);
      return missing;
    },
    again: (all) => {
      taken.clear();
      wanted.clear();
      for (const { owner, namespace } of all) named(owner, namespace);
    },
  };
}

/** Reads what is missing, then what that names in turn, until nothing is; what cannot be read is reported as missing. */
export async function readMissingOwners(reading: Reading, owners: Owners, readKind: ReadKind): Promise<void> {
  for (let missing = owners.takeMissing(); missing.length > 0; missing = owners.takeMissing()) {
    const kinds = Map.groupBy(missing, ({ owner }) => `${owner.apiVersion} ${owner.kind}`);
    await eachOf(kinds.values(), atOnce, (ofOneKind) => readKind(reading, owners, ofOneKind));
  }
}

/** Few one by one, many by a list of their kind. */
export async function readKind(reading: Reading, owners: Owners, wanted: readonly Wanted[]): Promise<void> {
  const resource = await resourceFor(reading, wanted[0]?.owner);
  if (resource === null) return reading.report(wanted.map((one) => missing(one, null)));
  const one = (single: Wanted): Promise<void> => readSingle(reading, owners, resource, single);
  if (wanted.length <= few) return eachOf(wanted, atOnce, one);
  const left = await readListed(reading, owners, resource, wanted);
  // A built-in kind's list was read before: only what came meanwhile is left, or what may not be listed.
  await reading.report(left.map((lost) => missing(lost, resource)));
}

/** A built-in kind with its template, any other by metadata; null where the server does not know it. */
export async function resourceFor(
  reading: Reading,
  owner: OwnerReference | undefined,
): Promise<Resource<OwnerObject> | null> {
  if (owner === undefined) return null;
  const { apiVersion, kind } = owner;
  const { discovery, interning } = reading;
  const builtin = builtinKindOf(apiVersion, kind);
  const full = ownerResources(interning, apiVersion === 'batch/v1beta1' ? 'v1beta1' : 'v1').find(
    ({ group, plural }) => group === builtin?.group && plural === builtin.resource,
  );
  if (full !== undefined) return full;
  const found = await discovery.find(apiVersion, kind);
  if (found === null) return null;
  const { group, version, name: plural, namespaced, scalable } = found;
  return metadataResource({ group, version, plural, namespaced }, { apiVersion, kind, plural, scalable }, interning);
}

async function readSingle(
  reading: Reading,
  owners: Owners,
  resource: Resource<OwnerObject>,
  wanted: Wanted,
): Promise<void> {
  const object = await readOwner(reading, resource, wanted);
  await reading.report([object === null ? missing(wanted, resource) : found(owners, object)]);
}

/** One owner by its name; null where it cannot be read, or is not the one any more that was named. */
export async function readOwner(
  reading: Reading,
  resource: Resource<OwnerObject>,
  { owner, namespace }: Wanted,
): Promise<OwnerObject | null> {
  const { connection, signal } = reading;
  const path = resourcePath(resource, namespace, owner.name);
  const accept = acceptFor({ metadataOnly: resource.metadataOnly, list: false });
  const answer = await connection.request(path, { accept, signal });
  if (answer.status !== 200) {
    const { message } = await refusalOf(answer);
    const where = resource.namespaced ? namespace : null;
    if (answer.status === 403) await reading.forbidden(resourceName(resource), where, message);
    return null;
  }
  const object = isProtobuf(answer)
    ? openEnvelope(await readAll(answer.body), resource.readProtobuf)
    : resource.readJson(await readJson(answer, resourceName(resource)));
  // Of a built-in kind the list is what counts, and may still be forbidden.
  if (resource.metadataOnly) await reading.allowed(resourceName(resource), resource.namespaced ? namespace : null);
  return object.uid === owner.uid ? object : null;
}

/** Those that were not found. */
async function readListed(
  reading: Reading,
  owners: Owners,
  resource: Resource<OwnerObject>,
  wanted: readonly Wanted[],
): Promise<readonly Wanted[]> {
  const left = new Map(wanted.map((one) => [one.owner.uid, one]));
  const whole = !resource.namespaced || reading.scope.namespaces === 'all';
  const scopes = whole ? [null] : [...new Set(wanted.map(({ namespace }) => namespace))];
  const readOne = async (namespace: string | null): Promise<boolean> => {
    const { connection, scope, signal } = reading;
    if (reading.isForbidden(resourceName(resource), namespace)) return false;
    const options = { namespace, chunkSize: scope.chunkSize, stream: false, signal };
    try {
      for await (const event of readList(connection, resource, options)) {
        if (event.type === 'gone') continue;
        const objects = event.items.filter(({ uid }) => left.delete(uid));
        await reading.report(objects.map((object) => found(owners, object)));
      }
      return true;
    } catch (error) {
      if (!(error instanceof ClusterError) || error.status === null) throw error;
      if (error.status === 403 && !(whole && resource.namespaced)) {
        await reading.forbidden(resourceName(resource), namespace, error.serverMessage);
      }
      return false;
    }
  };
  await eachOf(scopes, atOnce, async (namespace) => {
    if ((await readOne(namespace)) || namespace !== null || !resource.namespaced) return;
    const each = new Set(wanted.map((one) => one.namespace));
    await eachOf(each, atOnce, async (one) => void (await readOne(one)));
  });
  return [...left.values()];
}

function found(owners: Owners, object: OwnerObject): Fact {
  owners.seen(object.uid);
  owners.named(object.owner, object.namespace);
  return { type: 'ObjectSeen', object };
}

/** `resource` null: the server does not know the kind, and so not whether it is namespaced. */
export function missing({ owner, namespace }: Wanted, resource: Resource<OwnerObject> | null): Fact {
  return { type: 'OwnerMissing', owner, namespace, clusterScoped: resource !== null && !resource.namespaced };
}
