// The pods of a namespace, and which of them are the target's own, by owner references.
import type { Target } from '../../core/act.ts';
import { builtinKindOf } from '../../core/kind.ts';
import type { Pod } from '../../core/workload.ts';
import { eachOf } from '../channel.ts';
import { ClusterError } from '../errors.ts';
import { createInterning } from '../interning.ts';
import { readList } from '../list.ts';
import { atOnce } from '../reading.ts';
import { podResource } from '../resource.ts';
import { listObjects } from './ask.ts';
import { type Context, pathOf } from './context.ts';
import { metadataOf } from './live.ts';

export interface Family {
  /** All pods of the namespace. */
  readonly pods: readonly Pod[];
  readonly own: ReadonlySet<string>;
  /** What may not be read, in words: what is said of pods is then not the whole. */
  readonly unread: readonly string[];
}

type Kind = readonly [apiVersion: string, kind: string];

/** Kinds that may stand between the target and its pods. */
function between({ apiVersion, kind }: Target): readonly Kind[] {
  switch (builtinKindOf(apiVersion, kind)?.kind) {
    case 'Deployment':
      return [['apps/v1', 'ReplicaSet']];
    case 'CronJob':
      return [['batch/v1', 'Job']];
    case undefined:
      return [
        ['apps/v1', 'Deployment'],
        ['apps/v1', 'StatefulSet'],
        ['apps/v1', 'DaemonSet'],
        ['apps/v1', 'ReplicaSet'],
        ['batch/v1', 'CronJob'],
        ['batch/v1', 'Job'],
      ];
    default:
      return [];
  }
}

/** `selector`: of `/scale`, by which a custom kind tells its pods whatever stands between. */
export async function readFamily(context: Context, target: Target, selector: string | null): Promise<Family> {
  const unread: string[] = [];
  const owners = new Map<string, readonly string[]>();
  const selected = new Set<string>();
  const pods: Pod[] = [];
  const read = async ([apiVersion, kind]: Kind): Promise<void> => {
    const api = await context.discovery.findOrThrow(apiVersion, kind);
    if (api === null) return;
    const listed = await listObjects(context, pathOf(api, target.namespace), true);
    if (listed.is === 'refused' || !listed.whole) unread.push(api.name);
    if (listed.is === 'refused') return;
    for (const one of listed.items.map(metadataOf)) {
      owners.set(
        one.uid,
        one.owners.map(({ uid }) => uid),
      );
    }
  };
  await Promise.all([
    eachOf(between(target), atOnce, read),
    readPods(context, target.namespace, pods, unread),
    selector === null ? null : readSelected(context, target.namespace, selector, selected),
  ]);
  const family = closure(target.uid, owners);
  const isOwn = ({ uid, owner }: Pod): boolean =>
    uid === target.uid || selected.has(uid) || (owner !== null && family.has(owner.uid));
  return { pods, own: new Set(pods.filter(isOwn).map(({ uid }) => uid)), unread };
}

async function readPods(context: Context, namespace: string, pods: Pod[], unread: string[]): Promise<void> {
  const { connection, signal } = context;
  const options = { namespace, chunkSize: 500, stream: false, signal };
  try {
    const gone = new Set<string>();
    const seen: Pod[] = [];
    for await (const event of readList(connection, podResource(createInterning()), options)) {
      if (event.type === 'seen') seen.push(...event.items);
      else for (const uid of event.uids) gone.add(uid);
    }
    // A list that began anew tells a pod twice.
    const latest = new Map(seen.map((pod) => [pod.uid, pod]));
    pods.push(...[...latest.values()].filter(({ uid }) => !gone.has(uid)));
  } catch (error) {
    if (!(error instanceof ClusterError) || error.status === null) throw error;
    unread.push('pods');
  }
}

async function readSelected(
  context: Context,
  namespace: string,
  selector: string,
  selected: Set<string>,
): Promise<void> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods?labelSelector=${encodeURIComponent(selector)}`;
  const listed = await listObjects(context, path, true);
  if (listed.is === 'listed') for (const one of listed.items) selected.add(metadataOf(one).uid);
}

/** A uid and everything that names it as owner, at any depth. */
function closure(uid: string, owners: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const family = new Set([uid]);
  for (let size = 0; size < family.size;) {
    size = family.size;
    for (const [one, above] of owners) if (above.some((owner) => family.has(owner))) family.add(one);
  }
  return family;
}
