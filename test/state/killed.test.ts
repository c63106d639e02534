import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { anIntended, anOrder } from '../support/acts.ts';
import { aFolder, aJournal, idsOf, journalText, namesSeen } from './folders.ts';
import { run } from './programs.ts';

describe('kill -9', () => {
  test('at any moment loses nothing that was acknowledged', { timeout: 60_000 }, async () => {
    const folders = Array.from({ length: 50 }, () => aFolder());
    const acknowledged = new Map<string, readonly string[]>();
    // As many at a time as there are likely to be cores.
    const rounds = folders.entries();
    const worker = async (): Promise<void> => {
      for (const [round, folder] of rounds) {
        // Lines long enough that some are cut in two.
        const child = run('append', folder, 'act', 10_000, 50_000);
        await child.hasSaid(1 + (round % 6));
        await delay((round * 13) % 10);
        await child.kill();
        acknowledged.set(folder, [...child.said]);
      }
    };
    await Promise.all([worker(), worker(), worker()]);
    await Promise.all(
      folders.map(async (folder) => {
        const journal = aJournal(folder);
        const known = acknowledged.get(folder) ?? [];
        expect(idsOf(await journal.news()).slice(0, known.length)).toEqual(known);
        const before = journalText(folder);
        await journal.append(anIntended({ order: anOrder({ id: 'next' }) }));
        expect(journalText(folder).startsWith(before)).toBe(true);
        expect(idsOf(await aJournal(folder).news()).at(-1)).toBe('next');
      }),
    );
  });
  test(
    'of who writes down what it sees loses nothing, and keeps nobody from going on',
    { timeout: 60_000 },
    async () => {
      const folder = aFolder();
      const written: string[] = [];
      for (let round = 0; round < 4; round += 1) {
        const child = run('look', folder, `r${round}`, 10_000);
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await child.hasSaid(3 + 5 * round);
        // oxlint-disable-next-line no-await-in-loop
        await child.kill();
        written.push(...child.said);
      }
      await run('look', folder, 'last', 1).ended;
      expect(await namesSeen(folder)).toEqual(expect.arrayContaining([...written, 'last-1']));
    },
  );
  test('of who acts lets the next one in within seconds', { timeout: 60_000 }, async () => {
    const folder = aFolder();
    const first = run('enter', folder, '', 1, 1);
    await first.hasSaid(1);
    const others = [run('enter', folder, '', 1), run('enter', folder, '', 1), run('enter', folder, '', 1)];
    await delay(500);
    expect(others.map(({ said }) => said)).toEqual([[], [], []]);
    await first.kill();
    rmSync(join(folder, 'somebody-is-in'), { recursive: true });
    const killedAt = Date.now();
    await Promise.all(others.map(({ ended }) => ended));
    expect(Date.now() - killedAt).toBeLessThan(12_000);
  });
});
