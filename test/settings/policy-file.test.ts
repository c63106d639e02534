import { describe, expect, test } from 'vitest';
import { defaultPolicy } from '../../src/core/policy.ts';
import { mistakeLine, readPolicy } from '../../src/settings/policy-file.ts';
import type { Policy } from '../../src/core/policy.ts';

/** `LINE:COLUMN: message` of every mistake. */
function mistakesOf(text: string): string[] {
  const reading = readPolicy(text, 'p.yaml');
  return 'mistakes' in reading ? reading.mistakes.map((one) => mistakeLine('p', one).slice(2)) : [];
}

function warningsOf(text: string): string[] {
  return readPolicy(text, 'p.yaml').warnings.map((one) => mistakeLine('p', one).slice(2));
}

function policyOf(text: string): Policy {
  const reading = readPolicy(text, 'p.yaml');
  if ('mistakes' in reading) throw new Error(reading.mistakes.map((one) => mistakeLine('p.yaml', one)).join('\n'));
  return reading.policy;
}

const rule = (type: string, line: string): string => `scanPolicy:\n  ${type}:\n    ${line}\n`;
const exception = (text: string): string => `exceptions:\n  - ${text}\n`;

describe('a wrong file is refused, with line and column', () => {
  const cases: [name: string, text: string, at: string, message: RegExp][] = [
    ['a tab', 'scanPolicy:\n\tsecurity: {}\n', '2:1', /tab .* spaces/],
    ['an open bracket', 'roles: [init\nonManaged: act\n', '2:1', /not valid YAML/],
    ['a second document', 'roles: [init]\n---\nonManaged: act\n', '3:1', /second document/],
    ['zero bytes', 'r\0o\0', '1:1', /UTF-8/],
    ['a list', '- scanPolicy\n', '1:1', /a list stands where a policy/],
    ['a text', 'ignore\n', '1:1', /"ignore" stands where a policy/],
    ['an alias without anchor', 'roles: *all\n', '1:8', /no anchor &all/],
    ['an alias inside itself', 'limits: &a { actionsPerMinute: *a }\n', '1:32', /alias stands inside/],
    ['a merge of no map', 'limits:\n  <<: 5\n', '2:7', /<< takes a map/],
    ['a key that is no word', '? [a]\n: 1\n', '1:3', /key must be a word/],
    [
      'a key given twice',
      'onManaged: act\nroles: [init]\nonManaged: refuse\n',
      '3:1',
      /onManaged is given twice, first in line 1/,
    ],
    ['a key given twice in a foreign map', 'image:\n  tag: a\n  tag: b\n', '3:3', /tag is given twice/],
    ['a near miss at the top', 'protec: {}\n', '1:1', /protec: unknown key; did you mean protect\?/],
    ['a near miss by case', 'scanpolicy: {}\n', '1:1', /did you mean scanPolicy\?/],
    ['a near miss by ending', 'protection: {}\n', '1:1', /did you mean protect\?/],
    [
      'a condition misspelt inside',
      'scanPolicy:\n  securty: {}\n',
      '2:3',
      /scanPolicy\.securty: .*did you mean security\?/,
    ],
    ['a top-level key inside', 'scanPolicy:\n  limits: {}\n', '2:3', /limits stands beside scanPolicy/],
    ['a condition beside the wrapper', 'scanPolicy: {security: {}}\nlicense: {}\n', '2:1', /move it into scanPolicy/],
    ['a condition that is a word', 'scanPolicy:\n  security: scaledown\n', '2:13', /"scaledown" stands where a map/],
    [
      'an unknown key',
      rule('security', 'minSeverty: high'),
      '3:5',
      /minSeverty: unknown key; did you mean minSeverity\?/,
    ],
    ['a key in another case', rule('security', 'minseverity: high'), '3:5', /did you mean minSeverity\?/],
    ["another condition's key", rule('license', 'minSeverity: high'), '3:5', /minSeverity belongs to security/],
    ['a kind in the singular', rule('security', 'deployment: ignore'), '3:5', /did you mean deployments\?/],
    ['a kind that is none', rule('security', 'widgets: ignore'), '3:5', /plural\.group/],
    [
      'a kind given twice in two cases',
      rule('security', 'cronJobs: ignore\n    cronjobs: delete'),
      '4:5',
      /same kind .* cronJobs/,
    ],
    ['a misspelt action', rule('security', 'deployments: scaledwn'), '3:18', /"scaledwn" .*did you mean scaledown\?/],
    [
      'an action left out',
      rule('security', 'deployments:'),
      '3:5',
      /nothing is not possible; write ignore, scaledown or delete/,
    ],
    ['an action that is a boolean', rule('security', 'deployments: off'), '3:18', /"off" is not possible/],
    ['an action that is a list', rule('security', 'deployments: [ignore]'), '3:18', /a list is not possible/],
    [
      'a custom kind to delete',
      rule('security', 'widgets.example.com: delete'),
      '3:26',
      /custom kind is never deleted/,
    ],
    [
      'a custom kind that is built in',
      rule('security', 'deployments.apps: ignore'),
      '3:5',
      /built-in kind; write deployments/,
    ],
    ['a custom kind that cannot be', rule('security', '"wid gets.x": ignore'), '3:5', /not the name of a custom kind/],
    ['a duration without unit', rule('security', 'gracePeriod: 10'), '3:18', /"10" is not a duration; write .*10m/],
    ['a compound duration', rule('security', 'gracePeriod: 1h30m'), '3:18', /not a duration/],
    ['a broken duration', rule('security', 'gracePeriod: 1.5h'), '3:18', /not a duration/],
    ['a negative duration', rule('security', 'gracePeriod: -5m'), '3:18', /not a duration/],
    ['a duration beyond all time', rule('security', 'gracePeriod: 999999999999999d'), '3:18', /not a duration/],
    ['an unknown severity', rule('security', 'minSeverity: hgh'), '3:18', /did you mean High\?/],
    ['a boolean that is none', rule('security', 'fixableOnly: maybe'), '3:18', /neither true nor false/],
    ['a boolean in quotes', rule('security', 'fixableOnly: "true"'), '3:18', /without quotes/],
    ['a basis of the other condition', rule('security', 'basis: lists'), '3:12', /write issues or violations/],
    [
      'an unknown reason',
      rule('unscanned', 'reasons: [foreign, neverscand]'),
      '3:24',
      /reasons\[1\]: .*did you mean neverScanned\?/,
    ],
    [
      'an unknown reason in a text',
      rule('unscanned', 'reasons: foreign, unknown'),
      '3:23',
      /"unknown" is not possible/,
    ],
    [
      'a namespace in capitals',
      rule('unscanned', 'whitelistNamespaces: "kube-system,Shop"'),
      '3:39',
      /"Shop" matches no namespace/,
    ],
    [
      'namespaces apart by blanks',
      rule('unscanned', 'whitelistNamespaces: a b'),
      '3:26',
      /separate namespaces by commas/,
    ],
    ['a map of namespaces', rule('unscanned', 'whitelistNamespaces: {a: b}'), '3:26', /a map stands where a list/],
    ['a list beside violations', rule('license', 'basis: violations\n    denied: [A]'), '4:5', /would not count/],
    ['both lists', rule('license', 'allowed: [A]\n    denied: [B]'), '4:5', /stands beside allowed/],
    ['lists without a list', rule('license', 'basis: lists'), '3:12', /lists needs a list/],
    ['an empty list of what is allowed', rule('license', 'allowed: []'), '3:14', /deny every license/],
    ['exceptions as a map', 'exceptions: { cve: CVE-2023-1234 }\n', '1:13', /a map stands where a list/],
    ['an exception of nothing', exception('{ reason: why }'), '2:5', /exceptions\[0\]: .*cve, license or condition/],
    [
      'an exception of two',
      exception('{ cve: CVE-2023-1234, license: MIT }'),
      '2:27',
      /names cve and license.*exactly one/,
    ],
    ['an exception that is a word', exception('CVE-2023-1234'), '2:5', /stands where a map/],
    [
      'an unknown key of an exception',
      exception('{ cve: CVE-2023-1234, untill: 2027-01-31 }'),
      '2:27',
      /did you mean until\?/,
    ],
    ['a CVE that is none', exception('{ cve: CVE-23-1 }'), '2:12', /"CVE-23-1" is not a CVE/],
    [
      'a condition that is none',
      exception('{ condition: licence, namespaces: [a] }'),
      '2:18',
      /did you mean license\?/,
    ],
    [
      'a day that is not in the calendar',
      exception('{ license: MIT, until: 2027-02-30 }'),
      '2:28',
      /not a day of the calendar/,
    ],
    ['a day in another order', exception('{ license: MIT, until: 31.01.2027 }'), '2:28', /YYYY-MM-DD/],
    ['a time of day', exception('{ license: MIT, until: 2027-01-31T10:00:00Z }'), '2:28', /YYYY-MM-DD/],
    ['a year', exception('{ license: MIT, until: 2027 }'), '2:28', /YYYY-MM-DD/],
    ['a workload without kind', exception('{ license: MIT, workloads: [report] }'), '2:33', /kind\/name/],
    ['a license left out', exception('{ license: }'), '2:7', /nothing stands where a text/],
    ['a share above all', 'limits: { shareOfWorkloads: 101% }\n', '1:29', /"101%" is not a share/],
    ['a share of none', 'limits: { shareOfWorkloads: 0% }\n', '1:29', /not a share/],
    ['a share as a bare number', 'limits: { shareOfWorkloads: 10 }\n', '1:29', /write it as 10% or 0\.1/],
    ['a negative share', 'limits: { shareOfWorkloads: -0.1 }\n', '1:29', /not a share/],
    ['no actions a minute', 'limits: { actionsPerMinute: 0 }\n', '1:29', /whole number above 0/],
    ['half an action a minute', 'limits: { actionsPerMinute: 0.5 }\n', '1:29', /whole number above 0/],
    ['a number in quotes', 'limits: { actionsPerMinute: "5" }\n', '1:29', /without quotes/],
    ['an unknown limit', 'limits: { actionsPerHour: 5 }\n', '1:11', /known here: actionsPerMinute, shareOfWorkloads/],
    ['an unknown key of protect', 'protect: { namespace: a }\n', '1:12', /did you mean namespaces\?/],
    ['protect as a list', 'protect: [a]\n', '1:10', /a list stands where a map/],
    ['an unknown onManaged', 'onManaged: ignore\n', '1:12', /write refuse or act/],
    ['an unknown role', 'roles: [container, sidecars]\n', '1:20', /did you mean sidecar\?/],
    ['no roles', 'roles: []\n', '1:8', /no image would decide/],
  ];
  for (const [name, text, at, message] of cases) {
    test(name, () => {
      const found = mistakesOf(text);
      expect(found).toHaveLength(1);
      expect(found[0]).toMatch(new RegExp(`^${at}: `));
      expect(found[0]).toMatch(message);
    });
  }

  test('all mistakes are named at once, in the order of the file', () => {
    const text =
      'limits: { actionsPerMinute: x }\nscanPolicy:\n  license: { denied: [a], allowed: [b] }\n  security:\n    deployments: stop\n    gracePeriod: 1w\nprotec: 1\n';
    const found = mistakesOf(text).map((line) => line.split(' ')[0]);
    expect(found).toEqual(['1:29:', '3:27:', '5:18:', '6:18:', '7:1:']);
  });

  test('lines and columns count the same behind a byte order mark and with CRLF', () => {
    expect(mistakesOf('\uFEFFrolez: 1\r\nprotec: 1\r\n').map((line) => line.split(' ')[0])).toEqual(['1:1:', '2:1:']);
  });

  test('each mistake has the path of its key', () => {
    const reading = readPolicy(rule('security', 'minSeverity: x'), 'p.yaml');
    expect('mistakes' in reading && reading.mistakes[0]?.path).toBe('scanPolicy.security.minSeverity');
  });
});

