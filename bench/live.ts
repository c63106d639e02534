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
import { fillCluster, imageOf, workloadName } from '../test/control-plane/fill-cluster.ts';
import { setPodStatus } from '../test/control-plane/kubelet.ts';
import type { Stored } from '../test/control-plane/requests.ts';
import { digestOf } from '../test/support/digests.ts';
import { benchWorld } from '../test/xray-server/bench-world.ts';
import { startXrayServer } from '../test/xray-server/server.ts';
import { churn, filledPods } from './churn.ts';
import { type Enforcing, startEnforcing } from './enforcing.ts';

const { values } = parseArgs({
  options: {
    pods: { type: 'string', default: '10000' },
    changes: { type: 'string', default: '300' },
    events: { type: 'string', default: '100000' },
  },
});
const [pods, changes, events] = [values.pods, values.changes, values.events].map(Number) as [number, number, number];
const workloads = Math.ceil(pods / 10);
if (changes >= workloads) throw new Error(`--changes is to be below the number of workloads, ${workloads}`);
/** Image 0 alone breaks this. Nothing is held back, so that every decision is told. */
const policy = `
scanPolicy: { license: { denied: [GPL-3.0-only], deployments: scaledown } }
limits: { actionsPerMinute: 1000000, shareOfWorkloads: 100% }
`;
/** Milliseconds that the stand-in takes for each answer, and that things are left alone before memory is looked at. */
const latency = 50;
const calm = 5_000;

const found = await findBinaries({ env: process.env, progress });
if (found.kind === 'missing') throw new Error(`${found.reason}. ${found.cure}`);
const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-bench-'));
const nothing = { findingsPerImage: 20, unscanned: 0, foreign: 0 };
const world = benchWorld({ ...nothing, images: workloads, violations: 1, digestOf });
const xray = await startXrayServer({ world, token: 'bench', latency });
const shape = { pods, workloads, digests: workloads, podBytes: 4096, imageHost: new URL(xray.url).host };
const plane = await startControlPlane({ binaries: found.binaries, env: process.env });
try {
  await fillCluster(plane, shape, progress);
  await measure(plane, start());
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

async function measure(plane: ControlPlane, enforcing: Enforcing): Promise<void> {
  try {
    await enforcing.told(workloadName(0));
    await delay(calm);
    const [before, asked] = [enforcing.memory(), askedOf()];
    progress(`read: ${asked} requests to Xray and Artifactory; ${Math.round(before.residentMb)} MB`);
    const all = await filledPods(plane);
    xray.clearRequests();
    const waits = await changeSome(plane, enforcing, all);
    const whileChanging = askedOf();
    xray.clearRequests();
    const churned = await churn(plane, all, events);
    const whileChurning = askedOf();
    const polls = xray.count(/\/(violations|policies|watches)\b/);
    await delay(calm);
    // It has kept up: one more change is told as before.
    const [last = Number.NaN] = await changeOne(plane, enforcing, await filledPods(plane), changes + 1);
    const after = enforcing.memory();
    console.log(`pods | workloads | digests | changes | p50 ms | p99 ms | asked | start MB | events | s | end MB | peak MB | asked | of them news
---|---|---|---|---|---|---|---|---|---|---|---|---|---`);
    console.log(
      [
        [pods, workloads, workloads, waits.length, quantile(waits, 0.5), quantile(waits, 0.99), whileChanging],
        [before.residentMb, churned.events, churned.seconds, after.residentMb, after.peakMb, whileChurning, polls],
      ]
        .flat()
        .map((one) => Math.round(one))
        .join(' | '),
    );
    progress(`the change after all that: ${Math.round(last)} ms`);
  } finally {
    await enforcing.stop();
  }
}

/** One after the other, each of another workload: from the API server's answer to the line that tells the decision. */
async function changeSome(plane: ControlPlane, enforcing: Enforcing, all: readonly Stored[]): Promise<number[]> {
  const waits: number[] = [];
  for (let workload = 1; workload <= changes; workload += 1) {
    waits.push(...(await changeOne(plane, enforcing, all, workload)));
  }
  return waits;
}

/** One of its pods runs the condemned digest, which another workload has run from the start, and its own again. */
async function changeOne(plane: ControlPlane, enforcing: Enforcing, all: readonly Stored[], workload: number) {
  const name = workloadName(workload);
  const pod = all.find(({ metadata }) => metadata.name.startsWith(`${name}-`));
  if (pod === undefined) throw new Error(`no pod of ${name}`);
  const told = enforcing.told(name);
  await runs(plane, pod, workload, 0);
  const answered = performance.now();
  const wait = (await told) - answered;
  await runs(plane, pod, workload, workload);
  return [wait];
}

async function runs(plane: ControlPlane, pod: Stored, workload: number, digest: number): Promise<void> {
  const { reference } = imageOf(workload, shape);
  const imageID = `${reference.slice(0, reference.lastIndexOf(':'))}@${digestOf(digest)}`;
  const running = { ready: true, started: true, restartCount: 0, state: { running: {} } };
  await setPodStatus(plane, pod, { containerStatuses: [{ name: 'app', image: reference, imageID, ...running }] });
}

function askedOf(): number {
  return xray.count(/ \/(xray|artifactory)\//);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function progress(line: string): void {
  console.error(line);
}
