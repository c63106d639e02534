import { digestOf } from '../support/digests.ts';
import { eventually } from './eventually.ts';
import { type Pod, runPod } from './kubelet.ts';
import { type KubeObject, listObjects, RequestRefused, type Requests, type Stored } from './requests.ts';

export interface FillOptions {
  readonly workloads: number;
  readonly pods: number;
  /** Workload w runs digest w modulo this. */
  readonly digests: number;
  /** So many of the last digests are of images from elsewhere. */
  readonly foreign?: number;
  readonly imageHost?: string;
  /** Size of a running pod as JSON, about. */
  readonly podBytes?: number;
  readonly namespaces?: number;
}

export interface FilledImage {
  /** As the template writes it. */
  readonly reference: string;
  /** sha256:... */
  readonly digest: string;
  readonly isForeign: boolean;
}

type Cluster = Pick<Requests, 'request'>;
type Fill = Required<FillOptions>;

/** Its value is the number of the digest. */
export const fillLabel = 'kubectl-xray.test/filled';
const inFlight = 32;

export const fillDefaults = { foreign: 0, imageHost: 'xray.local.test', podBytes: 4096, namespaces: 10 } as const;

export function imageOf(
  index: number,
  { digests, foreign = 0, imageHost = fillDefaults.imageHost }: FillOptions,
): FilledImage {
  const isForeign = index >= digests - foreign;
  const reference = isForeign ? `docker.io/library/other-${index}:1.0` : `${imageHost}/docker-local/app-${index}:1.0`;
  return { reference, digest: digestOf(index), isForeign };
}

export function namespaceOf(workload: number, { namespaces = fillDefaults.namespaces }: FillOptions): string {
  return `filled-${workload % namespaces}`;
}

export function workloadName(workload: number): string {
  return `app-${workload}`;
}

/**
 * Makes the Deployments, lets the controllers make their pods, and reports each as running. Done when the Deployments are
 * available. Calling it again with more pods or workloads, and the same digests, adds what is missing.
 */
export async function fillCluster(
  cluster: Cluster,
  options: FillOptions,
  progress: (line: string) => void,
): Promise<void> {
  const fill: Fill = { ...fillDefaults, ...options };
  const spaces = Array.from({ length: Math.min(fill.namespaces, fill.workloads) }, (_, index) =>
    namespaceOf(index, fill),
  );
  await inParallel(spaces, (name) => createOnce(cluster, '/api/v1/namespaces', { metadata: { name } }));
  const workloads = Array.from({ length: fill.workloads }, (_, index) => index);
  // Beside the pods' statuses, not before: the controllers work meanwhile.
  const applied = inParallel(workloads, (workload) => applyDeployment(cluster, workload, fill));
  await Promise.all([applied, runAll(cluster, fill, progress)]);
  await settled(cluster, fill);
}

async function runAll(cluster: Cluster, fill: Fill, progress: (line: string) => void): Promise<void> {
  const query = new URLSearchParams({
    labelSelector: fillLabel,
    fieldSelector: 'status.phase=Pending',
    resourceVersion: '0',
  });
  const done = new Set<string>();
  const already = await runningPods(cluster);
  await eventually(
    `${fill.pods} pods run`,
    async () => {
      const pending = (await listObjects<Pod>(cluster, `/api/v1/pods?${query.toString()}`)).filter(
        ({ metadata }) => !done.has(metadata.uid),
      );
      await inParallel(pending, async (pod) => {
        await runFilled(cluster, pod);
        done.add(pod.metadata.uid);
      });
      if (pending.length > 0) progress(`${already + done.size} of ${fill.pods} pods run`);
      return already + done.size >= fill.pods;
    },
    { deadline: 60_000 + fill.pods * 60, interval: 250 },
  );
}

/** As its kubelet would, which names an image by its repository and digest. */
export async function runFilled(cluster: Cluster, pod: Stored<Pod>): Promise<void> {
  const digest = pod.metadata.labels?.[fillLabel] ?? '';
  await runPod(cluster, pod, ({ image }) => `${image.slice(0, image.lastIndexOf(':'))}@${digestOf(Number(digest))}`);
}

async function runningPods(cluster: Cluster): Promise<number> {
  const query = new URLSearchParams({
    labelSelector: fillLabel,
    fieldSelector: 'status.phase=Running',
    resourceVersion: '0',
  });
  return (await listObjects(cluster, `/api/v1/pods?${query.toString()}`)).length;
}

async function settled(cluster: Cluster, fill: Fill): Promise<void> {
  interface Deployment extends KubeObject {
    readonly status?: { readonly availableReplicas?: number };
  }
  const path = `/apis/apps/v1/deployments?labelSelector=${encodeURIComponent(fillLabel)}`;
  await eventually(
    'all filled Deployments are available',
    async () => {
      const deployments = await listObjects<Deployment>(cluster, path);
      const available = deployments.reduce((sum, { status }) => sum + (status?.availableReplicas ?? 0), 0);
      return deployments.length >= fill.workloads && available >= fill.pods;
    },
    { deadline: 120_000, interval: 500 },
  );
}

async function applyDeployment(cluster: Cluster, workload: number, fill: Fill): Promise<void> {
  const name = workloadName(workload);
  const path = `/apis/apps/v1/namespaces/${namespaceOf(workload, fill)}/deployments/${name}`;
  const query = 'fieldManager=kubectl-xray-fill&force=true';
  await cluster.request('PATCH', `${path}?${query}`, deployment(workload, fill), 'application/apply-patch+yaml');
}

function deployment(workload: number, fill: Fill): KubeObject {
  const name = workloadName(workload);
  const index = workload % fill.digests;
  const labels = { app: name, [fillLabel]: String(index) };
  const replicas = Math.floor(fill.pods / fill.workloads) + (workload < fill.pods % fill.workloads ? 1 : 0);
  const env = [{ name: 'PADDING', value: padding(fill.podBytes) }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas,
      revisionHistoryLimit: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [{ name: 'app', image: imageOf(index, fill).reference, env }],
        },
      },
    },
  };
}

/** A running pod without it is about this many bytes. */
const bareRunningPod = 3550;

function padding(podBytes: number): string {
  return 'x'.repeat(Math.max(0, podBytes - bareRunningPod));
}

async function createOnce(cluster: Cluster, path: string, object: KubeObject): Promise<void> {
  try {
    await cluster.request('POST', path, object);
  } catch (error) {
    if (!(error instanceof RequestRefused && error.status === 409)) throw error;
  }
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}
