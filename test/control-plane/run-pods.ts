import { eventually } from './eventually.ts';
import { bind, type ImageIdFor, type Pod, runPod } from './kubelet.ts';
import { type KubeObject, listObjects, type Requests, type Stored } from './requests.ts';

export interface RunPodsOptions {
  readonly namespace: string;
  readonly imageIdFor: ImageIdFor;
  /** Only these pods, and then only `expected` says when all are there. */
  readonly selector?: string;
  /** How many pods there are to be; without it, until each controller of the namespace has what its spec asks for. */
  readonly expected?: number;
  /** Binds each pod that has no node yet. */
  readonly nodeFor?: (pod: Stored<Pod>) => string | undefined;
  /** Milliseconds; 30,000 unless given. */
  readonly deadline?: number;
}

interface Controller extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly parallelism?: number;
    readonly completions?: number;
    readonly suspend?: boolean;
    readonly managedBy?: string;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly active?: number;
    readonly ready?: number;
    readonly succeeded?: number;
    readonly desiredNumberScheduled?: number;
    readonly numberReady?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

type Cluster = Pick<Requests, 'request'>;

/**
 * Sets Pending pods to Running and Ready, again and again, until all are there: a StatefulSet's second pod comes only once
 * its first is ready. Returns the pods.
 */
export async function runPods(cluster: Cluster, options: RunPodsOptions): Promise<readonly Stored<Pod>[]> {
  const { namespace, expected, deadline = 30_000 } = options;
  return eventually(
    `the pods of ${namespace} run`,
    async () => {
      const pods = await runPending(cluster, options);
      const allRun = pods.every((pod) => pod.status?.phase !== 'Pending');
      if (expected !== undefined) return allRun && pods.length === expected && pods;
      return allRun && (await controllersSettled(cluster, namespace)) && pods;
    },
    { deadline, interval: 100 },
  );
}

async function runPending(cluster: Cluster, options: RunPodsOptions): Promise<readonly Stored<Pod>[]> {
  const { namespace, selector = '', imageIdFor, nodeFor = targetNode } = options;
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(selector)}`;
  const pods = (await listObjects<Pod>(cluster, path)).filter((pod) => pod.metadata.deletionTimestamp === undefined);
  return Promise.all(
    pods.map(async (pod) => {
      const node = pod.spec.nodeName === undefined ? nodeFor(pod) : undefined;
      if (node !== undefined) await bind(cluster, pod, node);
      return pod.status?.phase === 'Pending' ? runPod(cluster, pod, imageIdFor) : pod;
    }),
  );
}

/** The DaemonSet controller names the node of each pod by affinity; the scheduler, which is not here, would obey. */
function targetNode(pod: Stored<Pod>): string | undefined {
  interface Term {
    readonly matchFields?: readonly { readonly key: string; readonly values: readonly string[] }[];
  }
  const affinity = pod.spec['affinity'] as
    | { nodeAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms: readonly Term[] } } }
    | undefined;
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms.flatMap((term) => term.matchFields ?? []).find(({ key }) => key === 'metadata.name')?.values[0];
}

async function controllersSettled(cluster: Cluster, namespace: string): Promise<boolean> {
  for (const [resource, isSettled] of Object.entries(settled)) {
    const controllers = await listObjects<Controller>(
      cluster,
      `/apis/${resource.replace('/', `/v1/namespaces/${namespace}/`)}`,
    );
    if (!controllers.every((one) => isSettled(one))) return false;
  }
  return true;
}

const settled: Readonly<Record<string, (controller: Controller) => boolean>> = {
  'apps/deployments': replicasReady,
  'apps/statefulsets': replicasReady,
  'apps/replicasets': (set) => isObserved(set) && (set.status?.readyReplicas ?? 0) === (set.spec?.replicas ?? 1),
  'apps/daemonsets': (set) => isObserved(set) && set.status?.numberReady === set.status?.desiredNumberScheduled,
  'batch/jobs': jobRuns,
};

function replicasReady(controller: Controller): boolean {
  const { replicas = 0, readyReplicas = 0, updatedReplicas = 0 } = controller.status ?? {};
  const wanted = controller.spec?.replicas ?? 1;
  return isObserved(controller) && [replicas, readyReplicas, updatedReplicas].every((count) => count === wanted);
}

function isObserved({ metadata, status }: Controller): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 1);
}

function jobRuns({ spec, status }: Controller): boolean {
  const isLeftAlone = spec?.suspend === true || (spec?.managedBy ?? ours) !== ours;
  const hasEnded = status?.conditions?.some(({ type, status: is }) => is === 'True' && ended.includes(type)) ?? false;
  const { parallelism = 1, completions = parallelism } = spec ?? {};
  const wanted = Math.min(parallelism, completions - (status?.succeeded ?? 0));
  return isLeftAlone || hasEnded || (status?.active === wanted && status.ready === wanted);
}

const ours = 'kubernetes.io/job-controller';
const ended: readonly string[] = ['Complete', 'Failed', 'SuccessCriteriaMet', 'FailureTarget'];
