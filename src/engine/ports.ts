// What the engine needs of the world, written by the one who uses it. Adapters satisfy these by shape.
import type { Fact } from '../core/inventory.ts';
import type { Question } from '../core/plan.ts';

/** Looks images up. Yields one `ScanRead` for each question, in any order; a failure is a Scan too and never thrown. */
export interface Scanner {
  ask(questions: readonly Question[], signal: AbortSignal): AsyncIterable<Fact>;
}

/** Tells what a cluster runs, in batches, ending with `ClusterRead`; throws only where nothing at all can be read. */
export interface Cluster {
  read(signal: AbortSignal): AsyncIterable<readonly Fact[]>;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after so many milliseconds; the result takes it back. */
  after(milliseconds: number, call: () => void): () => void;
}
