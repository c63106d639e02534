// Facts that follow from several objects together: told when one begins to hold or has changed, and when it ends. Two
// objects may say the same, and a new one may come under an old name before the old one is known to be gone.
import type { Fact } from '../core/inventory.ts';
import { alike } from './alike.ts';
import type { Take } from './reading.ts';

/** Gives the facts since the last call. `current` is what holds now, by any key. */
export function createDerived<T>(
  current: () => ReadonlyMap<string, T>,
  holds: (one: T) => Fact,
  ended: (one: T) => Fact,
): () => readonly Fact[] {
  const told = new Map<string, T>();
  return () => {
    const facts: Fact[] = [];
    const now = current();
    for (const [key, one] of told) {
      if (now.has(key)) continue;
      told.delete(key);
      facts.push(ended(one));
    }
    for (const [key, one] of now) {
      if (told.has(key) && alike(told.get(key), one)) continue;
      told.set(key, one);
      facts.push(holds(one));
    }
    return facts;
  };
}

/** The objects of some collections by uid, kept for what follows from them. */
export function createShelf<T extends { readonly uid: string }>() {
  const items = new Map<string, T>();
  const take = (facts: () => readonly Fact[]): Take<T> => ({
    seen: (seen) => {
      for (const item of seen) items.set(item.uid, item);
      return facts();
    },
    gone: (uids) => {
      for (const uid of uids) items.delete(uid);
      return facts();
    },
  });
  return { items: items as ReadonlyMap<string, T>, take };
}
