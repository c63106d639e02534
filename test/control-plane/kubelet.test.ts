import { beforeEach, expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { fillCluster, imageOf } from './fill-cluster.ts';
import { again, aNode, bind, type Pod, podPath, podsOf, removePod, runPod, setPodStatus } from './kubelet.ts';
import { getObject, type KubeObject, listObjects } from './requests.ts';
import { runPods } from './run-pods.ts';
import { withControlPlane } from './shared.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const imageIdFor = ({ image }: { image: string }) => `${image.split(':')[0]}@${digest}`;

withControlPlane('a played kubelet', (plane) => {
  let namespace = '';
  beforeEach(async () => {
    namespace = await plane.aNamespace('kubelet');
  });

  const workload = (kind: string, spec: object): KubeObject => ({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'shop', namespace },
    spec: { selector: { matchLabels: { app: 'shop' } }, template: template(), ...spec },
  });

  test('a Deployment gets its pods, and they stay Pending until somebody says otherwise', async () => {
    await plane.apply([workload('Deployment', { replicas: 2 })]);
    const pods = (await podsOf(plane, namespace, 2)) as readonly Pod[];
    expect(pods.map((pod) => pod.status?.phase)).toEqual(['Pending', 'Pending']);
    await runPods(plane, { namespace, imageIdFor });
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/shop`;
    expect(await again(plane, path)).toMatchObject({ status: { readyReplicas: 2, updatedReplicas: 2 } });
  });

  test('the pods of a StatefulSet run one after the other', async () => {
    await plane.apply([workload('StatefulSet', { replicas: 3, serviceName: 'shop' })]);
    const pods = await runPods(plane, { namespace, imageIdFor });
    expect(pods.map((pod) => pod.metadata.name)).toEqual(['shop-0', 'shop-1', 'shop-2']);
    expect(pods[0]?.status?.containerStatuses).toMatchObject([{ name: 'app', imageID: `shop.test/app@${digest}` }]);
  });

  test('the pods of a DaemonSet run on their nodes, whose platforms differ', async () => {
    for (const architecture of ['amd64', 'arm64']) await aNode(plane, `${namespace}-${architecture}`, { architecture });
    const names = ['amd64', 'arm64'].map((architecture) => `${namespace}-${architecture}`);
    const expression = { key: 'kubernetes.io/hostname', operator: 'In', values: names };
    const affinity = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [expression] }] },
      },
    };
    await plane.apply([workload('DaemonSet', { template: template({ affinity }) })]);
    const pods = await runPods(plane, { namespace, imageIdFor, expected: 2 });
    const nodes = (await podsOf(plane, namespace, pods.length)).map((pod) => pod.spec.nodeName);
    expect(new Set(nodes)).toEqual(new Set(names));
  });

  test('a Job runs, and is complete once its pod has succeeded', async () => {
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'once', namespace } };
    await plane.apply([{ ...job, spec: { template: template({ restartPolicy: 'Never' }) } }]);
    const [pod] = await runPods(plane, { namespace, imageIdFor });
    if (pod === undefined) throw new Error('no pod');
    const state = { terminated: { exitCode: 0, reason: 'Completed' } };
    await setPodStatus(plane, pod, {
      phase: 'Succeeded',
      containerStatuses: [
        {
          name: 'app',
          image: 'shop.test/app:1.0',
          imageID: imageIdFor({ image: 'shop.test/app:1.0' }),
          ready: false,
          restartCount: 0,
          state,
        },
      ],
    });
    await eventually('the job is complete', async () => {
      const { status } = await again<{ status?: { succeeded?: number } }>(
        plane,
        `/apis/batch/v1/namespaces/${namespace}/jobs/once`,
      );
      return status?.succeeded === 1;
    });
  });

  test('a pod on a node is terminating until it is removed', async () => {
    const [pod] = await plane.apply([
      { ...template(), apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bare', namespace } },
    ]);
    if (pod === undefined) throw new Error('no pod');
    await bind(plane, pod, 'a-node-that-is-not-there');
    const running = await runPod(plane, await again<Pod>(plane, podPath(pod)), imageIdFor);
    await plane.request('DELETE', podPath(running));
    expect(await again(plane, podPath(pod))).toHaveProperty('metadata.deletionTimestamp');
    await removePod(plane, running);
    expect(await getObject(plane, podPath(pod))).toBeUndefined();
  });

  test('a filled cluster runs the digests that were asked for, in pods of the size asked for', async () => {
    const fill = { workloads: 4, pods: 10, digests: 3, foreign: 1, namespaces: 2 };
    await fillCluster(plane, fill, () => {});
    await fillCluster(plane, { ...fill, pods: 12 }, () => {});
    const pods = await listObjects<Pod>(plane, '/api/v1/pods?labelSelector=kubectl-xray.test/filled');
    expect(pods).toHaveLength(12);
    const foreign = pods.filter((pod) => pod.spec.containers[0]?.image === 'docker.io/library/other-2:1.0');
    expect(foreign.map((pod) => pod.status?.containerStatuses?.[0]?.imageID)).toEqual(
      foreign.map(() => `docker.io/library/other-2@${imageOf(2, fill).digest}`),
    );
    expect(foreign).toHaveLength(3);
    const pod = { ...pods[0], kind: undefined, apiVersion: undefined };
    expect(Math.abs(JSON.stringify(pod).length - 4096)).toBeLessThan(200);
  });
});

function template(spec: object = {}) {
  return {
    metadata: { labels: { app: 'shop' } },
    spec: { containers: [{ name: 'app', image: 'shop.test/app:1.0' }], ...spec },
  };
}
