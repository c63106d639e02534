// One object by its name, by its metadata alone: what the lists of owners do not show, as nothing names it as its owner.
import { actedAnnotation, readActed } from '../core/annotations.ts';
import { builtinKinds } from '../core/kind.ts';
import type { LiveObject, NamedObject } from '../core/restore.ts';
import { acceptFor, readJson, refusalOf, refused } from './answers.ts';
import { createDiscovery } from './api-resources.ts';
import type { ApiResource } from './api-resources.ts';
import type { ClusterConnection } from './connect.ts';
import { resourcePath } from './resource.ts';
import { text, textOrNull, texts, tree } from './tree.ts';

/** Null where it is not there, or no such resource is served any more. Throws a ClusterError where it may not be read. */
export async function readNamed(
  connection: ClusterConnection,
  named: NamedObject,
  signal: AbortSignal,
): Promise<LiveObject | null> {
  const api = await find(connection, named.resource, signal);
  if (api === null) return null;
  const path = resourcePath({ ...api, plural: api.name }, named.namespace, named.name);
  const accept = acceptFor({ metadataOnly: true, list: false, jsonOnly: true });
  const answer = await connection.request(path, { accept, signal });
  if (answer.status !== 200) {
    const refusal = await refusalOf(answer);
    if (answer.status === 404) return null;
    throw refused(`${named.resource} "${named.name}"`, refusal);
  }
  const metadata = tree(tree(await readJson(answer, path))['metadata']);
  const apiVersion = api.group === '' ? api.version : `${api.group}/${api.version}`;
  return {
    target: { ...named, apiVersion, kind: api.kind, uid: text(metadata['uid']) },
    terminating: textOrNull(metadata['deletionTimestamp']) !== null,
    mark: readActed(texts(metadata['annotations'])[actedAnnotation]),
  };
}

async function find(connection: ClusterConnection, resource: string, signal: AbortSignal): Promise<ApiResource | null> {
  const builtin = builtinKinds.find((one) => one.resource === resource);
  const discovery = createDiscovery(connection, signal);
  if (builtin !== undefined) {
    const { group, version, kind } = builtin;
    return discovery.find(group === '' ? version : `${group}/${version}`, kind);
  }
  const dot = resource.indexOf('.');
  const [plural, group] = dot < 0 ? [resource, ''] : [resource.slice(0, dot), resource.slice(dot + 1)];
  return (await discovery.all()).find((one) => one.name === plural && one.group === group) ?? null;
}
