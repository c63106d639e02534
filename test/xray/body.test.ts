import { expect, test } from 'vitest';
import { createOwnTurn, readBody } from '../../src/xray/body.ts';
import type { Reply } from '../../src/xray/send.ts';

/** A reply whose body is there at once. */
function aReply(text: string): Reply {
  return {
    status: 200,
    header: (name) => (name === 'content-length' ? String(text.length) : null),
    body: (async function* () {
      yield Buffer.from(text);
    })(),
    discard: () => {},
  };
}

/** Reads them at once, and tells in which order they were handed on and what was put off after each came about. */
async function orderOf(texts: readonly string[]): Promise<string[]> {
  const ownTurn = createOwnTurn();
  const order: string[] = [];
  const followed = texts.map(async (text, nth) => {
    await readBody(aReply(text), ownTurn);
    order.push(`body ${nth}`);
    await new Promise<void>((resolve) => void setImmediate(resolve));
    order.push(`what follows ${nth}`);
  });
  await Promise.all(followed);
  return order;
}

test('what follows from a large body comes before the next large one', async () => {
  const large = 'x'.repeat(200_000);
  expect(await orderOf([large, large])).toEqual(['body 0', 'what follows 0', 'body 1', 'what follows 1']);
});

test('a small body waits for no turn', async () => {
  expect((await orderOf(['x'.repeat(200_000), 'small']))[0]).toBe('body 1');
});

test('a large body is looked at before its turn comes', async () => {
  const ownTurn = createOwnTurn();
  const order: string[] = [];
  const read = async (nth: number): Promise<void> => {
    const text = String(nth).repeat(200_000);
    await readBody(aReply(text), ownTurn, (body) => order.push(`${body.byteLength} bytes of ${nth}`));
    order.push(`body ${nth}`);
  };
  await Promise.all([read(1), read(2)]);
  expect(order).toEqual(['200000 bytes of 1', '200000 bytes of 2', 'body 1', 'body 2']);
});