describe('what only warns', () => {
  const cases: [name: string, text: string, warning: RegExp][] = [
    ['an empty file', '', /^1:1: the file is empty: everything is ignore/],
    ['a file of comments', '# nothing\n', /^1:1: the file is empty/],
    ['an empty document', '---\n', /^1:1: the file is empty/],
    ['a file without our keys', 'replicaCount: 1\n', /there is no scanPolicy here/],
    ['a foreign key at the top', 'scanPolicy: {}\nreplicaCount: 1\n', /^2:1: replicaCount: not a key of a policy/],
    ['a condition without rules', 'scanPolicy:\n  security:\n', /^2:3: scanPolicy.security: nothing is written here/],
    [
      "the whitelist as KubeXray's chart spells it",
      rule('unscanned', 'whiltelistNamespaces: a'),
      /^3:5: .*misspelt.*write whitelistNamespaces/,
    ],
    ['no reasons', rule('unscanned', 'reasons: []'), /^3:5: .*never call for an action/],
    ['an empty list of what is denied', rule('license', 'denied: []'), /^3:13: .*no license is denied/],
    ['both bases without a list', rule('license', 'basis: both'), /^3:12: .*both needs a list/],
    ['a whole condition excused', exception('{ condition: security }'), /^2:5: .*covers every workload/],
    ['all as a share', 'limits: { shareOfWorkloads: 1 }\n', /1 is all of them/],
    ['an unknown tag', 'roles: !ours [init]\n', /Unresolved tag/],
  ];
  for (const [name, text, warning] of cases) {
    test(name, () => {
      expect(mistakesOf(text)).toEqual([]);
      expect(warningsOf(text).some((line) => warning.test(line))).toBe(true);
    });
  }
});

