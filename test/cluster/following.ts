// Follows a cluster in tests: its facts are folded into a state as the engine does, and what the state says can be compared
// with what a fresh read gives.
import { onTestFinished } from 'vitest';
import type { ClusterConnection } from '../../src/cluster/connect.ts';
import type { Times } from '../../src/cluster/kept.ts';
import { createCluster } from '../../src/cluster/read.ts';
import type { Scope } from '../../src/cluster/reading.ts';
import { emptyState, type Fact, nothingTouched, record, type State } from '../../src/core/inventory.ts';
import { eventually } from '../control-plane/eventually.ts';
import { aPolicy } from '../support/builders.ts';
import { factsOf } from './connecting.ts';

export interface Following {
  readonly state: State;
  /** Everything that was told, in its order. */
  readonly facts: readonly Fact[];
  /** Waits until the state is as wanted. */
  readonly until: (what: string, look: (state: State) => boolean, patience?: UntilPatience) => Promise<void>;
  /** What is told from now on. */
  readonly since: () => () => readonly Fact[];
  /** Aborts it; resolves once it has ended, rejects where it ended otherwise than quietly. */
  readonly stop: () => Promise<void>;
}

export interface UntilPatience {
  /** Milliseconds; 15,000 unless given. */
  readonly deadline?: number;
  /** Called before each look, as to move a clock. */
  readonly each?: () => void;
}

export interface FollowSettings extends Partial<Times> {
  readonly scope?: Partial<Scope>;
}

/** Follows until its test ends. Resolves at once; `until` waits for what is to be seen. */
export function following(connection: ClusterConnection, { scope, ...times }: FollowSettings = {}): Following {
  const state = emptyState(aPolicy());
  const facts: Fact[] = [];
  const ending = new AbortController();
  let failure: unknown = null;
  const run = async (): Promise<void> => {
    const cluster = createCluster(connection, { namespaces: 'all', chunkSize: 500, ...scope }, times);
    for await (const batch of cluster.follow(ending.signal)) {
      facts.push(...batch);
      record(state, batch, nothingTouched());
    }
  };
  const over = run().catch((error: unknown) => (failure = error));
  const stop = async (): Promise<void> => {
    ending.abort();
    await over;
    if (failure !== null) throw failure;
  };
  onTestFinished(async () => {
    ending.abort();
    await over;
  });
  return {
    state,
    facts,
    until: async (what, look, { deadline = 15_000, each } = {}) => {
      const seen = (): boolean => {
        each?.();
        return failure !== null || look(state);
      };
      await eventually(what, seen, { deadline, interval: 5 });
      if (failure !== null) throw failure;
    },
    since: () => {
      const from = facts.length;
      return () => facts.slice(from);
    },
    stop,
  };
}

/** Folds what was told by one read. */
export function stateFrom(facts: readonly Fact[]): State {
  const state = emptyState(aPolicy());
  record(state, facts, nothingTouched());
  return state;
}

/** All that a state says about the cluster, in an order of its own. */
export function pictureOf(state: State) {
  // Of a custom kind all objects are watched, and those alone are read that somebody names.
  const objects = [...state.objects.values()].filter((one) => one.template !== null || isNamed(state, one.uid));
  return {
    pods: sorted(state.pods.values()),
    objects: sorted(objects),
    nodes: sorted(state.nodes),
    protectedServices: sorted(state.protectedServices),
    scaledByKeda: sorted(state.scaledByKeda),
    forbidden: sorted(state.forbidden),
    namespaces: state.namespaces,
    lost: state.lostStreams,
  };
}

function sorted<T>(items: Iterable<T>): readonly T[] {
  return [...items].toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

function isNamed(state: State, uid: string): boolean {
  return (state.children.get(uid)?.size ?? 0) > 0;
}

/** Waits until what is followed says what a fresh read says. */
export async function untilEqual(
  live: Following,
  connection: ClusterConnection,
  expect: (one: unknown) => { toEqual: (other: unknown) => void },
  scope: Partial<Scope> = {},
  deadline = 20_000,
): Promise<void> {
  await eventually(
    'what is followed equals what is read anew',
    async () => {
      expect(pictureOf(live.state)).toEqual(pictureOf(stateFrom(await factsOf(connection, scope))));
      return true;
    },
    { deadline, interval: 300 },
  );
}
