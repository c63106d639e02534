// Owners of custom kinds while a cluster is followed: a kind is followed from the first object on that somebody names as
// owner. Where a kind may not be listed, the owners that are named are read one by one, again and again.
import type { Fact } from '../core/inventory.ts';
import { builtinKindOf } from '../core/kind.ts';
import type { OwnerObject } from '../core/workload.ts';
import { alike } from './alike.ts';
import { eachOf } from './channel.ts';
import { readInScope, atOnce, type Reading, type Take } from './reading.ts';
import { takeOwners } from './everything.ts';
import { missing, type Owners, readOwner, type ReadKind, resourceFor, type Wanted } from './owners.ts';
import { type Resource, resourceName } from './resource.ts';

export interface FollowedOwners {
  readonly readKind: ReadKind;
  /** Prepares another look at all that could not be read; `named` are all owners that somebody names, by uid. */
  readonly again: (reading: Reading, named: ReadonlyMap<string, Wanted>) => Promise<void>;
  /** The server does not serve this kind any more. */
  readonly forget: (resource: string) => void;
}

interface Single {
  readonly wanted: Wanted;
  object: OwnerObject | null;
}

export function createFollowedOwners(owners: Owners): FollowedOwners {
  /** By apiVersion and kind. */
  const resources = new Map<string, Resource<OwnerObject>>();
  /** By the resource's name: resolves when it was listed once. */
  const followed = new Map<string, Promise<unknown>>();
  const singles = new Map<string, Single>();
  /** Uids that were told to be missing. */
  const told = new Set<string>();
  const unlisted = createUnlisted();

  const find = async (reading: Reading, { owner }: Wanted): Promise<Resource<OwnerObject> | null> => {
    const key = `${owner.apiVersion} ${owner.kind}`;
    const resource = resources.get(key) ?? (await resourceFor(reading, owner));
    if (resource !== null) resources.set(key, resource);
    return resource;
  };
  const tell = async (reading: Reading, all: readonly Wanted[], resource: Resource<OwnerObject> | null) => {
    const news = all.filter(({ owner }) => !told.has(owner.uid));
    for (const { owner } of news) told.add(owner.uid);
    await reading.report(news.map((one) => missing(one, resource)));
  };
  const refresh = async (reading: Reading, resource: Resource<OwnerObject>, wanted: Wanted): Promise<void> => {
    const { uid } = wanted.owner;
    const object = await readOwner(reading, resource, wanted);
    const before = singles.get(uid)?.object ?? null;
    // Its kind may have become readable meanwhile: then the watch knows better.
    if (owners.isSeen(uid)) return void singles.delete(uid);
    singles.set(uid, { wanted, object });
    if (object === null) {
      if (before !== null) await reading.report([{ type: 'ObjectGone', uid }]);
      return tell(reading, [wanted], resource);
    }
    owners.named(object.owner, object.namespace);
    if (!alike(before, object)) await reading.report([{ type: 'ObjectSeen', object }]);
  };
  const readKind: ReadKind = async (reading, _, wanted) => {
    const [first] = wanted;
    const resource = first === undefined ? null : await find(reading, first);
    if (resource === null) return tell(reading, wanted, null);
    const name = resourceName(resource);
    const isBuiltin = first !== undefined && builtinKindOf(first.owner.apiVersion, first.owner.kind) !== undefined;
    if (!isBuiltin) {
      const listing =
        followed.get(name) ?? readInScope(unlisted.quiet(reading), resource, takeCustom(owners, resource));
      followed.set(name, listing);
      await listing;
    }
    const left = wanted.filter(({ owner }) => !owners.isSeen(owner.uid));
    const isHidden = ({ namespace }: Wanted): boolean => {
      const where = resource.namespaced ? namespace : null;
      return reading.isForbidden(name, where) || unlisted.has(name, where);
    };
    await eachOf(left.filter(isHidden), atOnce, (one) => refresh(reading, resource, one));
    // Of a built-in kind, and of one that is watched, it may still come.
    const gone = left.filter((one) => !isHidden(one));
    if (!resource.namespaced) await tell(reading, gone, resource);
  };
  const again = async (reading: Reading, namedByKept: ReadonlyMap<string, Wanted>): Promise<void> => {
    const named = withOwnersOf(singles, namedByKept);
    for (const uid of told) if (!named.has(uid)) told.delete(uid);
    const gone = [...singles].filter(([uid]) => !named.has(uid));
    for (const [uid] of gone) singles.delete(uid);
    await reading.report(
      gone.flatMap(([uid, { object }]): Fact[] => (object === null ? [] : [{ type: 'ObjectGone', uid }])),
    );
    owners.again(named.values());
  };
  const forget = (name: string): void => {
    followed.delete(name);
    for (const [key, resource] of resources) if (resourceName(resource) === name) resources.delete(key);
  };
  return { readKind, again, forget };
}

/** Custom kinds that may not be listed. That is no news: it is news where an owner cannot be read by itself either. */
function createUnlisted() {
  const unlisted = new Set<string>();
  const quiet = (reading: Reading): Reading => ({
    ...reading,
    forbidden: async (resource, namespace) => void unlisted.add(`${resource}/${namespace ?? ''}`),
    allowed: async (resource, namespace) => {
      unlisted.delete(`${resource}/${namespace ?? ''}`);
      await reading.allowed(resource, namespace);
    },
    allowedEverywhere: async (resource) => {
      for (const key of unlisted) if (key.startsWith(`${resource}/`)) unlisted.delete(key);
      await reading.allowedEverywhere(resource);
    },
  });
  const has = (resource: string, namespace: string | null): boolean =>
    unlisted.has(`${resource}/${namespace ?? ''}`) || unlisted.has(`${resource}/`);
  return { quiet, has };
}

/** Owners that were read one by one name owners in turn. */
function withOwnersOf(
  singles: ReadonlyMap<string, Single>,
  named: ReadonlyMap<string, Wanted>,
): ReadonlyMap<string, Wanted> {
  const all = new Map(named);
  // A map is walked through to its end, also where it grows meanwhile.
  for (const uid of all.keys()) {
    const object = singles.get(uid)?.object;
    if (object?.owner && !all.has(object.owner.uid)) {
      all.set(object.owner.uid, { owner: object.owner, namespace: object.namespace ?? '' });
    }
  }
  return all;
}

/** Below a cluster-scoped owner a chain ends, also when the owner itself is gone. */
function takeCustom(owners: Owners, resource: Resource<OwnerObject>): Take<OwnerObject> {
  const take = takeOwners(owners);
  if (resource.namespaced) return take;
  const items = new Map<string, OwnerObject>();
  return {
    seen: (objects) => {
      for (const object of objects) items.set(object.uid, object);
      return take.seen(objects);
    },
    gone: (uids) => {
      const lost = uids.flatMap((uid): Fact[] => {
        const object = items.get(uid);
        items.delete(uid);
        if (object === undefined) return [];
        const { apiVersion, kind, name } = object;
        const owner = { apiVersion, kind, name, uid };
        return [{ type: 'OwnerMissing', owner, namespace: '', clusterScoped: true }];
      });
      return [...take.gone(uids), ...lost];
    },
  };
}
