import { describe, expect, test } from 'vitest';
import { clusterFolder, xrayFolder } from '../../src/state/cluster-id.ts';
import type { ClusterIdentity } from '../../src/state/cluster-id.ts';

const server = 'https://api.example:6443';
const folderOf = (overrides: Partial<ClusterIdentity> = {}): string =>
  clusterFolder({ uid: null, server, ca: 'PEM', ...overrides });

describe("a cluster's folder", () => {
  test('is named by its uid, wherever its server is reached', () => {
    const uid = '8f2b6c1e-0f5d-4a57-9c43-1f6f2f7f6a10';
    expect(folderOf({ uid })).toBe(`cluster-${uid}`);
    expect(folderOf({ uid, server: 'https://10.0.0.1', ca: null })).toBe(`cluster-${uid}`);
  });
  test('is named by address and authority where the uid may not be read', () =>
    expect(folderOf()).toMatch(/^server-[0-9a-f]{16}$/));
  const others: [name: string, overrides: Partial<ClusterIdentity>][] = [
    ['another address', { server: 'https://api.example:6444' }],
    ['another path below the same host', { server: 'https://api.example:6443/k8s/clusters/c-1' }],
    ['another authority: a cluster made anew at the same address', { ca: 'another PEM' }],
    ['no authority', { ca: null }],
  ];
  for (const [name, overrides] of others)
    test(`is another one for ${name}`, () => expect(folderOf(overrides)).not.toBe(folderOf()));
  test('is the same for another spelling of the address', () =>
    expect(folderOf({ server: 'HTTPS://API.example:6443/' })).toBe(folderOf()));
  test('never leads out of where it belongs, whatever a server calls its uid', () => {
    for (const uid of ['../../etc', '', 'a/b', 'x'.repeat(100)])
      expect(folderOf({ uid })).toMatch(/^server-[0-9a-f]{16}$/);
  });
});

test('an Xray has a folder of its own, whoever asks it', () => {
  expect(xrayFolder('https://acme.jfrog.io/xray')).toMatch(/^xray-[0-9a-f]{16}$/);
  expect(xrayFolder('https://ana:secret@acme.jfrog.io/xray/')).toBe(xrayFolder('https://acme.jfrog.io/xray'));
  expect(xrayFolder('https://other.jfrog.io/xray')).not.toBe(xrayFolder('https://acme.jfrog.io/xray'));
});
