import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openingOfCache, tellOfOpenCache, tellOfOpenState } from '../../src/entries/trust.ts';
import type { World } from '../../src/world.ts';
import { givenAway, me, openToAll } from '../support/owners.ts';

/** A home with both folders in it, and what was said. */
function aHome() {
  const home = mkdtempSync(join(tmpdir(), 'kubectl-xray-trust-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const [cache, state] = [join(home, 'cache'), join(home, 'state')];
  for (const folder of [join(cache, 'scans-1', 'xray-1'), join(state, 'cluster-1')]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  const said: string[] = [];
  const stderr = { write: (text: string) => said.push(text) };
  const world = { env: { KUBECTL_XRAY_HOME: home }, platform: 'linux', home, folder: home, user: me, stderr };
  return { home, cache, state, said, world: world as unknown as World };
}

test('of folders of one’s own nothing is said', () => {
  const { cache, state, said, world } = aHome();
  expect(openingOfCache(join(cache, 'scans-1', 'xray-1'), world)).toBeNull();
  tellOfOpenState(join(state, 'cluster-1'), {}, world);
  expect(said).toEqual([]);
});

test('a home that others may write to, as a volume of a container is, says nothing of what lies in it', () => {
  const { home, cache, state, said, world } = aHome();
  openToAll(home);
  expect(openingOfCache(join(cache, 'scans-1', 'xray-1'), world)).toBeNull();
  tellOfOpenState(join(state, 'cluster-1'), {}, world);
  expect(said).toEqual([]);
});

test('an open cache is to be removed, as what was put there stays there', () => {
  const { cache, said, world } = aHome();
  const folder = join(cache, 'scans-1', 'xray-1');
  openToAll(folder);
  const opening = openingOfCache(folder, world);
  expect(opening).toMatchObject({ path: folder });
  if (opening !== null) tellOfOpenCache(opening, world);
  expect(said).toEqual([
    `warning: ${folder} may be written by others (mode 0777): answers kept there are not believed, and none are kept; ` +
      `remove ${cache}, or set KUBECTL_XRAY_HOME to a folder of your own\n`,
  ]);
});

test('in a home of another user the only cure is a folder elsewhere', () => {
  const { home, cache, said, world } = aHome();
  const theirs = { ...world, user: givenAway(home) };
  const opening = openingOfCache(cache, theirs);
  if (opening !== null) tellOfOpenCache(opening, theirs);
  expect(said).toEqual([expect.stringMatching(/ belongs to another user .*; set KUBECTL_XRAY_HOME to [^,]*\n$/)]);
});

test('an open state folder is told of with its cure, also where --journal names it', () => {
  const { state, said, world } = aHome();
  openToAll(state);
  tellOfOpenState(join(state, 'cluster-1'), {}, world);
  tellOfOpenState(join(state, 'cluster-1'), { journal: state }, world);
  const line =
    `warning: ${state} may be written by others (mode 0777): the journal and what is remembered there are believed, though ` +
    `others could forge them; chmod go-w '${state}', or name a folder of your own with --journal or KUBECTL_XRAY_HOME\n`;
  expect(said).toEqual([line, line]);
});
