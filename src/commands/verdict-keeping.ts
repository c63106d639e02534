// A run that goes on writes down what comes to read otherwise, a few seconds after it does, and now and then that it looked.
import type { Judgement } from '../core/judgement.ts';
import { samplesIn } from '../core/trend.ts';
import type { Sample } from '../core/trend.ts';
import { changesIn, lineOf } from '../core/verdict-lines.ts';
import type { DatedChange, LookedBy } from '../core/verdict-lines.ts';
import { lookAt } from '../core/verdict-look.ts';
import { isAnswered } from '../core/verdict-notices.ts';
import type { Engine, Turn } from '../engine/engine.ts';
import type { Clock } from '../engine/ports.ts';
import { mayHaveMissed } from './run.ts';
import type { VerdictsKept } from './verdicts.ts';

/** What is written down of the scope, oldest first. */
export interface SeenBefore {
  /** How many workloads each condition held of over time. */
  readonly samples: readonly Sample[];
  readonly changes: readonly DatedChange[];
}

export interface VerdictKeeping {
  /** The same until there is more. */
  seenBefore(): SeenBefore;
  /** Writes down what is not yet, and looks at nothing more. Never rejects. */
  end(): Promise<void>;
}

export interface KeepingParts {
  readonly engine: Pick<Engine, 'subscribe' | 'getState'>;
  readonly clock: Clock;
  readonly verdicts?: VerdictsKept;
}

/** Milliseconds: how long changes wait for others, how often it is written that it looked, how often counts are made. */
const gathering = 5_000;
const lookEvery = 15 * 60_000;
const countEvery = 60_000;

const nothing = (): void => {};

/** Those that are shown of all changes. */
const mostChanges = 1000;
const nothingSeen: SeenBefore = { samples: [], changes: [] };

/** `onSeen` hears that there is more to be told of what was seen before; null: nobody tells of it. */
export function keepVerdicts(parts: KeepingParts, by: LookedBy, onSeen: (() => void) | null = null): VerdictKeeping {
  const { engine, clock, verdicts } = parts;
  if (verdicts === undefined || verdicts.log === null) return { seenBefore: () => nothingSeen, end: async () => {} };
  const { log, scope } = verdicts;
  const touched = new Set<string>();
  let seen = nothingSeen;
  let [looked, counted] = [-Infinity, -Infinity];
  let [isBegun, isOver] = [false, false];
  let due = Infinity;
  let cancel = nothing;
  let writing: Promise<void> = Promise.resolve();

  /** What is not answered for yet waits: that it was not asked about is no verdict. */
  const ready = (all: readonly Judgement[]): Judgement[] => {
    const state = engine.getState();
    const isReady = (one: Judgement | undefined): one is Judgement => one !== undefined && isAnswered(one, state);
    if (!isBegun) return all.every(isReady) ? [...all] : [];
    const judgements = [...touched].map((uid) => state.judged.get(uid));
    return judgements.filter(isReady);
  };
  const count = async (now: number): Promise<void> => {
    if (onSeen === null || isOver || now - counted < countEvery) return;
    counted = now;
    const lines = await log.read();
    const isInScope = ({ workload }: DatedChange): boolean =>
      scope.namespace === '' || workload.namespace === scope.namespace;
    seen = { samples: samplesIn(lines, scope), changes: changesIn(lines).filter(isInScope).slice(-mostChanges) };
    onSeen();
  };
  const write = async (): Promise<void> => {
    const state = engine.getState();
    const now = clock.now();
    const chosen = [...state.judged.values()];
    const judgements = ready(chosen);
    if (!state.clusterRead) return;
    if (judgements.length < (isBegun ? touched.size : chosen.length)) later(gathering);
    if (!isBegun && judgements.length < chosen.length) return;
    for (const { workload } of judgements) touched.delete(workload.uid);
    for (const uid of touched) if (!state.judged.has(uid)) touched.delete(uid);
    const complete = !mayHaveMissed(state) && state.lostStreams.length === 0;
    const look = lookAt(state, { at: now, by, scope, complete, judgements, chosen });
    const always = !isBegun || now - looked >= lookEvery;
    if (always) looked = now;
    isBegun = true;
    await log.add((known) => lineOf(known, look, { base: false, always }));
    await count(now);
  };
  /** At the latest then; what is due earlier stays so. */
  const later = (milliseconds: number): void => {
    const at = clock.now() + milliseconds;
    if (isOver || at >= due) return;
    cancel();
    due = at;
    cancel = clock.after(milliseconds, () => {
      due = Infinity;
      writing = writing.then(write);
      later(lookEvery);
    });
  };
  const unsubscribe = engine.subscribe(({ judged }: Turn) => {
    for (const uid of judged) touched.add(uid);
    if (judged.size > 0) later(gathering);
  });
  writing = count(clock.now());
  return {
    seenBefore: () => seen,
    end: async () => {
      unsubscribe();
      isOver = true;
      cancel();
      await writing.then(write);
    },
  };
}
