import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { readConfig, noConfig } from '../../src/settings/config-file.ts';
import { xrayConnection } from '../../src/settings/connection.ts';
import { disk } from './support.ts';
import type { Config } from '../../src/settings/config-file.ts';
import type { ConnectionFlags, ConnectionSources, XraySettings } from '../../src/settings/connection.ts';
import type { JfrogCli, JfrogServer } from '../../src/settings/jfrog-cli.ts';
import type { XrayConfig } from '../../src/settings/xray-config.ts';

const ground = { home: '/h', platform: 'linux' } as const;
const noCli: JfrogCli = { file: null, servers: [], chosen: null, warnings: [] };
const pem = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n';
const tokens = {
  '/c/acme.token': 'acme-token\n',
  '/c/prod.token': 'prod-token',
  '/w/flag.token': 'flag-token\r\n',
  '/c/ca.pem': pem,
};

interface Given extends Partial<Omit<ConnectionSources, 'config'>> {
  readonly config?: string;
  readonly disk?: Readonly<Record<string, string>>;
  readonly modes?: Readonly<Record<string, number>>;
}

function connect({ config, disk: files, modes, ...rest }: Given): XraySettings | UsageError {
  return xrayConnection({
    ...disk({ ...tokens, ...files }, modes),
    flags: {},
    env: {},
    ground,
    cwd: '/w',
    config: config === undefined ? noConfig : configOf(config),
    contextName: 'prod',
    jfrogCli: noCli,
    xrayConfig: null,
    ...rest,
  });
}

function configOf(text: string): Config {
  const reading = readConfig(text, '/c/config.yaml', ground);
  if ('mistakes' in reading) throw new Error(JSON.stringify(reading.mistakes));
  return reading.config;
}

function connected(given: Given): XraySettings {
  const settings = connect(given);
  if (settings instanceof UsageError) throw settings;
  return settings;
}

function refusal(given: Given): string {
  const settings = connect(given);
  return settings instanceof UsageError ? `${settings.message}\n${settings.hint}` : JSON.stringify(settings);
}

function aServer(overrides: Partial<JfrogServer> = {}): JfrogServer {
  const credentials = { kind: 'bearer', token: 'cli-token' } as const;
  return { id: 'acme', url: 'https://acme.jfrog.io', artifactoryUrl: null, credentials, problem: null, ...overrides };
}

function bearer(token: string): XraySettings['credentials'] {
  return { kind: 'bearer', token };
}

function cliWith(server: JfrogServer): JfrogCli {
  return { file: '/h/.jfrog/jfrog-cli.conf.v6', servers: [server], chosen: server, warnings: [] };
}

const kubeXray: XrayConfig = {
  file: '/x/xray_config.yaml',
  url: 'https://kx.example',
  user: 'kx',
  password: 'kx-password',
  slackWebhookUrl: null,
  xrayWebhookToken: null,
};

const acme = 'default: { xray: { url: "https://acme.jfrog.io", tokenFile: acme.token } }\n';
const acmeEnv = { JF_URL: 'https://acme.jfrog.io', JF_ACCESS_TOKEN: 'env-token' };

