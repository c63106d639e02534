// Kubernetes objects for tests of the whole program. Each starts valid and takes overrides.
import type { Container, ImageIdFor } from '../control-plane/kubelet.ts';
import type { KubeObject, OwnerReference, Stored } from '../control-plane/requests.ts';
import type { StoredImage } from '../xray-server/data.ts';

/** Workloads by kind, all in one namespace, their labels `app=NAME`. */
export interface Objects {
  readonly object: (apiVersion: string, kind: string, name: string, spec: object, metadata?: object) => KubeObject;
  /** A Deployment, StatefulSet, DaemonSet or ReplicaSet. */
  readonly apps: (kind: string, name: string, pod: object, spec?: object) => KubeObject;
  readonly pod: (name: string, spec: object, metadata?: object) => KubeObject;
  readonly job: (name: string, pod: object, spec?: object, metadata?: object) => KubeObject;
  /** Suspended, so that it starts nothing by itself. */
  readonly cronJob: (name: string, pod: object) => KubeObject;
}

export function objectsIn(namespace: string): Objects {
  const object: Objects['object'] = (apiVersion, kind, name, spec, metadata = {}) => ({
    apiVersion,
    kind,
    metadata: { name, namespace, labels: { app: name }, ...metadata },
    spec,
  });
  return {
    object,
    apps: (kind, name, pod, spec = {}) =>
      object('apps/v1', kind, name, {
        selector: { matchLabels: { app: name } },
        template: template(name, pod),
        ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
        ...spec,
      }),
    pod: (name, spec, metadata = {}) => object('v1', 'Pod', name, spec, metadata),
    job: (name, pod, spec = {}, metadata = {}) =>
      object(
        'batch/v1',
        'Job',
        name,
        { template: template(name, { restartPolicy: 'Never', ...pod }), ...spec },
        metadata,
      ),
    cronJob: (name, pod) =>
      object('batch/v1', 'CronJob', name, {
        schedule: '0 0 1 1 *',
        suspend: true,
        jobTemplate: { spec: { template: template(name, { restartPolicy: 'Never', ...pod }) } },
      }),
  };
}

function template(name: string, pod: object) {
  return { metadata: { labels: { app: name } }, spec: pod };
}

/** A pod's spec with containers named and imaged so: `{ app: 'host/app:1' }`. */
export function running(images: Readonly<Record<string, string>>, rest: object = {}) {
  return { containers: Object.entries(images).map(([name, image]) => ({ name, image })), ...rest };
}

export function controlledBy(owner: Stored | undefined): { readonly ownerReferences: readonly OwnerReference[] } {
  if (owner === undefined) throw new Error('no owner');
  const { apiVersion = '', kind = '', metadata } = owner;
  return { ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true }] };
}

/** A custom kind of the group `cli.example.com`, which may have anything in it. */
export function definition(kind: string, scope: 'Namespaced' | 'Cluster', scalable = true): KubeObject {
  const plural = `${kind.toLowerCase()}s`;
  const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' };
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const subresources = { status: {}, ...(scalable ? { scale } : {}) };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.cli.example.com` },
    spec: {
      group: 'cli.example.com',
      scope,
      names: { plural, singular: kind.toLowerCase(), kind, shortNames: [`${kind.toLowerCase().slice(0, 3)}x`] },
      versions: [{ name: 'v1', served: true, storage: true, schema, subresources }],
    },
  };
}

/** Each reference of Artifactory's with the digest that lies there, as containerd reports it. */
export function imageIds(host: string, images: readonly StoredImage[]): ImageIdFor {
  return ({ image }: Container) => {
    const found = images.find((one) => referenceTo(host, one) === image);
    return found === undefined ? '' : `${image.replace(/:[^:/]*$/, '')}@${found.digest}`;
  };
}

/** `HOST/docker-local/cart:1` of an image at `cart/1`. */
export function referenceTo(host: string, { repo, path }: StoredImage): string {
  const cut = path.lastIndexOf('/');
  return `${host}/${repo}/${path.slice(0, cut)}:${path.slice(cut + 1)}`;
}
