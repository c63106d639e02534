// The manifest of a made-up object, as it is journaled before a delete.
import type { Labels, PodContainer } from '../core/workload.ts';
import type { Live } from './live.ts';

export function manifestOf(live: Live): Readonly<Record<string, unknown>> {
  if (live.is === 'pod') {
    const { namespace, name, uid, labels, annotations, containers } = live.pod;
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name, uid, labels, annotations },
      spec: podSpec(containers),
    };
  }
  const { apiVersion, kind, namespace, name, uid, labels, annotations, template, replicas, suspended } = live.object;
  const pods = template === null ? {} : { template: templateOf(template.labels, template.containers) };
  const count =
    replicas === null || kind === 'DaemonSet' ? {} : kind === 'Job' ? { parallelism: replicas } : { replicas };
  const spec = { ...count, ...(suspended ? { suspend: true } : {}), ...pods };
  return { apiVersion, kind, metadata: { namespace, name, uid, labels, annotations }, spec };
}

function templateOf(labels: Labels, containers: readonly PodContainer[]) {
  return { metadata: { labels }, spec: podSpec(containers) };
}

function podSpec(containers: readonly PodContainer[]) {
  const named = (roles: readonly PodContainer['role'][]) =>
    containers.filter(({ role }) => roles.includes(role)).map(({ name, reference }) => ({ name, image: reference }));
  return { containers: named(['container']), initContainers: named(['init', 'sidecar']) };
}
