// The object acted upon as it is now, whole and as JSON, of whatever kind and in whatever version the server has it.
import type { Target } from '../../core/act.ts';
import { groupOf } from '../../core/kind.ts';
import { type OwnerReference, workloadLabel } from '../../core/workload.ts';
import type { ApiResource } from '../api-resources.ts';
import { ClusterError } from '../errors.ts';
import { list, text, textOrNull, texts, tree, type Tree } from '../tree.ts';
import { readObject } from './ask.ts';
import { type Context, pathOf } from './context.ts';

export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Written by the Deployment controller, a moment after the spec. */
const revision = 'deployment.kubernetes.io/revision';

export interface There {
  readonly is: 'there';
  readonly api: ApiResource;
  readonly path: string;
  readonly object: Tree;
}

export type Live =
  | There
  | { readonly is: 'absent'; readonly says: string }
  | { readonly is: 'forbidden'; readonly says: string };

export interface Metadata {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly terminating: boolean;
  readonly finalizers: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** All of them, not only the controller. */
  readonly owners: readonly OwnerReference[];
}

/** Throws a ClusterError where the server gives neither the object nor a plain no. */
export async function readLive(context: Context, target: Target): Promise<Live> {
  const api = await context.discovery.findOrThrow(target.apiVersion, target.kind);
  if (api === null) return notServed(context, target);
  const path = pathOf(api, target.namespace, target.name);
  const read = await readObject(context, path);
  if (read.is === 'ok') return { is: 'there', api, path, object: { ...read.object, ...servedAs(api) } };
  if (read.status === 404) return { is: 'absent', says: `${workloadLabel(target)} is not there any more` };
  if (read.status === 403) return { is: 'forbidden', says: read.says };
  throw new ClusterError('answer', `cannot read ${workloadLabel(target)}: ${read.says}`, { status: read.status });
}

/** A kind without its definition has no objects; one that discovery could not tell of may have. */
async function notServed(context: Context, { apiVersion, kind }: Target): Promise<Live> {
  const group = groupOf(apiVersion);
  const read = await readObject(context, group === '' ? '/api' : `/apis/${group}`);
  if (read.is === 'ok' || read.status === 404) {
    return { is: 'absent', says: `the server has no ${kind} in ${apiVersion} any more` };
  }
  throw new ClusterError('answer', `cannot find out where ${kind} in ${apiVersion} lies: ${read.says}`);
}

/** Kind and apiVersion, in the version that the server has. */
export function servedAs({ group, version, kind }: ApiResource): Tree {
  return { apiVersion: group === '' ? version : `${group}/${version}`, kind };
}

export function metadataOf(object: Tree): Metadata {
  const metadata = tree(object['metadata']);
  const generation = metadata['generation'];
  return {
    name: text(metadata['name']),
    uid: text(metadata['uid']),
    resourceVersion: text(metadata['resourceVersion']),
    generation: typeof generation === 'number' ? generation : 0,
    terminating: textOrNull(metadata['deletionTimestamp']) !== null,
    finalizers: list(metadata['finalizers']).map(text),
    labels: texts(metadata['labels']),
    annotations: texts(metadata['annotations']),
    owners: list(metadata['ownerReferences'])
      .map(tree)
      .map((one) => ({
        apiVersion: text(one['apiVersion']),
        kind: text(one['kind']),
        name: text(one['name']),
        uid: text(one['uid']),
      })),
  };
}

/**
 * What makes an object another one than was judged: anything but its status. Its generation stands for the spec, which may
 * hold secrets; a pod has none on older servers, and can change its images only.
 */
export function asRead(object: Tree): string {
  const { uid, generation, terminating, finalizers, labels, annotations, owners } = metadataOf(object);
  const { [lastApplied]: _lastApplied, [revision]: _revision, ...others } = annotations;
  const images =
    object['kind'] === 'Pod' ? list(tree(object['spec'])['containers']).map((one) => tree(one)['image']) : [];
  return JSON.stringify([uid, generation, terminating, finalizers, labels, others, owners, images]);
}

/** A mirror pod: what the API server shows of a static pod. */
export function isMirror(object: Tree): boolean {
  return metadataOf(object).annotations['kubernetes.io/config.mirror'] !== undefined;
}

/** The pods' template; of a bare pod itself, of a custom kind nothing. */
export function templateOf(object: Tree, kind: string): Tree | null {
  const spec = tree(object['spec']);
  switch (kind) {
    case 'Pod':
      return object;
    case 'CronJob':
      return tree(tree(tree(spec['jobTemplate'])['spec'])['template']);
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicaSet':
    case 'Job':
      return tree(spec['template']);
    default:
      return null;
  }
}
