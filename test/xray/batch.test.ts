import { expect, test } from 'vitest';
import { createBatcher } from '../../src/xray/batch.ts';

/** A batcher of two keys a batch, whose batches are answered when the test says so. */
function aBatcher(over: { readonly inFlight?: number; readonly moreComing?: boolean; readonly eager?: boolean } = {}) {
  const due: (() => void)[] = [];
  const sent: { readonly keys: readonly string[]; readonly answer: () => void }[] = [];
  const batcher = createBatcher<string>({
    clock: {
      now: () => 0,
      after: (_, call) => {
        due.push(call);
        return () => {};
      },
    },
    size: () => 2,
    inFlight: () => over.inFlight ?? 3,
    moreComing: () => over.moreComing ?? false,
    eager: over.eager ?? false,
    keep: () => true,
    send: (keys) => {
      const { promise, resolve } = Promise.withResolvers<ReadonlyMap<string, string>>();
      sent.push({ keys, answer: () => resolve(new Map(keys.map((key) => [key, `about ${key}`]))) });
      return promise;
    },
  });
  const turn = (): void => {
    for (const call of due.splice(0)) call();
  };
  return {
    batcher,
    ask: (...keys: string[]) => Promise.all(keys.map((key) => batcher.ask(key, 0))),
    turn,
    sent: () => sent.map(({ keys }) => keys.join('')),
    answer: async (nth: number) => {
      sent[nth]?.answer();
      await new Promise((resolve) => setImmediate(resolve));
      turn();
    },
  };
}

test('a partial batch waits while one is under way', async () => {
  const { ask, turn, sent, answer } = aBatcher();
  void ask('a', 'b', 'c');
  turn();
  expect(sent()).toEqual(['ab']);
  await answer(0);
  expect(sent()).toEqual(['ab', 'c']);
});

test('a partial batch waits while more is coming', () => {
  const { ask, turn, sent } = aBatcher({ moreComing: true });
  void ask('a');
  turn();
  expect(sent()).toEqual([]);
});

test('an eager partial batch waits for neither', () => {
  const { ask, turn, sent } = aBatcher({ moreComing: true, eager: true });
  void ask('a', 'b', 'c');
  turn();
  expect(sent()).toEqual(['ab', 'c']);
});

test('once flushed, a partial batch waits for neither', () => {
  const { batcher, ask, turn, sent } = aBatcher({ moreComing: true });
  void ask('a', 'b', 'c');
  batcher.flush();
  turn();
  expect(sent()).toEqual(['ab', 'c']);
});

test('a flush counts for what is asked in the same turn', () => {
  const { batcher, ask, turn, sent } = aBatcher({ moreComing: true });
  batcher.flush();
  void ask('a');
  turn();
  expect(sent()).toEqual(['a']);
});

test('a flush does not count for what is asked later', async () => {
  const { batcher, ask, turn, sent, answer } = aBatcher({ moreComing: true });
  void ask('a');
  batcher.flush();
  turn();
  void ask('b');
  turn();
  await answer(0);
  expect(sent()).toEqual(['a']);
});

test('a flush sends no more at once than is allowed, and the rest as soon as it is', async () => {
  const { batcher, ask, turn, sent, answer } = aBatcher({ inFlight: 1, moreComing: true });
  const answers = ask('a', 'b', 'c');
  batcher.flush();
  turn();
  expect(sent()).toEqual(['ab']);
  await answer(0);
  expect(sent()).toEqual(['ab', 'c']);
  await answer(1);
  expect(await answers).toEqual(['about a', 'about b', 'about c']);
});