describe('what is read', () => {
  test('an empty file leaves everything at ignore', () => {
    expect(policyOf('')).toEqual({ ...defaultPolicy, source: 'p.yaml' });
  });

  test('every key of a complete policy', () => {
    const read = policyOf(`
scanPolicy:
  unscanned:
    whitelistNamespaces: "kube-system, team-*"
    deployments: ignore
    statefulSets: ignore
    default: scaledown
    widgets.example.com: scaledown
    gracePeriod: 15m
    reasons: [foreign, Gone]
  security:
    minSeverity: CRITICAL
    fixableOnly: true
    applicableOnly: yes
    basis: violations
    gracePeriod: 24h
    DEPLOYMENTS: ScaleDown
    whitelistNamespaces: [a, b]
  license:
    basis: lists
    denied: [GPL-3.0-only]
    cronjobs: delete
exceptions:
  - { cve: cve-2023-1234, namespaces: [shop], until: 2027-01-31, reason: not reachable, by: ana }
  - { license: AGPL-3.0, workloads: [deployments/report, sts/db-*, Widget.example.com/w], image: "acme.jfrog.io/docker-local/report*" }
  - { condition: Unscanned, namespaces: "a,b*" }
protect: { namespaces: [kube-system] }
limits: { actionsPerMinute: 7, shareOfWorkloads: 12.5% }
onManaged: act
roles: [container, injected]
`);
    const rest = { namespaces: null, workloads: null, image: null, until: null, reason: null, by: null };
    expect(read).toEqual({
      source: 'p.yaml',
      rulePrefix: 'scanPolicy.',
      unscanned: {
        whitelistNamespaces: ['kube-system', 'team-*'],
        actions: new Map([
          ['deployments', { action: 'ignore', key: 'deployments' }],
          ['statefulsets', { action: 'ignore', key: 'statefulSets' }],
          ['widgets.example.com', { action: 'scaledown', key: 'widgets.example.com' }],
        ]),
        default: 'scaledown',
        gracePeriod: 900_000,
        reasons: ['foreign', 'gone'],
      },
      security: {
        whitelistNamespaces: ['a', 'b'],
        actions: new Map([['deployments', { action: 'scaledown', key: 'DEPLOYMENTS' }]]),
        default: 'ignore',
        gracePeriod: 86_400_000,
        minSeverity: 'Critical',
        fixableOnly: true,
        applicableOnly: true,
        basis: 'violations',
      },
      license: {
        whitelistNamespaces: [],
        actions: new Map([['cronjobs', { action: 'delete', key: 'cronjobs' }]]),
        default: 'ignore',
        gracePeriod: 0,
        basis: 'lists',
        denied: ['GPL-3.0-only'],
        allowed: null,
      },
      exceptions: [
        {
          ...rest,
          covers: { cve: 'CVE-2023-1234' },
          namespaces: ['shop'],
          until: '2027-01-31',
          reason: 'not reachable',
          by: 'ana',
        },
        {
          ...rest,
          covers: { license: 'AGPL-3.0' },
          workloads: ['deployment/report', 'statefulset/db-*', 'widget.example.com/w'],
          image: 'acme.jfrog.io/docker-local/report*',
        },
        { ...rest, covers: { condition: 'unscanned' }, namespaces: ['a', 'b*'] },
      ],
      protectNamespaces: ['kube-system'],
      limits: { actionsPerMinute: 7, shareOfWorkloads: 0.125 },
      onManaged: 'act',
      roles: ['container', 'injected'],
    });
  });

  test("KubeXray's values.yaml as its chart ships it, with warnings for what is not ours", () => {
    const text = `
replicaCount: 1
image: { repository: x/kubexray, pullPolicy: Always }
xrayConfig: ""
existingSecret: ""
scanPolicy:
  unscanned:
    whitelistNamespaces: "kube-system,kubexray"
    deployments: ignore
    statefulSets: ignore
  security:
    deployments: scaledown
    statefulSets: ignore
  license:
    deployments: ignore
    statefulSets: ignore
securityContext: { enabled: true, kubeXrayUserId: 1000 }
service: { type: ClusterIP, port: 80 }
ingress: { enabled: false, annotations: {}, path: /, hosts: [kubexray.example.com], tls: [] }
resources: { limits: { cpu: 256m, memory: 128Mi } }
rbac: { enabled: true }
nodeSelector: {}
tolerations: []
affinity: {}
podDisruptionBudget: { enabled: false, maxUnavailable: 1, minAvailable: null }
`;
    const read = policyOf(text);
    expect(read.unscanned.whitelistNamespaces).toEqual(['kube-system', 'kubexray']);
    expect(read.security.actions.get('deployments')?.action).toBe('scaledown');
    expect(read.unscanned.gracePeriod).toBe(600_000);
    expect(warningsOf(text)).toHaveLength(13);
  });

  test("its binary's config.yaml, without the wrapper", () => {
    const read = policyOf(
      'unscanned:\n  whitelistNamespaces:\n  - kube-system\n  deployments: delete\nlicense:\n  statefulSets: scaledown\n',
    );
    expect(read.rulePrefix).toBe('');
    expect(read.unscanned.whitelistNamespaces).toEqual(['kube-system']);
    expect(read.unscanned.actions.get('deployments')?.action).toBe('delete');
    expect(read.license.actions.get('statefulsets')?.action).toBe('scaledown');
  });

  test('both spellings of the whitelist count', () => {
    const read = policyOf(rule('unscanned', 'whiltelistNamespaces: a,b\n    whitelistNamespaces: b,c'));
    expect(read.unscanned.whitelistNamespaces).toEqual(['b', 'c', 'a']);
  });

  test('JSON is YAML too', () => {
    expect(policyOf('{"scanPolicy": {"security": {"default": "delete"}}}').security.default).toBe('delete');
  });

  test('anchors, aliases and merged maps', () => {
    const read = policyOf(
      'x: &strict { deployments: scaledown, gracePeriod: 3s }\nscanPolicy:\n  security: *strict\n  license:\n    <<: *strict\n    gracePeriod: 500ms\n',
    );
    expect(read.security.actions.get('deployments')?.action).toBe('scaledown');
    expect(read.license.actions.get('deployments')?.action).toBe('scaledown');
    expect([read.security.gracePeriod, read.license.gracePeriod]).toEqual([3000, 500]);
  });

  test('aliases of aliases cost no more than they are written', () => {
    const levels = Array.from({ length: 40 }, (_, level) => `a${level + 1}: &a${level + 1} [*a${level}, *a${level}]`);
    expect(policyOf(`a0: &a0 [x]\n${levels.join('\n')}\nroles: [init]\n`).roles).toEqual(['init']);
  });

  test('names that look like numbers or booleans are taken as they are spelt', () => {
    const read = policyOf('protect: { namespaces: [no, 0123, 1e3, true] }\n');
    expect(read.protectNamespaces).toEqual(['no', '0123', '1e3', 'true']);
  });

  const bases: [text: string, basis: Policy['license']['basis']][] = [
    ['default: ignore', 'violations'],
    ['denied: [MIT]', 'both'],
    ['allowed: [MIT]', 'both'],
    ['{ basis: lists, allowed: [MIT] }', 'lists'],
    ['{ basis: both, denied: [MIT] }', 'both'],
  ];
  for (const [text, basis] of bases) {
    test(`a license rule of ${text} rests on ${basis}`, () => {
      expect(policyOf(`scanPolicy:\n  license:\n    ${text}\n`).license.basis).toBe(basis);
    });
  }

  const shares: [text: string, share: number][] = [
    ['10%', 0.1],
    ['"10 %"', 0.1],
    ['0.1', 0.1],
    ['.5', 0.5],
    ['100%', 1],
    ['0.5%', 0.005],
  ];
  for (const [text, share] of shares) {
    test(`a share of ${text}`, () => {
      expect(policyOf(`limits: { shareOfWorkloads: ${text} }\n`).limits.shareOfWorkloads).toBe(share);
    });
  }
});
