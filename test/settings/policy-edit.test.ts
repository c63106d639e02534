import { describe, expect, test } from 'vitest';

import { UsageError } from '../../src/core/errors.ts';
import { conditionTypes } from '../../src/core/policy.ts';
import type { Exception, Policy } from '../../src/core/policy.ts';
import { addException, addWhitelist } from '../../src/settings/policy-edit.ts';
import { readPolicy } from '../../src/settings/policy-file.ts';
import { policyTree, policyYaml } from '../../src/settings/policy-text.ts';
import { startingPolicy } from '../../src/settings/starting-policy.ts';

function policyOf(text: string): Policy {
  const reading = readPolicy(text, 'p.yaml');
  if ('mistakes' in reading) throw new Error(JSON.stringify(reading.mistakes) + text);
  return reading.policy;
}

function anException(over: Partial<Exception> = {}): Exception {
  const everywhere = { namespaces: null, workloads: null, image: null, until: null, reason: null, by: null };
  return { covers: { cve: 'CVE-2026-1234' }, ...everywhere, ...over };
}

const exceptions: Exception[] = [
  anException(),
  anException({ covers: { license: 'GPL-2.0 WITH Classpath-exception' }, workloads: ['deployment/report', '*/x'] }),
  anException({
    covers: { condition: 'unscanned' },
    namespaces: ['shop', 'team-*', 'no', '007'],
    image: 'acme.jfrog.io/*:1',
  }),
  anException({ until: '2027-01-31', by: 'ana', reason: 'it\'s "fine": [a, b], {c} # d\nsecond line, ü' }),
  anException({ by: '~', reason: '1e3', image: '*' }),
];

/** Files as people and charts write them. */
const files: Readonly<Record<string, string>> = {
  'a starting file': startingPolicy,
  'lists in lines': `# Ours.
scanPolicy:
  unscanned:
    whitelistNamespaces: "kube-system,team-*"   # charts
    deployments: scaledown
  # Vulnerabilities.
  security:
    whitelistNamespaces:
    - shop   # for now

    # more to come
  license:
    deployments: ignore

exceptions:
  # The first.
  - cve: CVE-2023-1234   # as agreed
    reason: |
      not reachable
      from outside
  - { license: MIT, reason: 'fine' } # twice

  # trailing

protect: { namespaces: [kube-system] }
# The end.
`,
  'lists between brackets': `scanPolicy:
  security: { whitelistNamespaces: [ a, "b" ], deployments: ignore }
  license: { whitelistNamespaces: "a, b" }
  unscanned: { whitelistNamespaces: x }
exceptions: [ { cve: CVE-2023-1234 }, # why
  { license: MIT }, ]
`,
  'the three maps alone': 'unscanned:\n  whitelistNamespaces: kube-system\nsecurity:\n    deployments: delete\n',
  "a chart's spelling":
    'scanPolicy:\n  security:\n    whitelistNamespaces: a\n    whiltelistNamespaces: "b"\n  license:\n    whiltelistNamespaces: ""\n',
  'nothing behind the keys':
    'exceptions:   # none yet\nscanPolicy:\n  security:\n  license: # none\n  unscanned: ~ # later\n',
  'nothing behind scanPolicy': 'scanPolicy: # to do\nexceptions: ~\n',
  'empty lists':
    'exceptions: []   # none\nscanPolicy:\n  security:\n    whitelistNamespaces: []\n    default: ignore\n  license: {}\n',
  'no scanPolicy': 'onManaged: act\n\n# comment\n',
  'comments only': '# to be written\n\n  # soon\n',
  JSON: '{\n  "scanPolicy": {"security": {"deployments": "ignore"}, "license": {"whitelistNamespaces": ["a"]}},\n  "exceptions": [{"cve": "CVE-2023-1234"}]\n}\n',
  'empty JSON': '{}',
  'a document with its marks': '---\nexceptions:\n- cve: CVE-2023-1234\nscanPolicy: {}\n...\n',
  'everything indented':
    '  scanPolicy:\n    security:\n      deployments: ignore\n  exceptions:\n    - { cve: CVE-2023-1234 }\n',
  'a text that goes on and keeps its newlines':
    'scanPolicy: {}\nexceptions:\n  - cve: CVE-2023-1234\n    by: |+\n      ana\n\n\nonManaged: act\n',
  'a plain text over two lines':
    'exceptions:\n  - cve: CVE-2023-1234\n    reason: not\n      reachable # at all\nonManaged: act\n',
  anchors:
    'scanPolicy:\n  security: &a\n    whitelistNamespaces: &w [x]\n  license:\n    <<: *a\n    deployments: ignore\n',
  "KubeXray's values":
    'replicaCount: 1\nimage:\n  tag: latest\nscanPolicy:\n  unscanned:\n    whitelistNamespaces: "kube-system,kubexray"\n    deployments: scaledown\n  security:\n    whitelistNamespaces: "kube-system"\nenv: {}\n',
};

