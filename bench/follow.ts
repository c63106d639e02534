// Follows a cluster in a process of its own and says what that takes: node follow.mjs KUBECONFIG (bench/watch.ts bundles
// it). Prints a line of JSON when all was read, and one for every line that it is sent.
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '../src/cluster/connect.ts';
import { createCluster } from '../src/cluster/read.ts';
import { refresh } from '../src/core/assemble.ts';
import { emptyState, nothingTouched, record } from '../src/core/inventory.ts';
import { defaultPolicy } from '../src/core/policy.ts';

export interface Report {
  readonly ms: number;
  /** 10^6 bytes: the resident set now, its peak, and what of it is JavaScript's. */
  readonly rssMb: number;
  readonly peakMb: number;
  readonly heapMb: number;
  readonly pods: number;
  readonly objects: number;
  readonly workloads: number;
  /** PodSeen and PodGone since all was read. */
  readonly podFacts: number;
  /** StreamLost since then. */
  readonly lost: number;
}

const started = performance.now();
const connection = connect(
  { kubeconfig: process.argv[2] },
  {
    env: {},
    platform: process.platform,
    home: '/',
    stdinIsTerminal: false,
    sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
    random: Math.random,
    now: Date.now,
  },
);
const ending = new AbortController();
const state = emptyState(defaultPolicy);
const counted = { podFacts: 0, lost: 0 };
const requests = createInterface({ input: process.stdin });
requests.on('line', report);
requests.on('close', () => ending.abort());
for await (const batch of createCluster(connection, { namespaces: 'all', chunkSize: 500 }).follow(ending.signal)) {
  const wasRead = state.clusterRead;
  const touched = nothingTouched();
  record(state, batch, touched);
  refresh(state, touched, Date.now());
  if (!wasRead && state.clusterRead) report();
  if (!wasRead) continue;
  for (const { type } of batch) {
    if (type === 'PodSeen' || type === 'PodGone') counted.podFacts += 1;
    else if (type === 'StreamLost') counted.lost += 1;
  }
}
connection.close();

function report(): void {
  const { rss, heapUsed } = process.memoryUsage();
  const said: Report = {
    ms: performance.now() - started,
    rssMb: rss / 1e6,
    peakMb: (process.resourceUsage().maxRSS * 1024) / 1e6,
    heapMb: heapUsed / 1e6,
    pods: state.pods.size,
    objects: state.objects.size,
    workloads: state.workloads.size,
    ...counted,
  };
  console.log(JSON.stringify(said));
}
