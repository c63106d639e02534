import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from '../../src/state/folder.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kubectl-xray-folder-'));
});
afterEach(() => rmSync(root, { recursive: true }));

test('a folder is made with those above it, for its user alone', async () => {
  await makeFolder(join(root, 'a', 'b'));
  for (const made of ['a', 'a/b']) expect(statSync(join(root, made)).mode & 0o777).toBe(0o700);
});

test('one that is there stays as it is, and many may make one at a time', async () => {
  const folder = join(root, 'a', 'b');
  await Promise.all(Array.from({ length: 10 }, () => makeFolder(folder)));
  await makeFolder(folder);
  expect(statSync(folder).isDirectory()).toBe(true);
});

test('below a file none can be made', async () => {
  writeFileSync(join(root, 'file'), '');
  await expect(makeFolder(join(root, 'file', 'a'))).rejects.toThrow('ENOTDIR');
});

test.runIf(process.platform === 'linux')('below /proc none can be made, and trying ends', async () => {
  await expect(makeFolder('/proc/nowhere/a')).rejects.toThrow('ENOENT');
});
