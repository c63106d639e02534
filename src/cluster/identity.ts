// Which cluster this is, whatever it is called and wherever it is reached.
import { acceptFor, isProtobuf, readJson, refusalOf, refused } from './answers.ts';
import type { ClusterConnection } from './connect.ts';
import { readAll } from './http.ts';
import { openEnvelope } from './protobuf.ts';
import { namespaceResource, resourcePath } from './resource.ts';

export interface ClusterIdentity {
  /** Of the namespace kube-system, which lives as long as its cluster; null where it may not be read. */
  readonly uid: string | null;
  readonly server: string;
  readonly ca: string | null;
}

/**
 * Asks for the metadata of kube-system. Throws a ClusterError where no answer could be had: another identity would be
 * that of another cluster.
 */
export async function clusterIdentity(connection: ClusterConnection, signal: AbortSignal): Promise<ClusterIdentity> {
  const { server, ca } = connection;
  const resource = namespaceResource();
  const accept = acceptFor({ metadataOnly: true, list: false });
  const answer = await connection.request(resourcePath(resource, null, 'kube-system'), { accept, signal });
  if (answer.status !== 200) {
    const refusal = await refusalOf(answer);
    if (answer.status === 403 || answer.status === 404) return { uid: null, server, ca };
    throw refused('the namespace kube-system', refusal);
  }
  const { uid } = isProtobuf(answer)
    ? openEnvelope(await readAll(answer.body), resource.readProtobuf)
    : resource.readJson(await readJson(answer, 'the namespace kube-system'));
  return { uid: uid === '' ? null : uid, server, ca };
}
