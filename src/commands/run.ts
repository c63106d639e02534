// A run that `main` has put together for a command: the engine, what it is about, and where to print.
import type { Circumstances } from '../core/decide.ts';
import type { State } from '../core/inventory.ts';
import type { Judgement } from '../core/judgement.ts';
import { scanOf } from '../core/report.ts';
import { missingNames, unjudgedNames } from '../core/selection.ts';
import type { Selection } from '../core/selection.ts';
import { searchedIn } from '../core/where/answer.ts';
import type { Engine } from '../engine/engine.ts';
import type { Clock } from '../engine/ports.ts';
import { clearLine } from '../output/printable.ts';
import type { VerdictsKept } from './verdicts.ts';

export interface Output {
  write(text: string): unknown;
}

export interface Run {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly selection: Selection;
  /** Name of the context; empty for manifests and the demo. */
  readonly context: string;
  /** Empty for all namespaces. */
  readonly namespace: string;
  readonly circumstances: Omit<Circumstances, 'now'>;
  /** Milliseconds to wait for answers. */
  readonly wait: number;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly colour: boolean;
  /** Whether stderr is a terminal, so that progress may be shown. */
  readonly progress: boolean;
  /** Whether nobody is asked, so that answers may be of any age; absent: somebody is. */
  readonly offline?: boolean;
  /** What was seen before, and where to write down what is seen now; absent: neither. */
  readonly verdicts?: VerdictsKept;
  /** Resolves once what the circumstances are taken from is there; absent: it is. */
  readonly ready?: () => Promise<void>;
  /** Remembers on this machine what is seen for the first time. Never rejects. */
  readonly remember?: (judgements: readonly Judgement[]) => Promise<void>;
}

/** What the world did: the cluster or a named object. Printed as it is, ends with exit code 1. */
export class RunError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RunError';
  }
}

const workloadResources = [
  'pods',
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'replicasets.apps',
  'jobs.batch',
  'cronjobs.batch',
];

/** Runs the engine until it is settled or the time is over, with progress on stderr. */
export async function settled(run: Run): Promise<State> {
  const { engine } = run;
  const stopProgress = run.progress ? showProgress(run) : () => {};
  try {
    await engine.settle(run.wait);
    await run.ready?.();
  } finally {
    stopProgress();
    engine.stop();
  }
  const state = engine.getState();
  if (!state.clusterRead) throw new RunError(`the cluster could not be read within the time given (--wait)`);
  const denied = state.forbidden.find((one) => one.resource === 'pods');
  if (denied !== undefined && state.pods.size === 0 && state.objects.size === 0) {
    throw new RunError(`Error from server (Forbidden): ${denied.message}`);
  }
  return state;
}

/**
 * Prints kubectl's NotFound words for every named object that is not there, or why it could not be looked for; tells
 * whether there was one.
 */
export function reportMissing(run: Pick<Run, 'selection' | 'stderr'>, state: State): boolean {
  const missing = missingNames(state, run.selection);
  const words = missing.map(({ resource, name }) => {
    const denied = state.forbidden.find((one) => one.resource === qualified(resource));
    if (denied !== undefined) return `Error from server (Forbidden): ${denied.message}\n`;
    return `Error from server (NotFound): ${qualified(resource)} "${name}" not found\n`;
  });
  for (const line of new Set(words)) run.stderr.write(line);
  return missing.length > 0;
}

/** Says of every named object that is there and not judged why that is so; tells whether there was one. */
export function reportUnjudged(run: Pick<Run, 'selection' | 'stderr'>, state: State): boolean {
  const words = unjudgedNames(state, run.selection).map(
    ({ resource, name, why }) => `${qualified(resource)} "${name}" is there, but not judged: ${why}\n`,
  );
  for (const line of new Set(words)) run.stderr.write(line);
  return words.length > 0;
}

/** How old the oldest answer is where nobody was asked, milliseconds; null: somebody was, or there is none. */
export function oldestOffline({ offline, clock }: Run, judgements: readonly Judgement[], state: State): number | null {
  const oldest = offline === true ? searchedIn(judgements, scanOf(state)).oldest : null;
  return oldest === null ? null : clock.now() - oldest;
}

/** kubectl's words for an empty scope. */
export function noResourcesIn({ namespace }: Pick<Run, 'namespace'>): string {
  return namespace === '' ? 'No resources found.\n' : `No resources found in ${namespace} namespace.\n`;
}

/** Whether a workload in scope may have been missed: pods, workload kinds or a namespace asked for were forbidden. */
export function mayHaveMissed(state: State): boolean {
  return state.forbidden.some(({ resource }) => resource === 'namespaces' || workloadResources.includes(resource));
}

function qualified(resource: string): string {
  return workloadResources.find((one) => one.split('.')[0] === resource) ?? resource;
}

/** Shows on one line of a terminal how far reading and asking are; the result takes it away. */
export function showProgress({ engine, stderr, clock }: Pick<Run, 'engine' | 'stderr' | 'clock'>): () => void {
  let lastDrawn = 0;
  const draw = (): void => {
    const now = clock.now();
    if (now - lastDrawn < 100) return;
    lastDrawn = now;
    const { pods, lookUps, clusterRead } = engine.getState();
    const answered = [...lookUps.values()].filter((one) => one.scan !== null).length;
    const reading = clusterRead ? `${pods.size} pods` : `reading pods: ${pods.size}`;
    stderr.write(`${clearLine}${reading}, images answered: ${answered} of ${lookUps.size}`);
  };
  const unsubscribe = engine.subscribe(draw);
  return () => {
    unsubscribe();
    stderr.write(clearLine);
  };
}
