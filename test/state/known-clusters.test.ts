import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clusterFolder } from '../../src/state/cluster-id.ts';
import { noteCluster, notedCluster } from '../../src/state/known-clusters.ts';

const address = { server: 'https://10.0.0.1:6443', ca: 'PEM' };
const cluster = { ...address, uid: '11111111-2222-3333-4444-555555555555' };

let root = '';
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'kubectl-xray-known-')), 'state');
});
afterEach(() => rmSync(join(root, '..'), { recursive: true }));

test('a cluster that never answered has the folder of its address', async () => {
  expect(await notedCluster(root, address)).toBe(clusterFolder({ ...address, uid: null }));
});

test('one that answered before has its own, also when it does not answer', async () => {
  await noteCluster(root, cluster);
  expect(await notedCluster(root, address)).toBe(clusterFolder(cluster));
});

test('the last that answered at an address counts', async () => {
  await noteCluster(root, cluster);
  const other = { ...cluster, uid: '99999999-2222-3333-4444-555555555555' };
  await noteCluster(root, other);
  expect(await notedCluster(root, address)).toBe(clusterFolder(other));
});

test('another address, or another authority, is another cluster', async () => {
  await noteCluster(root, cluster);
  for (const other of [
    { ...address, server: 'https://10.0.0.2:6443' },
    { ...address, ca: 'other' },
  ]) {
    expect(await notedCluster(root, other)).toBe(clusterFolder({ ...other, uid: null }));
  }
});

test('a cluster whose uid may not be read notes nothing', async () => {
  await noteCluster(root, { ...address, uid: null });
  expect(await notedCluster(root, address)).toBe(clusterFolder({ ...address, uid: null }));
});

test('a damaged note leads nowhere else', async () => {
  await noteCluster(root, cluster);
  const [note = ''] = readdirSync(root);
  writeFileSync(join(root, note), '../../elsewhere');
  expect(await notedCluster(root, address)).toBe(clusterFolder({ ...address, uid: null }));
});

test('a folder that cannot be made is no failure', async () => {
  writeFileSync(root, 'a file');
  await expect(noteCluster(root, cluster)).resolves.toBeUndefined();
  expect(await notedCluster(root, address)).toBe(clusterFolder({ ...address, uid: null }));
});
