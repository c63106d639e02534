// Measures `status -A` against `kubectl get pods -A` on the same server in the same run: npm run bench -- [--pods 10000]
// [--runs 5]. Prints a table for bench/RESULTS.md. Needs the control plane that the tests use, and Linux for memory.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findBinaries } from '../test/control-plane/binaries.ts';
import { startControlPlane } from '../test/control-plane/control-plane.ts';
import { fillCluster } from '../test/control-plane/fill-cluster.ts';
import { digestOf } from '../test/support/digests.ts';
import { benchWorld } from '../test/xray-server/bench-world.ts';
import { startXrayServer } from '../test/xray-server/server.ts';
import { measure, median } from './measured-run.ts';
import type { MeasuredRun } from './measured-run.ts';

const { values } = parseArgs({
  options: { pods: { type: 'string', default: '1000,10000,30000' }, runs: { type: 'string', default: '5' } },
});
const runs = Number(values.runs);
const sizes = values.pods.split(',').map(Number);
const plugin = fileURLToPath(new URL('../plugin/kubectl-xray', import.meta.url));
const latency = 50;

console.log(`pods | workloads | digests | kubectl s | status s | ratio | peak MB | Xray requests | Artifactory requests
---|---|---|---|---|---|---|---|---`);
for (const pods of sizes) console.log(await measureAt(pods));

async function measureAt(pods: number): Promise<string> {
  const shape = { pods, workloads: Math.ceil(pods / 10), digests: Math.ceil(pods / 10) };
  const share = (of: number): number => Math.ceil((shape.digests * of) / 1000);
  const found = await findBinaries({ env: process.env, progress });
  if (found.kind === 'missing') throw new Error(`${found.reason}. ${found.cure}`);
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-bench-'));
  const world = benchWorld({
    images: shape.digests,
    findingsPerImage: 20,
    unscanned: share(50),
    foreign: share(50),
    violations: share(50),
    digestOf,
  });
  const xray = await startXrayServer({ world, token: 'bench', latency });
  const plane = await startControlPlane({ binaries: found.binaries, env: process.env });
  try {
    const imageHost = new URL(xray.url).host;
    await fillCluster(plane, { ...shape, foreign: share(50), podBytes: 4096, imageHost }, progress);
    const kubeconfig = join(folder, 'kubeconfig');
    plane.writeKubeconfig(kubeconfig);
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      KUBECONFIG: kubeconfig,
      KUBECTL_XRAY_HOME: join(folder, 'xray'),
      JF_URL: xray.url,
      JF_ACCESS_TOKEN: 'bench',
    };
    return await compare(shape, plane.kubectlPath, env, xray);
  } finally {
    await plane.stop();
    await xray.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Server = Awaited<ReturnType<typeof startXrayServer>>;

async function compare(
  shape: { readonly pods: number; readonly workloads: number; readonly digests: number },
  kubectl: string,
  env: NodeJS.ProcessEnv,
  xray: Server,
): Promise<string> {
  const ours: MeasuredRun[] = [];
  const theirs: MeasuredRun[] = [];
  const requests: { xray: number; artifactory: number }[] = [];
  // One run of each first, not counted: file caches, and the code cache that every second start has.
  for (let run = 0; run <= runs; run += 1) {
    const other = await measure(kubectl, ['get', 'pods', '-A'], env);
    xray.clearRequests();
    const own = await measure(plugin, ['status', '-A'], env);
    if (own.exitCode !== 0 || other.exitCode !== 0) throw new Error(`a run failed:\n${own.stderr}${other.stderr}`);
    if (run === 0) {
      progress(own.stderr.trim());
      continue;
    }
    theirs.push(other);
    ours.push(own);
    requests.push({ xray: xray.count(/ \/xray\//), artifactory: xray.count(/ \/artifactory\//) });
  }
  const kubectlMs = median(theirs.map((one) => one.wallMs));
  const statusMs = median(ours.map((one) => one.wallMs));
  const ratio = median(ours.map((one, run) => one.wallMs / (theirs[run]?.wallMs ?? Number.NaN)));
  return [
    shape.pods,
    shape.workloads,
    shape.digests,
    (kubectlMs / 1000).toFixed(2),
    (statusMs / 1000).toFixed(2),
    ratio.toFixed(3),
    Math.round(median(ours.map((one) => one.peakMb))),
    median(requests.map((one) => one.xray)),
    median(requests.map((one) => one.artifactory)),
  ].join(' | ');
}

function progress(line: string): void {
  console.error(line);
}
