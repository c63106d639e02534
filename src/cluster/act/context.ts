// What every part of an act works with, and the paths of what it works on.
import type { ApiResource, Discovery } from '../api-resources.ts';
import type { ClusterConnection } from '../connect.ts';
import { resourcePath } from '../resource.ts';

export interface ActingParts {
  /** Whoever acts, as annotation and Event name him. */
  readonly actor: string;
  readonly machine: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whether an image can be pulled again, by its reference; null where that could not be asked. */
  readonly pullable: (reference: string) => Promise<boolean | null>;
  /** How long `restore` waits for a deleted object to be gone, milliseconds; a minute unless given. */
  readonly waitAtMost?: number;
}

/** Of one call. */
export interface Context {
  readonly connection: ClusterConnection;
  readonly parts: ActingParts;
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
}

/** Of the collection, or of one object of it. */
export function pathOf(api: ApiResource, namespace: string, name?: string): string {
  return resourcePath({ ...api, plural: api.name }, namespace, name);
}

/** `deployments.apps`, `pods`, as the API server's own messages name a resource. */
export function nameOf({ group, name }: Pick<ApiResource, 'group' | 'name'>): string {
  return group === '' ? name : `${name}.${group}`;
}

/** RFC 3339. */
export function timeOf({ parts }: Context): string {
  return new Date(parts.now()).toISOString();
}
