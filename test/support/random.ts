// Chance with a seed: the same choices on every machine.

export interface Chance {
  /** A whole number from 0 to below `count`. */
  below(count: number): number;
  /** One of several. */
  one<T>(all: readonly T[]): T;
  /** True that often. */
  often(share: number): boolean;
}

/** Mulberry32. */
export function chance(seed: number): Chance {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(next() * count);
  const one = <T>(all: readonly T[]): T => {
    const chosen = all[below(all.length)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  };
  return { below, one, often: (share) => next() < share };
}