describe('what the user has to mend', () => {
  const cases: [name: string, given: Given, message: RegExp][] = [
    [
      'no address at all',
      {},
      /^no Xray is configured\n(?=.*JF_URL)(?=.*--xray-url)(?=.*config\.yaml)(?=.*xray_config)(?=.*jf config)/s,
    ],
    ['an empty address', { env: { JF_URL: ' ' } }, /^no Xray is configured/],
    [
      'an address without scheme by flag',
      { flags: { xrayUrl: 'acme.jfrog.io' } },
      /^--xray-url is not a whole address/,
    ],
    ['a wrong address by environment', { env: { JF_URL: 'ldap://a' } }, /^JF_URL is neither https/],
    [
      'a wrong address of Artifactory',
      { env: acmeEnv, flags: { artifactoryUrl: 'art' } },
      /^--artifactory-url is not a whole/,
    ],
    ['a password in the address', { env: { JF_URL: 'https://u:hunter2@a.b' } }, /^JF_URL has credentials in it/],
    [
      'a missing token file',
      { env: acmeEnv, flags: { xrayTokenFile: 'no' } },
      /no file \/w\/no \(named by --xray-token-file\)/,
    ],
    ['an empty token file', { env: acmeEnv, flags: { xrayTokenFile: '/e' }, disk: { '/e': ' \n' } }, /\/e .* is empty/],
    [
      'a token file with two lines',
      { env: acmeEnv, flags: { xrayTokenFile: '/e' }, disk: { '/e': 'hunter2\nx' } },
      /more than a token/,
    ],
    [
      'a token in place of its file',
      { env: acmeEnv, flags: { xrayTokenFile: 'eyJhunter2.eyJ.x' } },
      /holds a token where the path/,
    ],
    [
      'an empty standard input',
      { env: acmeEnv, flags: { xrayTokenStdin: true }, readStdin: () => '' },
      /standard input .* is empty/,
    ],
    ['two tokens by flag', { flags: { xrayTokenStdin: true, xrayTokenFile: 'f' }, env: acmeEnv }, /given together/],
    [
      'a password without user',
      { env: { JF_URL: 'https://a.b', JF_PASSWORD: 'hunter2' } },
      /^JF_PASSWORD is set without JF_USER/,
    ],
    [
      'a user without secret',
      { flags: { xrayUrl: 'https://a.b', xrayUser: 'ana' } },
      /^--xray-user is given without a secret/,
    ],
    [
      'a token that cannot be a header',
      { env: { ...acmeEnv, JF_ACCESS_TOKEN: 'hunter2\r\nX: y' } },
      /JF_ACCESS_TOKEN holds more than a token/,
    ],
    [
      "a missing token file of config.yaml's default",
      { config: 'default: { xray: { url: "https://a.b", tokenFile: no } }' },
      /\/c\/no \(named by config\.yaml: default\.xray\.tokenFile\)/,
    ],
    ['a missing CA file', { env: acmeEnv, flags: { xrayCaFile: 'ca' } }, /no file \/w\/ca \(named by --xray-ca-file\)/],
    ['a CA file without certificate', { env: acmeEnv, flags: { xrayCaFile: '/c/acme.token' } }, /holds no certificate/],
    [
      "a foreign Artifactory for config.yaml's token",
      { config: acme, flags: { artifactoryUrl: 'https://other.example' } },
      /belong to https:\/\/acme\.jfrog\.io and are not sent to https:\/\/other\.example/,
    ],
  ];
  for (const [name, given, message] of cases) {
    test(name, () => {
      expect(refusal(given)).toMatch(message);
      expect(refusal(given)).not.toContain('hunter2');
    });
  }
});

describe('a credential of a file goes only to its own address', () => {
  const elsewhere: [name: string, given: Given][] = [
    ["config.yaml's token, with --xray-url", { config: acme, flags: { xrayUrl: 'https://evil.example' } }],
    ["config.yaml's token, with JF_URL", { config: acme, env: { JF_URL: 'https://evil.example' } }],
    ["config.yaml's token, over http", { config: acme, flags: { xrayUrl: 'http://acme.jfrog.io' } }],
    ["config.yaml's token, on another port", { config: acme, flags: { xrayUrl: 'https://acme.jfrog.io:8443' } }],
    [
      "the default's token, with a context of another address",
      { config: `${acme}contexts: { prod: { xray: { url: "https://prod.example" } } }` },
    ],
    [
      'a token without address',
      { config: 'default: { xray: { tokenFile: acme.token } }', env: { JF_URL: 'https://evil.example' } },
    ],
    ["KubeXray's password", { xrayConfig: kubeXray, flags: { xrayUrl: 'https://evil.example' } }],
    ["the JFrog CLI's token", { jfrogCli: cliWith(aServer()), flags: { xrayUrl: 'https://evil.example' } }],
    [
      "another context's token",
      {
        config: 'contexts: { dev: { xray: { url: "https://dev.example", tokenFile: acme.token } } }',
        flags: { xrayUrl: 'https://dev.example' },
      },
    ],
  ];
  for (const [name, given] of elsewhere) {
    test(name, () => {
      const { credentials, origin, warnings } = connected(given);
      expect([credentials, origin.credentials]).toEqual([null, 'none']);
      expect(warnings.join('\n')).toMatch(/^no credentials for http/);
    });
  }

  test('the warning names the address that it belongs to', () => {
    const { warnings } = connected({ config: acme, flags: { xrayUrl: 'https://evil.example' } });
    expect(warnings[0]).toContain(
      'those of config.yaml: default.xray belong to https://acme.jfrog.io and are not sent elsewhere',
    );
  });

  test('to the same address by flag it goes', () => {
    const settings = connected({ config: acme, flags: { xrayUrl: 'https://ACME.jfrog.io/xray/' } });
    expect([settings.url, settings.credentials]).toEqual([
      'https://acme.jfrog.io/xray',
      { kind: 'bearer', token: 'acme-token' },
    ]);
  });

  test("the JFrog CLI's token goes along where another source names its address", () => {
    const { credentials, origin } = connected({
      jfrogCli: cliWith(aServer()),
      env: { JF_URL: 'https://acme.jfrog.io' },
    });
    expect([credentials, origin]).toEqual([
      { kind: 'bearer', token: 'cli-token' },
      { url: 'JF_URL', credentials: "the JFrog CLI's server acme" },
    ]);
  });
});

