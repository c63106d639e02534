import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Entry, packed, unpacked } from '../../plugin/package/tar.ts';

const file = (path: string, text: string, executable = false): Entry => ({
  path,
  bytes: Buffer.from(text),
  executable,
});
const some = [file('b/two', 'second', true), file('a', ''), file('LICENSE', 'x'.repeat(513))];

test('what is packed is there again, sorted, with its modes and one time', async () => {
  const entries = await unpacked(await packed(some));
  expect(entries.map(({ path, bytes, mode, type }) => [path, Buffer.from(bytes).toString(), mode, type])).toEqual([
    ['LICENSE', 'x'.repeat(513), 0o644, '0'],
    ['a', '', 0o644, '0'],
    ['b/two', 'second', 0o755, '0'],
  ]);
  expect(new Set(entries.map(({ time }) => time)).size).toBe(1);
});

test('the order of what is given does not matter, nor when and where it is packed', async () => {
  const one = await packed(some);
  expect(await packed(some.toReversed())).toEqual(one);
  // No time, no name, an unknown system.
  expect([...one.subarray(3, 10)]).toEqual([0, 0, 0, 0, 0, 2, 255]);
});

test('tar reads it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-tar-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'x.tar.gz'), await packed(some));
  execFileSync('tar', ['xzf', 'x.tar.gz'], { cwd: folder });
  expect(readFileSync(join(folder, 'b', 'two'), 'utf8')).toBe('second');
  expect(statSync(join(folder, 'b', 'two')).mode & 0o111).not.toBe(0);
});

describe('refused is', () => {
  test('a path that does not fit', async () => {
    await expect(packed([file('x'.repeat(101), '')])).rejects.toThrow('too long');
  });

  test('an archive whose header is damaged', async () => {
    const tar = gunzipSync(await packed(some));
    tar[0] = 0x7a;
    await expect(unpacked(gzipSync(tar))).rejects.toThrow('damaged');
  });
});
