// Why an accepted act is not effective yet: what holds an object or its pods, in words that name them.
import type { ActOrder, Target } from '../../core/act.ts';
import { type Pod, workloadLabel } from '../../core/workload.ts';
import { integer, list, text, tree, type Tree } from '../tree.ts';
import { listObjects, readQuietly } from './ask.ts';
import { type Context, nameOf, pathOf } from './context.ts';
import { readFamily } from './family.ts';
import { type Field, fieldOf, fieldWords, isStopped, readField } from './fields.ts';
import { metadataOf, readLive } from './live.ts';
import { readScale } from './scale.ts';

/** So many objects of one sort are named. */
const mostNamed = 5;

/** Empty where nothing is seen. Throws a ClusterError where the server cannot be asked. */
export async function blockers(context: Context, order: ActOrder): Promise<readonly string[]> {
  const { target, action } = order;
  const live = await readLive(context, target);
  if (live.is === 'forbidden') return [`${workloadLabel(target)} may not be read: ${live.says}`];
  const same = live.is === 'there' && metadataOf(live.object).uid === target.uid;
  if (action === 'restore') {
    return same ? [...(await objectBlockers(context, target, live.object)), ...notSeen(target, live.object)] : [];
  }
  const scale = same && fieldOf(target) === 'scale' ? await readScale(context, live) : null;
  const family = await readFamily(context, target, scale?.is === 'scale' ? scale.selector : null);
  const own = family.pods.filter(({ uid }) => family.own.has(uid));
  return [
    ...(same ? await objectBlockers(context, target, live.object) : []),
    ...(same && action === 'scaledown'
      ? runningAgain(target, live.object, scale?.is === 'scale' ? scale.value : null)
      : []),
    ...(same ? notSeen(target, live.object) : []),
    ...(same && action === 'scaledown' ? inOrder(target, live.object, own) : []),
    ...(await podBlockers(context, target, own)),
    ...family.unread.map((what) => `${what} of namespace "${target.namespace}" could not be read`),
  ];
}

/** What keeps an object that is being deleted. */
export async function objectBlockers(context: Context, target: Target, object: Tree): Promise<readonly string[]> {
  const { terminating, finalizers, uid } = metadataOf(object);
  if (!terminating) return [];
  const label = workloadLabel(target);
  const others = finalizers.filter((one) => one !== foreground);
  const waiting = finalizers.includes(foreground) ? await dependentsOf(context, target, uid) : [];
  return [
    ...(others.length > 0 ? [`${label} has finalizers that nobody has removed yet: ${others.join(', ')}`] : []),
    ...(waiting.length > 0 ? [`${label} waits for what it owns: ${some(waiting)}`] : []),
  ];
}

const foreground = 'foregroundDeletion';

/** Of the kinds that own pods, and pods: those that say that their owner has to wait for them. */
async function dependentsOf(context: Context, { namespace }: Target, uid: string): Promise<readonly string[]> {
  const kinds = [
    ['apps/v1', 'ReplicaSet'],
    ['batch/v1', 'Job'],
    ['apps/v1', 'Deployment'],
    ['apps/v1', 'StatefulSet'],
    ['v1', 'Pod'],
  ] as const;
  const found = await Promise.all(
    kinds.map(async ([apiVersion, kind]) => {
      const api = await context.discovery.find(apiVersion, kind);
      const listed = api === null ? null : await listObjects(context, pathOf(api, namespace), true);
      if (api === null || listed?.is !== 'listed') return [];
      return listed.items.filter((one) => blocks(one, uid)).map((one) => dependentWords(nameOf(api), one));
    }),
  );
  return found.flat();
}

function blocks(dependent: Tree, uid: string): boolean {
  const owners = list(tree(dependent['metadata'])['ownerReferences']).map(tree);
  return owners.some((one) => one['uid'] === uid && one['blockOwnerDeletion'] === true);
}

