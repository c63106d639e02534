// A run of the real engine over the demo that lives, on a clock that a test moves on.
import { onTestFinished } from 'vitest';
import type { ActOrder } from '../../src/core/act.ts';
import type { Done } from '../../src/commands/acting-run.ts';
import type { Fact } from '../../src/core/inventory.ts';
import type { Judgement } from '../../src/core/judgement.ts';
import { orderByHand } from '../../src/core/order.ts';
import type { DryRun } from '../../src/core/plan-acts.ts';
import { defaultMaxAge } from '../../src/core/refresh-look-ups.ts';
import { orderToRestore, toUndo } from '../../src/core/restore.ts';
import { conditionsText } from '../../src/core/rows.ts';
import { everything } from '../../src/core/selection.ts';
import { workloadLabel } from '../../src/core/workload.ts';
import { createLivingDemo } from '../../src/demo/living.ts';
import type { LivingDemo } from '../../src/demo/living.ts';
import { createEngine } from '../../src/engine/engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { createRejudge } from '../../src/engine/rejudge.ts';
import { fakeClock } from '../engine/fake-clock.ts';
import type { FakeClock } from '../engine/fake-clock.ts';

export interface LivingRun {
  readonly demo: LivingDemo;
  readonly engine: Engine;
  readonly clock: FakeClock;
  /** Facts that the engine heard, in its turns. */
  readonly heard: readonly Fact[];
  readonly warned: readonly string[];
  /** By `shop/deployment/cart`; fails where there is none. */
  readonly row: (name: string) => Judgement;
  readonly has: (name: string) => boolean;
  readonly conditions: (name: string) => string;
  /** Time passes until it is so; fails where it is not within so many seconds. Gives back the seconds since the beginning. */
  readonly until: (what: string, isSo: () => boolean, seconds?: number) => Promise<number>;
  readonly seconds: () => number;
  /** Asks for it, and does not wait for its end. */
  readonly ask: (name: string, action: 'scaledown' | 'delete') => ActOrder;
  readonly byHand: (name: string, action: 'scaledown' | 'delete', acceptDataLoss?: boolean) => Promise<Done>;
  readonly restore: (name: string) => Promise<Done>;
  readonly finish: () => Promise<void>;
}

export interface RunParts {
  readonly clock?: FakeClock;
  readonly demo?: LivingDemo;
  readonly byPolicy?: DryRun | null;
}

export function aLivingRun(parts: RunParts = {}): LivingRun {
  const { clock = fakeClock(), byPolicy = null } = parts;
  const { demo = createLivingDemo({ clock, namespace: null }) } = parts;
  const begun = clock.now();
  const [heard, warned]: [Fact[], string[]] = [[], []];
  const surroundings = { ownNamespaces: [] };
  const { cluster, scanner, news, acting, memory, identity, policy } = demo;
  const journal = demo.openJournal();
  const engine = createEngine({
    cluster,
    scanner,
    clock,
    policy,
    selection: everything,
    ongoing: {
      cluster,
      news,
      surroundings,
      ongoing: { refreshing: { maxAge: defaultMaxAge }, byPolicy, byHand: 'none' },
      acting,
      journal,
      memory,
      identity,
      runName: 'run',
      rejudge: createRejudge({ clusterOf: demo.clusterOf, scanner, clock, surroundings, wait: 60_000 }),
      stuckAfter: 60_000,
      warn: (message) => warned.push(message),
    },
  });
  engine.subscribe(({ facts }) => heard.push(...facts));
  const following = engine.follow({ once: false });

  const nameOf = ({ workload }: Judgement): string => `${workload.namespace}/${workloadLabel(workload)}`;
  const find = (name: string): Judgement | undefined =>
    [...engine.getState().judged.values()].find((one) => nameOf(one) === name);
  const row: LivingRun['row'] = (name) => {
    const found = find(name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  };
  const seconds = (): number => (clock.now() - begun) / 1000;
  const until: LivingRun['until'] = async (what, isSo, most = 70) => {
    const end = seconds() + most;
    while (!isSo()) {
      if (seconds() > end) throw new Error(`not within ${most} s: ${what}`);
      await clock.pass(100);
    }
    return seconds();
  };
  const orderOf = (name: string, action: 'scaledown' | 'delete', acceptDataLoss: boolean): ActOrder => {
    const now = clock.now();
    return orderByHand(row(name), action, { acceptDataLoss, policy: engine.getState().policy, now });
  };
  const carryOut = async (order: ActOrder): Promise<Done> => {
    engine.report([{ type: 'ActionAsked', order }]);
    const ends = () => heard.flatMap((fact) => (fact.type === 'ActEnded' && fact.order.id === order.id ? [fact] : []));
    await until(`an end of ${order.id}`, () => ends().some(({ end }) => end !== 'accepted'));
    const last = ends().at(-1);
    if (last === undefined) throw new Error('it has no end');
    return last;
  };
  return {
    demo,
    engine,
    clock,
    heard,
    warned,
    row,
    has: (name) => find(name) !== undefined,
    conditions: (name) => conditionsText(row(name)),
    until,
    seconds,
    ask: (name, action) => {
      const order = orderOf(name, action, false);
      engine.report([{ type: 'ActionAsked', order }]);
      return order;
    },
    byHand: (name, action, acceptDataLoss = false) => carryOut(orderOf(name, action, acceptDataLoss)),
    restore: async (name) => {
      const [namespace = '', kind = '', object = ''] = name.split('/');
      const named = { namespace, resource: `${kind}s`, name: object };
      const undoable = toUndo(named, await demo.readNamed(named), engine.getState().acting.history);
      if (undoable.is !== 'undo') throw new Error(undoable.says);
      return carryOut(orderToRestore(undoable, { holdUntil: null, release: false, now: clock.now() }));
    },
    finish: async () => {
      await engine.finish();
      await clock.idle();
      await following;
    },
  };
}

/** Has read the cluster and asked about all of it; ends with the test. */
export async function watching(parts: RunParts = {}): Promise<LivingRun> {
  const run = aLivingRun(parts);
  onTestFinished(run.finish);
  await run.until('every image is answered for', () => run.engine.getState().clusterRead && allAnswered(run), 5);
  return run;
}

export function allAnswered({ engine }: LivingRun): boolean {
  const { judged, lookUps } = engine.getState();
  return [...judged.values()].every(({ workload }) =>
    workload.images.every(({ image }) => Boolean(lookUps.get(image.key)?.scan)),
  );
}
