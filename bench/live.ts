// Measures the live side, `enforce` as a whole program: npm run bench:live -- [--pods 10000] [--changes 300] [--events 100000].
// How long it takes from a pod's change to the decision being told, what it remembers after an hour's worth of events, and
// what Xray is asked meanwhile. Prints a row for bench/RESULTS.md. Needs the control plane that the tests use, and Linux for
// memory.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findBinaries } from '../test/control-plane/binaries.ts';
import { type ControlPlane, startControlPlane } from '../test/control-plane/control-plane.ts';
import { fillCluster, fillLabel, imageOf, workloadName } from '../test/control-plane/fill-cluster.ts';
import { podPath, setPodStatus } from '../test/control-plane/kubelet.ts';
import type { Stored } from '../test/control-plane/requests.ts';
import { digestOf } from '../test/support/digests.ts';
import { benchWorld } from '../test/xray-server/bench-world.ts';
import { startXrayServer } from '../test/xray-server/server.ts';
import { churn, filledPods } from './churn.ts';
import { type Enforcing, startEnforcing, type Told } from './enforcing.ts';

const { values } = parseArgs({
  options: {
    pods: { type: 'string', default: '10000' },
    changes: { type: 'string', default: '300' },
    events: { type: 'string', default: '100000' },
  },
});
const [changes, events] = [Number(values.changes), Number(values.events)];
const workloads = Math.ceil(Number(values.pods) / 10);
if (changes >= workloads) throw new Error(`--changes is to be below the number of workloads, which is ${workloads}`);
/** Image 0 alone breaks this. Nothing is held back, so that every decision is told. */
const policy = `
scanPolicy: { license: { denied: [GPL-3.0-only], deployments: scaledown } }
limits: { actionsPerMinute: 1000000, shareOfWorkloads: 100% }
`;
/** Milliseconds that things are left alone before memory is looked at. */
const calm = 5_000;

const found = await findBinaries({ env: process.env, progress });
if (found.kind === 'missing') throw new Error(`${found.reason}. ${found.cure}`);
const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-bench-'));
const nothing = { findingsPerImage: 20, unscanned: 0, foreign: 0 };
const world = benchWorld({ ...nothing, images: workloads, violations: 1, digestOf });
// It answers at once: what is measured is ours.
const xray = await startXrayServer({ world, token: 'bench' });
const imageHost = new URL(xray.url).host;
const shape = { pods: Number(values.pods), workloads, digests: workloads, podBytes: 4096, imageHost };
const condemned = imageOf(0, shape);
const plane = await startControlPlane({ binaries: found.binaries, env: process.env });
try {
  await fillCluster(plane, shape, progress);
  const pods = await filledPods(plane);
  await prepare(plane, pods);
  const row = await measure(plane, start(), pods);
  console.log(`pods | workloads | digests | decided p50 ms | p99 | told p50 ms | p99 | start MB | events | s | end MB | peak MB | to Xray | to Artifactory
---|---|---|---|---|---|---|---|---|---|---|---|---|---
${row}`);
} finally {
  await plane.stop();
  await xray.stop();
  rmSync(folder, { recursive: true, force: true });
}

function start(): Enforcing {
  const kubeconfig = join(folder, 'kubeconfig');
  plane.writeKubeconfig(kubeconfig);
  writeFileSync(join(folder, 'policy.yaml'), policy);
  return startEnforcing(['--policy', join(folder, 'policy.yaml')], {
    PATH: process.env['PATH'],
    HOME: folder,
    KUBECONFIG: kubeconfig,
    KUBECTL_XRAY_HOME: join(folder, 'xray'),
    JF_URL: xray.url,
    JF_ACCESS_TOKEN: 'bench',
  });
}

async function measure(plane: ControlPlane, enforcing: Enforcing, pods: readonly Stored[]): Promise<string> {
  try {
    await enforcing.told(workloadName(0));
    await delay(calm);
    const before = enforcing.memory();
    progress(`all is read (${Math.round(before.residentMb)} MB); asked meanwhile: ${asked()}`);
    xray.clearRequests();
    const waits: Told[] = [];
    for (const pod of changing(pods).slice(0, changes)) waits.push(await change(plane, enforcing, pod));
    progress(`${changes} changes are told; asked meanwhile: ${asked()}`);
    xray.clearRequests();
    const churned = await churn(plane, pods, events);
    const requests = [xray.count(/ \/xray\//), xray.count(/ \/artifactory\//)];
    progress(`${churned.events} events in ${Math.round(churned.seconds)} s; asked meanwhile: ${asked()}`);
    await delay(calm);
    const after = enforcing.memory();
    const row = [
      [shape.pods, workloads, workloads, of(waits, ({ decided }) => decided), of(waits, ({ told }) => told)].flat(),
      [before.residentMb, churned.events, churned.seconds, after.residentMb, after.peakMb, requests].flat(),
    ];
    return row
      .flat()
      .map((one) => Math.round(one))
      .join(' | ');
  } finally {
    await enforcing.stop();
  }
}

/** One pod of each workload that is to change: it names the image that is condemned, and does not run it yet. */
function changing(pods: readonly Stored[]): readonly Stored[] {
  const first = new Map(pods.toReversed().map((pod) => [pod.metadata.labels?.['app'], pod]));
  return Array.from({ length: changes }, (_, at) => first.get(workloadName(at + 1))).filter((pod) => pod !== undefined);
}

async function prepare(plane: ControlPlane, pods: readonly Stored[]): Promise<void> {
  const containers = [{ name: 'app', image: condemned.reference }];
  for (const pod of changing(pods)) {
    await plane.request('PATCH', podPath(pod), { spec: { containers } }, 'application/strategic-merge-patch+json');
  }
}

/** Milliseconds from the API server's answer on. The pod's own digest runs again then. */
async function change(plane: ControlPlane, enforcing: Enforcing, pod: Stored): Promise<Told> {
  const told = enforcing.told(pod.metadata.labels?.['app'] ?? '');
  await runs(plane, pod, condemned.digest);
  const answered = performance.now();
  const at = await told;
  await runs(plane, pod, digestOf(Number(pod.metadata.labels?.[fillLabel])));
  return { decided: at.decided - answered, told: at.told - answered };
}

async function runs(plane: ControlPlane, pod: Stored, digest: string): Promise<void> {
  const image = condemned.reference;
  const imageID = `${image.slice(0, image.lastIndexOf(':'))}@${digest}`;
  const running = { ready: true, started: true, restartCount: 0, state: { running: {} } };
  await setPodStatus(plane, pod, { containerStatuses: [{ name: 'app', image, imageID, ...running }] });
}

/** `12 GET /xray/api/v2/watches`, without what names one image. */
function asked(): string {
  const kinds = xray.requests.map(
    ({ method, path }) => `${method} ${path.replace(/\/v2\/.*\/manifests\/.*/, '/v2/…')}`,
  );
  return [...Map.groupBy(kinds, (one) => one)].map(([kind, all]) => `${all.length} ${kind}`).join(', ') || 'nothing';
}

function of(waits: readonly Told[], which: (one: Told) => number): number[] {
  return [quantile(waits.map(which), 0.5), quantile(waits.map(which), 0.99)];
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function progress(line: string): void {
  console.error(line);
}
