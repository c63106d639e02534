import { appendFileSync, chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { foldAll, lineOf } from '../../src/core/verdict-lines.ts';
import type { Look } from '../../src/core/verdict-lines.ts';
import type { VerdictRecord } from '../../src/core/verdict-record.ts';
import { openVerdictLog } from '../../src/state/verdict-log.ts';
import type { Room, VerdictLog } from '../../src/state/verdict-log.ts';
import { testAsUser } from '../support/as-user.ts';
import { minute, now } from '../support/builders.ts';
import { aLook, aRecord, condemned } from '../support/verdicts.ts';
import { aFolder, notFiles } from './folders.ts';
import { realClock } from './real-clock.ts';

function aLog(folder: string, room?: Room): VerdictLog & { readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  const log = openVerdictLog(folder, { clock: realClock, warn: (message) => warnings.push(message) }, room);
  return { ...log, warnings };
}

function look(log: VerdictLog, records: readonly VerdictRecord[], overrides: Partial<Look> = {}): Promise<void> {
  return log.add((known) => lineOf(known, aLook(records, overrides), { base: true, always: true }));
}

async function namesKnown(log: VerdictLog): Promise<string[]> {
  const { known } = foldAll(await log.read());
  return [...known.values()].map(({ verdict }) => verdict().record.workload.name).toSorted();
}

const textOf = (folder: string): string => readFileSync(join(folder, 'verdicts.jsonl'), 'utf8');

describe('what one process writes', () => {
  test('another one reads, and adds to', async () => {
    const folder = join(aFolder(), 'cluster-1');
    const [one, other] = [aLog(folder), aLog(folder)];
    await look(one, [aRecord('cart')]);
    await look(other, [aRecord('cart'), aRecord('pay')]);
    await look(one, [condemned('cart', 'XRAY-1'), aRecord('pay')]);
    expect((await other.read()).map(({ seen, changed }) => [seen.length, changed.length])).toEqual([
      [1, 0],
      [0, 1],
      [0, 1],
    ]);
    expect([one.warnings, other.warnings]).toEqual([[], []]);
  });
  test('is for its user alone', async () => {
    const folder = aFolder();
    await look(aLog(folder), [aRecord('cart')]);
    expect(statSync(join(folder, 'verdicts.jsonl')).mode & 0o777).toBe(0o600);
  });
  test('is written once, though several see it at the same time', async () => {
    const folder = aFolder();
    const logs = Array.from({ length: 6 }, () => aLog(folder));
    const add = (log: VerdictLog): Promise<void> =>
      log.add((known) => lineOf(known, aLook([aRecord('cart')], { by: 'watch' }), { base: false, always: false }));
    await Promise.all(logs.map(add));
    expect(await aLog(folder).read()).toHaveLength(1);
  });
  test('is all there, though several write at the same time', async () => {
    const folder = aFolder();
    const names = Array.from({ length: 12 }, (_, index) => `w${String(index).padStart(2, '0')}`);
    const whyGone = (): null => null;
    await Promise.all(names.map((name) => look(aLog(folder), [aRecord(name)], { whyGone })));
    expect(await namesKnown(aLog(folder))).toEqual(names);
  });
});

describe('it does not grow without end', () => {
  const room = { most: 4_000, left: 2_000 };
  const names = Array.from({ length: 5 }, (_, index) => `w${index}`);
  const lookAt = (log: VerdictLog, round: number): Promise<void> =>
    look(
      log,
      names.map((name, index) => ((round + index) % 2 === 0 ? condemned(name, `XRAY-${round}`) : aRecord(name))),
      { at: now + round * minute },
    );
  test('and what was known is known all the same, to all who have it open', async () => {
    const folder = aFolder();
    const [writer, reader] = [aLog(folder, room), aLog(folder, room)];
    for (let round = 0; round < 40; round += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await lookAt(writer, round);
      // oxlint-disable-next-line no-await-in-loop
      if (round % 7 === 0) await reader.read();
    }
    expect(textOf(folder).length).toBeLessThan(8_000);
    const lines = await reader.read();
    expect(lines.at(0)?.by).toBe('kept');
    expect(lines.at(-1)?.at).toBe(now + 39 * minute);
    const holding = [...foldAll(lines).known.values()].flatMap(({ verdict }) => [...verdict().holding.keys()]);
    expect(new Set(holding)).toEqual(new Set(['XRAY-39']));
    expect(await aLog(folder).read()).toEqual(lines);
  });
  test('nor is it written anew each time where one look alone is large', async () => {
    const folder = aFolder();
    const log = aLog(folder, room);
    const many = Array.from({ length: 60 }, (_, index) => aRecord(`w${index}`));
    for (let round = 0; round < 6; round += 1) {
      // oxlint-disable-next-line no-await-in-loop
      await look(log, many, { at: now + round * minute });
    }
    expect(log.warnings).toEqual([]);
    expect((await log.read()).map(({ by }) => by)).toEqual(Array.from({ length: 6 }, () => 'status'));
  });
});

describe('where it cannot be kept', () => {
  test('a half line is passed over, and the next one is whole', async () => {
    const folder = aFolder();
    await look(aLog(folder), [aRecord('cart')]);
    appendFileSync(join(folder, 'verdicts.jsonl'), '{"v":1,"at":17');
    const log = aLog(folder);
    await look(log, [aRecord('cart'), aRecord('pay')]);
    expect(await namesKnown(log)).toEqual(['cart', 'pay']);
    expect(log.warnings).toEqual([expect.stringContaining('another version or damaged')]);
  });
  test('nonsense and lines of another version are passed over, which is said once', async () => {
    const folder = aFolder();
    writeFileSync(join(folder, 'verdicts.jsonl'), 'nonsense\n{"v":2}\n{"v":1,"at":"x"}\n[]\n');
    const log = aLog(folder);
    await look(log, [aRecord('cart')]);
    expect(await namesKnown(log)).toEqual(['cart']);
    expect(log.warnings).toHaveLength(1);
  });
  for (const [end, wrong] of [
    ['half a line', '\0'.repeat(5000)],
    ['a line', `${'\0'.repeat(5000)}\n`],
  ] as const) {
    test(`much nonsense, ${end}, is passed over and cleared away`, async () => {
      const folder = aFolder();
      await look(aLog(folder), [aRecord('cart')]);
      appendFileSync(join(folder, 'verdicts.jsonl'), wrong);
      const room = { most: 4_000, left: 2_000 };
      await look(aLog(folder, room), [aRecord('cart'), aRecord('pay')]);
      expect(await namesKnown(aLog(folder))).toEqual(['cart', 'pay']);
      expect(textOf(folder)).not.toContain('\0');
    });
  }
  for (const [name, put] of notFiles) {
    test(`${name} in place of the file is said, and nobody waits for it`, async () => {
      const folder = aFolder();
      put(join(folder, 'verdicts.jsonl'));
      const log = aLog(folder);
      await look(log, [aRecord('cart')]);
      expect(await log.read()).toEqual([]);
      for (const warning of log.warnings) expect(warning).toContain('it is no file, but a pipe or a device');
      expect(log.warnings).toHaveLength(2);
    });
  }
  test('a folder that is a file is said once, and nothing else happens', async () => {
    const file = join(aFolder(), 'state');
    writeFileSync(file, '');
    const log = aLog(join(file, 'cluster-1'));
    expect(await log.read()).toEqual([]);
    await look(log, [aRecord('cart')]);
    await look(log, [aRecord('cart')]);
    expect(log.warnings).toHaveLength(2);
    expect(log.warnings[1]).toMatch(/what was seen cannot be kept in .*: a part of its path is no folder/);
  });
  test('a file that is a folder is said, and so is why', async () => {
    const folder = aFolder();
    mkdirSync(join(folder, 'verdicts.jsonl'));
    const log = aLog(folder);
    await look(log, [aRecord('cart')]);
    expect(log.warnings).toEqual([expect.stringContaining('it is a folder (EISDIR)')]);
  });
  testAsUser('a folder that may not be written is said', async () => {
    const folder = aFolder();
    chmodSync(folder, 0o500);
    const log = aLog(folder);
    await look(log, [aRecord('cart')]);
    chmodSync(folder, 0o700);
    expect(log.warnings).toEqual([expect.stringContaining('permission is denied')]);
  });
});
