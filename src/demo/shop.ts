// The demo: a made-up shop in a made-up cluster, and a made-up Xray that knows its images, all of it in memory. It
// satisfies the engine's ports by shape; nothing here asks the world or judges: that is left to the real engine.
// To add a workload: its image in images.ts, one line in workloads.ts.
import type { Fact } from '../core/inventory.ts';
import type { Question } from '../core/plan.ts';
import { nodes } from './objects.ts';
import { knownImages, scanOf } from './scanning.ts';
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
  const seen = runningAt(now).filter((fact) => isIn(namespace, fact));
  const batches = [surroundings(namespace), seen, ending];
  return {
    async *read(signal) {
      for (const batch of batches) if (!signal.aborted) yield batch;
    },
  };
}

/** The shop's Xray as of a time (ms since the epoch): one `ScanRead` for each question. */
export function demoScanner(now: number): DemoScanner {
  const known = knownImages();
  return {
    async *ask(questions, signal) {
      for (const question of questions) {
        if (signal.aborted) return;
        yield { type: 'ScanRead', image: question.image, scan: scanOf(question, known, { since: now, now }) };
      }
    },
  };
}

/** Every object and pod of the shop as of a time, ms since the epoch. */
export function runningAt(now: number): readonly Fact[] {
  return workloads.flatMap((piece) => piece(now));
}

export function isIn(namespace: string | null, fact: Fact): boolean {
  if (namespace === null) return true;
  if (fact.type === 'PodSeen') return fact.pod.namespace === namespace;
  return fact.type !== 'ObjectSeen' || fact.object.namespace === namespace;
}

/** What is told before objects and pods. */
export function surroundings(namespace: string | null): Fact[] {
  return [
    { type: 'NamespacesRead', namespaces: namespace === null ? null : [namespace] },
    ...nodes.map(([name, platform]): Fact => ({ type: 'NodeSeen', name, platform })),
  ];
}

export const ending: readonly Fact[] = [{ type: 'ClusterRead' }];
