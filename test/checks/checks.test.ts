import { describe, expect, test } from 'vitest';
import { audited } from '../../plugin/checks/audit.ts';
import { secretsIn } from '../../plugin/checks/secrets.ts';
import { forbiddenLicenses, isAllowed } from '../../plugin/package/bundled.ts';

describe('a credential in a file is found', () => {
  const long = 'aB3'.repeat(30);
  // Put together here, so that this file has none.
  const cases: [kind: string, text: string][] = [
    ['a private key', ['-----BEGIN RSA PRIVATE', 'KEY-----\nMIIEpAIBAAKCAQEA0123'].join(' ')],
    ['a reference token of JFrog', `cmVmdGtu${long}`],
    ['an API key of Artifactory', `AKCp${long}`],
    ['a signed token', `eyJ${long}.eyJ${long}.${long}`],
    ['an access key of AWS', `AKIA${'A1'.repeat(8)}`],
    ['a token of GitHub', `ghp_${'a'.repeat(36)}`],
    ['a token of GitLab', `glpat-${'a'.repeat(20)}`],
    ['a token of npm', `npm_${'a'.repeat(36)}`],
    ['a token of Slack', `xoxb-${'1'.repeat(10)}-${'a'.repeat(10)}`],
    ['a webhook of Slack', `https://hooks.slack.com/services/${['T12345678', 'B12345678', 'a'.repeat(24)].join('/')}`],
    ['a key of Google', `AIza${'a'.repeat(35)}`],
  ];
  for (const [kind, text] of cases) {
    test(kind, () => expect(secretsIn('a.ts', `first\nkey = "${text}"\n`)).toEqual([{ path: 'a.ts', line: 2, kind }]));
  }
});

test('names and made-up values are no credentials', () => {
  const text = 'JF_ACCESS_TOKEN=… token: eyJ-the-token-of-a-test -----BEGIN CERTIFICATE----- ghp_short xoxb-token';
  expect(secretsIn('a.ts', text)).toEqual([]);
});

describe('a license is allowed', () => {
  const cases: [expression: string, allowed: boolean][] = [
    ['MIT', true],
    ['(MIT OR GPL-3.0-only)', true],
    ['Apache-2.0 AND MIT', true],
    ['GPL-3.0-only', false],
    ['MIT AND LGPL-2.1-only', false],
    ['SEE LICENSE IN LICENSE', false],
    ['', false],
  ];
  for (const [expression, allowed] of cases) {
    test(`${expression}: ${allowed}`, () => expect(isAllowed(expression)).toBe(allowed));
  }

  test('and what is not is named', () => {
    const packages = [
      { name: 'good', version: '1.0.0', license: 'ISC', text: '' },
      { name: 'bad', version: '2.0.0', license: 'AGPL-3.0-only', text: '' },
    ];
    expect(forbiddenLicenses(packages)).toEqual(['bad 2.0.0: AGPL-3.0-only']);
  });
});

describe('npm audit', () => {
  const bundled = [{ name: 'ink' }];
  const vulnerability = (name: string, severity: string) => ({ [name]: { name, severity, range: '<2' } });

  test('is not run where the registry refuses it, or says nothing', () => {
    expect(audited('{"statusCode":405,"message":"405 Method Not Allowed"}', bundled)).toEqual({
      kind: 'not run',
      why: 'answered with 405',
    });
    expect(audited('', bundled)).toEqual({ kind: 'not run', why: 'no answer' });
  });

  test('counts what is high in what is bundled, and tells of the rest', () => {
    const vulnerabilities = {
      ...vulnerability('ink', 'high'),
      ...vulnerability('vitest', 'critical'),
    };
    expect(audited(JSON.stringify({ vulnerabilities }), bundled)).toEqual({
      kind: 'run',
      serious: ['ink <2: high'],
      others: ['vitest <2: critical'],
    });
    expect(audited(JSON.stringify({ vulnerabilities: vulnerability('ink', 'low') }), bundled)).toMatchObject({
      serious: [],
    });
    expect(audited('{"vulnerabilities":{}}', bundled)).toEqual({ kind: 'run', serious: [], others: [] });
  });
});
