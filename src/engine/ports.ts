// What the engine needs of the world, written by the one who uses it. Adapters satisfy these by shape.
import type { ActOrder, Inspection, JournalLine, Performed, Ready } from '../core/act.ts';
import type { Fact } from '../core/fact.ts';
import type { Remembered } from '../core/memory.ts';
import type { Question } from '../core/plan.ts';

/**
 * Looks images up. Yields one `ScanRead` for each question, in any order; a failure is a Scan too and never thrown.
 * `more`: further questions are on their way, so that those that would fill half a batch may wait for them.
 */
export interface Scanner {
  ask(questions: readonly Question[], signal: AbortSignal, more?: boolean): AsyncIterable<Fact>;
}

/** Tells what a cluster runs, in batches, ending with `ClusterRead`; throws only where nothing at all can be read. */
export interface Cluster {
  read(signal: AbortSignal): AsyncIterable<readonly Fact[]>;
}

/** A cluster that goes on telling what changes after `ClusterRead`, until the signal aborts. */
export interface LiveCluster extends Cluster {
  follow(signal: AbortSignal): AsyncIterable<readonly Fact[]>;
}

/** What is new at Xray, as `ImagesNews` facts, until the signal aborts. Failures are facts too, and are tried again. */
export interface News {
  follow(signal: AbortSignal): AsyncIterable<readonly Fact[]>;
}

/**
 * Acts on a cluster, one call at a time. It judges nothing: `inspect` reads live and says what an act would do, what it
 * must not do and what undoing brings back; `perform` makes the calls, each with preconditions.
 */
export interface Acting {
  inspect(order: ActOrder, signal: AbortSignal): Promise<Inspection>;
  /** `dryRun`: the server checks everything and changes nothing. Never throws for what the server answered. */
  perform(order: ActOrder, ready: Ready, options: { dryRun: boolean }, signal: AbortSignal): Promise<Performed>;
  /** What keeps an accepted act from becoming effective, in words; empty where nothing is seen. */
  blockers(order: ActOrder, signal: AbortSignal): Promise<readonly string[]>;
}

/** The journal of one cluster, shared by any number of processes. */
export interface Journal {
  /** The lines that this journal has not handed out yet, by whichever process they were written. */
  news(): Promise<readonly JournalLine[]>;
  /** On disk (fsync) when it resolves. The line is handed out by `news` too. */
  append(line: JournalLine): Promise<void>;
  /** One at a time over all processes of this machine. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}

/** What is remembered about a cluster between runs. */
export interface Memory {
  read(): Promise<Remembered>;
  /** Merges: the earliest first sight and the latest standing win. Gives back what then stands. */
  merge(remembered: Remembered): Promise<Remembered>;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after so many milliseconds; the result takes it back. */
  after(milliseconds: number, call: () => void): () => void;
}
