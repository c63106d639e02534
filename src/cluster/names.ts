// The names of objects, and nothing else of them: for who chooses one by its name.
import { builtinKinds } from '../core/kind.ts';
import { namesOf, readNamespaceProtobuf } from './decode-other.ts';
import type { ApiResource } from './api-resources.ts';
import { createDiscovery } from './api-resources.ts';
import type { ClusterConnection } from './connect.ts';
import { readList } from './list.ts';
import { namespaceResource } from './resource.ts';
import type { Resource } from './resource.ts';
import { resolveTypes } from './discovery.ts';

/** More than anybody reads through. */
const most = 500;

/** Throws a ClusterError where they may not be listed. */
export async function namespaceNames(connection: ClusterConnection, signal: AbortSignal): Promise<readonly string[]> {
  return namesIn(connection, namespaceResource(), null, signal);
}

/**
 * Of one type, as the user wrote it: `deploy`, `deployments.apps`, `widgets`. At most 500. Throws a ClusterError where the
 * server has no such type or does not let it be listed. `namespace` null: across the cluster.
 */
export async function objectNames(
  connection: ClusterConnection,
  type: string,
  namespace: string | null,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const [selector] = await resolveTypes(connection, [type], signal);
  const discovery = createDiscovery(connection, signal);
  const resource = selector === undefined ? null : await placeOf(selector.resource, discovery);
  if (resource === null) return [];
  const { group, version, name: plural, namespaced } = resource;
  const names = { metadataOnly: true, readProtobuf: readNamespaceProtobuf, readJson: namesOf };
  return namesIn(connection, { group, version, plural, namespaced, ...names }, namespaced ? namespace : null, signal);
}

async function placeOf(resource: string, discovery: ReturnType<typeof createDiscovery>): Promise<ApiResource | null> {
  const builtin = builtinKinds.find((one) => one.resource === resource);
  if (builtin !== undefined) {
    const { group, version, kind } = builtin;
    return discovery.find(group === '' ? version : `${group}/${version}`, kind);
  }
  const all = await discovery.all();
  return all.find(({ name, group }) => `${name}.${group}` === resource || name === resource) ?? null;
}

async function namesIn(
  connection: ClusterConnection,
  resource: Resource<{ readonly uid: string; readonly name: string }>,
  namespace: string | null,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const names = new Set<string>();
  for await (const event of readList(connection, resource, { namespace, chunkSize: most, stream: false, signal })) {
    if (event.type === 'seen') for (const { name } of event.items) names.add(name);
    if (names.size >= most) break;
  }
  return [...names].toSorted();
}
