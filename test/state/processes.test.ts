import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { anIntended, anOrder, aSavedManifest } from '../support/acts.ts';
import { aFolder, aJournal, idsOf, journalText, namesSeen } from './folders.ts';
import { run } from './programs.ts';

const intended = (id: string) => anIntended({ order: anOrder({ id }) });
const program = fileURLToPath(new URL('program.ts', import.meta.url));

describe('several processes', () => {
  test('each write whole lines, and none is lost', { timeout: 60_000 }, async () => {
    const folder = aFolder();
    const names = Array.from({ length: 8 }, (_, index) => `p${index}`);
    await Promise.all(names.map((name) => run('append', folder, name, 100, 5_000).ended));
    const reader = aJournal(folder);
    const ids = idsOf(await reader.news());
    for (const name of names) {
      const own = ids.filter((id) => id.startsWith(`${name}-`));
      expect(own).toEqual(Array.from({ length: 100 }, (_, index) => `${name}-${index + 1}`));
    }
    expect(reader.warnings).toEqual([]);
  });
  test('act one at a time', { timeout: 60_000 }, async () => {
    const folder = aFolder();
    const all = Array.from({ length: 4 }, () => run('enter', folder, '', 10));
    await Promise.all(all.map(({ ended }) => ended));
    expect(all.map(({ said }) => said.at(-1))).toEqual(['done', 'done', 'done', 'done']);
  });
});

/** What a program may write of one file at most, in blocks of 512 bytes: the third line is cut in two. */
const limited = (folder: string) =>
  spawnSync(
    'sh',
    ['-c', `ulimit -f 25; exec "$0" "$@"`, process.execPath, program, 'append', folder, 'act', '9', '5000'],
    {
      encoding: 'utf8',
    },
  );

describe('a disk that is full in the middle of a line', () => {
  test('leaves no half line, and is said', async () => {
    const folder = aFolder();
    const { stdout, stderr } = limited(folder);
    expect(stdout).toBe('act-1\nact-2\n');
    expect(stderr).toMatch(/StateError: the journal .* cannot be written: .*--journal DIR/);
    expect(journalText(folder).endsWith('\n')).toBe(true);
    const journal = aJournal(folder);
    await journal.append(intended('next'));
    expect(idsOf(await journal.news())).toEqual(['act-1', 'act-2', 'next']);
    expect(journal.warnings).toEqual([]);
  });
  test('is written on when there is room again, on a file system that really is full', async (context) => {
    const folder = join(aFolder(), 'small');
    mkdirSync(folder);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', folder]);
    if (mounted.status !== 0) {
      // Only root may mount; the test before this one fills a file for everybody.
      await context.annotate('no file system can be mounted here');
      return;
    }
    onTestFinished(() => void spawnSync('umount', ['-l', folder]));
    const journal = aJournal(folder);
    await journal.append(intended('act-1'));
    const large = anIntended({ saved: aSavedManifest('x'.repeat(100_000)) });
    await expect(journal.append(large)).rejects.toThrow(/the disk is full \(ENOSPC\)/);
    await journal.append(intended('act-2'));
    expect(idsOf(await aJournal(folder).news())).toEqual(['act-1', 'act-2']);
  });
});

test('what several processes see of verdicts is all there, while each of them folds what is older', async () => {
  const folder = aFolder();
  const all = ['a', 'b', 'c'].map((name) => run('look', folder, name, 30));
  await Promise.all(all.map(({ ended }) => ended));
  expect(await namesSeen(folder)).toEqual(all.flatMap(({ said }) => [...said]).toSorted());
});
