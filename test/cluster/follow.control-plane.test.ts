import { beforeAll, describe, expect, test } from 'vitest';
import { aNode, podPath, removePod, runPod, setPodStatus, type Pod } from '../control-plane/kubelet.ts';
import { type KubeObject, type Stored } from '../control-plane/requests.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { aConnection, aFile } from './connecting.ts';
import { following, untilEqual } from './following.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const imageIdFor = ({ image }: { image: string }) => `${image.split(':')[0]}@${digest}`;

withControlPlane('following a cluster', (plane) => {
  const connection = (user = plane.admin) => aConnection({ kubeconfig: aFile('config', plane.kubeconfig({ user })) });

  test('smoke', async () => {
    const namespace = await plane.aNamespace('live');
    const live = following(connection());
    await live.until('all was read', ({ clusterRead }) => clusterRead);
    const news = live.since();
    const [pod] = (await plane.apply([aPod(namespace, 'one')])) as readonly Stored<Pod>[];
    if (pod === undefined) throw new Error('no pod');
    await live.until('it is seen', ({ pods }) => pods.has(pod.metadata.uid));
    await runPod(plane, pod, imageIdFor);
    await live.until('it runs', ({ pods }) => pods.get(pod.metadata.uid)?.phase === 'Running');
    await removePod(plane, pod);
    await live.until('it is gone', ({ pods }) => !pods.has(pod.metadata.uid));
    console.log(news().map((one) => one.type));
    await untilEqual(live, connection(), expect);
    await live.stop();
  });
});

function aPod(namespace: string, name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name },
    spec: { containers: [{ name: 'app', image: `acme.test/docker/${name}:1` }] },
  };
}
