// Measures a cluster that is followed: node bench/watch.ts [--pods 50000] [--events 100000]. Prints the resident set when
// all was read, and again and again while Deployments are replaced, so that pods, ReplicaSets and images come and go. Needs
// the control plane that the tests use.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { findBinaries } from '../test/control-plane/binaries.ts';
import { type ControlPlane, startControlPlane } from '../test/control-plane/control-plane.ts';
import { fillCluster, namespaceOf, workloadName } from '../test/control-plane/fill-cluster.ts';
import { type Pod, runPod } from '../test/control-plane/kubelet.ts';
import { listObjects } from '../test/control-plane/requests.ts';
import { digestOf } from '../test/support/digests.ts';
import type { Report } from './follow.ts';

const { values } = parseArgs({
  options: { pods: { type: 'string', default: '50000' }, events: { type: 'string', default: '100000' } },
});
const pods = Number(values.pods);
const shape = { pods, workloads: Math.ceil(pods / 10), digests: Math.ceil(pods / 10), podBytes: 4096 };
/** Deployments that are replaced at a time, each with its ten pods. */
const atOnce = 100;

const found = await findBinaries({ env: process.env, progress });
if (found.kind === 'missing') throw new Error(`${found.reason}. ${found.cure}`);
const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-bench-'));
const plane = await startControlPlane({ binaries: found.binaries, env: process.env });
try {
  await fillCluster(plane, shape, progress);
  plane.writeKubeconfig(join(folder, 'kubeconfig'));
  const follower = await startFollower();
  console.log(
    'pod facts | pods | objects | resident MB | peak MB | heap MB | streams lost\n---|---|---|---|---|---|---',
  );
  say(await follower.next());
  await churn(plane, Number(values.events), follower.ask);
  follower.end();
} finally {
  await plane.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function startFollower() {
  const outfile = join(folder, 'follow.mjs');
  await build({
    entryPoints: [new URL('follow.ts', import.meta.url).pathname],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['@kubernetes/client-node'],
    // Some dependencies are CommonJS and ask for `require` at run time.
    banner: { js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);" },
  });
  // As the launcher starts the program.
  const args = ['--min-semi-space-size=8', '--max-semi-space-size=8', outfile, join(folder, 'kubeconfig')];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Report> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('the follower has ended');
    return JSON.parse(value) as Report;
  };
  const ask = (): Promise<Report> => {
    child.stdin.write('\n');
    return next();
  };
  return { next, ask, end: () => child.stdin.end() };
}

/** Replaces Deployments by new images until so many facts about pods were told; plays their kubelet meanwhile. */
async function churn(plane: ControlPlane, facts: number, measure: () => Promise<Report>): Promise<void> {
  const over = new AbortController();
  const kubelet = runPending(plane, over.signal);
  for (let turn = 1, told = 0; told < facts; turn += 1) {
    const workloads = Array.from({ length: atOnce }, (_, index) => (turn * atOnce + index) % shape.workloads);
    await Promise.all(workloads.map((workload, index) => replace(plane, workload, turn * atOnce + index)));
    let report = await measure();
    // The controllers and this kubelet are slower than what is measured: it is to keep its size.
    for (; report.pods < 0.95 * pods; report = await measure()) await delay(500);
    told = report.podFacts;
    if (turn % 5 === 0) say(report);
  }
  over.abort();
  await kubelet;
  await delay(5_000);
  say(await measure());
}

async function replace(plane: ControlPlane, workload: number, round: number): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${namespaceOf(workload, shape)}/deployments/${workloadName(workload)}`;
  const image = `xray.local.test/docker-local/churn-${round}:1.0`;
  const template = { spec: { containers: [{ name: 'app', image }] } };
  const spec = { strategy: { type: 'Recreate', rollingUpdate: null }, template };
  await plane.request('PATCH', path, { spec }, 'application/strategic-merge-patch+json');
}

async function runPending(plane: ControlPlane, signal: AbortSignal): Promise<void> {
  const query = new URLSearchParams({ fieldSelector: 'status.phase=Pending', resourceVersion: '0' });
  while (!signal.aborted) {
    const pending = await listObjects<Pod>(plane, `/api/v1/pods?${query.toString()}`);
    const run = pending.map((pod) =>
      runPod(plane, pod, ({ image }) => `${image.split(':')[0]}@${digestOf(image.length)}`).catch(() => {}),
    );
    await Promise.all(run);
    // Each look costs the server as much as it has pods.
    await delay(1_000);
  }
}

function say({ podFacts, pods, objects, rssMb, peakMb, heapMb, lost }: Report): void {
  console.log([podFacts, pods, objects, ...[rssMb, peakMb, heapMb].map(Math.round), lost].join(' | '));
}

function progress(line: string): void {
  console.error(line);
}
