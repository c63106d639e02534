// Manifests of deleted objects: what of them is kept, and what must go before the object can be created again. Pure.
import { actedAnnotation, heldAnnotation } from '../../core/annotations.ts';
import { builtinKindOf } from '../../core/kind.ts';
import { lastApplied } from './live.ts';
import { list, text, texts, tree, type Tree } from '../tree.ts';

/** Set by the server, and refused or misleading in a new object. */
const ofTheServer = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
];

/** Of the garbage collector's, left behind by a delete that had begun. */
const ofTheCollector = ['foregroundDeletion', 'orphan'];

/** Set by the Job controller's own defaults; the older two without a prefix. */
const ofTheJob = ['controller-uid', 'job-name', 'batch.kubernetes.io/controller-uid', 'batch.kubernetes.io/job-name'];

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/** As it is journaled: everything but what only servers read and what repeats the rest. */
export function savedManifest(object: Tree): Tree {
  const { managedFields: _managed, ...metadata } = tree(object['metadata']);
  return { ...object, metadata: { ...metadata, annotations: without(texts(metadata['annotations']), [lastApplied]) } };
}

export interface Cleaning {
  /** Uids of owners that are not there any more: the collector would take the new object within seconds. */
  readonly ownersGone: ReadonlySet<string>;
  /** A Job would run from its start. */
  readonly suspendJob: boolean;
}

/** What is created in its place. Our own annotations speak of the old uid and are left out. */
export function cleanedManifest(manifest: Tree, { ownersGone, suspendJob }: Cleaning): Tree {
  const { status: _status, ...rest } = manifest;
  const cleaned = { ...rest, metadata: cleanedMetadata(tree(manifest['metadata']), ownersGone) };
  switch (builtinKindOf(text(manifest['apiVersion']), text(manifest['kind']))?.kind) {
    case 'Job':
      return cleanedJob(cleaned, suspendJob);
    case 'Pod':
      return { ...cleaned, spec: cleanedPod(tree(manifest['spec'])) };
    default:
      return cleaned;
  }
}

function cleanedMetadata(metadata: Tree, ownersGone: ReadonlySet<string>): Tree {
  const finalizers = list(metadata['finalizers']).filter((one) => !ofTheCollector.includes(text(one)));
  const owners = list(metadata['ownerReferences']).filter((one) => !ownersGone.has(text(tree(one)['uid'])));
  const annotations = without(texts(metadata['annotations']), [lastApplied, actedAnnotation, heldAnnotation]);
  return {
    ...without(metadata, [...ofTheServer, 'finalizers', 'ownerReferences', 'annotations']),
    ...(finalizers.length === 0 ? {} : { finalizers }),
    ...(owners.length === 0 ? {} : { ownerReferences: owners }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
}

/** With `manualSelector` its user chose selector and labels; else the server makes both from the new uid. */
function cleanedJob(job: Tree & { readonly metadata: Tree }, suspend: boolean): Tree {
  const spec = tree(job['spec']);
  const suspended = suspend ? { suspend: true } : {};
  if (spec['manualSelector'] === true) return { ...job, spec: { ...spec, ...suspended } };
  const template = tree(spec['template']);
  const bare = (metadata: Tree): Tree => ({ ...metadata, labels: without(texts(metadata['labels']), ofTheJob) });
  return {
    ...job,
    metadata: bare(job.metadata),
    spec: {
      ...without(spec, ['selector']),
      ...suspended,
      template: { ...template, metadata: bare(tree(template['metadata'])) },
    },
  };
}

/** It is scheduled anew, and a debug container can be added to a running pod only. */
function cleanedPod(spec: Tree): Tree {
  const tokens = tokenVolumes(spec);
  const volumes = list(spec['volumes']).filter((one) => !tokens.has(text(tree(one)['name'])));
  const mounted = (value: unknown): Tree => {
    const container = tree(value);
    const mounts = list(container['volumeMounts']).filter((one) => !tokens.has(text(tree(one)['name'])));
    return { ...without(container, ['volumeMounts']), ...(mounts.length === 0 ? {} : { volumeMounts: mounts }) };
  };
  const containers = (key: string): Tree => (spec[key] === undefined ? {} : { [key]: list(spec[key]).map(mounted) });
  return {
    ...without(spec, ['nodeName', 'ephemeralContainers', 'volumes']),
    ...containers('initContainers'),
    ...containers('containers'),
    ...(volumes.length === 0 ? {} : { volumes }),
  };
}

/**
 * Volumes that admission gave the pod for its service account, and will give it again: `kube-api-access-x`, before
 * Kubernetes 1.21 the Secret `account-token-x`.
 */
function tokenVolumes(spec: Tree): ReadonlySet<string> {
  const mounts = [...list(spec['containers']), ...list(spec['initContainers'])]
    .flatMap((one) => list(tree(one)['volumeMounts']))
    .map(tree)
    .filter((one) => one['mountPath'] === tokenPath)
    .map((one) => text(one['name']));
  const ofAccount = `${text(spec['serviceAccountName']) || 'default'}-token-`;
  return new Set(mounts.filter((name) => name.startsWith('kube-api-access-') || name.startsWith(ofAccount)));
}

function without<T>(from: Readonly<Record<string, T>>, keys: readonly string[]): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => !keys.includes(key)));
}
