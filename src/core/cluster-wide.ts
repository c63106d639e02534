// What the cluster tells beside pods and their owners: nodes, what is protected, who scales, and what may not be read.
import type { Fact, Forbidden, ProtectedService } from './fact.ts';
import type { State } from './state.ts';
import type { Writable } from './writable.ts';

export type Readability = Extract<Fact, { type: 'ReadForbidden' | 'ReadAllowed' | 'StreamLost' | 'StreamRestored' }>;

/** What may not be read, and what may be stale; no workload changes by it. */
export function recordReadability(state: Writable<State>, fact: Readability): void {
  switch (fact.type) {
    case 'ReadForbidden':
      state.forbidden = [...state.forbidden.filter((one) => !isOf(one, fact.forbidden)), fact.forbidden];
      return;
    case 'ReadAllowed':
      state.forbidden = state.forbidden.filter((one) => !isOf(one, fact));
      return;
    case 'StreamLost': {
      const { resource, namespace, cause } = fact;
      state.lostStreams = [...state.lostStreams.filter((one) => !isOf(one, fact)), { resource, namespace, cause }];
      return;
    }
    case 'StreamRestored':
      state.lostStreams = state.lostStreams.filter((one) => !isOf(one, fact));
      return;
    default:
      fact satisfies never;
  }
}

type Collection = Pick<Forbidden, 'resource' | 'namespace'>;

function isOf(one: Collection, other: Collection): boolean {
  return one.resource === other.resource && one.namespace === other.namespace;
}

/** What any workload may change by. */
export type ClusterWide = Extract<
  Fact,
  {
    type:
      | 'ServiceProtected'
      | 'ServiceUnprotected'
      | 'ServingRead'
      | 'ScaledByKeda'
      | 'KedaGone'
      | 'NamespacesRead'
      | 'ClusterRead';
  }
>;

export function recordClusterWide(state: Writable<State>, fact: ClusterWide): void {
  switch (fact.type) {
    case 'ServiceProtected':
      state.protectedServices = [...withoutService(state, fact.service), fact.service];
      return;
    case 'ServiceUnprotected':
      state.protectedServices = withoutService(state, fact.service);
      return;
    case 'ServingRead':
      state.serving = fact.serving;
      return;
    case 'ScaledByKeda':
      state.scaledByKeda.add(`${fact.namespace}/${fact.kind}/${fact.name}`);
      return;
    case 'KedaGone':
      state.scaledByKeda.delete(`${fact.namespace}/${fact.kind}/${fact.name}`);
      return;
    case 'NamespacesRead':
      state.namespaces = fact.namespaces;
      state.podsRead = true;
      return;
    case 'ClusterRead':
      state.clusterRead = true;
      return;
    default:
      fact satisfies never;
  }
}

function withoutService(state: Writable<State>, { namespace, name, serves }: ProtectedService): ProtectedService[] {
  return state.protectedServices.filter(
    (one) => one.namespace !== namespace || one.name !== name || one.serves !== serves,
  );
}
