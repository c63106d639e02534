import { describe, expect, test } from 'vitest';
import { policyCheck, policyInit, policyShow } from '../../src/commands/policy.ts';
import { UsageError } from '../../src/core/errors.ts';
import { defaultPolicy } from '../../src/core/policy.ts';
import { readPolicy } from '../../src/settings/policy-file.ts';
import { policyTree, policyYaml } from '../../src/settings/policy-text.ts';
import { startingPolicy } from '../../src/settings/starting-policy.ts';
import type { PolicyWorld } from '../../src/commands/policy.ts';

interface Printed {
  readonly world: PolicyWorld;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly files: Map<string, string>;
}

/** A world in which `text` is the policy that is found; null: none. */
function aWorld(text: string | null, overrides: Partial<PolicyWorld> = {}): Printed {
  const out: string[] = [];
  const err: string[] = [];
  const files = new Map<string, string>();
  const world: PolicyWorld = {
    stdout: { write: (part) => out.push(part) },
    stderr: { write: (part) => err.push(part) },
    now: Date.parse('2026-11-23T12:00:00Z'),
    contextName: 'prod',
    findPolicy: (file) => ({
      file: text === null ? null : (file ?? 'p.yaml'),
      path: '/c/policy.yaml',
      namedBy: '--policy',
      text,
    }),
    readPolicy,
    policyTree,
    policyYaml,
    defaultPolicy,
    startingPolicy,
    initPath: '/c/policy.yaml',
    createFile: (path, content) => {
      if (files.has(path)) throw Object.assign(new Error('exists'), { code: 'EEXIST' });
      files.set(path, content);
    },
    ...overrides,
  };
  return { world, stdout: () => out.join(''), stderr: () => err.join(''), files };
}

function readOnly(): void {
  throw Object.assign(new Error('no'), { code: 'EROFS' });
}

describe('policy check', () => {
  test('every mistake and warning goes to stderr with its place, and ends with 1', () => {
    const { world, stdout, stderr } = aWorld(
      'replicaCount: 1\nscanPolicy: { security: { deployments: stop } }\nroles: []\n',
    );
    expect(policyCheck({ file: 'v.yaml' }, world)).toBe(1);
    expect(stdout()).toBe('');
    expect(stderr().split('\n')).toEqual([
      'v.yaml:1:1: warning: replicaCount: not a key of a policy; left alone',
      'v.yaml:2:40: scanPolicy.security.deployments: "stop" is not possible; write ignore, scaledown or delete',
      'v.yaml:3:8: roles: is empty, so that no image would decide anything; name at least container',
      'v.yaml is refused: 2 mistakes',
      '',
    ]);
  });

  test('a file that is not there ends with 2', () => {
    const { world, stderr } = aWorld('', {
      findPolicy: () => new UsageError('there is no file x', 'Correct the path.'),
    });
    expect(policyCheck({ file: 'x' }, world)).toBe(2);
    expect(stderr()).toBe('error: there is no file x\nCorrect the path.\n');
  });

  test('no policy at all is said, and ends with 0', () => {
    const { world, stderr } = aWorld(null);
    expect(policyCheck({}, world)).toBe(0);
    expect(stderr()).toContain('no policy file (looked for /c/policy.yaml): every action is ignore');
  });

  test('a file in order is summed up, with the exceptions that have ended or end within a week', () => {
    const { world, stdout, stderr } = aWorld(
      'scanPolicy: { security: { deployments: scaledown, whitelistNamespaces: [a, b] } }\nexceptions:\n' +
        '- { cve: CVE-2023-0001, until: 2026-11-22 }\n- { cve: CVE-2023-0002, until: 2026-11-23 }\n- { cve: CVE-2023-0003, until: 2026-12-31 }\n',
    );
    expect(policyCheck({}, world)).toBe(0);
    expect(stderr()).toBe('');
    expect(stdout()).toBe(
      'p.yaml is in order (--policy)\n  unscanned: default ignore\n  security: deployments scaledown, default ignore; not in a, b\n' +
        '  license: default ignore\n  exceptions[0] (CVE-2023-0001) has expired: until 2026-11-22\n' +
        '  exceptions[1] (CVE-2023-0002) expires soon: until 2026-11-23\n',
    );
  });
});

describe('policy show', () => {
  test('of a wrong file nothing is shown, and it ends with 2', () => {
    const { world, stdout, stderr } = aWorld('roles: []\n');
    expect(policyShow({}, world)).toBe(2);
    expect([stdout(), stderr()]).toEqual([
      '',
      expect.stringContaining('error: p.yaml is refused, so no policy is in force'),
    ]);
  });

  test('without a file the defaults are shown, and where one was looked for', () => {
    const { world, stdout } = aWorld(null);
    expect(policyShow({}, world)).toBe(0);
    expect(stdout()).toMatch(
      /^# The policy in force for context prod, .*\n# From the defaults: there is no policy file \(looked for \/c\/policy\.yaml\)\nscanPolicy:\n/,
    );
  });

  test('the YAML names the file and reads back as the same policy', () => {
    const { world, stdout } = aWorld('license: { denied: [MIT] }\n');
    expect(policyShow({}, world)).toBe(0);
    expect(stdout()).toContain('# From p.yaml (--policy)\n');
    expect(readPolicy(stdout(), 'p.yaml')).toEqual(readPolicy('license: { denied: [MIT] }\n', 'p.yaml'));
  });

  test('JSON is one object with its version', () => {
    const { world, stdout } = aWorld('scanPolicy: { security: { default: delete } }\n');
    expect(policyShow({ output: 'json' }, world)).toBe(0);
    expect(JSON.parse(stdout())).toMatchObject({
      apiVersion: 'kubectl-xray/v1',
      kind: 'Policy',
      metadata: { context: 'prod', source: 'p.yaml' },
      scanPolicy: { security: { default: 'delete', gracePeriod: '0s' } },
    });
  });
});

describe('policy init', () => {
  test('an existing file is left as it is', () => {
    const { world, stderr, files } = aWorld(null);
    files.set('/c/policy.yaml', 'mine');
    expect(policyInit({}, world)).toBe(1);
    expect(files.get('/c/policy.yaml')).toBe('mine');
    expect(stderr()).toContain('/c/policy.yaml is there already');
  });

  test('a folder that cannot be written ends with 1', () => {
    const { world, stderr } = aWorld(null, { createFile: readOnly });
    expect(policyInit({ file: 'x.yaml' }, world)).toBe(1);
    expect(stderr()).toBe('error: x.yaml cannot be written: EROFS\n');
  });

  test('a starting file is written where the policy is looked for', () => {
    const { world, stderr, files } = aWorld(null);
    expect(policyInit({}, world)).toBe(0);
    expect(files.get('/c/policy.yaml')).toBe(startingPolicy);
    expect(stderr()).toContain('/c/policy.yaml written');
  });

  test('or printed', () => {
    const { world, stdout, files } = aWorld(null);
    expect([policyInit({ stdout: true }, world), stdout(), files.size]).toEqual([0, startingPolicy, 0]);
  });
});
