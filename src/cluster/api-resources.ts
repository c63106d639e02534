// What the server serves, asked once for each group and version.
import type { ClusterConnection } from './connect.ts';
import { groupOf } from '../core/kind.ts';
import { readJson, refusalOf } from './answers.ts';
import { ClusterError } from './errors.ts';
import { list, text, textOrNull, tree, type Tree } from './tree.ts';

export interface ApiResource {
  readonly group: string;
  readonly version: string;
  /** The plural: `widgets`. */
  readonly name: string;
  readonly kind: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  /** Has the `/scale` subresource. */
  readonly scalable: boolean;
  /** `get`, `list`, `delete` and so on, as far as the server has them at all. */
  readonly verbs: readonly string[];
}

export interface Discovery {
  /** Null where the server has no such group and version, or does not tell us. */
  readonly resourcesOf: (groupVersion: string) => Promise<readonly ApiResource[] | null>;
  /** Where objects of a kind lie; in another version of the group, the preferred one first, where the named one has none. */
  readonly find: (apiVersion: string, kind: string) => Promise<ApiResource | null>;
  /** The same, for who must not take a server that does not tell for one that has no such kind: throws a ClusterError. */
  readonly findOrThrow: (apiVersion: string, kind: string) => Promise<ApiResource | null>;
  /** Everything that is served, each resource in its preferred version first. */
  readonly all: () => Promise<readonly ApiResource[]>;
}

/** A server that says so has none, or does not tell this user; anything else is no answer. */
const plainNo = [403, 404];

/** Keeps every answer for as long as it lives. */
export function createDiscovery(connection: ClusterConnection, signal: AbortSignal): Discovery {
  const known = new Map<string, Promise<readonly ApiResource[] | null>>();
  /** By path: why there was no answer. */
  const unanswered = new Map<string, string>();
  const ask = async (path: string): Promise<unknown> => {
    const answer = await connection.request(path, { accept: 'application/json', signal });
    unanswered.delete(path);
    if (answer.status === 200) return readJson(answer, path);
    if (plainNo.includes(answer.status)) answer.body.resume();
    else unanswered.set(path, (await refusalOf(answer)).message);
    return null;
  };
  const resourcesOf = (groupVersion: string): Promise<readonly ApiResource[] | null> => {
    const found = known.get(groupVersion);
    if (found !== undefined) return found;
    const path = groupVersion.includes('/') ? `/apis/${groupVersion}` : `/api/${groupVersion}`;
    const asked = ask(path).then((answer) => (answer === null ? null : parsed(groupVersion, answer)));
    known.set(groupVersion, asked);
    // What was no answer is asked again.
    const forget = (): void => void (unanswered.has(path) && known.delete(groupVersion));
    void asked.then(forget, () => known.delete(groupVersion));
    return asked;
  };
  const find = async (apiVersion: string, kind: string): Promise<ApiResource | null> => {
    const named = await resourcesOf(apiVersion);
    const found = named?.find((one) => one.kind === kind);
    const group = groupOf(apiVersion);
    if (found !== undefined || group === '') return found ?? null;
    for (const version of versionsOf(tree(await ask(`/apis/${group}`)))) {
      const other = version === apiVersion ? null : await resourcesOf(version);
      const served = other?.find((one) => one.kind === kind);
      if (served !== undefined) return served;
    }
    return null;
  };
  const findOrThrow = async (apiVersion: string, kind: string): Promise<ApiResource | null> => {
    const found = await find(apiVersion, kind);
    const group = groupOf(apiVersion);
    const below = group === '' ? '/api/' : `/apis/${group}/`;
    const [why] = [...unanswered].filter(([path]) => `${path}/`.startsWith(below));
    if (found !== null || why === undefined) return found;
    throw new ClusterError('answer', `cannot find out where ${kind} in ${apiVersion} lies: ${why[1]} (GET ${why[0]})`);
  };
  const all = async (): Promise<readonly ApiResource[]> => {
    const groups = list(tree(await ask('/apis'))['groups']).map(tree);
    const versions = groups.flatMap(versionsOf);
    const lists = await Promise.all(['v1', ...versions].map(resourcesOf));
    return lists.flatMap((one) => one ?? []);
  };
  return { resourcesOf, find, findOrThrow, all };
}

/** The versions of a group, the preferred one first. */
function versionsOf(group: Tree): readonly string[] {
  const preferred = text(tree(group['preferredVersion'])['groupVersion']);
  const others = list(group['versions']).map((one) => text(tree(one)['groupVersion']));
  return [preferred, ...others.filter((one) => one !== preferred)].filter((one) => one !== '');
}

function parsed(groupVersion: string, answer: unknown): readonly ApiResource[] {
  const resources = list(tree(answer)['resources']).map(tree);
  const names = new Set(resources.map((one) => text(one['name'])));
  const [group, version] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion];
  return resources.flatMap((one) => {
    const name = text(one['name']);
    if (name.includes('/')) return [];
    return {
      group: textOrNull(one['group']) ?? group ?? '',
      version: textOrNull(one['version']) ?? version ?? '',
      name,
      kind: text(one['kind']),
      singular: text(one['singularName']) || text(one['kind']).toLowerCase(),
      shortNames: list(one['shortNames']).map(text),
      namespaced: one['namespaced'] === true,
      scalable: names.has(`${name}/scale`),
      verbs: list(one['verbs']).map(text),
    };
  });
}
