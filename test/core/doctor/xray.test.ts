import { describe, expect, test } from 'vitest';
import {
  judgeAddress,
  judgeCredentials,
  judgeFurtherRight,
  judgeRead,
  judgeRepositories,
} from '../../../src/core/doctor/xray.ts';
import type { Lacking, RepositoryFacts } from '../../../src/core/doctor/xray.ts';
import type { UnknownReason } from '../../../src/core/scan.ts';

const lacking = (reason: UnknownReason): Lacking => ({ reason, message: `Xray: ${reason}` });

test('an address that is not answered fails, with what to check', () => {
  expect(judgeAddress(lacking('notXray'), '', 'JF_URL')).toMatchObject({
    result: 'failed',
    message: 'Xray: notXray (address by JF_URL)',
    cure: "give the platform's address, https://acme.jfrog.io, not that of a Docker registry",
  });
  expect(judgeAddress(lacking('unreachable'), '', 'JF_URL').cure).toMatch(/network, the proxy/);
  expect(judgeAddress(null, 'https://acme.jfrog.io/xray', 'JF_URL').result).toBe('ok');
});

describe('credentials and the right to read', () => {
  const cases: [lacking: Lacking | null, credentials: string, read: string][] = [
    [lacking('unauthorized'), 'failed', 'failed'],
    // Who is refused a right is known.
    [lacking('forbidden'), 'ok', 'failed'],
    [lacking('timeout'), 'failed', 'failed'],
    [null, 'ok', 'ok'],
  ];
  for (const [what, credentials, read] of cases) {
    test(what?.reason ?? 'are there', () => {
      expect(judgeCredentials(what, 'JF_ACCESS_TOKEN').result).toBe(credentials);
      expect(judgeRead(what).result).toBe(read);
    });
  }
});

describe('repositories', () => {
  const repository = (key: string, is: RepositoryFacts['is'], configured = false): RepositoryFacts => {
    return { key, is, configured };
  };
  test('that may not be listed warn', () =>
    expect(judgeRepositories([], lacking('forbidden'), 0).result).toBe('warning'));
  test('none', () => expect(judgeRepositories([], null, 0).result).toBe('note'));
  test('none of which may be read', () =>
    expect(judgeRepositories([repository('a', 'forbidden')], null, 0).result).toBe('failed'));
  test('some of which may not be read, or are not indexed', () => {
    const facts = [repository('a', 'readable'), repository('b', 'forbidden'), repository('c', 'notIndexed')];
    expect(judgeRepositories(facts, null, 3)).toMatchObject({
      result: 'warning',
      message:
        '1 of 3 Docker repositories can be read in Xray; not allowed: b; not indexed by Xray: c; 3 more were not asked about',
    });
  });
  test('one that the configuration names must be readable', () =>
    expect(judgeRepositories([repository('a', 'readable'), repository('b', 'forbidden', true)], null, 0).result).toBe(
      'failed',
    ));
  test('without an answer', () =>
    expect(judgeRepositories([repository('a', 'unanswered')], null, 0).message).toMatch(/without an answer: a/));
  test('all of which may be read', () =>
    expect(judgeRepositories([repository('a', 'readable')], null, 0)).toMatchObject({
      result: 'ok',
      message: '1 of 1 Docker repository can be read in Xray',
    }));
});

describe('a further right', () => {
  test('that is needed and missing warns, with what is lost', () => {
    const found = judgeFurtherRight('watches', lacking('forbidden'), true);
    expect(found.result).toBe('warning');
    expect(found.message).toMatch(/never told clean from not watched/);
    expect(found.cure).toMatch(/Manage Watches/);
  });
  test('that nothing needs is told', () =>
    expect(judgeFurtherRight('policies', lacking('forbidden'), false).result).toBe('note'));
  test('that could not be asked for', () =>
    expect(judgeFurtherRight('search', lacking('timeout'), true).result).toBe('skipped'));
  test('that is there', () => expect(judgeFurtherRight('search', null, true).result).toBe('ok'));
});
