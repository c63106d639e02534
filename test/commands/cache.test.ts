import { describe, expect, test } from 'vitest';
import { cache, cacheOptions } from '../../src/commands/cache.ts';
import type { KeptCache } from '../../src/commands/cache.ts';
import { RunError } from '../../src/commands/run.ts';
import { UsageError } from '../../src/core/errors.ts';
import { sizeText } from '../../src/output/cache.ts';
import { hour, minute, now } from '../support/builders.ts';

type Info = Awaited<ReturnType<KeptCache['info']>>;

function aCache(over: Partial<Info> = {}) {
  const cleared: string[] = [];
  const info: Info = {
    path: '/c/scans-1/xray-1',
    server: 'https://acme.jfrog.io',
    answers: 812,
    bytes: 9_100_000,
    oldest: now - 30 * hour,
    newest: now - minute,
    ...over,
  };
  const clear = async (): Promise<void> => void cleared.push(info.server);
  return { cleared, kept: { info: async () => info, clear } };
}

async function run(argv: Record<string, unknown>, caches: readonly KeptCache[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await cache(cacheOptions(argv), {
    caches,
    folder: '/c',
    clock: { now: () => now },
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
  });
  return { code, stdout: out.join(''), stderr: err.join('') };
}

const other = { server: 'https://b.example (project p)', answers: 0, bytes: 0, oldest: null, newest: null };

describe('cache info', () => {
  test('is a table, by server', async () => {
    const { code, stdout } = await run({ verb: 'info', output: 'wide' }, [aCache().kept, aCache(other).kept]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      'SERVER                          ANSWERS   SIZE    OLDEST   NEWEST   PATH\n' +
        'https://acme.jfrog.io           812       9.1MB   30h      60s      /c/scans-1/xray-1\n' +
        'https://b.example_(project_p)   0         0B      <none>   <none>   /c/scans-1/xray-1\n',
    );
  });
  test('or JSON, with times', async () => {
    const { stdout } = await run({ verb: 'info', output: 'json' }, [aCache().kept]);
    expect(JSON.parse(stdout)).toEqual({
      apiVersion: 'kubectl-xray/v1',
      kind: 'CacheList',
      items: [
        {
          path: '/c/scans-1/xray-1',
          server: 'https://acme.jfrog.io',
          answers: 812,
          bytes: 9_100_000,
          oldest: '2026-11-20T14:00:00.000Z',
          newest: '2026-11-21T19:59:00.000Z',
        },
      ],
    });
  });
  test('of nothing says where it would be', async () =>
    expect(await run({ verb: 'info' }, [])).toEqual({ code: 0, stdout: '', stderr: 'nothing is kept in /c\n' }));
  test('of a server without a name is not of all of them', () =>
    expect(() => cacheOptions({ verb: 'clear', server: '' })).toThrow(UsageError));
  test('of a server that was never asked ends with 1', async () =>
    await expect(run({ verb: 'info', server: 'x.example' }, [aCache().kept])).rejects.toThrow(
      new RunError('there is no cache of "x.example" in /c (there: https://acme.jfrog.io)'),
    ));
});

describe('cache clear', () => {
  test('removes all of it, and says what', async () => {
    const [one, two] = [aCache(), aCache(other)];
    const { code, stdout } = await run({ verb: 'clear' }, [one.kept, two.kept]);
    expect([code, one.cleared.length, two.cleared.length]).toEqual([0, 1, 1]);
    expect(stdout).toBe(
      'cache/https://acme.jfrog.io cleared: 812 answers, 9.1MB\ncache/https://b.example (project p) cleared: 0 answers, 0B\n',
    );
  });
  test('or that of one server', async () => {
    const [one, two] = [aCache(), aCache(other)];
    await run({ verb: 'clear', server: 'b.example' }, [one.kept, two.kept]);
    expect([one.cleared.length, two.cleared.length]).toEqual([0, 1]);
  });
  test('--dry-run removes nothing', async () => {
    const one = aCache();
    const { stdout } = await run({ verb: 'clear', 'dry-run': 'client' }, [one.kept]);
    expect(one.cleared).toEqual([]);
    expect(stdout).toBe('cache/https://acme.jfrog.io cleared: 812 answers, 9.1MB (dry run)\n');
  });
  test('one that cannot be removed is told, and the others are', async () => {
    const two = aCache(other);
    const stuck = { ...aCache().kept, clear: () => Promise.reject(new Error('it cannot be removed')) };
    expect(await run({ verb: 'clear' }, [stuck, two.kept])).toMatchObject({
      code: 1,
      stderr: 'error: it cannot be removed\n',
    });
    expect(two.cleared).toHaveLength(1);
  });
});

test('there is no server to check it', () =>
  expect(() => cacheOptions({ verb: 'clear', 'dry-run': 'server' })).toThrow(UsageError));

describe('sizes', () => {
  const cases: [bytes: number, text: string][] = [
    [0, '0B'],
    [999, '999B'],
    [1000, '1kB'],
    [9_123_456, '9.1MB'],
    [200_000_000, '200MB'],
    [3_000_000_000_000_000, '3000TB'],
  ];
  for (const [bytes, text] of cases) test(text, () => expect(sizeText(bytes)).toBe(text));
});
