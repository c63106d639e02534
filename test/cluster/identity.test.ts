import { expect, test } from 'vitest';
import { clusterIdentity } from '../../src/cluster/identity.ts';
import { anApiServer, json, refuse } from './api-server.ts';
import type { Route } from './api-server.ts';
import { aConnection } from './connecting.ts';

const kubeSystem = '/api/v1/namespaces/kube-system';

async function identityBy(route: Route) {
  const server = await anApiServer({ [kubeSystem]: route });
  const connection = aConnection({ server: server.url });
  return { server, identity: clusterIdentity(connection, new AbortController().signal) };
}

test('a cluster is known by the uid of kube-system, of which only the metadata is asked for', async () => {
  const { server, identity } = await identityBy((_, response) => json(response, { metadata: { uid: 'uid-1' } }));
  expect(await identity).toEqual({ uid: 'uid-1', server: server.url, ca: null });
  expect(server.asked[0]?.headers.accept).toContain('as=PartialObjectMetadata;');
});
for (const status of [403, 404]) {
  test(`by its address alone where that answers ${status}`, async () => {
    const { server, identity } = await identityBy((_, response) => refuse(response, status, 'no'));
    expect(await identity).toEqual({ uid: null, server: server.url, ca: null });
  });
}
test('where it cannot say, there is no identity', async () => {
  const { identity } = await identityBy((_, response) => refuse(response, 400, 'etcd is away'));
  await expect(identity).rejects.toThrow('cannot read the namespace kube-system: etcd is away');
});
