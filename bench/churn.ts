// What happens to the pods of a filled cluster in an hour: their statuses change, and some are replaced.
import { setTimeout as delay } from 'node:timers/promises';
import type { ControlPlane } from '../test/control-plane/control-plane.ts';
import { fillLabel, runFilled } from '../test/control-plane/fill-cluster.ts';
import { type Pod, removePod, setPodStatus } from '../test/control-plane/kubelet.ts';
import { listObjects, RequestRefused, type Stored } from '../test/control-plane/requests.ts';

export interface Churned {
  readonly events: number;
  readonly seconds: number;
}

/** One change in so many replaces a pod, which makes three events: gone, there again, running. */
const oneReplacedIn = 19;
const atOnce = 32;

/** As fast as the server takes them; `pods` are all there are. */
export async function churn(plane: ControlPlane, pods: readonly Stored[], events: number): Promise<Churned> {
  const began = performance.now();
  const over = new AbortController();
  const kubelet = runPending(plane, over.signal);
  let done = 0;
  let next = 0;
  const work = async (): Promise<void> => {
    while (done < events) {
      const at = next++;
      const pod = pods[at % pods.length];
      if (pod === undefined) return;
      // Read only once it is over: others have counted meanwhile.
      const made = await change(plane, pod, at);
      done += made;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  while ((await pendingPods(plane)).length > 0) await delay(250);
  over.abort();
  await kubelet;
  return { events: done, seconds: (performance.now() - began) / 1000 };
}

/** So many events a second until it is told to end. */
export async function churnSteadily(
  plane: ControlPlane,
  pods: readonly Stored[],
  perSecond: number,
  signal: AbortSignal,
): Promise<Churned> {
  const began = performance.now();
  const kubelet = runPending(plane, signal);
  const underWay = new Set<Promise<void>>();
  let [asked, done, tried] = [0, 0, 0];
  const failed: unknown[] = [];
  for (let at = 0; !signal.aborted; at += 1) {
    const pod = pods[at % pods.length];
    if (pod === undefined) break;
    const makes = at % oneReplacedIn === 0 ? 3 : 1;
    const work = change(plane, pod, at)
      .catch((error: unknown) => {
        failed.push(error);
        return 0;
      })
      .then((made) => {
        done += made;
        asked -= makes - made;
        underWay.delete(work);
      });
    underWay.add(work);
    tried += 1;
    asked += makes;
    const ahead = (asked / perSecond) * 1000 - (performance.now() - began);
    if (ahead > 0) await delay(ahead);
    if (underWay.size >= atOnce) await Promise.race(underWay);
  }
  const seconds = (performance.now() - began) / 1000;
  await Promise.all([...underWay, kubelet]);
  // A busy server hangs up now and then.
  if (failed.length * 50 > tried) throw new Error(`${failed.length} of ${tried} changes failed`, { cause: failed[0] });
  return { events: done, seconds };
}

/** How many events it makes. A pod that was replaced in an earlier round has another name now. */
async function change(plane: ControlPlane, pod: Stored, at: number): Promise<number> {
  const isReplaced = at % oneReplacedIn === 0;
  try {
    await (isReplaced ? removePod(plane, pod) : changeStatus(plane, pod, at));
    return isReplaced ? 3 : 1;
  } catch (error) {
    if (error instanceof RequestRefused && error.status === 404) return 0;
    throw error;
  }
}

/** As a kubelet tells that a probe has run: no image changes by it. */
async function changeStatus(plane: ControlPlane, pod: Stored, at: number): Promise<void> {
  const lastProbeTime = new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString().replace('.000', '');
  const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
    type,
    status: 'True',
    lastProbeTime,
    lastTransitionTime: '2026-01-01T00:00:00Z',
  }));
  await setPodStatus(plane, pod, { conditions });
}

async function runPending(plane: ControlPlane, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const pending = await pendingPods(plane).catch((): readonly Stored<Pod>[] => []);
    await Promise.all(pending.map((pod) => runFilled(plane, pod).catch(() => {})));
    // Among many pods a look for the pending ones is work for the server.
    await delay(1_000);
  }
}

async function pendingPods(plane: ControlPlane): Promise<readonly Stored<Pod>[]> {
  const query = new URLSearchParams({
    labelSelector: fillLabel,
    fieldSelector: 'status.phase=Pending',
    resourceVersion: '0',
  });
  return listObjects<Pod>(plane, `/api/v1/pods?${query.toString()}`);
}

/** All of them; of each only what it is named by, as there may be many. */
export async function filledPods(plane: ControlPlane): Promise<readonly Stored[]> {
  const pods: Stored[] = [];
  let from: string | undefined = '';
  while (from !== undefined && (from !== '' || pods.length === 0)) {
    const query = new URLSearchParams({ labelSelector: fillLabel, limit: '500', continue: from });
    const page = (await plane.request('GET', `/api/v1/pods?${query.toString()}`)) as Page;
    for (const { metadata } of page.items) {
      const { name, namespace = '', uid, labels = {} } = metadata;
      pods.push({ metadata: { name, namespace, uid, labels } });
    }
    from = page.metadata.continue;
  }
  return pods;
}

interface Page {
  readonly metadata: { readonly continue?: string };
  readonly items: readonly Stored[];
}
