import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isPath, programOnPath, startOf } from '../../src/cluster/program.ts';
import { aFile, aFolder } from './connecting.ts';

describe('a program is found by its name', () => {
  const cases: [name: string, path: string, there: readonly string[], found: string | null][] = [
    ['in the first folder of PATH that has it', '/one:/two:/three', ['/two/p', '/three/p'], '/two/p'],
    ['never in the current folder', '.:/two', ['p', './p', '/two/p'], '/two/p'],
    ['nor where an entry of PATH is empty', ':/two:', ['p', '/p', './p'], null],
    ['nor in a folder below it', 'bin:./bin', ['bin/p', './bin/p'], null],
    ['nowhere without a PATH', '', ['p', '/p'], null],
  ];
  for (const [name, PATH, there, found] of cases) {
    test(name, () =>
      expect(programOnPath('p', { env: { PATH }, platform: 'linux' }, (path) => there.includes(path))).toBe(found),
    );
  }

  test('where it is a file that may be run', () => {
    const [folders, file, program] = [aFolder(), aFolder(), aFolder()];
    mkdirSync(join(folders, 'p'));
    aFile('p', '', file);
    chmodSync(aFile('p', '', program), 0o755);
    const env = { PATH: [folders, file, program].join(':') };
    expect(programOnPath('p', { env, platform: 'linux' })).toBe(join(program, 'p'));
  });
});

describe('a program of Windows is found by its name', () => {
  const cases: [
    name: string,
    called: string,
    env: NodeJS.ProcessEnv,
    there: readonly string[],
    found: string | null,
  ][] = [
    [
      'with the endings of PATHEXT',
      'p',
      { Path: 'C:\\a;C:\\b', PATHEXT: '.EXE;.CMD' },
      ['C:\\b\\p.CMD'],
      'C:\\b\\p.CMD',
    ],
    ['with the usual ones where there is none', 'p', { PATH: 'C:\\a' }, ['C:\\a\\p.EXE'], 'C:\\a\\p.EXE'],
    ['never without one', 'p', { PATH: 'C:\\a' }, ['C:\\a\\p'], null],
    ['by its whole name', 'p.exe', { PATH: 'C:\\a' }, ['C:\\a\\p.exe'], 'C:\\a\\p.exe'],
    ['in a folder in quotes', 'p', { PATH: '"C:\\a b"' }, ['C:\\a b\\p.EXE'], 'C:\\a b\\p.EXE'],
    ['on a share', 'p', { PATH: '\\\\host\\a' }, ['\\\\host\\a\\p.EXE'], '\\\\host\\a\\p.EXE'],
    [
      'never in the current folder, nor on the current drive',
      'p',
      { PATH: ';.;bin;\\bin;C:bin' },
      ['p.EXE', 'bin\\p.EXE', '\\bin\\p.EXE', 'C:bin\\p.EXE'],
      null,
    ],
  ];
  for (const [name, called, env, there, found] of cases) {
    test(name, () =>
      expect(programOnPath(called, { env, platform: 'win32' }, (path) => there.includes(path))).toBe(found),
    );
  }
});

test('what has a folder in it is a path, and no name', () => {
  const paths = ['/p', './p', 'bin/p'].map((one) => isPath(one, 'linux'));
  const windows = ['C:\\p', '.\\p', 'bin/p', 'C:p'].map((one) => isPath(one, 'win32'));
  expect([...paths, ...windows]).toEqual(Array(7).fill(true));
  expect([isPath('p', 'linux'), isPath('a\\b', 'linux'), isPath('p.exe', 'win32')]).toEqual([false, false, false]);
});

describe('a program is started', () => {
  test('as it is', () => {
    const windows = { env: {}, platform: 'win32' } as const;
    const linux = { env: {}, platform: 'linux' } as const;
    expect(startOf('/p.cmd', ['a b'], linux)).toEqual({
      file: '/p.cmd',
      args: ['a b'],
      windowsVerbatimArguments: false,
    });
    expect(startOf('C:\\p.exe', ['a b'], windows).file).toBe('C:\\p.exe');
  });

  test('by the shell of Windows where it is a batch file', () => {
    const machine = { env: { SystemRoot: 'D:\\Windows' }, platform: 'win32' } as const;
    expect(startOf('C:\\a b\\p.CMD', ['x & y', 'say "z"'], machine)).toEqual({
      file: 'D:\\Windows\\System32\\cmd.exe',
      args: ['/d', '/s', '/c', '""C:\\a b\\p.CMD" "x & y" "say ""z""""'],
      windowsVerbatimArguments: true,
    });
  });
});
