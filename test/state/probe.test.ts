import { chmodSync, existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { takeLock } from '../../src/state/lock.ts';
import { freeSpace, probeFolder, probeLocks } from '../../src/state/probe.ts';
import type { ProbedFolder } from '../../src/state/probe.ts';
import { me, openToAll } from '../support/owners.ts';
import { testAsUser } from '../support/as-user.ts';
import { aFolder } from './folders.ts';
import { realClock } from './real-clock.ts';

function probe(path: string, over: Partial<ProbedFolder> = {}) {
  return probeFolder({ what: 'state', path, named: true, platform: 'linux', env: {}, user: me, ...over });
}

describe('a folder', () => {
  test('that is not there is not made by being looked at', async () => {
    const path = join(aFolder(), 'a', 'b');
    expect(await probe(path)).toMatchObject({ exists: false, writable: true, mode: null, closed: [] });
    expect(existsSync(path)).toBe(false);
  });
  test('that cannot be made, because a file stands in its place', async () => {
    const file = join(aFolder(), 'file');
    writeFileSync(file, '');
    expect(await probe(join(file, 'state'))).toMatchObject({ exists: false, writable: false });
  });
  test('without a home folder', async () => {
    expect(await probe('/dev/null/.local/state')).toMatchObject({ exists: false, writable: false });
  });
  test('that is there, with its permissions; nothing is left behind', async () => {
    const path = aFolder();
    chmodSync(path, 0o755);
    const facts = await probe(path);
    expect(facts).toMatchObject({ exists: true, writable: true });
    expect((facts.mode ?? 0) & 0o777).toBe(0o755);
    expect(readdirSync(path)).toEqual([]);
  });
  test('that others may write to, or whose cache they may', async () => {
    const path = aFolder();
    expect(await probe(path)).toMatchObject({ opening: null });
    openToAll(path);
    expect(await probe(path)).toMatchObject({ opening: { path, cure: `chmod go-w '${path}'` } });
    expect(await probe(join(path, 'made', 'later'))).toMatchObject({ opening: null });
  });
  testAsUser('with a file of somebody else', async () => {
    const path = aFolder();
    mkdirSync(join(path, 'cluster-1'));
    const file = join(path, 'cluster-1', 'journal.jsonl');
    writeFileSync(file, '', { mode: 0o400 });
    expect(await probe(path)).toMatchObject({ closed: [file] });
    expect(await probe(path, { what: 'config' })).toMatchObject({ closed: [] });
  });
  test('on a platform without permissions', async () => {
    expect(await probe(aFolder(), { platform: 'win32' })).toMatchObject({ mode: null });
  });
});

test('the space of a folder is that of the nearest one that is there', async () => {
  const folder = aFolder();
  expect(await freeSpace(join(folder, 'not', 'there'))).toBeGreaterThan(0);
});

describe('locks', () => {
  test('one that is held is seen, one that was let go of is not', async () => {
    const root = aFolder();
    const held = await takeLock(join(root, 'cluster-1', 'acting.lock'), realClock);
    expect(await probeLocks(root, Date.now())).toMatchObject([{ path: join(root, 'cluster-1', 'acting.lock') }]);
    await held.release();
    expect(await probeLocks(root, Date.now())).toEqual([]);
  });
  test('one of a killed run is as old as its last touch', async () => {
    const root = aFolder();
    const lock = join(root, 'journal.jsonl.lock');
    mkdirSync(lock);
    writeFileSync(join(lock, '7'), '');
    const then = new Date('2026-11-21T20:00:00Z');
    utimesSync(join(lock, '7'), then, then);
    expect(await probeLocks(root, then.getTime() + 60_000)).toEqual([{ path: lock, untouched: 60_000 }]);
  });
  test('where there is no folder there is none', async () =>
    expect(await probeLocks(join(aFolder(), 'nowhere'), 0)).toEqual([]));
});
