// Measures `status -A`, with an empty cache and with a full one, against `kubectl get pods -A` on the same server in the same
// run: npm run bench -- [--pods 10000] [--runs 5]. Prints a table for bench/RESULTS.md. Needs the control plane that the tests use, and Linux for memory.
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

console.log(`pods | workloads | digests | kubectl s | cache | status s | ratio | peak MB | Xray requests | Artifactory requests
---|---|---|---|---|---|---|---|---|---`);
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
    return await compare(shape, plane.kubectlPath, env, xray, join(folder, 'xray', 'cache', 'scans-1'));
  } finally {
    await plane.stop();
    await xray.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Server = Awaited<ReturnType<typeof startXrayServer>>;

interface Shape {
  readonly pods: number;
  readonly workloads: number;
  readonly digests: number;
}

async function compare(
  shape: Shape,
  kubectl: string,
  env: NodeJS.ProcessEnv,
  xray: Server,
  answers: string,
): Promise<string> {
  const theirs: MeasuredRun[] = [];
  const [cold, warm]: [Measured[], Measured[]] = [[], []];
  const status = async (): Promise<Measured> => {
    xray.clearRequests();
    const run = await measure(plugin, ['status', '-A'], env);
    if (run.exitCode !== 0) throw new Error(`a run failed:\n${run.stderr}`);
    return { run, xray: xray.count(/ \/xray\//), artifactory: xray.count(/ \/artifactory\//) };
  };
  // One run of each first, not counted: file caches, and the code cache that every second start has.
  for (let run = 0; run <= runs; run += 1) {
    const other = await measure(kubectl, ['get', 'pods', '-A'], env);
    if (other.exitCode !== 0) throw new Error(`a run failed:\n${other.stderr}`);
    // The compiled code beside them stays.
    rmSync(answers, { recursive: true, force: true });
    const [first, second] = [await status(), await status()];
    if (run === 0) {
      progress(`${first.run.stderr}${second.run.stderr}`.trim());
      continue;
    }
    theirs.push(other);
    cold.push(first);
    warm.push(second);
  }
  return [rowOf(shape, theirs, 'empty', cold), rowOf(shape, theirs, 'full', warm)].join('\n');
}

interface Measured {
  readonly run: MeasuredRun;
  /** Requests. */
  readonly xray: number;
  readonly artifactory: number;
}

function rowOf(shape: Shape, theirs: readonly MeasuredRun[], cache: string, ours: readonly Measured[]): string {
  const kubectlMs = median(theirs.map((one) => one.wallMs));
  const statusMs = median(ours.map(({ run }) => run.wallMs));
  const ratio = median(ours.map(({ run }, at) => run.wallMs / (theirs[at]?.wallMs ?? Number.NaN)));
  return [
    shape.pods,
    shape.workloads,
    shape.digests,
    (kubectlMs / 1000).toFixed(2),
    cache,
    (statusMs / 1000).toFixed(2),
    ratio.toFixed(3),
    Math.round(median(ours.map(({ run }) => run.peakMb))),
    median(ours.map((one) => one.xray)),
    median(ours.map((one) => one.artifactory)),
  ].join(' | ');
}

function progress(line: string): void {
  console.error(line);
}
