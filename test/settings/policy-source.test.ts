import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { defaultPolicy } from '../../src/core/policy.ts';
import { noConfig } from '../../src/settings/config-file.ts';
import { findPolicy, loadPolicy } from '../../src/settings/policy-source.ts';
import { disk } from './support.ts';
import type { Config, ContextEntry } from '../../src/settings/config-file.ts';
import type { PolicySearch } from '../../src/settings/policy-source.ts';

const withPolicy = (policy: string): ContextEntry => ({ xray: null, policy, registries: null });
const config: Config = {
  ...noConfig,
  default: withPolicy('/c/default.yaml'),
  contexts: new Map([['prod', withPolicy('/c/prod.yaml')]]),
};
const text = 'onManaged: act\nscanPolicy: {}\n';
const paths = ['/w/flag.yaml', '/h/env.yaml', '/c/prod.yaml', '/c/default.yaml', '/c/policy.yaml'];
const everywhere = Object.fromEntries(paths.map((path) => [path, text]));

function aSearch(overrides: Partial<PolicySearch> = {}): PolicySearch {
  return {
    env: {},
    config: noConfig,
    contextName: 'prod',
    folder: '/c',
    ground: { home: '/h', platform: 'linux' },
    cwd: '/w',
    readFile: disk(everywhere).readFile,
    ...overrides,
  };
}

describe('a policy that was named and is not there', () => {
  const cases: [name: string, overrides: Partial<PolicySearch>, message: string][] = [
    ['by flag', { flag: 'no.yaml' }, 'there is no file /w/no.yaml (named by --policy)'],
    [
      'by a word of the command',
      { flag: 'no.yaml', flagIs: 'the command line' },
      'there is no file /w/no.yaml (named by the command line)',
    ],
    [
      'by environment',
      { env: { KUBECTL_XRAY_POLICY: '/no.yaml' } },
      'there is no file /no.yaml (named by KUBECTL_XRAY_POLICY)',
    ],
    [
      'by config.yaml',
      { config, readFile: disk({}).readFile },
      'there is no file /c/prod.yaml (named by config.yaml: contexts.prod.policy)',
    ],
    [
      'a folder',
      { flag: '/d', readFile: disk({ '/d': { code: 'EISDIR' } }).readFile },
      '/d (named by --policy) cannot be read: it is a folder',
    ],
    [
      'unreadable beside config.yaml',
      { readFile: disk({ '/c/policy.yaml': { code: 'EACCES' } }).readFile },
      '/c/policy.yaml cannot be read: EACCES',
    ],
  ];
  for (const [name, overrides, message] of cases) {
    test(name, () => {
      const found = findPolicy(aSearch(overrides));
      expect(found instanceof UsageError && found.message).toBe(message);
    });
  }
});

describe('where the policy is found', () => {
  const env = { KUBECTL_XRAY_POLICY: '~/env.yaml' };
  const cases: [name: string, overrides: Partial<PolicySearch>, path: string, namedBy: string][] = [
    ['the flag before all', { flag: 'flag.yaml', env, config }, '/w/flag.yaml', '--policy'],
    ['the environment before config.yaml', { env, config }, '/h/env.yaml', 'KUBECTL_XRAY_POLICY'],
    ['the context before the default', { config }, '/c/prod.yaml', 'config.yaml: contexts.prod.policy'],
    [
      'the default for another context',
      { config, contextName: 'dev' },
      '/c/default.yaml',
      'config.yaml: default.policy',
    ],
    ['policy.yaml beside config.yaml', {}, '/c/policy.yaml', 'beside config.yaml'],
  ];
  for (const [name, overrides, path, namedBy] of cases) {
    test(name, () => expect(findPolicy(aSearch(overrides))).toMatchObject({ path, namedBy, text }));
  }

  test('no file at all means the defaults', () => {
    const loaded = loadPolicy(aSearch({ readFile: disk({}).readFile }));
    expect(loaded).toMatchObject({
      policy: defaultPolicy,
      source: { file: null, path: '/c/policy.yaml' },
      warnings: [],
    });
  });

  test('the policy knows its file as the user named it', () => {
    const loaded = loadPolicy(aSearch({ flag: 'flag.yaml' }));
    expect('policy' in loaded && [loaded.policy.source, loaded.policy.onManaged]).toEqual(['flag.yaml', 'act']);
  });

  test('a wrong file is refused whole, with every mistake', () => {
    const loaded = loadPolicy(aSearch({ flag: '/p', readFile: disk({ '/p': 'roles: []\nonManaged: x\n' }).readFile }));
    expect(loaded instanceof UsageError && loaded.message.split('\n').map((line) => line.split(' ')[0])).toEqual([
      '/p:1:8:',
      '/p:2:12:',
    ]);
  });
});