function dependentWords(resource: string, dependent: Tree): string {
  const { name, finalizers } = metadataOf(dependent);
  const others = finalizers.filter((one) => one !== foreground);
  return `${resource}/${name}${others.length === 0 ? '' : ` (finalizers: ${others.join(', ')})`}`;
}

/** Somebody has set the field again; its managers tell who, where anybody can. */
function runningAgain(target: Target, object: Tree, scale: number | null): readonly string[] {
  const field = fieldOf(target);
  if (field === null || (field === 'scale' && scale === null)) return [];
  const value = field === 'scale' ? scale : readField(object, field);
  if (isStopped(field, value)) return [];
  const who = managerOf(object, field);
  return [`${fieldWords(field, value)} again${who === null ? '' : `, set by ${who}`}`];
}

/** The manager that owns the field, as `metadata.managedFields` says. */
export function managerOf(object: Tree, field: Field): string | null {
  if (field === 'scale' || field === 'nodeSelector') return null;
  const owning = list(tree(object['metadata'])['managedFields'])
    .map(tree)
    .find((one) => tree(tree(tree(one['fieldsV1'])['f:spec']))[`f:${field}`] !== undefined);
  return owning === undefined ? null : text(owning['manager']) || null;
}

function notSeen(target: Target, object: Tree): readonly string[] {
  const observed = tree(object['status'])['observedGeneration'];
  const { generation } = metadataOf(object);
  if (typeof observed !== 'number' || observed >= generation) return [];
  return [`the controller of ${workloadLabel(target)} has not seen the change yet`];
}

/**
 * A StatefulSet with OrderedReady ends its pods from the last on, and one that is not ready only if none before it is
 * unready too (its controller's processCondemned).
 */
function inOrder(target: Target, object: Tree, own: readonly Pod[]): readonly string[] {
  if (target.kind !== 'StatefulSet' || tree(object['spec'])['podManagementPolicy'] === 'Parallel') return [];
  const pods = own.toSorted((one, other) => ordinalOf(one) - ordinalOf(other));
  const first = pods.find((pod) => !pod.ready || pod.terminating);
  const last = pods.at(-1);
  if (first === undefined || last === undefined || last.ready || last.terminating || last === first) return [];
  return [`${workloadLabel(target)} ends its pods in order, and waits for pod/${first.name} to be ready`];
}

function ordinalOf({ name }: Pod): number {
  return Number(/\d+$/.exec(name)?.[0] ?? -1);
}

async function podBlockers(context: Context, target: Target, own: readonly Pod[]): Promise<readonly string[]> {
  const ending = own.filter(({ terminating }) => terminating).slice(0, mostNamed);
  const api = await context.discovery.find('v1', 'Pod');
  if (api === null) return [];
  const words = await Promise.all(
    ending.map(async ({ name }) => {
      const pod = await readQuietly(context, pathOf(api, target.namespace, name));
      return pod === null ? null : podWords(pod, context.parts.now());
    }),
  );
  return words.filter((one) => one !== null);
}

/** deletionTimestamp is when the grace ends, not when the delete was asked for. */
function podWords(pod: Tree, now: number): string {
  const { name, finalizers } = metadataOf(pod);
  const metadata = tree(pod['metadata']);
  const grace = integer(metadata['deletionGracePeriodSeconds']);
  if (finalizers.length > 0) return `pod/${name} has finalizers that nobody has removed yet: ${finalizers.join(', ')}`;
  const late = Math.round((now - Date.parse(text(metadata['deletionTimestamp']))) / 1000);
  const node = text(tree(pod['spec'])['nodeName']) || 'no node';
  if (late <= 0) return `pod/${name} has ${-late} of its ${grace} seconds of grace left`;
  return `pod/${name} should have ended ${late} seconds ago: the kubelet of ${node} has not confirmed it`;
}

function some(names: readonly string[]): string {
  const rest = names.length - mostNamed;
  return `${names.slice(0, mostNamed).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