describe('which source counts', () => {
  const all: Given = {
    flags: { xrayUrl: 'https://flag.example', xrayTokenFile: 'flag.token' },
    env: acmeEnv,
    config: `${acme}contexts: { prod: { xray: { url: "https://prod.example", tokenFile: prod.token } } }`,
    xrayConfig: kubeXray,
    jfrogCli: cliWith(aServer({ url: 'https://cli.example' })),
  };
  const cases: [
    name: string,
    without: Given,
    url: string,
    credentials: XraySettings['credentials'],
    origin: XraySettings['origin'],
  ][] = [
    [
      'a flag before all',
      {},
      'https://flag.example',
      bearer('flag-token'),
      { url: '--xray-url', credentials: '--xray-token-file' },
    ],
    [
      'the environment before files',
      { flags: {} },
      'https://acme.jfrog.io',
      bearer('env-token'),
      { url: 'JF_URL', credentials: 'JF_ACCESS_TOKEN' },
    ],
    [
      'the context before the default',
      { flags: {}, env: {} },
      'https://prod.example',
      bearer('prod-token'),
      { url: 'config.yaml: contexts.prod.xray', credentials: 'config.yaml: contexts.prod.xray.tokenFile' },
    ],
    [
      'the default for another context',
      { flags: {}, env: {}, contextName: 'dev' },
      'https://acme.jfrog.io',
      bearer('acme-token'),
      { url: 'config.yaml: default.xray', credentials: 'config.yaml: default.xray.tokenFile' },
    ],
    [
      "config.yaml before KubeXray's file",
      { flags: {}, env: {}, config: '' },
      'https://kx.example',
      { kind: 'basic', user: 'kx', password: 'kx-password' },
      { url: '/x/xray_config.yaml', credentials: '/x/xray_config.yaml' },
    ],
    [
      'the JFrog CLI last',
      { flags: {}, env: {}, config: '', xrayConfig: null },
      'https://cli.example',
      bearer('cli-token'),
      { url: "the JFrog CLI's server acme", credentials: "the JFrog CLI's server acme" },
    ],
  ];
  for (const [name, without, url, credentials, origin] of cases) {
    test(name, () => expect(connected({ ...all, ...without })).toMatchObject({ url, credentials, origin }));
  }

  test('a token by environment goes with an address of config.yaml', () => {
    const { credentials, tokenFile } = connected({ config: acme, env: { JF_ACCESS_TOKEN: 'env-token' } });
    expect([credentials, tokenFile]).toEqual([bearer('env-token'), null]);
  });

  test('a token by environment that goes to --xray-url instead of JF_URL is said to', () => {
    const { credentials, warnings } = connected({ flags: { xrayUrl: 'https://other.example' }, env: acmeEnv });
    expect(credentials).toEqual(bearer('env-token'));
    expect(warnings).toEqual([
      'JF_ACCESS_TOKEN is sent to https://other.example (--xray-url), not to the address in JF_URL',
    ]);
  });

  const basic: [name: string, given: Given, user: string, password: string][] = [
    [
      'user and password by environment',
      { env: { JF_URL: 'https://a.b', JF_USER: 'ana', JF_PASSWORD: 'pw' } },
      'ana',
      'pw',
    ],
    [
      'a user by flag with a password by environment',
      { flags: { xrayUser: 'eva' }, env: { JF_URL: 'https://a.b', JF_USER: 'ana', JF_PASSWORD: 'pw' } },
      'eva',
      'pw',
    ],
    [
      'a user by flag with a token on standard input',
      {
        flags: { xrayUser: 'eva', xrayTokenStdin: true },
        env: { JF_URL: 'https://a.b' },
        readStdin: () => 'in-token\n',
      },
      'eva',
      'in-token',
    ],
    [
      'a user of config.yaml with its token file',
      { config: 'default: { xray: { url: "https://a.b", user: ana, tokenFile: acme.token } }' },
      'ana',
      'acme-token',
    ],
  ];
  for (const [name, given, user, password] of basic) {
    test(`${name} is Basic`, () => expect(connected(given).credentials).toEqual({ kind: 'basic', user, password }));
  }

  test('JF_USER beside JF_ACCESS_TOKEN changes nothing, as with the tools of JFrog', () => {
    expect(connected({ env: { ...acmeEnv, JF_USER: 'ana', JF_PASSWORD: 'pw' } }).credentials).toEqual(
      bearer('env-token'),
    );
  });
});

