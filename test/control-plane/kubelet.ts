// Plays the kubelet and the scheduler, each move only when asked to. It reports what a test wants to be true and keeps no
// loop of its own: between two calls every status stays as it is.
import { eventually } from './eventually.ts';
import { getObject, type KubeObject, listObjects, type Requests, type Stored } from './requests.ts';

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly restartPolicy?: string;
  readonly [field: string]: unknown;
}

export interface Pod extends KubeObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly ephemeralContainers?: readonly Container[];
    readonly [field: string]: unknown;
  };
  readonly status?: PodStatus;
}

export interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly imageID: string;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly restartCount?: number;
  readonly state?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export interface PodStatus {
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  readonly conditions?: readonly Readonly<Record<string, unknown>>[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
  readonly [field: string]: unknown;
}

export interface Platform {
  readonly os?: string;
  readonly architecture?: string;
}

export type ImageIdFor = (container: Container, pod: Stored<Pod>) => string;

type Cluster = Pick<Requests, 'request'>;

/** A node that is Ready. Nobody misses its heartbeat. */
export async function aNode(cluster: Cluster, name: string, platform: Platform = {}): Promise<Stored> {
  const { os = 'linux', architecture = 'amd64' } = platform;
  const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': os, 'kubernetes.io/arch': architecture };
  await cluster.request('POST', '/api/v1/nodes', { metadata: { name, labels } });
  // Admission taints a new node as not ready, and the controller that would take it back is off.
  await cluster.request('PATCH', `/api/v1/nodes/${name}`, { spec: { taints: null } });
  const quantities = { cpu: '64', memory: '256Gi', pods: '1000' };
  const status = {
    capacity: quantities,
    allocatable: quantities,
    conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', ...since(new Date()) }],
    nodeInfo: { ...emptyNodeInfo, operatingSystem: os, architecture },
  };
  return (await cluster.request('PATCH', `/api/v1/nodes/${name}/status`, { status })) as Stored;
}

/** Assigns the pod to a node, which need not exist. From then on it is deleted only by `removePod`. */
export async function bind(cluster: Cluster, pod: Stored, node: string): Promise<void> {
  const target = { apiVersion: 'v1', kind: 'Node', name: node };
  await cluster.request('POST', `${podPath(pod)}/binding`, { metadata: { name: pod.metadata.name }, target });
}

/** Merges `status` into the pod's; lists in it are replaced whole. */
export async function setPodStatus(cluster: Cluster, pod: Stored, status: PodStatus): Promise<Stored<Pod>> {
  return (await cluster.request('PATCH', `${podPath(pod)}/status?fieldManager=kubelet`, { status })) as Stored<Pod>;
}

/** Without grace, as a kubelet confirms that the containers have ended. */
export async function removePod(cluster: Cluster, pod: Stored): Promise<void> {
  await cluster.request('DELETE', podPath(pod), { gracePeriodSeconds: 0 });
}

/** Every container of the pod runs and is ready, its init containers are done (or, as sidecars, run). */
export function runningStatus(pod: Stored<Pod>, imageIdFor: ImageIdFor, now = new Date()): PodStatus {
  const startedAt = timestamp(now);
  const running = { ready: true, started: true, state: { running: { startedAt } } };
  const done = {
    ready: true,
    state: { terminated: { exitCode: 0, reason: 'Completed', startedAt, finishedAt: startedAt } },
  };
  const report = (container: Container, rest: object): ContainerStatus => ({
    name: container.name,
    image: container.image,
    imageID: imageIdFor(container, pod),
    restartCount: 0,
    ...rest,
  });
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
  return {
    phase: 'Running',
    startTime: startedAt,
    conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
      type,
      status: 'True',
      ...since(now),
    })),
    containerStatuses: containers.map((container) => report(container, running)),
    initContainerStatuses: initContainers.map((one) => report(one, one.restartPolicy === 'Always' ? running : done)),
    ephemeralContainerStatuses: ephemeralContainers.map((one) =>
      report(one, { ...running, ready: false, started: undefined }),
    ),
  };
}

export async function runPod(cluster: Cluster, pod: Stored<Pod>, imageIdFor: ImageIdFor): Promise<Stored<Pod>> {
  return setPodStatus(cluster, pod, runningStatus(pod, imageIdFor));
}

/** Adds a debug container, as `kubectl debug` does. */
export async function addEphemeralContainer(cluster: Cluster, pod: Stored, container: Container): Promise<Stored<Pod>> {
  const body = { spec: { ephemeralContainers: [{ terminationMessagePolicy: 'File', ...container }] } };
  const path = `${podPath(pod)}/ephemeralcontainers`;
  return (await cluster.request('PATCH', path, body, 'application/strategic-merge-patch+json')) as Stored<Pod>;
}

/** The pods of a namespace, or of all; waits until there are `count` of them that are not being deleted. */
export async function podsOf(
  cluster: Cluster,
  namespace: string,
  count: number,
  selector = '',
): Promise<readonly Stored<Pod>[]> {
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(selector)}`;
  return eventually(`${namespace} has ${count} pods ${selector}`, async () => {
    const pods = (await listObjects<Pod>(cluster, path)).filter((pod) => pod.metadata.deletionTimestamp === undefined);
    return pods.length === count && pods;
  });
}

/** The object again, as the server has it now; throws where it is gone. */
export async function again<T extends KubeObject>(cluster: Cluster, path: string): Promise<Stored<T>> {
  const object = await getObject<T>(cluster, path);
  if (object === undefined) throw new Error(`${path} is not there`);
  return object;
}

export function podPath({ metadata }: Stored): string {
  return `/api/v1/namespaces/${metadata.namespace ?? 'default'}/pods/${metadata.name}`;
}

function since(now: Date) {
  return { lastTransitionTime: timestamp(now) };
}

/** Kubernetes keeps whole seconds. */
function timestamp(now: Date): string {
  return `${now.toISOString().slice(0, 19)}Z`;
}

const emptyNodeInfo = {
  machineID: '',
  systemUUID: '',
  bootID: '',
  kernelVersion: '6.12.0',
  osImage: 'made for a test',
  containerRuntimeVersion: 'containerd://2.1.0',
  kubeletVersion: 'v1.37.0',
  kubeProxyVersion: '',
};
