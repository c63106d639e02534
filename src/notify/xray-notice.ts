// What KubeXray told Xray of an action: POST /xray/api/v1/kube/metadata (API.md section 7). No current server documents
// it, so it is only sent where it is asked for.
import type { ActRecord } from '../core/act.ts';

export interface XrayNotice {
  /** KubeXray acted on pods; here it is the workload's name. */
  readonly pod_name: string;
  readonly namespace: string;
  readonly action: 'scaledown' | 'delete';
  readonly cluster_url: string;
  readonly components: readonly { readonly component_name: string; readonly component_sha: string }[];
}

/** One for what was done and took effect at the API server; none for anything else. */
export function noticesOf({ order, outcome }: ActRecord, server: string): readonly XrayNotice[] {
  const { action, target, digests } = order;
  if (action === 'restore' || outcome === 'intended' || outcome === 'refused' || outcome === 'failed') return [];
  const components = digests.map((digest) => ({
    component_name: digest,
    component_sha: digest.replace(/^sha256:/, ''),
  }));
  return [{ pod_name: target.name, namespace: target.namespace, action, cluster_url: server, components }];
}
