import { posix, win32 } from 'node:path';
import { describe, expect, test } from 'vitest';
import { installCompletion, uninstallCompletion } from '../../../src/commands/completion/install.ts';
import type { Places } from '../../../src/commands/completion/install.ts';
import { UsageError } from '../../../src/core/errors.ts';

/** A machine with these files; only `writable` folders may be written to. */
function aMachine(
  files: Record<string, string>,
  { writable = [] as string[], ...more }: Partial<Places> & { writable?: string[] } = {},
) {
  const disk = new Map(Object.entries(files));
  const places: Places = {
    isWindows: false,
    path: ['/usr/bin', '/home/ana/.krew/bin', '/home/ana/bin'],
    home: '/home/ana',
    join: posix.join,
    read: (path) => disk.get(path) ?? null,
    isThere: (path) => disk.has(path),
    isWritable: (folder) => writable.includes(folder),
    write: (path, text) => void disk.set(path, text),
    remove: (path) => void disk.delete(path),
    ...more,
  };
  return { disk, places };
}

function told(run: (streams: Parameters<typeof installCompletion>[2]) => number) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = run({ stdout: { write: (text) => out.push(text) }, stderr: { write: (text) => err.push(text) } });
  return { code, stdout: out.join(''), stderr: err.join('') };
}

const krew = { '/home/ana/.krew/bin/kubectl-xray': 'the plugin' };
const installed = '/home/ana/.krew/bin/kubectl_complete-xray';

describe('completion is not installed', () => {
  test('over a file that is not ours', () => {
    const { disk, places } = aMachine(
      { ...krew, [installed]: '#!/bin/sh\nexec other\n' },
      { writable: ['/home/ana/.krew/bin'] },
    );
    expect(() => told((streams) => installCompletion(null, places, streams))).toThrow(UsageError);
    expect(disk.get(installed)).toContain('exec other');
  });

  test('where no folder may be written to', () => {
    const { disk, places } = aMachine(krew);
    expect(() => told((streams) => installCompletion(null, places, streams))).toThrow(
      'no folder on PATH may be written to',
    );
    expect([...disk.keys()]).toEqual(Object.keys(krew));
  });

  test('into a folder of somebody else that happens to be writable', () => {
    const { places } = aMachine({}, { writable: ['/usr/bin'] });
    expect(() => told((streams) => installCompletion(null, places, streams))).toThrow(UsageError);
  });
});

describe('completion is installed', () => {
  test('beside the plugin, as a script that calls it', () => {
    const { disk, places } = aMachine(krew, { writable: ['/home/ana/.krew/bin', '/home/ana/bin'] });
    const ended = told((streams) => installCompletion(null, places, streams));
    expect(ended).toMatchObject({ code: 0, stdout: `${installed} created\n` });
    expect(disk.get(installed)).toMatch(/^#!\/bin\/sh\n[^]*exec "\$program" __complete "\$@"\n$/);
  });

  test('in a folder of the user’s own, where the plugin’s may not be written to', () => {
    const { disk, places } = aMachine({ '/usr/bin/kubectl-xray': 'the plugin' }, { writable: ['/home/ana/bin'] });
    told((streams) => installCompletion(null, places, streams));
    expect(disk.has('/home/ana/bin/kubectl_complete-xray')).toBe(true);
  });

  test('in the folder that is named, with a warning where it is not on PATH', () => {
    const { disk, places } = aMachine(krew);
    const ended = told((streams) => installCompletion('/opt/bin', places, streams));
    expect(disk.has('/opt/bin/kubectl_complete-xray')).toBe(true);
    expect(ended.stderr).toContain('warning: /opt/bin is not on PATH\n');
  });

  test('once more, which changes nothing, and anew over an older one of ours', () => {
    const { disk, places } = aMachine(krew, { writable: ['/home/ana/.krew/bin'] });
    told((streams) => installCompletion(null, places, streams));
    const text = disk.get(installed) ?? '';
    expect(told((streams) => installCompletion(null, places, streams)).stdout).toBe(`${installed} unchanged\n`);
    disk.set(installed, `${text}# older\n`);
    expect(told((streams) => installCompletion(null, places, streams)).stdout).toBe(`${installed} updated\n`);
    expect(disk.get(installed)).toBe(text);
  });

  test('on Windows as a command file', () => {
    const bin = 'C:\\krew\\bin';
    const { disk, places } = aMachine(
      { [`${bin}\\kubectl-xray.exe`]: 'the plugin' },
      { isWindows: true, path: [bin], join: win32.join, writable: [bin] },
    );
    told((streams) => installCompletion(null, places, streams));
    expect(disk.get(`${bin}\\kubectl_complete-xray.cmd`)).toMatch(/^@echo off\r\n[^]*kubectl-xray __complete %\*\r\n$/);
  });
});

describe('uninstalling', () => {
  test('removes what is ours wherever it is on PATH, and nothing else', () => {
    const { disk, places } = aMachine(krew, { writable: ['/home/ana/.krew/bin'] });
    told((streams) => installCompletion(null, places, streams));
    told((streams) => installCompletion('/home/ana/bin', places, streams));
    disk.set('/usr/bin/kubectl_complete-xray', 'of somebody else');
    const ended = told((streams) => uninstallCompletion(null, places, streams));
    expect(ended.stdout).toBe(`${installed} removed\n/home/ana/bin/kubectl_complete-xray removed\n`);
    expect([...disk.keys()].toSorted()).toEqual([...Object.keys(krew), '/usr/bin/kubectl_complete-xray']);
  });

  test('says so where there is none', () => {
    const { places } = aMachine(krew);
    expect(told((streams) => uninstallCompletion(null, places, streams))).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No completion is installed.\n',
    });
  });
});
