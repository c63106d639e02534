// What the user's words mean: types and names as kubectl takes them, and pods chosen by their fields.
import { builtinKinds, resourceOf } from '../core/kind.ts';
import { UsageError } from '../core/errors.ts';
import type { TypeSelector } from '../core/selection.ts';
import { type ApiResource, createDiscovery } from './api-resources.ts';
import type { ClusterConnection } from './connect.ts';
import { ClusterError } from './errors.ts';
import { namesOf, readNamespaceProtobuf } from './decode-other.ts';
import { readList } from './list.ts';
import type { Resource } from './resource.ts';

/** kubectl's category `all`, of the kinds that run pods. */
const categoryAll = ['pods', 'daemonsets', 'deployments', 'replicasets', 'statefulsets', 'cronjobs', 'jobs'];

/**
 * `deploy`, `deployments.apps`, `deployment.v1.apps`, `T1,T2`, `TYPE NAME...`, `TYPE/NAME...`. Asks the server only about
 * words that are no built-in type. Throws kubectl's words for a type that the server does not have.
 */
export async function resolveTypes(
  connection: ClusterConnection,
  words: readonly string[],
  signal: AbortSignal,
): Promise<readonly TypeSelector[]> {
  const discovery = createDiscovery(connection, signal);
  const resolve = async (word: string): Promise<readonly string[]> =>
    builtin(word) ?? served(word, await discovery.all());
  const selectors = await Promise.all(
    typesAndNames(words).map(async ({ type, name }) => (await resolve(type)).map((resource) => ({ resource, name }))),
  );
  return selectors.flat();
}

/** Uids of the pods that match, by metadata alone. `namespace` null: across the cluster. */
export async function listMatchingPods(
  connection: ClusterConnection,
  { namespace, fieldSelector }: { readonly namespace: string | null; readonly fieldSelector: string },
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const uids = new Set<string>();
  const options = { namespace, chunkSize: 500, stream: false, signal, fieldSelector };
  for await (const event of readList(connection, podMetadata, options)) {
    if (event.type === 'seen') for (const { uid } of event.items) uids.add(uid);
    else for (const uid of event.uids) uids.delete(uid);
  }
  return uids;
}

const podMetadata: Resource<{ readonly uid: string }> = {
  group: '',
  version: 'v1',
  plural: 'pods',
  namespaced: true,
  metadataOnly: true,
  readProtobuf: readNamespaceProtobuf,
  readJson: namesOf,
};

interface TypeAndName {
  readonly type: string;
  readonly name: string | null;
}

function typesAndNames(words: readonly string[]): readonly TypeAndName[] {
  const [first = '', ...rest] = words;
  if (words.some((word) => word.includes('/'))) return words.map(slashed);
  if (words.length > 1 && rest.some((word) => word === '')) throw new UsageError('a resource name may not be empty');
  const types = first.split(',');
  if (types.includes(''))
    throw new UsageError(
      `"${first}" is no resource type`,
      'Name types as in kubectl: deployments, deploy,sts, deployment/cart.',
    );
  const names = rest.length === 0 ? [null] : rest;
  return types.flatMap((type) => names.map((name) => ({ type, name })));
}

function slashed(word: string): TypeAndName {
  const [type = '', name = '', ...more] = word.split('/');
  if (!word.includes('/')) {
    throw new UsageError(
      `there is no need to specify a resource type as a separate argument when passing arguments in resource/name form ("${word}")`,
      'Use TYPE/NAME for each object, or TYPE NAME NAME.',
    );
  }
  if (type === '' || name === '' || more.length > 0) {
    throw new UsageError(`arguments in resource/name form must have a single resource and name ("${word}")`);
  }
  return { type, name };
}

/** `deployments`, `deployment`, `deploy`, each also with `.apps` or `.v1.apps`. Null: not built in. */
function builtin(word: string): readonly string[] | null {
  const lower = word.toLowerCase();
  if (lower === 'all') return categoryAll;
  const [name = '', ...qualifier] = lower.split('.');
  const group = qualifier.join('.');
  const kind = builtinKinds.find(
    (one) => one.resource === name || one.kind.toLowerCase() === name || one.shortNames.includes(name),
  );
  if (kind === undefined) return null;
  const qualified = group === '' || group === kind.group || new RegExp(`^v\\d\\w*\\.${kind.group}$`).test(group);
  return qualified ? [kind.resource] : null;
}

function served(word: string, resources: readonly ApiResource[]): readonly string[] {
  const lower = word.toLowerCase();
  const found =
    resources.find((one) => names(one, lower)) ??
    resources.find((one) => {
      const [name = '', ...qualifier] = lower.split('.');
      const group = qualifier.join('.');
      return group !== '' && names(one, name) && (group === one.group || group === `${one.version}.${one.group}`);
    });
  if (found === undefined)
    throw new ClusterError('notFound', `the server doesn't have a resource type "${word}"`, { status: 404 });
  const apiVersion = found.group === '' ? found.version : `${found.group}/${found.version}`;
  return [resourceOf(apiVersion, found.kind, found.name)];
}

function names(resource: ApiResource, word: string): boolean {
  const { name, singular, kind, shortNames } = resource;
  return name === word || singular === word || kind.toLowerCase() === word || shortNames.includes(word);
}
