// Which workloads fall under which key (an image, an answer), kept from turn to turn: a turn costs one look at each workload,
// and work only for those that were judged anew.
import type { Judgement } from '../../core/judgement.ts';
import type { State } from '../../core/state.ts';

export interface Members<K, V> {
  /** Brings it up to date; gives back the keys whose members are others, or otherwise than before. */
  readonly update: (state: State) => ReadonlySet<K>;
  /** By the uid of the workload; a key without members is not there. */
  readonly all: ReadonlyMap<K, ReadonlyMap<string, V>>;
}

interface Kept<K, V> {
  readonly judgement: Judgement;
  readonly parts: ReadonlyMap<K, V>;
}

/** `partsOf` says where a judgement belongs; what is `alike` touches nothing. */
export function createMembers<K, V>(
  partsOf: (judgement: Judgement, state: State) => ReadonlyMap<K, V>,
  alike: (one: V, other: V) => boolean,
): Members<K, V> {
  const kept = new Map<string, Kept<K, V>>();
  const all = new Map<K, Map<string, V>>();
  const remove = (key: K, uid: string, touched: Set<K>): void => {
    const members = all.get(key);
    members?.delete(uid);
    if (members?.size === 0) all.delete(key);
    touched.add(key);
  };
  const put = (uid: string, judgement: Judgement, state: State, touched: Set<K>): void => {
    const before = kept.get(uid)?.parts;
    const parts = partsOf(judgement, state);
    kept.set(uid, { judgement, parts });
    for (const key of before?.keys() ?? []) if (!parts.has(key)) remove(key, uid, touched);
    for (const [key, value] of parts) {
      const known = before?.get(key);
      if (known === undefined || !alike(known, value)) touched.add(key);
      const members = all.get(key);
      if (members === undefined) all.set(key, new Map([[uid, value]]));
      else members.set(uid, value);
    }
  };
  return {
    all,
    update: (state) => {
      const touched = new Set<K>();
      for (const [uid, judgement] of state.judged) {
        if (kept.get(uid)?.judgement !== judgement) put(uid, judgement, state, touched);
      }
      if (kept.size === state.judged.size) return touched;
      for (const [uid, { parts }] of kept) {
        if (state.judged.has(uid)) continue;
        kept.delete(uid);
        for (const key of parts.keys()) remove(key, uid, touched);
      }
      return touched;
    },
  };
}
