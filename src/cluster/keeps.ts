// All collections that are kept while a cluster is followed, each once.
import type { OwnerReference } from '../core/workload.ts';
import { keep } from './keep.ts';
import type { Hooks, Times } from './kept.ts';
import type { Wanted } from './owners.ts';
import type { Collect, Outcome } from './reading.ts';
import { resourceName, resourcePath } from './resource.ts';

interface Owned {
  readonly uid: string;
  readonly namespace?: string | null;
  readonly owner?: OwnerReference | null;
}

interface KeptCollection {
  readonly resource: string;
  readonly namespace: string | null;
  readonly first: Promise<Outcome>;
  readonly items: ReadonlyMap<string, Owned>;
  readonly forget: () => Promise<void>;
}

export interface Keeps {
  /** Begins to keep a collection; while the first reading is under way, its errors are thrown. */
  readonly collect: Collect;
  readonly all: () => readonly KeptCollection[];
  /** All owners that anything kept names, by uid. */
  readonly named: () => ReadonlyMap<string, Wanted>;
}

export interface KeepsParts {
  readonly times: Times;
  readonly hooks: (resource: string, namespace: string | null) => Hooks;
  /** Whether all was read once: from then on nothing that fails is an error, it is tried again. */
  readonly begun: () => boolean;
  /** For an error of ours. */
  readonly fail: (error: unknown) => void;
}

export function createKeeps({ times, hooks, begun, fail }: KeepsParts): Keeps {
  const kept = new Map<string, KeptCollection>();
  const collect: Collect = async (reading, collection) => {
    const { namespace } = collection;
    const resource = resourceName(collection.resource);
    const key = resourcePath(collection.resource, namespace);
    const known = kept.get(key);
    // One custom kind may be broken, as where its conversion webhook does not answer: the rest is followed all the same.
    const mayFail = () => begun() || collection.resource.metadataOnly;
    if (known !== undefined) return outcomeOf(known.first, mayFail);
    const { first, items, forget, over } = keep(reading, collection, times, hooks(resource, namespace));
    kept.set(key, { resource, namespace, first, items, forget });
    over.then(() => kept.delete(key), fail);
    return outcomeOf(first, mayFail);
  };
  const named = (): ReadonlyMap<string, Wanted> => {
    const all = new Map<string, Wanted>();
    for (const { items } of kept.values()) {
      for (const { owner, namespace } of items.values()) {
        if (owner && !all.has(owner.uid)) all.set(owner.uid, { owner, namespace: namespace ?? '' });
      }
    }
    return all;
  };
  return { collect, all: () => [...kept.values()], named };
}

async function outcomeOf(first: Promise<Outcome>, mayFail: () => boolean): Promise<Outcome> {
  try {
    return await first;
  } catch (error) {
    if (!mayFail()) throw error;
    return { type: 'failed' };
  }
}
