import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nothingRemembered } from '../../src/core/memory.ts';
import type { Remembered, Standing } from '../../src/core/memory.ts';
import type { Memory } from '../../src/engine/ports.ts';
import { openMemory } from '../../src/state/memory.ts';
import { day, digest, now } from '../support/builders.ts';
import { aFolder, notFiles } from './folders.ts';
import { run } from './programs.ts';
import { realClock } from './real-clock.ts';

interface OpenedMemory extends Memory {
  readonly warnings: readonly string[];
}

function aMemory(folder: string, at = now): OpenedMemory {
  const warnings: string[] = [];
  const clock = { ...realClock, now: () => at };
  return { ...openMemory(folder, { clock, warn: (message) => warnings.push(message) }), warnings };
}

function seen(firstSeen: Remembered['firstSeen']): Remembered {
  return { ...nothingRemembered, firstSeen };
}

function stands(is: Standing['is'], since: number, measure = 'policy-1'): Remembered {
  return { firstSeen: {}, standings: { [digest(1)]: { is, since, turned: false } }, measure };
}

const key = `${digest(1)}|XRAY-1`;
const fileOf = (folder: string): string => join(folder, 'memory.json');
const written = (folder: string): unknown => JSON.parse(readFileSync(fileOf(folder), 'utf8'));

describe('a memory', () => {
  test('is empty where there is none', async () =>
    expect(await aMemory(join(aFolder(), 'cluster-1')).read()).toEqual(nothingRemembered));
  test('gives back what was remembered, in another run', async () => {
    const folder = join(aFolder(), 'cluster-1');
    const all: Remembered = {
      firstSeen: { [key]: 3, [`${digest(1)}|license GPL-3.0-only`]: 4, 'docker.io/library/a:1|unscanned': 5 },
      standings: { [digest(1)]: { is: 'condemned', since: 7, turned: true } },
      measure: 'policy-1',
    };
    expect(await aMemory(folder).merge(all)).toEqual(all);
    expect(await aMemory(folder).read()).toEqual(all);
  });
  test('is for its user alone', async () => {
    const folder = join(aFolder(), 'cluster-1');
    await aMemory(folder).merge(seen({ [key]: 1 }));
    expect((statSync(fileOf(folder)).mode & 0o777).toString(8)).toBe('600');
  });
  test('leaves no other file behind, also those of who was killed', async () => {
    const folder = aFolder();
    writeFileSync(join(folder, 'memory.json.1234.tmp'), '{"v":1');
    await aMemory(folder).merge(seen({ [key]: 1 }));
    expect(readdirSync(folder).toSorted()).toEqual(['memory.json', 'memory.json.lock']);
  });
});

describe('merging', () => {
  const cases: [name: string, before: Remembered, more: Remembered, after: Partial<Remembered>][] = [
    ['the earliest first sight wins', seen({ [key]: 5 }), seen({ [key]: 3 }), { firstSeen: { [key]: 3 } }],
    ['a later sight changes nothing', seen({ [key]: 5 }), seen({ [key]: 9 }), { firstSeen: { [key]: 5 } }],
    ['the latest standing wins', stands('clean', 1), stands('condemned', 2), stands('condemned', 2)],
    ['an older standing changes nothing', stands('clean', 2), stands('condemned', 1), stands('clean', 2)],
    [
      'another measure drops what was judged by the old one',
      stands('clean', 9),
      { ...stands('condemned', 1, 'policy-2'), standings: {} },
      { standings: {}, measure: 'policy-2' },
    ],
    [
      'another measure takes its own',
      stands('clean', 9),
      stands('condemned', 1, 'policy-2'),
      stands('condemned', 1, 'policy-2'),
    ],
    [
      'first sights alone leave the standings',
      stands('clean', 1),
      seen({ [key]: 3 }),
      { ...stands('clean', 1), firstSeen: { [key]: 3 } },
    ],
  ];
  for (const [name, before, more, after] of cases) {
    test(name, async () => {
      const folder = aFolder();
      await aMemory(folder).merge(before);
      const merged = await aMemory(folder).merge(more);
      expect(merged).toEqual({ ...before, ...after });
      expect(await aMemory(folder).read()).toEqual(merged);
    });
  }
  test('writes nothing where nothing is new', async () => {
    const folder = aFolder();
    await aMemory(folder).merge({ ...stands('clean', 1), firstSeen: { [key]: 3 } });
    const before = statSync(fileOf(folder)).ino;
    await aMemory(folder).merge({ ...stands('clean', 1), firstSeen: { [key]: 4 } });
    expect(statSync(fileOf(folder)).ino).toBe(before);
  });
  test('sees what another process wrote since', async () => {
    const folder = aFolder();
    const one = aMemory(folder);
    await one.merge(seen({ [key]: 5 }));
    await aMemory(folder).merge(seen({ [key]: 3 }));
    expect((await one.read()).firstSeen).toEqual({ [key]: 3 });
    expect((await one.merge(seen({ [key]: 4 }))).firstSeen).toEqual({ [key]: 3 });
  });
  test('of eight processes at once loses nothing', { timeout: 60_000 }, async () => {
    const folder = aFolder();
    const names = Array.from({ length: 8 }, (_, index) => `image-${index}`);
    await Promise.all(names.map((name) => run('remember', folder, name, 10).ended));
    const { firstSeen } = await aMemory(folder).read();
    expect(Object.keys(firstSeen)).toHaveLength(80);
  });
  test('keeps what was acknowledged before a kill -9', async () => {
    const folder = aFolder();
    const child = run('remember', folder, 'image', 10_000);
    await child.hasSaid(5);
    await child.kill();
    const { firstSeen } = await aMemory(folder).read();
    expect(Object.keys(firstSeen)).toEqual(expect.arrayContaining(child.said.map((image) => `${image}|XRAY-1`)));
  });
});

