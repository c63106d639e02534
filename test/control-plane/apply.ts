import { eventually } from './eventually.ts';
import type { KubeObject, Requests, Stored } from './requests.ts';

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Server-side apply with force, in the given order. An object with only a generateName is created. */
export async function apply(requests: Requests, objects: readonly KubeObject[]): Promise<readonly Stored[]> {
  const resources = new Map<string, Promise<Resource>>();
  const applied: Stored[] = [];
  for (const object of objects) {
    const id = `${object.apiVersion} ${object.kind}`;
    const resource = resources.get(id) ?? resourceOf(requests, object);
    resources.set(id, resource);
    applied.push(await applyOne(requests, object, await resource));
  }
  return applied;
}

/** Path of one object, or with `name` undefined of its collection. */
export async function pathOf(requests: Requests, object: KubeObject): Promise<string> {
  const path = collection(object, await resourceOf(requests, object));
  return object.metadata?.name === undefined ? path : `${path}/${object.metadata.name}`;
}

async function applyOne(requests: Requests, object: KubeObject, resource: Resource): Promise<Stored> {
  const path = collection(object, resource);
  const name = object.metadata?.name;
  if (name === undefined) return (await requests.request('POST', path, object)) as Stored;
  const query = 'fieldManager=control-plane-test&force=true';
  return (await requests.request(
    'PATCH',
    `${path}/${name}?${query}`,
    object,
    'application/apply-patch+yaml',
  )) as Stored;
}

/** By discovery: a custom kind is served a moment after its definition. */
async function resourceOf(requests: Requests, { apiVersion, kind }: KubeObject): Promise<Resource> {
  return eventually(`the server has ${kind} in ${apiVersion}`, async () => {
    const list = (await requests.request('GET', root(apiVersion))) as { resources: readonly Resource[] };
    return list.resources.find((resource) => resource.kind === kind && !resource.name.includes('/'));
  });
}

function collection({ apiVersion, metadata }: KubeObject, { name, namespaced }: Resource): string {
  return `${root(apiVersion)}/${namespaced ? `namespaces/${metadata?.namespace ?? 'default'}/` : ''}${name}`;
}

function root(apiVersion = 'v1'): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
