import { describe, expect, test } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { Clock, Cluster, Scanner } from '../../src/engine/ports.ts';
import { fakeClock, nextTurn } from './fake-clock.ts';
import type { Fact } from '../../src/core/inventory.ts';
import type { Question } from '../../src/core/plan.ts';
import { judgeAll } from '../../src/core/report.ts';
import { everything } from '../../src/core/selection.ts';
import type { Selection } from '../../src/core/selection.ts';
import type { Scan } from '../../src/core/scan.ts';
import { aContainer, aPod, aPolicy, aScan, anObject, circumstances, imageID, ownedBy } from '../support/builders.ts';
import { clusterRead, nodeSeen, scanRead, seen } from '../support/states.ts';

const cart = anObject({ name: 'cart' });
const cartSet = anObject({ kind: 'ReplicaSet', name: 'cart-1', owner: ownedBy(cart) });

function podsOf(count: number, distinct = count): Fact[] {
  return Array.from({ length: count }, (_, index) =>
    aPod({
      name: `cart-${index}`,
      owner: ownedBy(cartSet),
      containers: [aContainer({ imageID: imageID(index % distinct) })],
    }),
  ).flatMap((pod) => seen(pod));
}

describe('settling', () => {
  test('rejects with the error of a cluster that cannot be read at all', async () => {
    const failing: Cluster = {
      // eslint-disable-next-line require-yield -- it fails before anything is read
      async *read() {
        throw new Error('connection refused');
      },
    };
    const { engine, ended } = run({ cluster: failing });
    await expect(ended).rejects.toThrow('connection refused');
    expect(engine.getState().clusterRead).toBe(false);
  });

  test('rejects with the error of a cluster that breaks off', async () => {
    const { ended } = run({ cluster: clusterOf([seen(cart), new Error('cut short')]) });
    await expect(ended).rejects.toThrow('cut short');
  });

  test('ends at its time, and leaves unanswered what is', async () => {
    const { engine, clock, ended } = run({
      cluster: clusterOf([podsOf(2), seen(cart, cartSet), [clusterRead]]),
      answer: () => null,
    });
    await clock.idle();
    expect(judged(engine)).toEqual([false]);
    clock.advance(59_999);
    await clock.idle();
    clock.advance(1);
    await expect(ended).resolves.toBe('timeout');
    expect(judged(engine)).toEqual([false]);
  });

  test('ends at its time, also while the cluster has not been read', async () => {
    const { engine, clock, ended } = run({
      cluster: {
        async *read() {
          yield seen(cart);
          await new Promise<void>(() => {});
        },
      },
    });
    await clock.idle();
    clock.advance(60_000);
    await expect(ended).resolves.toBe('timeout');
    expect([engine.getState().clusterRead, engine.workloads()]).toEqual([false, []]);
  });

  test('shows what was read in its last moment, unanswered, and not as if nothing were there', async () => {
    const clock = fakeClock();
    const busy: Clock = { ...clock, after: (wait, call) => (wait === 0 ? () => {} : clock.after(wait, call)) };
    const scanner = { ask: async function* () {} };
    const cluster = clusterOf([[...podsOf(1), ...seen(cart, cartSet), clusterRead]]);
    const engine = createEngine({ cluster, scanner, clock: busy, policy: aPolicy(), selection: everything });
    const ended = engine.settle(1);
    await nextTurn();
    clock.advance(1);
    await expect(ended).resolves.toBe('timeout');
    expect(judged(engine)).toEqual([false]);
  });

  test('waits for every answer', async () => {
    const { engine, clock, ended, asked } = run({
      cluster: clusterOf([podsOf(2), seen(cart, cartSet), [clusterRead]]),
      answer: () => null,
    });
    await clock.idle();
    const [first, second] = asked.flat();
    engine.report(first === undefined ? [] : [scanRead(first.image, aScan())]);
    await clock.idle();
    expect(judged(engine)).toEqual([false]);
    engine.report(second === undefined ? [] : [scanRead(second.image, aScan())]);
    await clock.idle();
    await expect(ended).resolves.toBe('settled');
    expect(judged(engine)).toEqual([true]);
  });

  test('ends at once where nothing runs', async () => {
    const { ended, asked } = run({ cluster: clusterOf([[clusterRead]]) });
    await expect(ended).resolves.toBe('settled');
    expect(asked).toEqual([]);
  });
});

