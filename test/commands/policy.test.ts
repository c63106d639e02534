import { describe, expect, test } from 'vitest';
import { policyCheck, policyInit, policyShow } from '../../src/commands/policy.ts';
import { UsageError } from '../../src/core/errors.ts';
import { defaultPolicy } from '../../src/core/policy.ts';
import { exceptionPlaces } from '../../src/settings/policy-exceptions.ts';
import { readPolicy } from '../../src/settings/policy-file.ts';
import { policyTree, policyYaml } from '../../src/settings/policy-text.ts';
import { startingPolicy } from '../../src/settings/starting-policy.ts';
import type { PolicyWorld, WhatRuns } from '../../src/commands/policy.ts';
import type { Scan } from '../../src/core/scan.ts';
import { aFinding, aScan, aWorkload, unknown } from '../support/builders.ts';
import { judgementOf } from '../support/states.ts';

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
    exceptionPlaces,
    whatRuns: async () => 'no cluster is configured',
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
  test('every mistake and warning goes to stderr with its place, and ends with 1', async () => {
    const { world, stdout, stderr } = aWorld(
      'replicaCount: 1\nscanPolicy: { security: { deployments: stop } }\nroles: []\n',
    );
    expect(await policyCheck({ file: 'v.yaml' }, world)).toBe(1);
    expect(stdout()).toBe('');
    expect(stderr().split('\n')).toEqual([
      'v.yaml:1:1: warning: replicaCount: not a key of a policy; left alone',
      'v.yaml:2:40: scanPolicy.security.deployments: "stop" is not possible; write ignore, scaledown or delete',
      'v.yaml:3:8: roles: is empty, so that no image would decide anything; name at least container',
      'v.yaml is refused: 2 mistakes',
      '',
    ]);
  });

  test('a file that is not there ends with 2', async () => {
    const { world, stderr } = aWorld('', {
      findPolicy: () => new UsageError('there is no file x', 'Correct the path.'),
    });
    expect(await policyCheck({ file: 'x' }, world)).toBe(2);
    expect(stderr()).toBe('error: there is no file x\nCorrect the path.\n');
  });

  test('no policy at all is said, and ends with 0', async () => {
    const { world, stderr } = aWorld(null);
    expect(await policyCheck({}, world)).toBe(0);
    expect(stderr()).toContain('no policy file (looked for /c/policy.yaml): every action is ignore');
  });

  test('a file in order is summed up, and no cluster is asked where there is no exception', async () => {
    const { world, stdout, stderr } = aWorld(
      'scanPolicy: { security: { deployments: scaledown, whitelistNamespaces: [a, b] } }\n',
      { whatRuns: () => Promise.reject(new Error('asked')) },
    );
    expect(await policyCheck({}, world)).toBe(0);
    expect(stderr()).toBe('');
    expect(stdout()).toBe(
      'p.yaml is in order (--policy)\n  unscanned: default ignore\n  security: deployments scaledown, default ignore; not in a, b\n' +
        '  license: default ignore\n',
    );
  });

  const dated =
    'exceptions:\n- { cve: CVE-2023-0001, until: 2026-11-22 }\n' +
    '- { cve: CVE-2023-0002, until: 2026-11-23 }\n- { cve: CVE-2023-0003, until: 2026-12-31 }\n';

  test('exceptions that have ended or end within a week are warned of, and what is not checked is said', async () => {
    const { world, stderr } = aWorld(dated);
    expect(await policyCheck({}, world)).toBe(0);
    expect(stderr().split('\n').slice(-4)).toEqual([
      'whether exceptions match what runs is not checked: no cluster is configured',
      'p.yaml:2:3: warning: exceptions[0] (CVE-2023-0001) has expired: until 2026-11-22',
      'p.yaml:3:3: warning: exceptions[1] (CVE-2023-0002) expires soon: until 2026-11-23',
      '',
    ]);
  });

  test('with --strict a warning ends with 1', async () => {
    expect(await policyCheck({ strict: true }, aWorld(dated).world)).toBe(1);
    const held = 'scanPolicy: {}\nexceptions:\n- { cve: CVE-2023-0003, until: 2026-12-31 }\n';
    expect(await policyCheck({ strict: true }, aWorld(held).world)).toBe(0);
  });

  describe('what runs', () => {
    const scan = aScan({ findings: [aFinding({ cves: ['CVE-2026-1000'] })] });
    const running = (unseen: string | null = null, known: Scan | null = scan): WhatRuns => ({
      judged: [judgementOf(aWorkload(), [known])],
      scanOf: () => known,
      unseen,
      unasked: null,
    });
    const told = async (exception: string, what: WhatRuns): Promise<string> => {
      const text = `scanPolicy: {}\nexceptions:\n- { ${exception}, until: 2027-01-31 }\n`;
      const { world, stderr } = aWorld(text, { whatRuns: async () => what });
      expect(await policyCheck({}, world)).toBe(0);
      return stderr();
    };
    const cases: [name: string, exception: string, what: WhatRuns, says: string][] = [
      [
        'has no workload that it names',
        'cve: CVE-2026-1000, namespaces: [pay]',
        running(),
        'matches nothing: no workload that runs is one that it names',
      ],
      [
        'has such a workload without it',
        'cve: CVE-2026-2222, namespaces: [shop]',
        running(),
        'matches nothing: no image that runs where it holds has it',
      ],
      [
        'may be hidden',
        'cve: CVE-2026-1000, namespaces: [pay]',
        running('forbidden: pods in pay'),
        'matches nothing: no workload that may be seen (forbidden: pods in pay) is one that it names',
      ],
      [
        'could not be asked about',
        'cve: CVE-2026-2222',
        running(null, unknown()),
        'may match nothing: 1 image where it holds could not be asked about',
      ],
    ];
    for (const [name, exception, what, says] of cases) {
      test(name, async () => expect(await told(exception, what)).toContain(`p.yaml:3:3: warning: exceptions[0] `));
      test(`${name}: in words`, async () => expect(await told(exception, what)).toContain(says));
    }
    test('is known, but no Xray is asked: said once', async () => {
      const what = { ...running(null, unknown()), unasked: 'no Xray is configured' };
      expect(await told('cve: CVE-2026-2222', what)).toBe(
        'whether exceptions match anything that Xray knows of what runs is not checked: no Xray is configured\n',
      );
      const nowhere = await told('cve: CVE-2026-2222, namespaces: [pay]', what);
      expect(nowhere).toContain('matches nothing: no workload that runs is one that it names');
    });
    test('has what it covers', async () => expect(await told('cve: CVE-2026-1000', running())).toBe(''));
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
