// Measures the live screen, `watch -A` as a whole program in a pseudo-terminal of 120x40: npm run bench:screen --
// [--workloads 10000] [--rate 100] [--keys 300] [--seconds 30]. Pods come, go and change at that rate while keys are pressed
// at random moments. Prints rows for bench/RESULTS.md. Needs the control plane that the tests use, and Linux for /proc.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findBinaries } from '../test/control-plane/binaries.ts';
import { startControlPlane } from '../test/control-plane/control-plane.ts';
import { eventually } from '../test/control-plane/eventually.ts';
import { fillCluster } from '../test/control-plane/fill-cluster.ts';
import { digestOf } from '../test/support/digests.ts';
import { benchWorld } from '../test/xray-server/bench-world.ts';
import { startXrayServer } from '../test/xray-server/server.ts';
import { churnSteadily, filledPods } from './churn.ts';
import { pressKeys } from './keys.ts';
import { type Watching, mostASecond, startWatching } from './watching.ts';

const { values } = parseArgs({
  options: {
    workloads: { type: 'string', default: '10000' },
    rate: { type: 'string', default: '100' },
    keys: { type: 'string', default: '300' },
    seconds: { type: 'string', default: '30' },
  },
});
const workloads = Number(values.workloads);
const [rate, keys, seconds] = [Number(values.rate), Number(values.keys), Number(values.seconds)];
const digests = Math.ceil(workloads / 10);
const policy = `
scanPolicy:
  security: { default: scaledown, minSeverity: Critical }
  license: { denied: [GPL-3.0-only], deployments: delete }
`;
/** Milliseconds without a question to Xray after which all is read. */
const calm = 3_000;

const found = await findBinaries({ env: process.env, progress });
if (found.kind === 'missing') throw new Error(`${found.reason}. ${found.cure}`);
const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-bench-'));
const share = (of: number): number => Math.ceil((digests * of) / 1000);
const world = benchWorld({
  images: digests,
  findingsPerImage: 20,
  unscanned: share(50),
  foreign: share(50),
  violations: share(50),
  digestOf,
});
const xray = await startXrayServer({ world, token: 'bench' });
const plane = await startControlPlane({ binaries: found.binaries, env: process.env });
try {
  const imageHost = new URL(xray.url).host;
  const shape = { pods: workloads, workloads, digests, foreign: share(50), podBytes: 4096, imageHost };
  await fillCluster(plane, shape, progress);
  const watching = start();
  try {
    await measure(watching);
  } finally {
    await watching.terminal.close();
  }
} finally {
  await plane.stop();
  await xray.stop();
  rmSync(folder, { recursive: true, force: true });
}

function start(): Watching {
  const kubeconfig = join(folder, 'kubeconfig');
  plane.writeKubeconfig(kubeconfig);
  writeFileSync(join(folder, 'policy.yaml'), policy);
  return startWatching(['watch', '-A', '--policy', join(folder, 'policy.yaml')], {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    KUBECONFIG: kubeconfig,
    KUBECTL_XRAY_HOME: join(folder, 'xray'),
    JF_URL: xray.url,
    JF_ACCESS_TOKEN: 'bench',
  });
}

async function measure(watching: Watching): Promise<void> {
  const began = performance.now();
  await watching.terminal.until('rows', () => watching.chosen() !== null, { deadline: 120_000 });
  const rows = performance.now() - began;
  await read();
  const clearsAtStart = watching.clears();
  progress(
    `first rows after ${Math.round(rows)} ms, all read after ${Math.round(performance.now() - began - calm)} ms`,
  );
  const idle = await idleCpu(watching);
  progress(`idle: ${percent(idle)} of a core; churning`);
  const over = new AbortController();
  const churning = churnSteadily(plane, await filledPods(plane), rate, over.signal);
  const still = await undisturbed(watching);
  progress(`undisturbed: ${still.frames} frames a second at most, ${percent(still.cpu)} of a core`);
  const from = watching.frames().length;
  const own = monitorEventLoopDelay({ resolution: 5 });
  own.enable();
  const waits = await pressKeys(watching, keys);
  own.disable();
  progress(`with keys: ${mostASecond(watching.frames().slice(from))} frames a second at most`);
  over.abort();
  const { events, seconds: took } = await churning;
  for (const [kind, all] of Map.groupBy(waits, ({ kind }) => kind)) {
    const times = all.map(({ took }) => took);
    progress(`${kind}: ${times.length} presses, p50 ${ms(times, 0.5)} ms, p95 ${ms(times, 0.95)} ms`);
  }
  progress(`the benchmark itself was late by ${(own.percentile(95) / 1e6).toFixed(0)} ms at p95, 5 ms being none`);
  const all = waits.map(({ took }) => took);
  console.log(`workloads | events a second | key to paint p50 ms | p95 ms | frames a second at most | full clears | idle CPU | CPU with events | peak MB | selection moved
---|---|---|---|---|---|---|---|---|---
${[
  workloads,
  Math.round(events / took),
  ms(all, 0.5),
  ms(all, 0.95),
  still.frames,
  watching.clears() - clearsAtStart,
  percent(idle),
  percent(still.cpu),
  Math.round(watching.peakMb()),
  still.moved,
].join(' | ')}`);
}

/** Until Xray has not been asked anything for a while. */
async function read(): Promise<void> {
  let [seen, since] = [-1, performance.now()];
  await eventually(
    'all is read',
    () => {
      const count = xray.requests.length;
      if (count !== seen) [seen, since] = [count, performance.now()];
      return performance.now() - since > calm;
    },
    { deadline: 300_000, interval: 100 },
  );
}

async function idleCpu(watching: Watching): Promise<number> {
  const before = watching.cpu();
  await delay(seconds * 1000);
  return (watching.cpu() - before) / seconds;
}

/** Events alone, without a key: what frames there are, and whether the row under the cursor stays what it is. */
async function undisturbed(watching: Watching): Promise<{ frames: number; cpu: number; moved: number }> {
  for (let down = 0; down < 5; down += 1) {
    await watching.painted('j', lookOther(watching));
  }
  const chosen = nameIn(watching);
  const [from, cpu] = [watching.frames().length, watching.cpu()];
  const began = performance.now();
  let moved = 0;
  while (performance.now() - began < seconds * 1000) {
    await delay(100);
    if (nameIn(watching) !== chosen) moved += 1;
  }
  const frames = mostASecond(watching.frames().slice(from));
  return { frames, cpu: (watching.cpu() - cpu) / seconds, moved };
}

function lookOther(watching: Watching): () => boolean {
  const before = nameIn(watching);
  return () => nameIn(watching) !== before;
}

function nameIn(watching: Watching): string {
  return /filled-\d+ +\S+/.exec(watching.chosen() ?? '')?.[0] ?? '';
}

function ms(times: readonly number[], share: number): string {
  const sorted = times.toSorted((one, other) => one - other);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function progress(line: string): void {
  console.error(line);
}
