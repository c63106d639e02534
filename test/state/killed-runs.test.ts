// A thousand runs that are killed at some moment, two at a time on the same folder: what was acknowledged is there, and
// whoever comes next finds nothing in its way.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { cachedScanner } from '../../src/state/cached-scanner.ts';
import { anIntended, anOrder } from '../support/acts.ts';
import { anImage, aScan } from '../support/builders.ts';
import { chance } from '../support/random.ts';
import { about, aCache, anAskedScanner, noNews, patient, scansOf } from './caching.ts';
import { aFolder, aJournal, idsOf } from './folders.ts';
import { start } from './programs.ts';
import { realClock } from './real-clock.ts';

const pairs = 500;
const atOnce = 3;

test('a thousand runs that are killed lose nothing that was acknowledged', { timeout: 600_000 }, async () => {
  // In one file it starts in a quarter of the time.
  const living = join(aFolder(), 'living.mjs');
  const entry = fileURLToPath(new URL('living.ts', import.meta.url));
  const banner = { js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);" };
  const bundling = { bundle: true, platform: 'node', format: 'esm', banner } as const;
  await build({ entryPoints: [entry], outfile: living, ...bundling, external: ['vitest'], logLevel: 'error' });
  const moments = chance(6);
  const folders = Array.from({ length: pairs }, () => aFolder());
  const acknowledged = new Map<string, string[]>();
  const warned: string[] = [];
  const left = folders.values();
  const worker = async (): Promise<void> => {
    for (const folder of left) {
      const both = ['one', 'other'].map((name) => start(living, folder, name, 1000));
      for (const run of both) run.yield();
      // From before they have begun until they have written for a while.
      const [waits, wait] = [moments.often(0.8), moments.below(60)];
      if (waits) await Promise.race(both.map((run) => run.hasSaid(1 + moments.below(3))));
      await delay(wait);
      for (const run of both) await run.kill();
      const said = both.flatMap((run) => run.said);
      acknowledged.set(
        folder,
        said.filter((line) => !line.startsWith('warning: ')),
      );
      warned.push(...said.filter((line) => line.startsWith('warning: ')));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  expect(warned).toEqual([]);
  expect([...acknowledged.values()].flat().length).toBeGreaterThan(pairs);
  // All of them wait at once for the locks of who was killed.
  await Promise.all(folders.map((folder) => goesOn(folder, acknowledged.get(folder) ?? [])));
});

async function goesOn(folder: string, known: readonly string[]): Promise<void> {
  const journal = aJournal(folder);
  const before = idsOf(await journal.news());
  expect(known.filter((id) => !before.includes(id))).toEqual([]);
  await journal.append(anIntended({ order: anOrder({ id: 'next' }) }));
  const cache = aCache(folder);
  const parts = { cache, clock: realClock, maxAge: 60_000, notBefore: 0, news: noNews };
  const scanner = cachedScanner(
    anAskedScanner(() => aScan({ askedAt: Date.now() })),
    parts,
  );
  // One of them nobody has asked about before.
  const images = [1, 2, 3, 5000].map((number) => about(anImage(number)));
  expect((await scansOf(scanner.ask(images, patient))).size).toBe(images.length);
  await scanner.settled();
  expect(cache.warnings).toEqual([]);
  expect(idsOf(await aJournal(folder).news())).toEqual([...before, 'next']);
  expect((await aCache(folder).info()).answers).toBeGreaterThanOrEqual(images.length);
  expect(readdirSync(cache.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
}
