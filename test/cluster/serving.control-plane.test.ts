import { beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../control-plane/requests.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { aConnection, aFile, factsOf, ofType } from './connecting.ts';
import { following } from './following.ts';

withControlPlane('the namespace that serves Xray', (plane) => {
  let [front, balanced, other] = ['', '', ''];

  const servingOf = async (namespaces: 'all' | readonly string[], user = plane.admin) => {
    const connection = aConnection({ kubeconfig: aFile('config', plane.kubeconfig({ user })) });
    const serving = [`https://xray.${front}.test`, `https://art.${balanced}.test/artifactory`];
    const facts = await factsOf(connection, { namespaces, serving });
    return ofType(facts, 'ServingRead')[0]?.serving;
  };

  beforeAll(async () => {
    front = await plane.aNamespace('front');
    balanced = await plane.aNamespace('balanced');
    other = await plane.aNamespace('other');
    await plane.apply([
      ingress(front, `xray.${front}.test`, '/xray'),
      ingress(other, `xray.${front}.test`, '/shop'),
      service(front, 'ClusterIP'),
      service(balanced, 'LoadBalancer'),
    ]);
    await plane.request(
      'PATCH',
      `/api/v1/namespaces/${balanced}/services/router/status`,
      { status: { loadBalancer: { ingress: [{ ip: '203.0.113.7' }, { hostname: `art.${balanced}.test` }] } } },
      'application/merge-patch+json',
    );
  });

  test('is found by its Ingress and by its LoadBalancer Service', async () => {
    const serving = await servingOf('all');
    expect(serving?.unread).toEqual([]);
    expect(serving?.namespaces).toEqual(
      new Map([
        [front, `serves xray.${front}.test (ingress platform)`],
        [balanced, `serves art.${balanced}.test (service router)`],
      ]),
    );
    expect((await servingOf([other]))?.namespaces).toEqual(new Map());
  });

  test('is looked for again while the cluster is followed, and told when it is another', async () => {
    const moved = await plane.aNamespace('moved');
    const host = `moved.${moved}.test`;
    const connection = aConnection({ kubeconfig: aFile('config', plane.kubeconfig()) });
    const live = following(connection, { scope: { namespaces: [moved], serving: [`https://${host}`] }, retry: 50 });
    await live.until('all was read', ({ clusterRead }) => clusterRead);
    expect(live.state.serving.namespaces).toEqual(new Map());
    await plane.apply([ingress(moved, host, '/')]);
    await live.until('it serves', ({ serving }) => serving.namespaces.has(moved));
    await plane.request('DELETE', `/apis/networking.k8s.io/v1/namespaces/${moved}/ingresses/platform`);
    await live.until('it serves no more', ({ serving }) => serving.namespaces.size === 0);
    expect(ofType(live.facts, 'ServingRead')).toHaveLength(3);
    await live.stop();
  });

  test('is found in the namespaces that may be read, and the others are named', async () => {
    const verbs = ['list', 'get'];
    const user = await plane.addUser({
      clusterRules: [{ apiGroups: [''], resources: ['pods'], verbs }],
      rules: [{ apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs }],
      namespaces: [front],
    });
    const serving = await servingOf([front, balanced], user);
    expect([...(serving?.namespaces.keys() ?? [])]).toEqual([front]);
    const named = serving?.unread.map(({ resource, namespace }) => `${resource} ${namespace}`);
    expect(named?.toSorted()).toEqual(
      [`ingresses.networking.k8s.io ${balanced}`, `services ${balanced}`, `services ${front}`].toSorted(),
    );
  });
});

function ingress(namespace: string, host: string, at: string): KubeObject {
  const backend = { service: { name: 'router', port: { number: 80 } } };
  const paths = ['/docs', at].map((path) => ({ path, pathType: 'Prefix', backend }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'platform', namespace },
    spec: { ingressClassName: 'none', rules: [{ host, http: { paths } }] },
  };
}

function service(namespace: string, type: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'router', namespace },
    spec: { type, ports: [{ port: 80 }], selector: { app: 'router' } },
  };
}
