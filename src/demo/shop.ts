// The demo: a made-up shop in a made-up cluster, and a made-up Xray that knows its images, all of it in memory. It
// satisfies the engine's ports by shape; nothing here asks the world or judges: that is left to the real engine.
// To add a workload: its image in images.ts, one line in workloads.ts.
import type { Fact } from '../core/inventory.ts';
import type { Question } from '../core/plan.ts';
import { unknownScan } from '../core/scan.ts';
import type { Scan } from '../core/scan.ts';
import type { Asked } from './answers.ts';
import type { DemoImage } from './image.ts';
import { images } from './images.ts';
import { nodes } from './objects.ts';
import { workloads } from './workloads.ts';

export { demoPolicy } from './policy.ts';

export interface DemoCluster {
  read(signal: AbortSignal): AsyncIterable<readonly Fact[]>;
}

export interface DemoScanner {
  ask(questions: readonly Question[], signal: AbortSignal): AsyncIterable<Fact>;
}

/** The shop's cluster as of a time (ms since the epoch), in a few batches; `namespace` null is all of them. */
export function demoCluster(now: number, namespace: string | null = null): DemoCluster {
  const seen = workloads.flatMap((piece) => piece(now)).filter((fact) => isIn(namespace, fact));
  const batches = [surroundings(namespace), seen, ending];
  return {
    async *read(signal) {
      for (const batch of batches) if (!signal.aborted) yield batch;
    },
  };
}

/** The shop's Xray as of a time (ms since the epoch): one `ScanRead` for each question. */
export function demoScanner(now: number): DemoScanner {
  const known = new Map<string, DemoImage>();
  for (const one of Object.values(images)) known.set(one.digest, one).set(one.reference, one);
  return {
    async *ask(questions, signal) {
      for (const question of questions) {
        if (signal.aborted) return;
        const { image } = question;
        const found = known.get(image.digest ?? image.reference);
        yield { type: 'ScanRead', image, scan: scanOf(found, question, now) };
      }
    },
  };
}

function isIn(namespace: string | null, fact: Fact): boolean {
  if (namespace === null) return true;
  if (fact.type === 'PodSeen') return fact.pod.namespace === namespace;
  return fact.type !== 'ObjectSeen' || fact.object.namespace === namespace;
}

function surroundings(namespace: string | null): Fact[] {
  return [
    { type: 'NamespacesRead', namespaces: namespace === null ? null : [namespace] },
    ...nodes.map(([name, platform]): Fact => ({ type: 'NodeSeen', name, platform })),
  ];
}

const ending: readonly Fact[] = [{ type: 'ClusterRead' }];

function scanOf(found: DemoImage | undefined, { image, violations }: Question, now: number): Scan {
  if (found === undefined) return unknownScan('badAnswer', 'no such image in the made-up shop', now, image.digest);
  const { folder, digest } = found;
  const asked = { now, violations, licensesWatched: folder?.startsWith('docker-staging/') === false, digest };
  if (found.children === null) {
    const paths = folder === null ? [] : [`${folder}/manifest.json`];
    return answer(found.answer, { ...asked, platform: null, judged: [digest], paths });
  }
  const platform = image.platform ?? 'linux/amd64';
  const child = found.children[platform];
  const paths = folder === null ? [] : [`${folder}/list.manifest.json`];
  return answer(child?.answer ?? null, { ...asked, platform, judged: child ? [child.digest] : [], paths });
}

function answer(given: DemoImage['answer'], asked: Asked): Scan {
  return given === null
    ? unknownScan('badAnswer', 'no such platform in the index', asked.now, asked.digest)
    : given(asked);
}