describe('what nobody has spoken of', () => {
  test('for 400 days goes, with the next write', async () => {
    const folder = aFolder();
    await aMemory(folder, now).merge(seen({ [key]: 1 }));
    const later = seen({ [`${digest(2)}|XRAY-1`]: 2 });
    await aMemory(folder, now + 399 * day).merge(later);
    expect(Object.keys((await aMemory(folder).read()).firstSeen)).toHaveLength(2);
    await aMemory(folder, now + 401 * day).merge(seen({ [`${digest(3)}|XRAY-1`]: 3 }));
    expect((await aMemory(folder).read()).firstSeen).not.toHaveProperty([key]);
  });
  test('stays while somebody sees it, although nothing about it is new', async () => {
    const folder = aFolder();
    for (let at = now; at < now + 900 * day; at += 100 * day) await aMemory(folder, at).merge(seen({ [key]: at }));
    expect((await aMemory(folder).read()).firstSeen).toEqual({ [key]: now });
  });
});

describe('a damaged file', () => {
  const cases: [name: string, text: string][] = [
    ['cut in two', '{"v":1,"measure":"","images":{"sha25'],
    ['empty', ''],
    ['zeros', '\0\0\0\0'],
    ['no version', '{}'],
    ['another shape', '{"v":1,"measure":"","images":{"a":{"on":"today"}}}'],
  ];
  for (const [name, text] of cases) {
    test(`${name}: is set aside, said once, and begun anew`, async () => {
      const folder = aFolder();
      writeFileSync(fileOf(folder), text);
      const memory = aMemory(folder);
      expect(await memory.read()).toEqual(nothingRemembered);
      await memory.merge(seen({ [key]: 3 }));
      expect(memory.warnings).toEqual([
        expect.stringMatching(/memory\.json was damaged and is now .*memory\.json\.damaged-2026-11-21T/),
      ]);
      const aside = readdirSync(folder).find((one) => one.includes('damaged')) ?? '';
      expect(readFileSync(join(folder, aside), 'utf8')).toBe(text);
      expect((await aMemory(folder).read()).firstSeen).toEqual({ [key]: 3 });
    });
  }
  for (const [name, put] of notFiles) {
    test(`${name} in its place: is set aside, said once, and begun anew`, async () => {
      const folder = aFolder();
      put(fileOf(folder));
      const memory = aMemory(folder);
      await memory.merge(seen({ [key]: 3 }));
      expect(memory.warnings).toEqual([expect.stringContaining('memory.json was damaged and is now')]);
      expect((await aMemory(folder).read()).firstSeen).toEqual({ [key]: 3 });
    });
  }
  test('is set aside by one of those who find it, and none loses what it merges', async () => {
    const folder = aFolder();
    writeFileSync(fileOf(folder), 'not JSON');
    const all = Array.from({ length: 5 }, () => aMemory(folder));
    await Promise.all(all.map((memory, index) => memory.merge(seen({ [`${digest(index)}|XRAY-1`]: index }))));
    expect(Object.keys((await aMemory(folder).read()).firstSeen)).toHaveLength(5);
    expect(all.flatMap(({ warnings }) => warnings)).toHaveLength(1);
  });
});

test('a file of a later version is left as it is, and this run goes on without', async () => {
  const folder = aFolder();
  writeFileSync(fileOf(folder), '{"v":2,"seen":[]}');
  const memory = aMemory(folder);
  expect((await memory.merge(seen({ [key]: 3 }))).firstSeen).toEqual({ [key]: 3 });
  expect((await memory.read()).firstSeen).toEqual({ [key]: 3 });
  expect(written(folder)).toEqual({ v: 2, seen: [] });
  expect(memory.warnings).toEqual([expect.stringContaining('later version')]);
});

describe('a memory that cannot be written', () => {
  test('says so once, and this run goes on with what it knows', async () => {
    const file = join(aFolder(), 'file');
    writeFileSync(file, '');
    const memory = aMemory(join(file, 'cluster-1'));
    expect((await memory.merge(seen({ [key]: 3 }))).firstSeen).toEqual({ [key]: 3 });
    expect((await memory.merge(stands('clean', 1))).firstSeen).toEqual({ [key]: 3 });
    expect(memory.warnings).toEqual([expect.stringMatching(/cannot be kept in .*memory\.json.*--journal DIR/)]);
  });
  test('writes what it could not as soon as it can', async () => {
    const folder = join(aFolder(), 'cluster-1');
    symlinkSync('/dev/null', folder);
    const memory = aMemory(folder);
    await memory.merge(seen({ [key]: 3 }));
    unlinkSync(folder);
    await memory.merge(stands('clean', 1));
    expect(existsSync(fileOf(folder))).toBe(true);
    expect(await aMemory(folder).read()).toEqual({ ...stands('clean', 1), firstSeen: { [key]: 3 } });
  });
});

test('two thousand images with fifty findings each are a small file', async () => {
  const folder = aFolder();
  const entries = Array.from({ length: 2_000 }, (_, image) =>
    Array.from({ length: 50 }, (_, finding) => [`${digest(image)}|XRAY-${100_000 + finding}`, now + image] as const),
  );
  await aMemory(folder).merge(seen(Object.fromEntries(entries.flat())));
  expect(statSync(fileOf(folder)).size).toBeLessThan(1_900_000);
  expect(Object.keys((await aMemory(folder).read()).firstSeen)).toHaveLength(100_000);
});
