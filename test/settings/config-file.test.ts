import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { loadConfig, noConfig, readConfig } from '../../src/settings/config-file.ts';
import { disk } from './support.ts';
import type { Config } from '../../src/settings/config-file.ts';

const linux = { home: '/home/ana', platform: 'linux' } as const;
const file = '/home/ana/.config/kubectl-xray/config.yaml';

function configOf(text: string): Config {
  const reading = readConfig(text, file, linux);
  if ('mistakes' in reading) throw new Error(JSON.stringify(reading.mistakes));
  return reading.config;
}

describe('a wrong config.yaml is refused, with line and column', () => {
  const cases: [name: string, text: string, at: string, message: RegExp][] = [
    ['a list', '- default\n', '1:1', /a list stands where a map/],
    ['an unknown key', 'contxts: {}\n', '1:1', /did you mean contexts\?/],
    ['xray at the top', 'xray: {}\n', '1:1', /xray stands below default or contexts\.NAME/],
    ['url beside xray', 'default: { url: "https://a.b" }\n', '1:12', /url stands below xray/],
    ['an address without scheme', 'default: { xray: { url: acme.jfrog.io } }\n', '1:25', /write it with its scheme/],
    ['an address with a port alone', 'default: { xray: { url: "acme:8082" } }\n', '1:25', /write it with its scheme/],
    ['an address of another scheme', 'default: { xray: { url: "ftp://a.b" } }\n', '1:25', /neither https/],
    ['an address with a query', 'default: { xray: { url: "https://a.b/?x=1" } }\n', '1:25', /query/],
    [
      'an address with a password',
      'default: { xray: { url: "https://u:hunter2@a.b" } }\n',
      '1:25',
      /credentials in it/,
    ],
    [
      'a token in the file',
      'default: { xray: { token: hunter2 } }\n',
      '1:20',
      /no secret stands in this file.*tokenFile/,
    ],
    ['no check of certificates', 'default: { xray: { insecure: true } }\n', '1:20', /a flag only/],
    ['a registry without repository', 'default: { registries: [ { host: a.b } ] }\n', '1:26', /repository is missing/],
    [
      'a registry with a scheme',
      'default: { registries: [ { host: "https://a.b", repository: r } ] }\n',
      '1:34',
      /not a host/,
    ],
    ['registries as a map', 'default: { registries: { host: a.b } }\n', '1:24', /a map stands where a list/],
    [
      'a Slack address in the file',
      'notify: { slackUrl: "https://hooks.example/hunter2" }\n',
      '1:11',
      /is a secret.*slackUrlFile/,
    ],
    ['a notice that is no boolean', 'notify: { xrayNotice: perhaps }\n', '1:23', /neither true nor false/],
    ['a listener without port', 'listen: { address: 127.0.0.1 }\n', '1:20', /HOST:PORT/],
    ['a listener on no port', 'listen: { address: "127.0.0.1:99999" }\n', '1:20', /HOST:PORT/],
    ['a listener with half a certificate', 'listen: { certFile: c.pem }\n', '1:11', /needs keyFile/],
    ['a listener with half of Basic', 'listen: { passwordFile: p }\n', '1:11', /needs user/],
    ['a password of the listener', 'listen: { password: hunter2 }\n', '1:11', /no secret stands .*passwordFile/],
  ];
  for (const [name, text, at, message] of cases) {
    test(name, () => {
      const reading = readConfig(text, file, linux);
      const found = 'mistakes' in reading ? reading.mistakes : [];
      expect(found.map((one) => `${one.line}:${one.column}`)).toEqual([at]);
      expect(found[0]?.message).toMatch(message);
      expect(JSON.stringify(found)).not.toContain('hunter2');
    });
  }
});

test('every key is read, with paths from the home folder and from the folder of the file', () => {
  const config = configOf(`
default: { xray: { url: https://acme.jfrog.io/, tokenFile: ~/.jfrog/token } }
contexts:
  prod:
    xray: { url: "https://prod.example/xray", artifactoryUrl: "https://art.example/artifactory/", user: ana, tokenFile: prod.token, caFile: /etc/ca.pem, project: shop }
    policy: prod-policy.yaml
    registries: [ { host: Docker.acme.example:5000, repository: docker-virtual } ]
notify: { slackUrlFile: slack, webhookUrlFile: ~/hook, xrayNotice: yes }
listen: { address: "[::1]:8765", tokenFile: t, user: u, passwordFile: p, certFile: c, keyFile: k }
`);
  const folder = '/home/ana/.config/kubectl-xray';
  expect(config).toEqual({
    file,
    default: {
      xray: {
        url: 'https://acme.jfrog.io',
        artifactoryUrl: null,
        user: null,
        tokenFile: '/home/ana/.jfrog/token',
        caFile: null,
        project: null,
      },
      policy: null,
      registries: null,
    },
    contexts: new Map([
      [
        'prod',
        {
          xray: {
            url: 'https://prod.example/xray',
            artifactoryUrl: 'https://art.example/artifactory',
            user: 'ana',
            tokenFile: `${folder}/prod.token`,
            caFile: '/etc/ca.pem',
            project: 'shop',
          },
          policy: `${folder}/prod-policy.yaml`,
          registries: [{ host: 'docker.acme.example:5000', repository: 'docker-virtual' }],
        },
      ],
    ]),
    notify: { slackUrlFile: `${folder}/slack`, webhookUrlFile: '/home/ana/hook', xrayNotice: true },
    listen: {
      address: '[::1]:8765',
      tokenFile: `${folder}/t`,
      user: 'u',
      passwordFile: `${folder}/p`,
      certFile: `${folder}/c`,
      keyFile: `${folder}/k`,
    },
  });
});

test('paths on Windows', () => {
  const windows = { home: 'C:\\Users\\ana', platform: 'win32' } as const;
  const reading = readConfig(
    "default: { policy: p.yaml, xray: { tokenFile: '~\\token', caFile: ~/ca.pem } }",
    'C:\\cfg\\config.yaml',
    windows,
  );
  const entry = 'config' in reading ? reading.config.default : null;
  expect([entry?.policy, entry?.xray?.tokenFile, entry?.xray?.caFile]).toEqual([
    'C:\\cfg\\p.yaml',
    'C:\\Users\\ana\\token',
    'C:\\Users\\ana\\ca.pem',
  ]);
});

describe('loading config.yaml', () => {
  const folder = '/home/ana/.config/kubectl-xray';

  test('one that may not be read is a mistake of the user', () => {
    const loaded = loadConfig(folder, linux, disk({ [file]: { code: 'EACCES' } }).readFile);
    expect(loaded instanceof UsageError && loaded.message).toMatch(/config\.yaml cannot be read: EACCES/);
  });

  test('a wrong one lists every mistake with its place', () => {
    const loaded = loadConfig(folder, linux, disk({ [file]: 'a: 1\nb: 2\n' }).readFile);
    expect(loaded instanceof UsageError && loaded.message.split('\n').map((line) => line.split(' ')[0])).toEqual([
      `${file}:1:1:`,
      `${file}:2:1:`,
    ]);
  });

  test('none is no mistake', () => {
    expect(loadConfig(folder, linux, disk({}).readFile)).toEqual({ config: noConfig, warnings: [] });
  });
});
