// Interning for a cluster that is watched for weeks: texts of pods that are long gone must not stay for ever.
import { createInterning, type Interning } from './interning.ts';

export interface AgingInterning extends Interning {
  /** The cluster was read once: by its size now is measured what may come to be forgotten. */
  readonly settled: () => void;
}

/** Fewer entries than this are not worth the trouble: about ten megabytes. */
const few = 65_536;

/**
 * Starts anew with empty tables once they have grown far beyond what they held when the cluster had been read. What lives
 * keeps its own texts; at worst it shares them no more with what comes later.
 */
export function createAgingInterning(smallest = few): AgingInterning {
  let current = createInterning();
  let limit = Infinity;
  const young = (): Interning => {
    if (current.size() > limit) current = createInterning();
    return current;
  };
  return {
    text: (pbf) => current.text(pbf),
    same: (text) => current.same(text),
    owner: (owner) => current.owner(owner),
    labels: (pairs) => current.labels(pairs),
    // Every pod and every template has some, so this is often enough to look.
    containers: (containers) => young().containers(containers),
    size: () => current.size(),
    settled: () => (limit = Math.max(smallest, 2 * current.size())),
  };
}
