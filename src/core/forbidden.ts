// What the user may not read, in words.
import type { Forbidden } from './inventory.ts';

type Collection = Pick<Forbidden, 'resource' | 'namespace'>;

/** What hides workloads is named first: the list may be too long to be shown whole. */
const hiding = [/^namespaces$/, /^pods$/, /\.(apps|batch)$/, /^nodes$/];

/** `pods in shop, nodes and 7 more`. */
export function forbiddenWords(forbidden: readonly Collection[]): string {
  return shortList(forbidden.toSorted((one, other) => hides(one) - hides(other)).map(collectionWords));
}

/** `pods in shop`. */
export function collectionWords({ resource, namespace }: Collection): string {
  return namespace === null || namespace === '' ? resource : `${resource} in ${namespace}`;
}

/** The first of them, and how many more there are. */
export function shortList(all: readonly string[], most = 6): string {
  const shown = all.slice(0, most);
  return all.length > shown.length ? `${shown.join(', ')} and ${all.length - shown.length} more` : shown.join(', ');
}

function hides({ resource }: Collection): number {
  const at = hiding.findIndex((pattern) => pattern.test(resource));
  return at < 0 ? hiding.length : at;
}
