import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { actions, conditionTypes, defaultPolicy } from '../../src/core/policy.ts';
import { severities } from '../../src/core/severity.ts';
import { formatDuration, parseDuration } from '../../src/settings/duration.ts';
import { readPolicy } from '../../src/settings/policy-file.ts';
import { policyTree, policyYaml } from '../../src/settings/policy-text.ts';
import { startingPolicy } from '../../src/settings/starting-policy.ts';
import type { Exception, Policy, Rule } from '../../src/core/policy.ts';

/** Numbers from 0 up to a limit, the same for the same seed. */
function dice(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

function aPolicy(seed: number): Policy {
  const roll = dice(seed);
  const one = <T>(all: readonly T[]): T => all[roll(all.length)] as T;
  const some = <T>(all: readonly T[]): T[] => all.filter(() => roll(2) === 0);
  const maybe = <T>(value: T): T | null => (roll(2) === 0 ? value : null);
  const texts = ['shop', 'team-*', 'no', '1e3', 'a: b # c', '~', "it's", '{x}', 'ü'];
  const rule = (): Rule => ({
    whitelistNamespaces: some(['kube-system', 'team-*', 'true', '007']),
    actions: new Map(
      some(['deployments', 'statefulSets', 'CronJobs', 'pods']).map((key) => [
        key.toLowerCase(),
        { key, action: one(actions) },
      ]),
    ),
    default: one(actions),
    gracePeriod: one([0, 1, 999, 1000, 90_000, 600_000, 86_400_000, 7 * 86_400_000]),
  });
  const lists = one([
    { basis: 'violations', denied: null, allowed: null },
    { basis: 'both', denied: ['MIT', 'no'], allowed: null },
    { basis: 'lists', denied: null, allowed: ['GPL-2.0 WITH x'] },
  ] as const);
  const exception = (): Exception => ({
    covers: one([
      { cve: 'CVE-2023-1234' },
      { license: 'AGPL-3.0' },
      ...conditionTypes.map((condition) => ({ condition })),
    ]),
    namespaces: maybe(['shop', 'a*']),
    workloads: maybe(['deployment/report', '*/x']),
    image: maybe(one(texts)),
    until: maybe('2027-01-31'),
    reason: maybe(one(texts)),
    by: maybe(one(texts)),
  });
  return {
    source: 'p.yaml',
    rulePrefix: one(['', 'scanPolicy.']),
    unscanned: { ...rule(), reasons: some(['foreign', 'neverScanned', 'gone']) },
    security: {
      ...rule(),
      minSeverity: one(severities),
      fixableOnly: roll(2) === 0,
      applicableOnly: roll(2) === 0,
      basis: one(['issues', 'violations']),
    },
    license: { ...rule(), ...lists },
    exceptions: Array.from({ length: roll(4) }, exception),
    protectNamespaces: some(['kube-system', 'x-?']),
    limits: { actionsPerMinute: 1 + roll(100), shareOfWorkloads: (1 + roll(1000)) / 1000 },
    onManaged: one(['refuse', 'act']),
    roles: ['container', ...some(['sidecar', 'init', 'volume', 'ephemeral', 'injected'] as const)],
  };
}

describe('a policy written out', () => {
  test('reads back as the same policy, whatever it is', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const policy = aPolicy(seed);
      const text = policyYaml(policy, ['from a test\nin two lines']);
      const reading = readPolicy(text, 'p.yaml');
      expect('policy' in reading ? reading.policy : { text, reading }).toEqual(policy);
      const fromJson = readPolicy(JSON.stringify(policyTree(policy)), 'p.yaml');
      expect('policy' in fromJson && fromJson.policy).toEqual(policy);
    }
  });

  test('the defaults are written whole', () => {
    const text = policyYaml(defaultPolicy, ['comment']);
    expect(text).toMatch(/^# comment\nscanPolicy:\n {2}unscanned:\n/);
    for (const part of [
      'gracePeriod: 10m',
      'minSeverity: high',
      'basis: issues',
      'shareOfWorkloads: 10%',
      'onManaged: refuse',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('the examples of the documentation are in order', () => {
    const text = readFileSync(new URL('../../docs/policy.md', import.meta.url), 'utf8');
    const examples = [...text.matchAll(/```yaml\n(.*?)```/gs)].map((found) => found[1] ?? '');
    expect(examples).not.toHaveLength(0);
    for (const example of examples) expect(readPolicy(example, 'p.yaml')).toMatchObject({ policy: {}, warnings: [] });
  });

  test('the starting file is in order and ignores everything', () => {
    const reading = readPolicy(startingPolicy, 'policy.yaml');
    expect(reading.warnings).toEqual([]);
    if (!('policy' in reading)) throw new Error(JSON.stringify(reading.mistakes));
    const chosen = conditionTypes.flatMap((type) =>
      [...reading.policy[type].actions.values()].map((one) => one.action),
    );
    expect(new Set([...chosen, ...conditionTypes.map((type) => reading.policy[type].default)])).toEqual(
      new Set(['ignore']),
    );
  });
});

test('whatever is cut out of or put into a file, the answer is a policy or mistakes inside the file', () => {
  for (let seed = 1; seed <= 500; seed += 1) {
    const roll = dice(seed);
    const at = roll(startingPolicy.length);
    const noise = [':', '\t', '[', '}', '- ', '"', '&a ', '*a', '\n', '<<: ', 'é', ''][roll(12)] ?? '';
    const text = startingPolicy.slice(0, at) + noise + startingPolicy.slice(at + roll(30));
    const reading = readPolicy(text, 'p.yaml');
    const lines = text.split('\n');
    for (const { line, column } of 'mistakes' in reading ? reading.mistakes : []) {
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
    }
  }
});

describe('durations', () => {
  for (const text of ['500ms', '3s', '10m', '24h', '7d', '0s']) {
    test(`${text} reads and writes back`, () => expect(formatDuration(parseDuration(text) ?? -1)).toBe(text));
  }

  for (const text of ['', '10', '1.5h', '-1s', '1w', ' 3s', '3 s', '3S', '1h30m', '9999999999999999d']) {
    test(`"${text}" is none`, () => expect(parseDuration(text)).toBeUndefined());
  }
});
