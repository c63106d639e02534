// What can be read of the API: where it lies, and how one object of it is read from protobuf and from JSON.
import type { OwnerObject, Pod } from '../core/workload.ts';
import {
  type KindOfObject,
  readMetadataJson,
  readMetadataProtobuf,
  readObjectJson,
  readObjectProtobuf,
} from './decode-object.ts';
import * as other from './decode-other.ts';
import * as serving from './decode-serving.ts';
import { readPodJson, readPodProtobuf } from './decode-pod.ts';
import type { Interning } from './interning.ts';
import type { ProtobufReader } from './protobuf.ts';

export interface Resource<T> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** Only metadata is asked for, and the readers read PartialObjectMetadata. */
  readonly metadataOnly: boolean;
  /** Only those are wanted; a server that does not know the field answers with 400. */
  readonly fieldSelector?: string;
  readonly readProtobuf: ProtobufReader<T>;
  readonly readJson: (object: unknown) => T;
}

/** `pods`, `deployments.apps`: how messages and `Forbidden` name a resource. */
export function resourceName({ group, plural }: Pick<Resource<unknown>, 'group' | 'plural'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** Path of the collection, or of one object of it. `namespace` null: across the cluster. */
export function resourcePath(
  resource: Pick<Resource<unknown>, 'group' | 'version' | 'plural' | 'namespaced'>,
  namespace: string | null,
  name?: string,
): string {
  const { group, version, plural, namespaced } = resource;
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const scope = namespaced && namespace !== null ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${scope}/${plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}

export function podResource(interning: Interning): Resource<Pod> {
  return {
    ...place('', 'v1', 'pods', true),
    readProtobuf: (pbf, end) => readPodProtobuf(pbf, end, interning),
    readJson: (value) => readPodJson(value, interning),
  };
}

/** The built-in kinds that own pods, and the revisions of StatefulSets and DaemonSets; the largest lists last. */
export function ownerResources(interning: Interning, cronJobVersion: string): readonly Resource<OwnerObject>[] {
  const owner = (
    group: string,
    version: string,
    plural: string,
    kind: string,
    scalable: boolean | null,
  ): Resource<OwnerObject> => {
    const of: KindOfObject = { apiVersion: `${group}/${version}`, kind, scalable };
    return {
      ...place(group, version, plural, true),
      readProtobuf: (pbf, end) => readObjectProtobuf(pbf, end, of, interning),
      readJson: (value) => readObjectJson(value, of, interning),
    };
  };
  return [
    { ...revisions(interning) },
    owner('apps', 'v1', 'daemonsets', 'DaemonSet', false),
    owner('batch', cronJobVersion, 'cronjobs', 'CronJob', false),
    owner('apps', 'v1', 'statefulsets', 'StatefulSet', true),
    owner('batch', 'v1', 'jobs', 'Job', false),
    owner('apps', 'v1', 'replicasets', 'ReplicaSet', true),
    owner('apps', 'v1', 'deployments', 'Deployment', true),
  ];
}

/** Any kind, by its metadata alone. */
export function metadataResource(
  at: { readonly group: string; readonly version: string; readonly plural: string; readonly namespaced: boolean },
  of: KindOfObject,
  interning: Interning,
): Resource<OwnerObject> {
  return {
    ...at,
    metadataOnly: true,
    readProtobuf: (pbf, end) => readMetadataProtobuf(pbf, end, of, interning),
    readJson: (value) => readMetadataJson(value, of, interning),
  };
}

export function nodeResource(): Resource<other.NodeSeen> {
  return { ...place('', 'v1', 'nodes', false), readProtobuf: other.readNodeProtobuf, readJson: other.readNodeJson };
}

export function serviceResource(): Resource<other.ServiceSeen> {
  return {
    ...place('', 'v1', 'services', true),
    readProtobuf: other.readServiceProtobuf,
    readJson: other.readServiceJson,
  };
}

export function ingressResource(): Resource<serving.IngressSeen> {
  return {
    ...place('networking.k8s.io', 'v1', 'ingresses', true),
    readProtobuf: serving.readIngressProtobuf,
    readJson: serving.readIngressJson,
  };
}

/** Services of type LoadBalancer; with `all` not only those. */
export function loadBalancerResource(all: boolean): Resource<serving.LoadBalancerSeen> {
  return {
    ...place('', 'v1', 'services', true),
    ...(all ? {} : { fieldSelector: 'spec.type=LoadBalancer' }),
    readProtobuf: serving.readLoadBalancerProtobuf,
    readJson: serving.readLoadBalancerJson,
  };
}

export function namespaceResource(): Resource<{ readonly uid: string; readonly name: string }> {
  const at = { ...place('', 'v1', 'namespaces', false), metadataOnly: true };
  return { ...at, readProtobuf: other.readNamespaceProtobuf, readJson: other.namesOf };
}

/** Whatever asks a service on behalf of the API server. */
export function backedResources(): readonly Resource<other.Backed>[] {
  const webhooks = { readProtobuf: other.readWebhooksProtobuf, readJson: other.readWebhooksJson };
  return [
    { ...place('admissionregistration.k8s.io', 'v1', 'validatingwebhookconfigurations', false), ...webhooks },
    { ...place('admissionregistration.k8s.io', 'v1', 'mutatingwebhookconfigurations', false), ...webhooks },
    {
      ...place('apiextensions.k8s.io', 'v1', 'customresourcedefinitions', false),
      readProtobuf: other.readDefinitionProtobuf,
      readJson: other.readDefinitionJson,
    },
    {
      ...place('apiregistration.k8s.io', 'v1', 'apiservices', false),
      readProtobuf: other.readApiServiceProtobuf,
      readJson: other.readApiServiceJson,
    },
  ];
}

function revisions(interning: Interning): Resource<OwnerObject> {
  const of: KindOfObject = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    plural: 'controllerrevisions',
    scalable: false,
  };
  return {
    ...place('apps', 'v1', 'controllerrevisions', true),
    readProtobuf: (pbf, end) => readObjectProtobuf(pbf, end, of, interning),
    readJson: (value) => readObjectJson(value, of, interning),
  };
}

function place(group: string, version: string, plural: string, namespaced: boolean) {
  return { group, version, plural, namespaced, metadataOnly: false };
}
