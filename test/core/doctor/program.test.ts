import { describe, expect, test } from 'vitest';
import { judgeExecutables, judgeWays } from '../../../src/core/doctor/program.ts';
import type { Way } from '../../../src/core/doctor/program.ts';

describe('what kubectl finds on PATH', () => {
  test('a longer name beats this program', () => {
    const longer = ['/usr/bin/kubectl-xray-status', 'C:\\bin\\kubectl-xray-my_scan.exe'];
    const found = judgeExecutables({ own: ['/usr/bin/kubectl-xray'], longer });
    expect(found.result).toBe('warning');
    expect(found.message).toContain('/usr/bin/kubectl-xray-status answers "kubectl xray status"');
    expect(found.message).toContain('kubectl-xray-my_scan.exe answers "kubectl xray my-scan"');
  });
  test('a second copy is never called', () => {
    const found = judgeExecutables({ own: ['/a/kubectl-xray', '/b/kubectl-xray'], longer: [] });
    expect(found).toMatchObject({ result: 'note' });
    expect(found.message).toMatch(/takes \/a\/kubectl-xray; .*never called: \/b\/kubectl-xray/);
  });
  test('none at all', () => expect(judgeExecutables({ own: [], longer: [] }).result).toBe('note'));
  test('one, and nothing before it', () =>
    expect(judgeExecutables({ own: ['/a/kubectl-xray'], longer: [] }).result).toBe('ok'));
});

describe('proxies', () => {
  const direct: Way = { server: 'Xray', address: 'https://acme.jfrog.io', proxy: null, fault: null };
  const proxied: Way = { ...direct, proxy: 'http://proxy.example:3128' };
  test('one that is no address', () => {
    const found = judgeWays([{ ...direct, fault: 'is no address' }], ['HTTPS_PROXY'], []);
    expect(found).toMatchObject({ result: 'warning', message: 'Xray: is no address' });
  });
  test('two spellings that differ', () =>
    expect(judgeWays([direct], ['HTTPS_PROXY', 'https_proxy'], ['https_proxy'])).toMatchObject({
      result: 'warning',
      message: 'HTTPS_PROXY and https_proxy say different things, and programs differ in which they read',
    }));
  test('who goes through which', () =>
    expect(judgeWays([proxied, { ...direct, server: 'the API server' }], ['HTTPS_PROXY'], [])).toMatchObject({
      result: 'ok',
      message: 'Xray through http://proxy.example:3128, the API server directly',
    }));
  test('one that nothing here goes through', () =>
    expect(judgeWays([direct], ['HTTPS_PROXY'], []).message).toMatch(/HTTPS_PROXY set; .* exempt/));
  test('none', () => expect(judgeWays([direct], [], []).message).toBe('no proxy is configured'));
});