describe('what else stands in config.yaml', () => {
  const shared = `default: { xray: { url: "https://acme.jfrog.io", tokenFile: acme.token, caFile: ca.pem, project: shop }, registries: [ { host: a.b, repository: r } ] }\n`;

  test('a context of the same address takes from the default one what it leaves out', () => {
    const settings = connected({
      config: `${shared}contexts: { prod: { xray: { project: prod, artifactoryUrl: "https://art.example" } } }`,
    });
    expect(settings).toMatchObject({
      url: 'https://acme.jfrog.io',
      artifactoryUrl: 'https://art.example',
      caFile: '/c/ca.pem',
      project: 'prod',
      tokenFile: '/c/acme.token',
      registries: [{ host: 'a.b', repository: 'r' }],
      insecureSkipTlsVerify: false,
      warnings: [],
    });
    expect(settings.origin.credentials).toBe('config.yaml: default.xray.tokenFile');
  });

  test('nothing of it counts for another address', () => {
    const settings = connected({ config: shared, env: { JF_URL: 'https://other.example', JF_ACCESS_TOKEN: 't' } });
    expect(settings).toMatchObject({ caFile: null, project: null, registries: [], artifactoryUrl: null });
  });

  test('registries without an address beside them always count', () => {
    const config = 'default: { registries: [ { host: a.b, repository: r } ] }';
    expect(connected({ config, env: acmeEnv }).registries).toEqual([{ host: 'a.b', repository: 'r' }]);
  });

  test('flags win', () => {
    const flags: ConnectionFlags = {
      xrayProject: 'mine',
      xrayCaFile: '~/ca.pem',
      artifactoryUrl: 'https://acme.jfrog.io/artifactory/',
    };
    expect(connected({ config: shared, flags, disk: { '/h/ca.pem': pem } })).toMatchObject({
      project: 'mine',
      caFile: '/h/ca.pem',
      artifactoryUrl: 'https://acme.jfrog.io/artifactory',
    });
  });
});

describe('warnings', () => {
  const cases: [name: string, given: Given, warning: RegExp | null][] = [
    [
      "the JFrog CLI's file, where its credentials are used and everybody can read it",
      { jfrogCli: cliWith(aServer()), modes: { '/h/.jfrog/jfrog-cli.conf.v6': 0o100644 } },
      /jfrog-cli\.conf\.v6 can be read by everybody.*chmod 600/,
    ],
    [
      "the JFrog CLI's file, where it is not",
      { config: acme, jfrogCli: cliWith(aServer()), modes: { '/h/.jfrog/jfrog-cli.conf.v6': 0o100644 } },
      null,
    ],
    [
      'a token file that everybody can read',
      { config: acme, modes: { '/c/acme.token': 0o100644 } },
      /\/c\/acme\.token can be read by everybody.*chmod 600/,
    ],
    ['a token file that the group can read is no matter', { config: acme, modes: { '/c/acme.token': 0o100640 } }, null],
    ['plain http', { env: { ...acmeEnv, JF_URL: 'http://acme.example' } }, /http:\/\/acme\.example is not encrypted/],
    [
      'plain http to Artifactory',
      { env: acmeEnv, flags: { artifactoryUrl: 'http://art.example' } },
      /http:\/\/art\.example is not encrypted/,
    ],
    ['plain http on this machine is no matter', { env: { ...acmeEnv, JF_URL: 'http://127.0.0.1:8082' } }, null],
    [
      'certificates that are not checked',
      { env: acmeEnv, flags: { xrayInsecureSkipTlsVerify: true } },
      /certificates are not checked/,
    ],
    [
      "the JFrog CLI's encrypted credentials",
      { jfrogCli: cliWith(aServer({ credentials: null, problem: 'its credentials are encrypted' })) },
      /the JFrog CLI's server acme cannot be used, because its credentials are encrypted; set JF_ACCESS_TOKEN/,
    ],
  ];
  for (const [name, given, warning] of cases) {
    test(name, () => {
      const { warnings } = connected(given);
      expect(warnings).toHaveLength(warning === null ? 0 : 1);
      if (warning !== null) expect(warnings[0]).toMatch(warning);
    });
  }
});
