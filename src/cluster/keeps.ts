// All collections that are kept while a cluster is followed, each once.
import type { OwnerReference } from '../core/workload.ts';
import { ClusterError } from './errors.ts';
import { keep } from './keep.ts';
import type { Hooks, Times } from './kept.ts';
import type { Collect, Outcome } from './reading.ts';
import { resourceName } from './resource.ts';

interface KeptCollection {
  readonly resource: string;
  readonly namespace: string | null;
  readonly first: Promise<Outcome>;
  readonly items: ReadonlyMap<string, { readonly uid: string; readonly owner?: OwnerReference | null }>;
  readonly forget: () => Promise<void>;
}

export interface Keeps {
  /** Begins to keep a collection; while the first reading is under way, its errors are thrown. */
  readonly collect: Collect;
  readonly all: () => readonly KeptCollection[];
  /** Uids of all owners that anything kept names. */
  readonly named: () => ReadonlySet<string>;
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
    const key = `${resource}/${namespace ?? ''}`;
    const known = kept.get(key);
    if (known !== undefined) return outcomeOf(known.first, begun);
    const { first, items, forget, over } = keep(reading, collection, times, hooks(resource, namespace));
    kept.set(key, { resource, namespace, first, items, forget });
    over.then(() => kept.delete(key), fail);
    return outcomeOf(first, begun);
  };
  const named = (): ReadonlySet<string> => {
    const uids = new Set<string>();
    for (const { items } of kept.values()) {
      for (const { owner } of items.values()) if (owner) uids.add(owner.uid);
    }
    return uids;
  };
  return { collect, all: () => [...kept.values()], named };
}

async function outcomeOf(first: Promise<Outcome>, begun: () => boolean): Promise<Outcome> {
  try {
    return await first;
  } catch (error) {
    // What the server itself refuses may be one broken kind, as where its conversion webhook does not answer.
    const isRefusal = error instanceof ClusterError && error.status !== null && error.fault !== 'unauthorized';
    if (begun() || isRefusal) return { type: 'failed' };
    throw error;
  }
}
