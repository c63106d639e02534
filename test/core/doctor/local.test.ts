import { describe, expect, test } from 'vitest';
import { judgeExpiry, judgeFolder, judgeLocks, judgeSecrets, judgeSpace } from '../../../src/core/doctor/local.ts';
import type { FolderFacts, SecretFile } from '../../../src/core/doctor/local.ts';
import { day, now } from '../../support/builders.ts';

describe('folders', () => {
  const facts: FolderFacts = {
    what: 'state',
    path: '/h/state',
    exists: true,
    writable: true,
    mode: 0o40700,
    opening: null,
    closed: [],
    fleeting: null,
  };
  const foreign = { path: '/h', why: "is another's", cure: null };
  const cases: [name: string, over: Partial<FolderFacts>, result: string, says: RegExp][] = [
    ['no state can be kept', { writable: false }, 'failed', /cannot be written: there is no journal/],
    ['no state can be made', { writable: false, exists: false }, 'failed', /cannot be made/],
    ['no cache can be kept', { what: 'cache', writable: false }, 'warning', /asks Xray about everything again/],
    ['no configuration can be made', { what: 'config', writable: false, exists: false }, 'note', /policy init/],
    ['a configuration that is only read', { what: 'config', writable: false }, 'ok', /cannot be written/],
    ['files of somebody else', { closed: ['/h/state/journal.jsonl'] }, 'failed', /1 file may not be read/],
    ['answers of somebody else', { what: 'cache', closed: ['/h/state/a'] }, 'warning', /1 file may not/],
    ['others may look', { mode: 0o40755 }, 'warning', /open to others/],
    ['others may write', { opening: foreign }, 'warning', /^\/h is another's: others could forge the journal/],
    ['others may write answers', { what: 'cache', opening: foreign }, 'warning', /are not believed/],
    ['others may write the policy', { what: 'config', opening: foreign }, 'warning', /decides what is done/],
    ['it lies in memory', { fleeting: 'lies in memory (tmpfs)' }, 'warning', /no grace period ends/],
    ['a cache in memory', { what: 'cache', fleeting: 'lies in memory (tmpfs)' }, 'ok', /state/],
    ['not made yet', { exists: false, mode: null }, 'ok', /will be made/],
    ['as it should be', {}, 'ok', /^\/h\/state$/],
    ['without permissions', { mode: null }, 'ok', /^\/h\/state$/],
  ];
  for (const [name, over, result, says] of cases) {
    test(name, () => {
      const found = judgeFolder({ ...facts, ...over });
      expect(found.result).toBe(result);
      expect(found.message).toMatch(says);
    });
  }
});

describe('space', () => {
  const path = '/h/state';
  const cases: [free: number | null, result: string][] = [
    [2 ** 20, 'failed'],
    [100 * 2 ** 20, 'warning'],
    [2 ** 34, 'ok'],
    [null, 'skipped'],
  ];
  for (const [free, result] of cases) {
    test(`${free} bytes`, () => expect(judgeSpace([{ path, free }]).result).toBe(result));
  }
  test('the least of several counts', () =>
    expect(
      judgeSpace([
        { path: '/big', free: 2 ** 34 },
        { path, free: 2 ** 20 },
      ]).message,
    ).toMatch(/^only 1 MiB .*\/h\/state/));
});

describe('locks', () => {
  const lock = (untouched: number) => ({ path: '/h/state/c/acting.lock', untouched });
  test('one from the future', () => expect(judgeLocks([lock(-120_000)])).toMatchObject({ result: 'warning' }));
  test('one that is held', () =>
    expect(judgeLocks([lock(400)]).message).toBe('1 lock is held by a run that is under way'));
  test('one that was left', () =>
    expect(judgeLocks([lock(60_000), lock(90_000)]).message).toMatch(/^2 locks were left/));
  test('none', () => expect(judgeLocks([]).result).toBe('ok'));
});

describe('files with secrets', () => {
  const file: SecretFile = { path: '/h/token', namedBy: '--xray-token-file', fault: null, mode: 0o100600 };
  test('one that everybody may read', () =>
    expect(judgeSecrets([{ ...file, mode: 0o100644 }])).toMatchObject({
      result: 'warning',
      cure: "chmod 600 '/h/token'",
    }));
  test('one that is not there', () =>
    expect(judgeSecrets([{ ...file, fault: 'is not there', mode: null }])).toMatchObject({
      result: 'warning',
      message: '/h/token (--xray-token-file) is not there',
    }));
  test('for their user alone', () => expect(judgeSecrets([file]).result).toBe('ok'));
  test('where nothing has permissions', () => expect(judgeSecrets([{ ...file, mode: null }]).result).toBe('ok'));
  test('none', () => expect(judgeSecrets([]).result).toBe('ok'));
});

describe('what ends', () => {
  const cases: [name: string, ends: number | null, result: string][] = [
    ['has ended', now - 1, 'failed'],
    ['ends soon', now + day, 'warning'],
    ['holds', now + 30 * day, 'ok'],
    ['tells no end', null, 'ok'],
  ];
  for (const [name, ends, result] of cases) {
    test(name, () => expect(judgeExpiry('the token', ends, now, 'renew it').result).toBe(result));
  }
});
