// A real API server behind a proxy, under a name that only the proxy knows: pages, streams and watches of many at once.
import { onTestFinished, test } from 'vitest';
import { type Proxy, startProxy, startSocksProxy } from '../xray-server/proxy.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { aConnection, aFile } from './connecting.ts';
import { following } from './following.ts';

withControlPlane('a cluster behind a proxy', (plane) => {
  const kinds: [name: string, start: (port: number) => Promise<Proxy>][] = [
    ['http', startProxy],
    ['socks5', startSocksProxy],
  ];
  for (const [name, start] of kinds) {
    test(`${name} is read and followed`, async () => {
      const { hostname, port } = new URL(plane.access.url);
      const proxy = await start(Number(port));
      onTestFinished(proxy.stop);
      const text = plane.kubeconfig().replace(plane.access.url, `https://api.invalid:${port}`);
      const env = { HTTPS_PROXY: proxy.url };
      const connection = aConnection({ kubeconfig: aFile('config', text), tlsServerName: hostname }, { env });
      const live = following(connection);
      await live.until('all was read', ({ clusterRead }) => clusterRead);
      const namespace = await plane.aNamespace('proxied');
      await plane.apply([
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { namespace, name: 'late' },
          spec: { containers: [{ name: 'app', image: 'acme.test/late:1' }] },
        },
      ]);
      await live.until('the new pod was seen', ({ pods }) =>
        [...pods.values()].some((pod) => pod.namespace === namespace && pod.name === 'late'),
      );
      await live.stop();
    });
  }
});
