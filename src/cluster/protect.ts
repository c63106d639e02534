// Services that the API server itself asks: backends of admission and conversion webhooks and of APIServices. Stopping
// one of them can stop the cluster, so their pods are protected.
import type { Fact } from '../core/inventory.ts';
import { acceptFor, isProtobuf, readJson, refusalOf } from './answers.ts';
import { eachOf } from './channel.ts';
import type { Backed } from './decode-other.ts';
import { readAll } from './http.ts';
import { openEnvelope } from './protobuf.ts';
import { atOnce, readInScope, type Reading } from './reading.ts';
import { backedResources, resourcePath, serviceResource } from './resource.ts';

type Backend = Backed['backends'][number];

/** Reports each service in scope once for everything it serves. */
export async function readProtected(reading: Reading): Promise<void> {
  const backends = new Map<string, Backend>();
  const { namespaces } = reading.scope;
  const inScope = ({ namespace }: Backend): boolean => namespaces === 'all' || namespaces.includes(namespace);
  const take = {
    seen: (items: readonly Backed[]): readonly Fact[] => {
      for (const one of items.flatMap((item) => item.backends).filter(inScope)) {
        backends.set(`${one.namespace}/${one.name} ${one.serves}`, one);
      }
      return [];
    },
    gone: () => [],
  };
  await Promise.all(backedResources().map((resource) => readInScope(reading, resource, take)));
  const services = Map.groupBy(backends.values(), ({ namespace, name }) => `${namespace}/${name}`);
  await eachOf(services.values(), atOnce, (ofOne) => readService(reading, ofOne));
}

async function readService(reading: Reading, backends: readonly Backend[]): Promise<void> {
  const first = backends[0];
  if (first === undefined) return;
  const { connection, signal } = reading;
  const { namespace, name } = first;
  const resource = serviceResource();
  const accept = acceptFor({ metadataOnly: false, list: false });
  const answer = await connection.request(resourcePath(resource, namespace, name), { accept, signal });
  if (answer.status !== 200) {
    const { message } = await refusalOf(answer);
    if (answer.status === 403) await reading.forbidden('services', namespace, message);
    return;
  }
  const { selector } = isProtobuf(answer)
    ? openEnvelope(await readAll(answer.body), resource.readProtobuf)
    : resource.readJson(await readJson(answer, 'services'));
  const facts = backends.map(({ serves }): Fact => ({
    type: 'ServiceProtected',
    service: { namespace, name, serves, selector },
  }));
  await reading.report(facts);
}
