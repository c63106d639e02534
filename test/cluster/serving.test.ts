import { describe, expect, test } from 'vitest';
import type { Serving } from '../../src/core/inventory.ts';
import { type ApiServer, anApiServer, json, refuse, type Route } from './api-server.ts';
import { aConnection, factsOf, ofType } from './connecting.ts';

const ingresses = '/apis/networking.k8s.io/v1/ingresses';
const services = '/api/v1/services';
const items =
  (...all: readonly object[]): Route =>
  (_, response) =>
    json(response, { metadata: {}, items: all });
const forbids: Route = (_, response) => refuse(response, 403, 'forbidden');

const ingress = (namespace: string, host: string | undefined, ...paths: readonly string[]) => ({
  metadata: { uid: `${namespace}-i`, namespace, name: 'front' },
  spec: {
    rules: [{ host, http: paths.length === 0 ? undefined : { paths: paths.map((path) => ({ path })) } }],
  },
});
const balancer = (namespace: string, ...at: readonly object[]) => ({
  metadata: { uid: `${namespace}-s`, namespace, name: 'out' },
  status: { loadBalancer: { ingress: at } },
});

/** What is told of the namespaces that serve `addresses`, and what was asked for it. */
async function served(
  addresses: readonly string[],
  routes: Readonly<Record<string, Route>>,
): Promise<{ readonly serving: Serving | null; readonly forbidden: number; readonly server: ApiServer }> {
  const server = await anApiServer({ '/api/v1/pods': items(), ...routes });
  const facts = await factsOf(aConnection({ server: server.url }), { serving: addresses });
  const [fact] = ofType(facts, 'ServingRead');
  return { serving: fact?.serving ?? null, forbidden: ofType(facts, 'ReadForbidden').length, server };
}

const none = { [ingresses]: items(), [services]: items() };

describe('what may not be read', () => {
  test('is told, and is no failure and no forbidden part of what runs', async () => {
    const { serving, forbidden } = await served(['https://acme.test'], {
      '/api/v1/namespaces': items(),
      [ingresses]: (_, response) => refuse(response, 500, 'etcd is away'),
      [services]: (_, response) => refuse(response, 404, 'not here'),
    });
    expect(serving).toEqual({
      namespaces: new Map(),
      unread: [{ resource: 'ingresses.networking.k8s.io', namespace: null, message: 'etcd is away' }],
    });
    expect(forbidden).toBe(0);
  });

  test('is the namespaces that refuse it', async () => {
    const inShop = '/apis/networking.k8s.io/v1/namespaces/shop/ingresses';
    const { serving, forbidden } = await served(['https://acme.test'], {
      '/api/v1/namespaces': items({ metadata: { uid: 'a', name: 'shop' } }, { metadata: { uid: 'b', name: 'jfrog' } }),
      [ingresses]: forbids,
      [inShop]: forbids,
      [inShop.replace('shop', 'jfrog')]: items(ingress('jfrog', 'acme.test')),
      [services]: items(),
    });
    expect(serving?.namespaces).toEqual(new Map([['jfrog', 'serves acme.test (ingress front)']]));
    expect(serving?.unread).toEqual([
      { resource: 'ingresses.networking.k8s.io', namespace: 'shop', message: 'forbidden' },
    ]);
    expect(forbidden).toBe(0);
  });
});

test('without an address nothing is asked', async () => {
  const { serving, server } = await served([], none);
  expect(serving).toBeNull();
  expect(server.asked.filter(({ path }) => [ingresses, services].includes(path))).toEqual([]);
});

test('it takes two requests, and only services of type LoadBalancer', async () => {
  const { server } = await served(['https://acme.test', 'https://art.test'], none);
  const asked = server.asked.filter(({ path }) => [ingresses, services].includes(path));
  expect(asked).toHaveLength(2);
  expect(asked.find(({ path }) => path === services)?.query.get('fieldSelector')).toBe('spec.type=LoadBalancer');
});

test('a server that cannot choose services by type is asked for all of them', async () => {
  const { serving } = await served(['http://10.0.0.7:8082'], {
    ...none,
    [services]: (asked, response) => {
      if (asked.query.has('fieldSelector')) refuse(response, 400, 'field label not supported: spec.type');
      else items(balancer('jfrog', { ip: '10.0.0.7' }))(asked, response);
    },
  });
  expect(serving).toEqual({
    namespaces: new Map([['jfrog', 'serves 10.0.0.7 (service out)']]),
    unread: [],
  });
});

describe('an Ingress', () => {
  const cases: [name: string, address: string, host: string | undefined, paths: string[], serves: boolean][] = [
    ['of another host', 'https://acme.test', 'acme.test.evil', [], false],
    ['of no host', 'https://acme.test', undefined, [], false],
    ['of a host above', 'https://xray.acme.test', 'acme.test', [], false],
    ['of a wildcard for other labels', 'https://a.b.acme.test', '*.acme.test', [], false],
    ['of a wildcard for the host itself', 'https://acme.test', '*.acme.test', [], false],
    ['of this host, for another path', 'https://acme.test', 'acme.test', ['/shop', '/xrays'], false],
    ['of this host', 'https://ACME.test:8443/xray', 'acme.test', [], true],
    ['of a wildcard', 'https://xray.acme.test', '*.Acme.test', [], true],
    ['of this host and every path', 'https://acme.test', 'acme.test', ['/'], true],
    ['of this host and path', 'https://acme.test', 'acme.test', ['/shop', '/artifactory/'], true],
    ['of a path above', 'https://acme.test/jfrog/xray', 'acme.test', ['/jfrog'], true],
    ['of a path below', 'https://acme.test', 'acme.test', ['/xray/api'], true],
    ['of a path that is a pattern', 'https://acme.test', 'acme.test', ['/(xray|other)/(.*)'], true],
  ];
  for (const [name, address, host, paths, serves] of cases) {
    test(`${name} ${serves ? 'serves' : 'does not serve'} ${address}`, async () => {
      const { serving } = await served([address], { ...none, [ingresses]: items(ingress('jfrog', host, ...paths)) });
      expect([...(serving?.namespaces.keys() ?? [])]).toEqual(serves ? ['jfrog'] : []);
    });
  }
});

describe('a LoadBalancer Service', () => {
  const cases: [name: string, address: string, at: object[], serves: boolean][] = [
    ['that has no address yet', 'https://acme.test', [], false],
    ['with another address', 'https://10.0.0.7', [{ ip: '10.0.0.70' }], false],
    ['with this host name', 'https://acme.test', [{ ip: '10.0.0.7' }, { hostname: 'Acme.test' }], true],
    ['with this address', 'https://[fd00::7]:8443', [{ ip: 'fd00::7' }], true],
  ];
  for (const [name, address, at, serves] of cases) {
    test(`${name} ${serves ? 'serves' : 'does not serve'} ${address}`, async () => {
      const { serving } = await served([address], { ...none, [services]: items(balancer('jfrog', ...at)) });
      expect([...(serving?.namespaces.keys() ?? [])]).toEqual(serves ? ['jfrog'] : []);
    });
  }
});
