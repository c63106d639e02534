// Whatever happens to its files, a cache tells nothing that was not kept in it, never fails, and goes on.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aFinding, anImage, aScan, now, unscanned } from '../support/builders.ts';
import { chance } from '../support/random.ts';
import type { Chance } from '../support/random.ts';
import { aCache, kept } from './caching.ts';
import { aFolder } from './folders.ts';

type Answers = ReadonlyMap<string, ReturnType<typeof kept>>;

const summaries = ['x'.repeat(30_000), 'y'.repeat(60_000), 'z'];

function someAnswers(by: Chance, round: number): Answers {
  const one = (): [string, ReturnType<typeof kept>] => {
    const image = anImage(by.below(60));
    const findings = Array.from({ length: by.below(4) }, () =>
      aFinding({ id: `XRAY-${by.below(9)}`, summary: `${by.below(40)} ${by.one(summaries)}` }),
    );
    const scan = by.often(0.2) ? unscanned('foreign') : aScan({ findings });
    return [image.key, { ...kept(scan), at: now + round }];
  };
  return new Map(Array.from({ length: 1 + by.below(50) }, one));
}

type Harm = (file: string, by: Chance, folder: string) => void;

const harms: readonly Harm[] = [
  (file) => rmSync(file),
  (file, by) => writeFileSync(file, readFileSync(file).subarray(0, by.below(statSync(file).size))),
  (file, by) => {
    const bytes = readFileSync(file);
    for (let flips = 1 + by.below(5); flips > 0; flips -= 1) bytes[by.below(bytes.length)] = by.below(256);
    writeFileSync(file, bytes);
  },
  (file, by, folder) => copyFileSync(join(folder, by.one(filesIn(folder))), file),
  (file) => writeFileSync(`${file}.left-behind.tmp`, 'half of'),
  (file) => writeFileSync(file, ''),
  (_file, by, folder) => writeFileSync(join(folder, `answers-${by.below(16).toString(16)}.json`), 'nonsense'),
  (_file, by, folder) => mkdirSync(join(folder, `answers-${by.below(16).toString(16)}.json.d`), { recursive: true }),
];

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.startsWith('answers') && name.endsWith('.json'));
}

for (let seed = 1; seed <= 12; seed += 1) {
  test(`nothing that was not kept is told, whatever happens: ${seed}`, async () => {
    const by = chance(seed);
    const root = aFolder();
    const everKept = new Map<string, unknown[]>();
    for (let round = 0; round < 4; round += 1) {
      const cache = aCache(root);
      const answers = someAnswers(by, round);
      for (const [key, one] of answers) everKept.set(key, [...(everKept.get(key) ?? []), one]);
      expect(await cache.keep(answers)).toBe(true);
      expect(await cache.read(answers.keys())).toEqual(answers);
      for (let count = by.below(3); count > 0; count -= 1) {
        const files = filesIn(cache.folder);
        if (files.length > 0) by.one(harms)(join(cache.folder, by.one(files)), by, cache.folder);
      }
      const told = await aCache(root).read(everKept.keys());
      for (const [key, one] of told) expect(everKept.get(key)).toContainEqual(one);
      expect((await aCache(root).info()).answers).toBeLessThanOrEqual(everKept.size);
    }
  });
}
