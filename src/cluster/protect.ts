// Services that the API server itself asks: backends of admission and conversion webhooks and of APIServices. Stopping
// one of them can stop the cluster, so their pods are protected.
import type { Fact } from '../core/inventory.ts';
import { acceptFor, isProtobuf, readJson, refusalOf } from './answers.ts';
import { eachOf } from './channel.ts';
import type { Backed, ServiceSeen } from './decode-other.ts';
import { readAll } from './http.ts';
import { openEnvelope } from './protobuf.ts';
import { atOnce, readInScope, type Reading } from './reading.ts';
import { backedResources, resourcePath, serviceResource } from './resource.ts';

export type Backend = Backed['backends'][number];

/** Reports each service in scope once for everything it serves. */
export async function readProtected(reading: Reading): Promise<void> {
  const backends = new Map<string, Backend>();
  const take = {
    seen: (items: readonly Backed[]): readonly Fact[] => {
      for (const one of backendsInScope(reading, items)) {
        backends.set(`${one.namespace}/${one.name} ${one.serves}`, one);
      }
      return [];
    },
    gone: () => [],
  };
  await Promise.all(backedResources().map((resource) => readInScope(reading, resource, take)));
  const services = Map.groupBy(backends.values(), ({ namespace, name }) => `${namespace}/${name}`);
  await eachOf(services.values(), atOnce, async (ofOne) => {
    const [first] = ofOne;
    const service = first === undefined ? null : await readService(reading, first);
    if (service === null) return;
    const { namespace, name, selector } = service;
    await reading.report(
      ofOne.map(({ serves }): Fact => ({ type: 'ServiceProtected', service: { namespace, name, serves, selector } })),
    );
  });
}

export function backendsInScope({ scope }: Reading, items: Iterable<Backed>): readonly Backend[] {
  const { namespaces } = scope;
  const all = [...items].flatMap((item) => item.backends);
  return namespaces === 'all' ? all : all.filter(({ namespace }) => namespaces.includes(namespace));
}

/** Null where it is not there, or may not be read. */
export async function readService(
  reading: Reading,
  { namespace, name }: Pick<Backend, 'namespace' | 'name'>,
): Promise<ServiceSeen | null> {
  const { connection, signal } = reading;
  const resource = serviceResource();
  const accept = acceptFor({ metadataOnly: false, list: false });
  const answer = await connection.request(resourcePath(resource, namespace, name), { accept, signal });
  if (answer.status !== 200) {
    const { message } = await refusalOf(answer);
    if (answer.status === 403) await reading.forbidden('services', namespace, message);
    return null;
  }
  await reading.allowed('services', namespace);
  return isProtobuf(answer)
    ? openEnvelope(await readAll(answer.body), resource.readProtobuf)
    : resource.readJson(await readJson(answer, 'services'));
}