/** The same files, as other programs leave them. */
function variants(text: string): [name: string, text: string][] {
  return [
    ['as it is', text],
    ['with the newlines of Windows', text.replaceAll('\n', '\r\n')],
    ['without a newline at its end', text.replace(/\n+$/, '')],
    ['with a byte order mark', `\uFEFF${text}`],
  ];
}

/** Lines of the one that are not lines of the other, in order. */
function missingLines(from: string, to: string): string[] {
  const left = to.split('\n');
  return from.split('\n').filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(0, at + 1);
    return at < 0 && line !== '';
  });
}

function expectKept(comments: readonly string[], before: string, after: string): void {
  // One line at most is written anew: the one that grew, or that was the last.
  expect(missingLines(before, after).length).toBeLessThanOrEqual(1);
  expect(after.endsWith('\n')).toBe(before.endsWith('\n'));
  expect(after.startsWith('\uFEFF')).toBe(before.startsWith('\uFEFF'));
  if (before.includes('\r\n')) expect(after.replaceAll('\r\n', '')).not.toContain('\n');
  for (const comment of comments) expect(after).toContain(comment);
}

describe('an exception is added, and nothing else changes', () => {
  for (const [name, file] of Object.entries(files)) {
    for (const [how, text] of variants(file)) {
      test(`${name}, ${how}`, () => {
        let before = text;
        const comments = Array.from(file.matchAll(/#.*/g), ([comment]) => comment);
        for (const exception of exceptions) {
          const after = addException(before, exception);
          const old = policyOf(before);
          expect(policyOf(after)).toEqual({ ...old, exceptions: [...old.exceptions, exception] });
          expectKept(comments, before, after);
          expect(addException(after, exception)).toBe(after);
          before = after;
        }
      });
    }
  }

  test('whatever the policy is, with whatever comments', () => {
    const { exceptions: list, ...rest } = policyOf(files['lists in lines'] ?? '');
    for (let count = 0; count <= exceptions.length; count += 1) {
      const policy = { ...rest, exceptions: [...list, ...exceptions.slice(0, count)] };
      for (const text of [
        policyYaml(policy, ['a\nb']),
        JSON.stringify(policyTree(policy)),
        JSON.stringify(policyTree(policy), null, 4),
      ]) {
        const added = anException({ reason: 'new' });
        expect(policyOf(addException(text, added)).exceptions).toEqual([...policy.exceptions, added]);
        if (text.startsWith('{')) expect(() => JSON.parse(addException(text, added)) as unknown).not.toThrow();
      }
    }
  });

  test('no file, or an empty one, becomes a starting file with it', () => {
    for (const text of ['', '\n \n']) {
      const after = addException(text, anException({ namespaces: ['shop'] }));
      expect(policyOf(after).exceptions).toEqual([anException({ namespaces: ['shop'] })]);
      expect(missingLines(startingPolicy, after)).toEqual(['exceptions: []']);
    }
  });

  test('it reads as a person would write it', () => {
    const exception = anException({
      namespaces: ['shop', 'team-*'],
      until: '2027-01-31',
      reason: 'not reachable',
      by: 'ana',
    });
    const written =
      '  - { cve: CVE-2026-1234, namespaces: [shop, team-*], until: 2027-01-31, reason: not reachable, by: ana }';
    expect(addException(startingPolicy, exception)).toContain(`\nexceptions:\n${written}\n# - { cve: CVE-2023-1234,`);
    const after = addException(files['lists in lines'] ?? '', exception);
    expect(after).toContain(`  - { license: MIT, reason: 'fine' } # twice\n${written}\n\n  # trailing\n`);
  });
});

describe('a namespace is whitelisted for one condition, and nothing else changes', () => {
  for (const [name, file] of Object.entries(files).filter(([name]) => name !== 'anchors')) {
    for (const [how, text] of variants(file)) {
      test(`${name}, ${how}`, () => {
        let before = text;
        const comments = Array.from(file.matchAll(/#.*/g), ([comment]) => comment);
        for (const condition of conditionTypes) {
          for (const namespace of ['new-one', 'other-*', '*-x']) {
            const after = addWhitelist(before, condition, namespace);
            const old = policyOf(before);
            const whitelistNamespaces = [...old[condition].whitelistNamespaces, namespace];
            expect(policyOf(after)).toEqual({ ...old, [condition]: { ...old[condition], whitelistNamespaces } });
            expectKept(comments, before, after);
            expect(addWhitelist(after, condition, namespace)).toBe(after);
            before = after;
          }
        }
      });
    }
  }

  const cases: [name: string, before: string, after: string][] = [
    ['a text with commas stays one', 'whitelistNamespaces: "a,b" # c', 'whitelistNamespaces: "a,b,x" # c'],
    ['its spaces are kept up', "whitelistNamespaces: 'a, b'", "whitelistNamespaces: 'a, b, x'"],
    ['a single name becomes two', 'whitelistNamespaces: a', 'whitelistNamespaces: a,x'],
    ['an empty text holds it', 'whitelistNamespaces: ""', 'whitelistNamespaces: "x"'],
    [
      'a text over several lines becomes one',
      'whitelistNamespaces: >-\n      a,\n      b',
      'whitelistNamespaces: "a, b,x"',
    ],
    ['a list between brackets grows', 'whitelistNamespaces: [a, b]', 'whitelistNamespaces: [a, b, x]'],
    ['an empty list holds it', 'whitelistNamespaces: []', 'whitelistNamespaces: [x]'],
    ['a list in lines grows', 'whitelistNamespaces:\n      - a # b', 'whitelistNamespaces:\n      - a # b\n      - x'],
    ['a rule without the key', 'deployments: ignore', 'deployments: ignore\n    whitelistNamespaces: [x]'],
  ];
  for (const [name, before, after] of cases) {
    test(name, () => {
      const [start, end] = ['scanPolicy:\n  security:\n    ', '\n  license: {}\n'];
      expect(addWhitelist(start + before + end, 'security', 'x')).toBe(start + after + end);
    });
  }
});

describe('what only a hand can do is left to it', () => {
  const text = 'exceptions: &e\n  - { cve: CVE-2023-1234 }\nscanPolicy: {}\n';
  const shared = files['anchors'] ?? '';

  test('a list that is named elsewhere', () => {
    expect(() =>
      addException(`x: &e []\n${text.replace('&e\n  - { cve: CVE-2023-1234 }', '*e')}`, anException()),
    ).toThrow(UsageError);
  });
  test('a whitelist that counts for another condition too', () => {
    for (const condition of ['security', 'license'] as const) {
      expect(() => addWhitelist(shared, condition, 'y')).toThrow(/only a hand/);
    }
    expect(addWhitelist(shared, 'unscanned', 'y')).toContain('unscanned');
  });
  test('a file that is wrong already, with its mistakes', () => {
    expect(() => addException('roles: [nobody]\n', anException())).toThrow(/:1:9: .*nobody/);
  });
  test('an exception or namespace that is none', () => {
    expect(() => addException('', anException({ covers: { cve: 'CVE-1' } }))).toThrow(/not a CVE/);
    expect(() => addException('', anException({ until: '2027-02-30' }))).toThrow(/calendar/);
    expect(() => addWhitelist('', 'security', 'Shop')).toThrow(/matches no namespace/);
  });
  test('the hint says what to write and where', () => {
    const thrown = (() => {
      try {
        return addWhitelist(shared, 'license', 'y');
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toMatchObject({ hint: 'Add it yourself, below scanPolicy.license.whitelistNamespaces: y' });
  });
});
