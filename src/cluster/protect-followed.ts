// What is protected while a cluster is followed: the backends that webhooks and APIServices name, joined with the selectors
// of their services. Services are watched as a whole; where they may not be, the ones that count are read again and again.
import type { ProtectedService } from '../core/inventory.ts';
import { eachOf } from './channel.ts';
import type { Backed, ServiceSeen } from './decode-other.ts';
import { createDerived, createShelf } from './derived.ts';
import { backendsInScope, readService } from './protect.ts';
import { atOnce, readInScope, type Reading } from './reading.ts';
import { backedResources, serviceResource } from './resource.ts';

export interface Protection {
  readonly follow: () => Promise<void>;
  /** Reads the services again that cannot be watched. */
  readonly again: () => Promise<void>;
}

export function createProtection(reading: Reading): Protection {
  const backed = createShelf<Backed>();
  const services = createShelf<ServiceSeen>();
  /** Read one by one, by namespace and name. */
  const single = new Map<string, ServiceSeen>();
  let unwatched: readonly (string | null)[] = [];
  const facts = createDerived(
    () => protectedServices(reading, backed.items.values(), [...services.items.values(), ...single.values()]),
    (service) => ({ type: 'ServiceProtected', service }),
    (service) => ({ type: 'ServiceUnprotected', service }),
  );
  const watch = async (namespace: string | null): Promise<readonly (string | null)[]> => {
    const collection = { resource: serviceResource(), namespace, take: services.take(facts), stream: false };
    const outcome = await reading.collect(reading, collection);
    return outcome.type === 'forbidden' ? [namespace] : [];
  };
  const again = async (): Promise<void> => {
    if (unwatched.length === 0) return;
    const wanted = new Map(
      backendsInScope(reading, backed.items.values())
        .filter(({ namespace }) => unwatched.includes(null) || unwatched.includes(namespace))
        .map((one) => [keyOf(one), one]),
    );
    for (const key of single.keys()) if (!wanted.has(key)) single.delete(key);
    await eachOf(wanted, atOnce, async ([key, one]) => {
      const service = await readService(reading, one);
      if (service === null) single.delete(key);
      else single.set(key, service);
    });
    await reading.report(facts());
  };
  const follow = async (): Promise<void> => {
    const { namespaces } = reading.scope;
    const [refused] = await Promise.all([
      Promise.all((namespaces === 'all' ? [null] : namespaces).map(watch)),
      ...backedResources().map((resource) => readInScope(reading, resource, backed.take(facts))),
    ]);
    unwatched = refused.flat();
    await again();
  };
  return { follow, again };
}

function protectedServices(
  reading: Reading,
  backed: Iterable<Backed>,
  services: readonly ServiceSeen[],
): ReadonlyMap<string, ProtectedService> {
  const selectors = new Map(services.map((one) => [keyOf(one), one.selector]));
  const all = backendsInScope(reading, backed).flatMap(({ namespace, name, serves }): ProtectedService[] => {
    const selector = selectors.get(keyOf({ namespace, name }));
    return selector === undefined ? [] : [{ namespace, name, serves, selector }];
  });
  return new Map(all.map((one) => [`${keyOf(one)} ${one.serves}`, one]));
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}