describe('questions', () => {
  test('are one for each image, however many pods and containers run it', async () => {
    const { ended, asked } = run({ cluster: clusterOf([podsOf(50, 3), seen(cart, cartSet), [clusterRead]]) });
    await ended;
    expect(asked.map((questions) => questions.length)).toEqual([3]);
  });

  test('start during the list, as soon as they are worth it, and none is asked twice', async () => {
    const batches = [[nodeSeen()], podsOf(60), podsOf(130), seen(cart, cartSet), podsOf(140), [clusterRead]];
    const { engine, ended, asked } = run({ cluster: clusterOf(batches) });
    await ended;
    expect(asked.map((questions) => questions.length)).toEqual([130, 10]);
    expect(new Set(asked.flat().map(({ image }) => image.key)).size).toBe(140);
    expect(judged(engine)).toEqual([true]);
  });

  test('wait for the end of the list where something is left out', async () => {
    const selection: Selection = { ...everything, types: [{ resource: 'statefulsets', name: null }] };
    const database = anObject({ kind: 'StatefulSet', name: 'db' });
    const { ended, asked, engine } = run({
      cluster: clusterOf([[nodeSeen()], podsOf(150), seen(cart, cartSet, database), [clusterRead]]),
      selection,
    });
    await ended;
    expect(asked.flat().map(({ image }) => image.basis)).toEqual(['reference']);
    expect(engine.workloads().map((one) => one.name)).toEqual(['db']);
  });

  test('follow what appears later', async () => {
    const { engine, clock, ended, asked } = run({ cluster: clusterOf([seen(cart), [clusterRead]]) });
    await ended;
    engine.report(seen(aPod({ name: 'new', containers: [aContainer({ reference: 'x', imageID: imageID(9) })] })));
    await clock.idle();
    expect(asked.map((questions) => questions.length)).toEqual([1, 1]);
  });
});

describe('the engine', () => {
  test('calls back once a turn, however many facts came in', async () => {
    const { engine, clock, ended } = run({ cluster: clusterOf([[clusterRead]]) });
    await ended;
    let turns = 0;
    const unsubscribe = engine.subscribe(() => (turns += 1));
    engine.report(seen(cart));
    engine.report(seen(cartSet));
    expect(turns).toBe(0);
    clock.turn();
    expect(turns).toBe(1);
    unsubscribe();
    await clock.idle();
    expect(turns).toBe(1);
  });

  test('that was stopped asks nothing more, and tells scanner and cluster', async () => {
    const signals: AbortSignal[] = [];
    const cluster: Cluster = {
      async *read(signal) {
        signals.push(signal);
        yield [clusterRead];
      },
    };
    const { engine, clock, ended, asked } = run({ cluster });
    await ended;
    engine.stop();
    engine.report(seen(aPod()));
    await clock.idle();
    expect([asked, signals.map((signal) => signal.aborted)]).toEqual([[], [true]]);
  });
});

interface Parts {
  readonly cluster: Cluster;
  /** Null: never answered. */
  readonly answer?: (question: Question) => Scan | null;
  readonly selection?: Selection;
}

function run({ cluster, answer = () => aScan(), selection = everything }: Parts) {
  const clock = fakeClock();
  const asked: (readonly Question[])[] = [];
  const scanner: Scanner = {
    async *ask(questions) {
      asked.push(questions);
      for (const question of questions) {
        const scan = answer(question);
        if (scan !== null) yield scanRead(question.image, scan);
      }
    },
  };
  const engine = createEngine({ cluster, scanner, clock, policy: aPolicy(), selection });
  const ended = engine.settle(60_000);
  ended.catch(() => {});
  void clock.idle();
  return { engine, clock, asked, ended };
}

/** Yields batches, a turn of the engine after each; throws an error where one stands. */
function clusterOf(batches: readonly (readonly Fact[] | Error)[]): Cluster {
  return {
    async *read() {
      for (const batch of batches) {
        if (batch instanceof Error) throw batch;
        yield batch;
        await nextTurn();
      }
    },
  };
}

function judged(engine: Engine): boolean[] {
  return judgeAll(engine.getState(), engine.workloads(), circumstances()).map((one) => one.verdict.settled);
}
