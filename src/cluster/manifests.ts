// Manifests in place of a cluster: files, folders and stdin become the same facts that a cluster would have told. Objects
// without pods in them are skipped; whatever cannot be read is an error that says where.
import type { Readable } from 'node:stream';
import { groupOf } from '../core/kind.ts';
import type { Fact } from '../core/inventory.ts';
import { readObjectJson } from './decode-object.ts';
import { readPodJson, templateOfJson } from './decode-pod.ts';
import { ClusterError } from './errors.ts';
import { createInterning, type Interning } from './interning.ts';
import { type Manifest, manifestsIn } from './manifest-documents.ts';
import { manifestFiles, readSource } from './manifest-files.ts';
import { checkPod, podTemplateIn } from './manifest-pod.ts';
import { text, tree } from './tree.ts';

export interface ManifestOptions {
  /** Files, folders, or `-` for stdin. */
  readonly files: readonly string[];
  /** Look into the folders of a folder too. */
  readonly recursive: boolean;
  /** For objects that name none. */
  readonly namespace: string;
  /** Relative paths count from here. */
  readonly folder: string | null;
}

export interface ManifestCluster {
  /** All facts in one batch, ending with `ClusterRead`. Throws a ClusterError naming file, document and line. */
  read(signal: AbortSignal): AsyncIterable<readonly Fact[]>;
}

export function manifestCluster(options: ManifestOptions, stdin: Readable): ManifestCluster {
  return { read: () => read(options, stdin) };
}

async function* read(options: ManifestOptions, stdin: Readable): AsyncGenerator<readonly Fact[], void> {
  const interning = createInterning();
  const facts: Fact[] = [{ type: 'NamespacesRead', namespaces: null }];
  let objects = 0;
  for (const file of manifestFiles(options)) {
    for (const manifest of manifestsIn(nameOf(file), await readSource(file, stdin))) {
      objects += 1;
      const fact = factOf(manifest, `manifest:${objects}`, options.namespace, interning);
      if (fact !== null) facts.push(fact);
    }
  }
  if (objects === 0) throw new ClusterError('manifest', `no objects in ${options.files.map(nameOf).join(', ')}`);
  yield [...facts, { type: 'ClusterRead' }];
}

function nameOf(file: string): string {
  return file === '-' ? 'stdin' : file;
}

/** Null: no pods in it. */
function factOf(manifest: Manifest, uid: string, namespace: string, interning: Interning): Fact | null {
  const { object, where } = manifest;
  const [apiVersion, kind] = [text(object['apiVersion']), text(object['kind'])];
  if (apiVersion === '' || kind === '')
    throw new ClusterError('manifest', `${where}: an object needs apiVersion and kind`);
  const metadata = tree(object['metadata']);
  const own = {
    uid,
    namespace: text(metadata['namespace']) || namespace,
    name: text(metadata['name']) || text(metadata['generateName']),
    owner: null,
    createdAt: 0,
    terminating: false,
  };
  if (kind === 'Pod' && apiVersion === 'v1') {
    checkPod(manifest);
    const pod = readPodJson({ metadata, spec: object['spec'] }, interning);
    return named(where, own.name) && { type: 'PodSeen', pod: { ...pod, ...own, phase: 'Pending' } };
  }
  const template = podTemplateIn(manifest);
  if (template === null) return null;
  const read = readObjectJson({ metadata, spec: object['spec'] }, { apiVersion, kind, scalable: null }, interning);
  const { replicas } = tree(object['spec']);
  const builtin =
    read.rollout !== null || read.replicas !== null || (groupOf(apiVersion) === 'batch' && kind === 'CronJob');
  return (
    named(where, own.name) && {
      type: 'ObjectSeen',
      object: {
        ...read,
        ...own,
        template: templateOfJson(template, interning),
        // How many a DaemonSet wants, only a cluster knows; for a kind that is not built in, only what it says itself.
        replicas:
          kind === 'DaemonSet' ? null : builtin ? read.replicas : typeof replicas === 'number' ? replicas : null,
      },
    }
  );
}

function named(where: string, name: string): true {
  if (name === '') throw new ClusterError('manifest', `${where}: an object needs metadata.name`);
  return true;
}
