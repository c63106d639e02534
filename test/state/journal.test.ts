import { appendFileSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { foldJournal } from '../../src/core/history.ts';
import { anEnded, anIgnored, anIntended, anOrder, aRefused, aSavedManifest } from '../support/acts.ts';
import { aFolder, aJournal, idsOf, journalText } from './folders.ts';

const intended = (id: string) => anIntended({ order: anOrder({ id }) });

describe('a journal', () => {
  test('gives back what was written, whatever it is', async () => {
    const folder = aFolder();
    const lines = [
      anIntended({ saved: aSavedManifest('line\nbreak \u2028 and ünïcode') }),
      anEnded('stuck', { message: 'a finalizer' }),
      aRefused({ order: anOrder({ id: 'act-2', restore: null, by: 'hand' }) }),
      anIgnored({ until: '2027-01-31' }),
      { type: 'Paused', at: '2026-11-21T20:00:00Z', by: 'breaker', message: '12 of 100 turned' },
      { type: 'Resumed', at: '2026-11-21T20:05:00Z', actor: 'ana', machine: 'desk' },
    ] as const;
    for (const line of lines) await aJournal(folder).append(line);
    expect(await aJournal(folder).news()).toEqual(lines);
  });
  test('is empty where there is none, and makes nothing by being read', async () => {
    const folder = join(aFolder(), 'state', 'cluster-1');
    expect(await aJournal(folder).news()).toEqual([]);
    expect(() => statSync(folder)).toThrow('ENOENT');
  });
  test('hands each line out once, its own too', async () => {
    const folder = aFolder();
    const [one, other] = [aJournal(folder), aJournal(folder)];
    await one.append(intended('act-1'));
    expect([idsOf(await one.news()), idsOf(await one.news())]).toEqual([['act-1'], []]);
    await other.append(intended('act-2'));
    expect(idsOf(await one.news())).toEqual(['act-2']);
    expect(idsOf(await other.news())).toEqual(['act-1', 'act-2']);
  });
  test('hands no line out twice to two who ask at once', async () => {
    const journal = aJournal(aFolder());
    await journal.append(intended('act-1'));
    const answers = await Promise.all([journal.news(), journal.news()]);
    expect(answers.flat()).toHaveLength(1);
  });
  test('keeps the order in which one process wrote, also without waiting', async () => {
    const journal = aJournal(aFolder());
    const ids = Array.from({ length: 20 }, (_, index) => `act-${index}`);
    await Promise.all(ids.map((id) => journal.append(intended(id))));
    expect(idsOf(await journal.news())).toEqual(ids);
  });
  test('holds manifests larger than what is read at once', async () => {
    const folder = aFolder();
    const saved = aSavedManifest('ä'.repeat(1_000_000));
    await aJournal(folder).append(anIntended({ saved }));
    await aJournal(folder).append(anEnded('accepted'));
    expect(foldJournal(await aJournal(folder).news()).records.get('act-1')).toMatchObject({
      saved,
      outcome: 'accepted',
    });
  });
  test('is for its user alone', async () => {
    const folder = join(aFolder(), 'state', 'cluster-1');
    await aJournal(folder).append(intended('act-1'));
    expect((statSync(join(folder, 'journal.jsonl')).mode & 0o777).toString(8)).toBe('600');
    expect((statSync(folder).mode & 0o777).toString(8)).toBe('700');
    expect((statSync(join(folder, '..')).mode & 0o777).toString(8)).toBe('700');
  });
  test('says of each line in which form it is written', async () => {
    const folder = aFolder();
    await aJournal(folder).append(intended('act-1'));
    expect(journalText(folder)).toMatch(/^\{"v":1,"type":"Intended",.*\}\n$/);
  });
});

describe('half a line', () => {
  const half = '{"v":1,"type":"Intended","at":"2026-11-21T20:0';

  test('at the end is passed over and said once', async () => {
    const folder = aFolder();
    await aJournal(folder).append(intended('act-1'));
    appendFileSync(join(folder, 'journal.jsonl'), half);
    const journal = aJournal(folder);
    expect(idsOf(await journal.news())).toEqual(['act-1']);
    expect(await journal.news()).toEqual([]);
    expect(journal.warnings).toEqual([expect.stringContaining('a line is not whole')]);
  });
  test('swallows nothing that is written after it', async () => {
    const folder = aFolder();
    appendFileSync(join(folder, 'journal.jsonl'), half);
    const [reader, writer] = [aJournal(folder), aJournal(folder)];
    await reader.news();
    await writer.append(intended('act-2'));
    expect(idsOf(await reader.news())).toEqual(['act-2']);
    expect(reader.warnings).toHaveLength(1);
    expect(journalText(folder)).toContain(`${half}\n{"v":1`);
  });
  test('may be what a crash of the machine leaves of it', async () => {
    const folder = aFolder();
    writeFileSync(join(folder, 'journal.jsonl'), Buffer.alloc(4096));
    await aJournal(folder).append(intended('act-1'));
    const reader = aJournal(folder);
    expect(idsOf(await reader.news())).toEqual(['act-1']);
    expect(reader.warnings).toHaveLength(1);
  });
  test('that is under way is waited for', async () => {
    const folder = aFolder();
    const writer = aJournal(folder);
    const reader = aJournal(folder);
    const saved = aSavedManifest('x'.repeat(2_000_000));
    const writing = Promise.all(Array.from({ length: 5 }, () => writer.append(anIntended({ saved }))));
    const read = [];
    while (read.length < 5) read.push(...(await reader.news()));
    await writing;
    expect(read).toHaveLength(5);
    expect(reader.warnings).toEqual([]);
  });
});

describe('a line of another version', () => {
  const cases: [name: string, line: string][] = [
    ['a later version', JSON.stringify({ ...anIntended(), v: 2 })],
    ['no version', JSON.stringify(anIntended())],
    ['a type that is not known', '{"v":1,"type":"Rolled"}'],
    ['a name every object has', '{"v":1,"type":"toString"}'],
    ['an outcome that is not known', JSON.stringify({ v: 1, ...anEnded('accepted'), outcome: 'done' })],
    ['a time that is none', JSON.stringify({ v: 1, ...anIntended({ at: 'yesterday' }) })],
    ['no object', '[1]'],
  ];
  for (const [name, line] of cases) {
    test(`${name}: is left as it is, passed over, and said once`, async () => {
      const folder = aFolder();
      writeFileSync(join(folder, 'journal.jsonl'), `${line}\n${line}\n`);
      const journal = aJournal(folder);
      await journal.append(intended('act-1'));
      expect(idsOf(await journal.news())).toEqual(['act-1']);
      expect(journal.warnings).toEqual([expect.stringContaining('another version')]);
      expect(journalText(folder)).toMatch(
        new RegExp(`^(${line.replace(/[[\]{}.+?()|\\*^$]/g, String.raw`\$&`)}\n){2}\\{"v":1`),
      );
    });
  }
});

describe('a journal that cannot be written', () => {
  test('says on a full disk which file it is, why, and what to do', async () => {
    const folder = aFolder();
    symlinkSync('/dev/full', join(folder, 'journal.jsonl'));
    await expect(aJournal(folder).append(intended('act-1'))).rejects.toThrow(
      /journal\.jsonl cannot be written: the disk is full.*--journal DIR/,
    );
  });
  test('says that its folder is a file', async () => {
    const file = join(aFolder(), 'file');
    writeFileSync(file, '');
    await expect(aJournal(join(file, 'cluster-1')).append(intended('act-1'))).rejects.toThrow(
      /cannot be written: a part of its path is no folder.*--journal DIR/,
    );
  });
  test('says so where it cannot be read either', async () => {
    const folder = aFolder();
    mkdirSync(join(folder, 'journal.jsonl'));
    await expect(aJournal(folder).news()).rejects.toThrow(/journal\.jsonl cannot be read: it is a folder/);
  });
  test('lets nobody act, because nobody could be kept out', async () => {
    const file = join(aFolder(), 'file');
    writeFileSync(file, '');
    let worked = false;
    const acting = aJournal(join(file, 'cluster-1')).exclusively(async () => {
      worked = true;
    });
    await expect(acting).rejects.toThrow(/the lock .* cannot be made/);
    expect(worked).toBe(false);
  });
});

test('what the work itself throws is thrown as it is, and lets the next one in', async () => {
  const journal = aJournal(aFolder());
  await expect(journal.exclusively(() => Promise.reject(new Error('conflict')))).rejects.toThrow(/^conflict$/);
  expect(await journal.exclusively(() => Promise.resolve(7))).toBe(7);
});
