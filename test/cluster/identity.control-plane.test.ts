import { expect, test } from 'vitest';
import { clusterIdentity } from '../../src/cluster/identity.ts';
import type { Stored } from '../control-plane/requests.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { aConnection, aFile } from './connecting.ts';

withControlPlane('the identity of a cluster', (plane) => {
  test('is the uid of its kube-system, with the authority it is trusted by', async () => {
    const connection = aConnection({ kubeconfig: aFile('config', plane.kubeconfig()) });
    const { metadata } = (await plane.request('GET', '/api/v1/namespaces/kube-system')) as Stored;
    expect(await clusterIdentity(connection, new AbortController().signal)).toEqual({
      uid: metadata.uid,
      server: plane.url,
      ca: plane.access.authority.certificate,
    });
  });
  test('has no uid for who may not read it', async () => {
    const nobody = await plane.addUser({});
    const connection = aConnection({ kubeconfig: aFile('config', plane.kubeconfig({ user: nobody })) });
    expect((await clusterIdentity(connection, new AbortController().signal)).uid).toBeNull();
  });
});
