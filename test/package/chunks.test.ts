import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { type CompiledCode, createChunks } from '../../plugin/sea/chunks.ts';

/** The names of chunks as they are read, one after the other. */
function aProgram(texts: Readonly<Record<string, string>>, compiled: CompiledCode | null = null) {
  const read: string[] = [];
  const chunks = createChunks({
    read: (name) => {
      read.push(name);
      return texts[name] ?? `throw new Error('no chunk ${name}')`;
    },
    compiled,
    builtin: (name) => process.getBuiltinModule(name),
    asAtStart: (work) => work(),
  });
  return { chunks, read };
}

/** In memory. */
function aStore(): CompiledCode & { readonly kept: Map<string, Buffer> } {
  const kept = new Map<string, Buffer>();
  return { kept, read: (name) => kept.get(name) ?? null, write: (name, code) => void kept.set(name, code) };
}

const program = {
  'main.js': `const { one } = require('./shared.js'); exports.more = () => __late('./more.js'); exports.sum = one + 1;`,
  'shared.js': `exports.one = 1;`,
  'more.js': `exports.two = require('./shared.js').one + 1; exports.join = require('node:path').posix.join;`,
};

test('a chunk is read when it is asked for, with what it needs, and once', async () => {
  const { chunks, read } = aProgram(program);
  const main = (await chunks.late('main.js')) as { sum: number; more: () => Promise<{ two: number; join: unknown }> };
  expect([main.sum, read]).toEqual([2, ['main.js', 'shared.js']]);
  const more = await main.more();
  expect([more.two, typeof more.join]).toEqual([2, 'function']);
  expect(await main.more()).toBe(more);
  expect(read).toEqual(['main.js', 'shared.js', 'more.js']);
});

test('a module of Node is had late by its names, and as a whole', async () => {
  const { chunks } = aProgram({});
  const path = (await chunks.late('node:path')) as { posix: object; default: { posix: object } };
  expect(path.posix).toBe(path.default.posix);
});

test('what a chunk waits for is there before anybody uses it', async () => {
  const { chunks } = aProgram({
    'main.js': `const held = {}; __until(Promise.resolve().then(() => { held.value = 1; })); exports.held = held;`,
  });
  expect(await chunks.late('main.js')).toEqual({ held: { value: 1 } });
});

test('chunks that need each other see what the other has so far', async () => {
  const { chunks } = aProgram({
    'a.js': `exports.early = 1; exports.seen = require('./b.js').seen;`,
    'b.js': `exports.seen = require('./a.js').early;`,
  });
  expect(await chunks.late('a.js')).toEqual({ early: 1, seen: 1 });
});

describe('compiled code', () => {
  test('is kept of what was compiled, and used by the next run', async () => {
    const store = aStore();
    const first = aProgram(program, store);
    await first.chunks.late('main.js');
    first.chunks.keep();
    expect([...store.kept.keys()]).toEqual(['main.js', 'shared.js']);
    const before = new Map(store.kept);
    const second = aProgram(program, store);
    expect(await second.chunks.late('main.js')).toMatchObject({ sum: 2 });
    second.chunks.keep();
    expect(store.kept).toEqual(before);
  });

  test('that is damaged is put aside, and made anew', async () => {
    const store = aStore();
    store.kept.set('main.js', Buffer.from('no code at all'));
    // A text that was never compiled in this process.
    const { chunks } = aProgram({ 'main.js': `exports.three = 3;` }, store);
    expect(await chunks.late('main.js')).toEqual({ three: 3 });
    chunks.keep();
    expect(store.kept.get('main.js')?.length).toBeGreaterThan(100);
  });
});

test('code is compiled and kept under the flags that every run begins with', async () => {
  const under: string[] = [];
  const store = aStore();
  const chunks = createChunks({
    read: (name) => `exports.name = '${name}';`,
    compiled: { ...store, write: (name) => void under.push(`kept ${name}`) },
    builtin: () => undefined,
    asAtStart: (work) => {
      under.push('begin');
      const result = work();
      under.push('end');
      return result;
    },
  });
  await chunks.late('flags.js');
  expect(under).toEqual(['begin', 'end']);
  chunks.keep();
  expect(under).toEqual(['begin', 'end', 'begin', 'end', 'kept flags.js']);
});

test('a chunk that fails fails for who asked', async () => {
  const { chunks } = aProgram({});
  await expect(chunks.late('main.js')).rejects.toThrow('no chunk main.js');
});
