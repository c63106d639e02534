// What the garbage collector would take along with a deleted object: everything of its namespace that names it as owner,
// or names what does, of whatever kind the server has.
import type { Target } from '../../core/act.ts';
import type { ApiResource } from '../api-resources.ts';
import { eachOf } from '../channel.ts';
import { atOnce } from '../reading.ts';
import { listObjects } from './ask.ts';
import { type Context, nameOf, pathOf } from './context.ts';
import { metadataOf } from './live.ts';

export interface Owned {
  /** `secrets`, `widgets.example.com`. */
  readonly resource: string;
  readonly name: string;
  readonly uid: string;
  /** Uids of all its owners. */
  readonly owners: readonly string[];
}

export interface Dependents {
  /** Those that do not come back with the workload. */
  readonly lost: readonly Owned[];
  /** Resources that could not be listed whole: what of them would be collected is not known. */
  readonly unread: readonly string[];
}

/** What a workload's own controllers make of it: it is made again, and holds nothing of its own. */
const madeAgain = ['replicasets.apps', 'controllerrevisions.apps', 'jobs.batch', 'pods'];

/** One list of metadata for each kind of the target's namespace. */
export async function readDependents(context: Context, target: Target): Promise<Dependents> {
  const resources = collectable(await context.discovery.all());
  const unread: string[] = [];
  const objects: Owned[] = [];
  // Where the groups are not told, the core group alone is left.
  if (!resources.some(({ group }) => group === 'apps')) unread.push('the groups that the server has');
  await eachOf(resources, atOnce, async (api) => {
    const listed = await listObjects(context, pathOf(api, target.namespace), true);
    // 404: its definition has just been removed. 405: it cannot be listed, nor collected.
    if (listed.is === 'refused' && [404, 405].includes(listed.status)) return;
    const resource = nameOf(api);
    if (listed.is === 'refused' || !listed.whole) unread.push(resource);
    if (listed.is === 'refused') return;
    for (const { name, uid, owners } of listed.items.map(metadataOf)) {
      objects.push({ resource, name, uid, owners: owners.map((owner) => owner.uid) });
    }
  });
  const lost = collectedWith(target.uid, objects).filter(({ resource }) => !madeAgain.includes(resource));
  return { lost, unread: unread.toSorted() };
}

/**
 * Of all objects of a namespace, those collected with one of them: named as owner directly or through others, and without
 * another owner that is there. An owner that is not among the objects counts as gone: better to warn once too often.
 */
export function collectedWith(uid: string, objects: readonly Owned[]): readonly Owned[] {
  const there = new Set(objects.map((one) => one.uid));
  const collected = new Set([uid]);
  for (let size = 0; size < collected.size;) {
    size = collected.size;
    for (const one of objects) {
      const named = one.owners.some((owner) => collected.has(owner));
      if (named && one.owners.every((owner) => collected.has(owner) || !there.has(owner))) collected.add(one.uid);
    }
  }
  return objects.filter((one) => one.uid !== uid && collected.has(one.uid));
}

/** As the collector itself chooses: what can be deleted, listed and watched; each resource in one version. */
function collectable(resources: readonly ApiResource[]): readonly ApiResource[] {
  const first = new Map<string, ApiResource>();
  for (const api of resources) {
    const asked = ['delete', 'list', 'watch'].every((verb) => api.verbs.includes(verb));
    if (api.namespaced && asked && api.name !== 'events' && !first.has(nameOf(api))) first.set(nameOf(api), api);
  }
  return [...first.values()];
}
