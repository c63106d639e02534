import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { compiledIn } from '../../plugin/sea/compiled.ts';
import type { User } from '../../src/state/trusted-folder.ts';
import { givenAway, me, openToAll } from '../support/owners.ts';

const build = `${'a'.repeat(16)}-14.6-x64`;
const code = Buffer.from('compiled');

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-compiled-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'cache', 'compiled');
}

test('what was written is read again, by its build alone', () => {
  const folder = aFolder();
  compiledIn(folder, build, me).write('main.js', code);
  expect(compiledIn(folder, build, me).read('main.js')).toEqual(code);
  expect(compiledIn(folder, build, me).read('other.js')).toBeNull();
  expect(compiledIn(folder, `${'b'.repeat(16)}-14.6-x64`, me).read('main.js')).toBeNull();
});

test('it is there for its owner alone, in whole files', () => {
  const folder = aFolder();
  compiledIn(folder, build, me).write('main.js', code);
  for (const path of [folder, join(folder, build)]) expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(readdirSync(join(folder, build))).toEqual(['main.js.bin']);
});

describe('what is damaged is not there', () => {
  const cases: [name: string, damage: (file: Buffer) => Buffer][] = [
    ['cut short', (file) => file.subarray(0, 6)],
    ['empty', () => Buffer.alloc(0)],
    ['of the right length, with holes', (file) => Buffer.concat([file.subarray(0, 8), Buffer.alloc(file.length - 8)])],
  ];
  for (const [name, damage] of cases) {
    test(name, () => {
      const folder = aFolder();
      compiledIn(folder, build, me).write('main.js', code);
      const path = join(folder, build, 'main.js.bin');
      writeFileSync(path, damage(readFileSync(path)));
      expect(compiledIn(folder, build, me).read('main.js')).toBeNull();
      compiledIn(folder, build, me).write('main.js', code);
      expect(compiledIn(folder, build, me).read('main.js')).toEqual(code);
    });
  }
});

describe('code that somebody else may have put there is neither taken nor made better', () => {
  const cases: [name: string, open: (folder: string) => User][] = [
    ['in a file of another user', (folder) => givenAway(join(folder, build, 'main.js.bin'))],
    ['in a folder of another user', (folder) => givenAway(folder)],
    ['in a file that all may write', (folder) => toAll(join(folder, build, 'main.js.bin'))],
    ['in a folder that all may write to', (folder) => toAll(join(folder, build))],
    ['in one above it', (folder) => toAll(join(folder, '..', '..'))],
    ['behind a link in place of the file', (folder) => linked(join(folder, build, 'main.js.bin'))],
  ];
  const toAll = (path: string): User => {
    openToAll(path);
    return me;
  };
  const linked = (path: string): User => {
    renameSync(path, `${path}.there`);
    symlinkSync(`${path}.there`, path);
    return me;
  };
  for (const [name, open] of cases) {
    test(name, () => {
      const folder = aFolder();
      compiledIn(folder, build, me).write('main.js', code);
      expect(compiledIn(folder, build, open(folder)).read('main.js')).toBeNull();
    });
  }

  test('and nothing is written into a folder that others may write to', () => {
    const folder = aFolder();
    mkdirSync(folder, { recursive: true });
    openToAll(folder);
    compiledIn(folder, build, me).write('main.js', code);
    expect(readdirSync(folder)).toEqual([]);
  });
});

test('the code of other builds is removed, and nothing else', () => {
  const folder = aFolder();
  const other = `${'b'.repeat(16)}-14.6-x64`;
  compiledIn(folder, other, me).write('main.js', code);
  mkdirSync(join(folder, 'v26-of-node'));
  compiledIn(folder, build, me).write('main.js', code);
  expect(readdirSync(folder).toSorted()).toEqual([build, 'v26-of-node']);
});

test('where nothing can be written, nothing is kept and nothing fails', () => {
  const nowhere = compiledIn('/dev/null/compiled', build, me);
  nowhere.write('main.js', code);
  expect([nowhere.read('main.js'), existsSync('/dev/null/compiled')]).toEqual([null, false]);
});
