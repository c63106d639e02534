import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeFolder } from '../../src/settings/make-folder.ts';

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-folder-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('where nothing can be made it ends with an error, also below /proc', () => {
  expect(() => makeFolder('/dev/null/home/cache')).toThrow();
  expect(() => makeFolder('/proc/kubectl-xray/cache/compiled')).toThrow();
});

test('a file in its way is an error', () => {
  const folder = aFolder();
  writeFileSync(join(folder, 'file'), '');
  expect(() => makeFolder(join(folder, 'file', 'below'))).toThrow();
});

test('every folder that it makes is for its owner alone', () => {
  const folder = aFolder();
  makeFolder(join(folder, 'a', 'b', 'c'));
  for (const path of ['a', 'a/b', 'a/b/c']) expect(modeOf(join(folder, path))).toBe(0o700);
});

test('a folder that is there is left as it is', () => {
  const folder = aFolder();
  mkdirSync(join(folder, 'there'), { mode: 0o755 });
  makeFolder(join(folder, 'there'));
  makeFolder(join(folder, 'there', 'below'));
  expect(modeOf(join(folder, 'there'))).toBe(0o755);
});

test('it may be as deep as it likes', () => {
  const path = join(aFolder(), ...Array.from({ length: 20 }, (_, index) => `level-${index}`));
  makeFolder(path);
  expect(modeOf(path)).toBe(0o700);
});
