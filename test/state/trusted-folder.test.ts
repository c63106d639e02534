import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { faultOf, openingOf, userOf } from '../../src/state/trusted-folder.ts';
import { givenAway, me, openToAll } from '../support/owners.ts';
import { aFolder } from './folders.ts';

/** `home/cache/own` below a folder for the test's user alone. */
function aCache() {
  const home = aFolder();
  const cache = join(home, 'cache');
  const own = join(cache, 'own');
  mkdirSync(own, { recursive: true, mode: 0o700 });
  return { home, cache, own };
}

describe('of its user alone is', () => {
  test('what lies in folders of that user, below the sticky one for temporary files', () => {
    expect(openingOf(aCache().own, me)).toBeNull();
  });
  test('what is not there yet, in such a folder', () => {
    const { own } = aCache();
    expect(openingOf(join(own, 'not', 'there'), me)).toBeNull();
    expect(openingOf(join(tmpdir(), 'kubectl-xray-not-there', 'x'), me)).toBeNull();
    expect(readdirSync(own)).toEqual([]);
  });
  test('what lies behind a link of that user', () => {
    const { home, own } = aCache();
    symlinkSync(own, join(home, 'link'));
    symlinkSync('cache', join(home, 'relative'));
    expect(openingOf(join(home, 'link'), me)).toBeNull();
    expect(openingOf(join(home, 'relative', 'own'), me)).toBeNull();
  });
  test('what cannot be looked at, or cannot be a folder: nothing is read from there', () => {
    const { own } = aCache();
    writeFileSync(join(own, 'file'), '');
    symlinkSync('loop', join(own, 'loop'));
    for (const path of ['/dev/null/cache', join(own, 'file', 'x'), join(own, 'loop')]) {
      expect([path, openingOf(path, me)]).toEqual([path, null]);
    }
  });
  test('what may be written by a group that has but that user in it', () => {
    const owned = (uid: number, gid: number, mode: number) => faultOf({ uid, gid, mode: 0o40000 + mode }, user);
    const user = { uid: 1000, gid: 1000 };
    expect(owned(1000, 1000, 0o775)).toBeNull();
    expect(owned(0, 0, 0o775)).toBeNull();
    expect(owned(1000, 100, 0o775)).toBe('may be written by others (mode 0775)');
    expect(owned(0, 1000, 0o2775)).toBeNull();
    expect(owned(0, 100, 0o2775)).toBe('may be written by others (mode 2775)');
    expect(owned(1000, 1000, 0o777)).toBe('may be written by others (mode 0777)');
    expect(owned(1000, 0, 0o770)).toBe('may be written by others (mode 0770)');
    expect(faultOf({ uid: 1000, gid: 1000, mode: 0o40775 }, { uid: 1000, gid: 100 })).toMatch('written by others');
  });
  test('everything, on a platform that has no owners', () => {
    const { own } = aCache();
    openToAll(own);
    expect(userOf({})).toBeNull();
    expect(openingOf(own, userOf({}))).toBeNull();
  });
});

describe('open to others is', () => {
  test('a folder that all may write to, and what is to be made in it', () => {
    const { own } = aCache();
    openToAll(own);
    const opening = { path: own, why: 'may be written by others (mode 0777)', cure: `chmod go-w '${own}'` };
    expect(openingOf(own, me)).toEqual(opening);
    expect(openingOf(join(own, 'new'), me)).toEqual(opening);
  });
  test('one that is sticky: others may put something there', () => {
    const { own } = aCache();
    chmodSync(own, 0o1777);
    expect(openingOf(own, me)).toMatchObject({ path: own });
    expect(openingOf(join(own, 'new'), me)).toBeNull();
  });
  test('one whose folder above may be written to, so that all of it can be exchanged', () => {
    const { home, own } = aCache();
    openToAll(home);
    expect(openingOf(own, me)).toMatchObject({ path: home });
  });
  test('a folder of another user, and all below it', () => {
    const { home, cache, own } = aCache();
    const user = givenAway(cache);
    const path = user.uid === me.uid ? cache : home;
    const why: unknown = expect.stringMatching(/^belongs to another user \(uid \d+\)$/);
    expect(openingOf(own, user)).toEqual({ path, why, cure: null });
  });
  test('what lies behind a link that another user has made', () => {
    const { home, own } = aCache();
    const link = join(home, 'link');
    symlinkSync(own, link);
    const user = givenAway(link);
    expect(openingOf(link, user)).toMatchObject({ path: user.uid === me.uid ? link : home });
  });
  test('what lies behind a link that leads through a folder that all may write to', () => {
    const [{ home }, { home: other, own }] = [aCache(), aCache()];
    openToAll(other);
    symlinkSync(own, join(home, 'link'));
    expect(openingOf(join(home, 'link'), me)).toMatchObject({ path: other });
  });
});

describe('looked at from a folder down', () => {
  test('it does not matter who may write above it', () => {
    const { home, cache, own } = aCache();
    openToAll(home);
    expect(openingOf(own, me, cache)).toBeNull();
    expect(openingOf(cache, me, cache)).toBeNull();
    openToAll(cache);
    expect(openingOf(own, me, cache)).toMatchObject({ path: cache });
  });
  test('it matters still who owns what is above', () => {
    const { home, cache, own } = aCache();
    expect(openingOf(own, givenAway(home), cache)).toMatchObject({ why: expect.stringMatching('another user') });
  });
  test('of a link it matters where it ends', () => {
    const [{ home, cache }, { home: other, own }] = [aCache(), aCache()];
    openToAll(other);
    symlinkSync(own, join(cache, 'link'));
    expect(openingOf(join(cache, 'link'), me, cache)).toBeNull();
    openToAll(own);
    expect(openingOf(join(cache, 'link'), me, cache)).toMatchObject({ path: own });
    expect(openingOf(join(cache, 'link'), me, home)).toMatchObject({ path: own });
  });
});
