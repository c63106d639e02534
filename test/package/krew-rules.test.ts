import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from '../../plugin/bundle.ts';
import { krewManifest } from '../../plugin/package/krew.ts';
import { targets } from '../../plugin/package/targets.ts';
import { type KrewManifest, type KrewPlatform, faultsOfArchive, faultsOfManifest } from './krew-rules.ts';

const byHand = readFileSync(join(root, 'krew-manifest.yaml'), 'utf8');
const archives = targets.map((target) => ({ target, sha256: '0'.repeat(64) }));
const released = (): KrewManifest =>
  parse(krewManifest(byHand, { version: '1.2.3', from: 'https://example.com/releases/', archives })) as KrewManifest;

const withSpec = (spec: Partial<KrewManifest['spec']>): KrewManifest => ({
  ...released(),
  spec: { ...released().spec, ...spec },
});
const withPlatform = (platform: Partial<KrewPlatform>): KrewManifest => {
  const [first, ...others] = released().spec?.platforms ?? [];
  return withSpec({ platforms: [{ ...first, ...platform }, ...others] });
};

test('a manifest of a release keeps every rule', () => {
  expect(faultsOfManifest(released())).toEqual([]);
  expect(released().spec?.platforms?.[0]).toEqual({
    selector: { matchLabels: { os: 'linux', arch: 'amd64' } },
    uri: 'https://example.com/releases/v1.2.3/kubectl-xray-v1.2.3-linux-amd64.tar.gz',
    sha256: '0'.repeat(64),
    bin: 'kubectl-xray',
  });
});

describe('a manifest that breaks a rule is refused', () => {
  const cases: [fault: string, manifest: KrewManifest][] = [
    ['apiVersion', { ...released(), apiVersion: 'v1' }],
    ['kind', { ...released(), kind: 'Deployment' }],
    ['name', { ...released(), metadata: { name: 'x ray' } }],
    ['version', withSpec({ version: '1.2.3' })],
    ['shortDescription', withSpec({ shortDescription: 'x'.repeat(51) })],
    ['description', withSpec({ description: 'x'.repeat(81) })],
    ['no platforms', withSpec({ platforms: [] })],
    [
      'platform linux/amd64 twice',
      withSpec({ platforms: [...(released().spec?.platforms ?? []), ...(released().spec?.platforms ?? [])] }),
    ],
    ['platform linux/riscv', withPlatform({ selector: { matchLabels: { os: 'linux', arch: 'riscv' } } })],
    ['linux/amd64: uri', withPlatform({ uri: 'http://example.com/linux-amd64.tar.gz' })],
    ['linux/amd64: uri does not name its platform', withPlatform({ uri: 'https://example.com/x.tar.gz' })],
    ['linux/amd64: sha256', withPlatform({ sha256: 'A'.repeat(64) })],
    ['linux/amd64: bin', withPlatform({ bin: 'kubectl-xray.exe' })],
  ];
  for (const [fault, manifest] of cases) test(fault, () => expect(faultsOfManifest(manifest)).toContain(fault));
});

describe('an archive that breaks a rule is refused', () => {
  const file = (path: string, more = {}) => ({
    path,
    type: '0',
    mode: 0o755,
    time: 0,
    bytes: Buffer.from('x'),
    executable: true,
    ...more,
  });
  const good = [file('kubectl-xray'), file('LICENSE')];
  const cases: [fault: string, entries: ReturnType<typeof file>[]][] = [
    ['link is no plain file and no folder', [...good, file('link', { type: '2' })]],
    ['../a leads out', [...good, file('../a')]],
    ['/a leads out', [...good, file('/a')]],
    ['./a is not plain', [...good, file('./a')]],
    ['a path twice', [...good, file('license')]],
    ['no LICENSE', [file('kubectl-xray')]],
    ['no kubectl-xray that can be run', [file('LICENSE'), file('kubectl-xray', { executable: false })]],
  ];
  test('as one that breaks none is not', () => expect(faultsOfArchive(good, 'kubectl-xray')).toEqual([]));
  for (const [fault, entries] of cases) {
    test(fault, () => expect(faultsOfArchive(entries, 'kubectl-xray')).toContain(fault));
  }
});
