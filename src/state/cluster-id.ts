// Which folder is whose: state is kept by cluster and by Xray, and never mixed up between two of them.
import { createHash } from 'node:crypto';

export interface ClusterIdentity {
  /** Of the namespace kube-system, which lives as long as its cluster; null where it may not be read. */
  readonly uid: string | null;
  /** Address of the API server. */
  readonly server: string;
  /** The certificate authority it is trusted by; null where it has none of its own. */
  readonly ca: string | null;
}

/** The name of a cluster's folder: by its uid, else by address and authority together. */
export function clusterFolder({ uid, server, ca }: ClusterIdentity): string {
  if (uid !== null && /^[0-9a-z-]{1,64}$/i.test(uid)) return `cluster-${uid.toLowerCase()}`;
  return `server-${hashOf(addressOf(server), ca?.trim() ?? '')}`;
}

/** The name of the folder of one Xray, by its address. */
export function xrayFolder(server: string): string {
  return `xray-${hashOf(addressOf(server))}`;
}

/** The same address in another spelling is the same server; who asks does not matter. */
export function addressOf(server: string): string {
  const url = URL.parse(server);
  return url === null ? server : `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

function hashOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}
