import { describe, expect, test } from 'vitest';
import {
  isOlder,
  judgeKubectlVersion,
  judgeKubernetesVersion,
  judgeOwnVersion,
  judgeXrayVersion,
} from '../../../src/core/doctor/versions.ts';
import type { KubectlVersion } from '../../../src/core/doctor/versions.ts';

describe('versions are compared by their numbers', () => {
  const cases: [version: string, than: string, older: boolean][] = [
    ['3.9.1', '3.80.9', true],
    ['3.80.9', '3.80.9', false],
    ['3.111.0-m002', '3.88.10', false],
    ['v1.19.16', '1.20', true],
    ['v1.37.2+k3s1', '1.20', false],
    ['v1.20', '1.20.0', false],
    ['nonsense', '1.20', true],
  ];
  for (const [version, than, older] of cases) {
    test(`${version} and ${than}`, () => expect(isOlder(version, than)).toBe(older));
  }
});

describe('of Xray', () => {
  test('an old one says what it cannot do, and from when on it could', () => {
    const found = judgeXrayVersion('3.70.1', '7.55.1');
    expect(found).toMatchObject({ result: 'warning', cure: 'upgrade Xray to 3.88.10 or newer' });
    expect(found.message).toMatch(/^Xray 3\.70\.1, Artifactory 7\.55\.1: whether a scan .*; violations /);
  });
  test('a new one is in order', () =>
    expect(judgeXrayVersion('3.111.0', null)).toMatchObject({ result: 'ok', message: 'Xray 3.111.0' }));
  test('one that does not say', () => expect(judgeXrayVersion(null, '7.90.1').result).toBe('skipped'));
});

describe('of Kubernetes', () => {
  const cases: [version: string | null, result: string][] = [
    ['v1.19.16', 'warning'],
    ['v1.20.2', 'ok'],
    ['v1.37.2', 'ok'],
    [null, 'note'],
  ];
  for (const [version, result] of cases) {
    test(`${version}`, () => expect(judgeKubernetesVersion(version).result).toBe(result));
  }
});

describe('of kubectl', () => {
  const is = (version: string): KubectlVersion => ({ is: 'version', version });
  const cases: [name: string, kubectl: KubectlVersion, server: string | null, result: string, says: RegExp][] = [
    ['before plugins', is('v1.11.0'), null, 'warning', /knows no plugins/],
    ['before completion', is('v1.25.3'), 'v1.25.0', 'warning', /cannot complete/],
    ['far from the server', is('v1.30.0'), 'v1.37.2', 'note', /7 minor versions older/],
    ['newer than the server', is('v1.37.0'), 'v1.34.2', 'note', /3 minor versions newer/],
    ['beside the server', is('v1.36.0'), 'v1.37.2', 'ok', /v1\.36\.0/],
    ['without a server', is('v1.36.0'), null, 'ok', /v1\.36\.0/],
    ['none', { is: 'none' }, null, 'note', /no kubectl on PATH/],
    ['mute', { is: 'mute' }, null, 'skipped', /does not tell/],
  ];
  for (const [name, kubectl, server, result, says] of cases) {
    test(name, () => {
      const found = judgeKubectlVersion(kubectl, server);
      expect(found.result).toBe(result);
      expect(found.message).toMatch(says);
    });
  }
});

test('an old Node is warned of', () => {
  expect(judgeOwnVersion('0.1.0', '18.20.0', 'linux/x64').result).toBe('warning');
  expect(judgeOwnVersion('0.1.0', '26.10.0', 'linux/x64').result).toBe('ok');
});
