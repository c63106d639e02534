import { expect, test } from 'vitest';
import type { Fact } from '../../src/core/inventory.ts';
import type { Scanner } from '../../src/engine/ports.ts';
import { pausable } from '../../src/engine/pausable-scanner.ts';
import { anImage, aScan } from '../support/builders.ts';
import { scanRead } from '../support/states.ts';
import { nextTurn } from './fake-clock.ts';

const violations = { security: false, license: false };
const questions = [1, 2].map((number) => ({ image: anImage(number), notOlderThan: 0, violations }));

/** Answers at once, and writes down whether whoever asked had given up. */
function aScanner(): { readonly scanner: Scanner; readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    scanner: {
      async *ask(all, signal, more) {
        asked.push(`${all.length} ${signal.aborted ? 'given up' : 'asked'}${more === true ? ', more to come' : ''}`);
        for (const { image } of all) yield scanRead(image, aScan());
      },
    },
  };
}

async function gathered(facts: AsyncIterable<Fact>): Promise<Fact[]> {
  const all: Fact[] = [];
  for await (const fact of facts) all.push(fact);
  return all;
}

test('holds questions back while it is paused, and lets them on afterwards', async () => {
  const { scanner, asked } = aScanner();
  const held = pausable(scanner);
  held.pause(true);
  const answers = gathered(held.ask(questions, new AbortController().signal, true));
  await nextTurn();
  expect([asked, held.isPaused()]).toEqual([[], true]);
  held.pause(false);
  expect(await answers).toHaveLength(2);
  expect([asked, held.isPaused()]).toEqual([['2 asked, more to come'], false]);
});

test('paused again before they went, they wait on', async () => {
  const { scanner, asked } = aScanner();
  const held = pausable(scanner);
  held.pause(true);
  const answers = gathered(held.ask(questions, new AbortController().signal));
  await nextTurn();
  held.pause(false);
  held.pause(true);
  await nextTurn();
  expect(asked).toEqual([]);
  held.pause(false);
  expect(await answers).toHaveLength(2);
});

test('who gives up meanwhile is answered all the same', async () => {
  const { scanner, asked } = aScanner();
  const held = pausable(scanner);
  held.pause(true);
  const giveUp = new AbortController();
  const answers = gathered(held.ask(questions, giveUp.signal));
  await nextTurn();
  giveUp.abort();
  expect(await answers).toHaveLength(2);
  expect(asked).toEqual(['2 given up']);
});

test('another scanner can be held back along with it', async () => {
  const [one, other] = [aScanner(), aScanner()];
  const held = pausable(one.scanner);
  const alike = held.alike(other.scanner);
  held.pause(true);
  const answers = gathered(alike.ask(questions, new AbortController().signal, true));
  await nextTurn();
  expect(other.asked).toEqual([]);
  held.pause(false);
  expect(await answers).toHaveLength(2);
  expect([one.asked, other.asked]).toEqual([[], ['2 asked, more to come']]);
});

test('what is being asked already goes on', async () => {
  const { scanner } = aScanner();
  const held = pausable(scanner);
  const answers = held.ask(questions, new AbortController().signal)[Symbol.asyncIterator]();
  await answers.next();
  held.pause(true);
  expect((await answers.next()).value).toMatchObject({ type: 'ScanRead', image: { key: anImage(2).key } });
});
