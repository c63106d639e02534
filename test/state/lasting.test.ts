import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect, onTestFinished, test } from 'vitest';
import { folders, homeFolder } from '../../src/settings/folders.ts';
import { lastingOf } from '../../src/state/lasting.ts';
import type { Place } from '../../src/state/lasting.ts';
import { aFolder } from './folders.ts';

const lasting = (folder: string, overrides: Partial<Place> = {}) =>
  lastingOf({ folder, named: false, platform: process.platform, env: {}, ...overrides });

test('a folder that can be made and written lasts, and nothing of the probe is left in it', async () => {
  const folder = join(aFolder(), 'state');
  expect(await lasting(folder, { named: true })).toEqual({ lasts: true });
  expect(readdirSync(folder)).toEqual([]);
});
test('without a home folder nothing lasts', async () => {
  const home = homeFolder('linux', () => '');
  const { state } = folders({}, 'linux', home);
  expect(await lasting(state)).toEqual({ lasts: false, why: 'there is no home folder' });
});
test('a file where a folder should be does not last, whoever named it', async () => {
  const file = join(aFolder(), 'file');
  writeFileSync(file, '');
  const why = `${file}/state cannot be written: a part of its path is no folder (ENOTDIR)`;
  expect(await lasting(join(file, 'state'), { named: true })).toEqual({ lasts: false, why });
});
test('a folder in which nothing may be made does not last', async () => {
  const forbidden = aFolder();
  chmodSync(forbidden, 0o500);
  // Root may write anywhere but into what the kernel shows.
  const folder = process.getuid?.() === 0 ? '/sys/kubectl-xray' : join(forbidden, 'state');
  const why = expect.stringMatching(/cannot be written: (the file system is read-only|permission is denied)/);
  expect(await lasting(folder, { named: true })).toEqual({ lasts: false, why });
});
test.runIf(process.platform === 'linux')('memory does not last, unless the user named the folder', async () => {
  // What every Linux has in memory.
  const folder = `/dev/shm/kubectl-xray-${process.pid}`;
  onTestFinished(() => void spawnSync('rm', ['-r', folder]));
  expect(await lasting(folder)).toEqual({ lasts: false, why: `${folder} lies in memory (tmpfs)` });
  expect(await lasting(folder, { named: true })).toEqual({ lasts: true });
});
test('elsewhere than on Linux, what can be written lasts', async () =>
  expect(await lasting(join(aFolder(), 'state'), { platform: 'darwin' })).toEqual({ lasts: true }));
