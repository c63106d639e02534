import { describe, expect, test } from 'vitest';
import { expiryOf, readJfrogCli } from '../../src/settings/jfrog-cli.ts';
import { disk, jwt } from './support.ts';
import type { JfrogCli } from '../../src/settings/jfrog-cli.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const v6 = '/home/ana/.jfrog/jfrog-cli.conf.v6';

function cli(files: Record<string, unknown>, env: Record<string, string> = {}): JfrogCli {
  const texts = Object.entries(files).map(([path, value]) => [
    path,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const { readFile } = disk(Object.fromEntries(texts) as Record<string, string>);
  return readJfrogCli({ env, ground: { home: '/home/ana', platform: 'linux' }, readFile, now });
}

const acme = { url: 'https://acme.jfrog.io/', serverId: 'acme', accessToken: 'reference-token', isDefault: true };

describe("the JFrog CLI's servers", () => {
  test('no file, no servers', () => expect(cli({})).toEqual({ file: null, servers: [], chosen: null, warnings: [] }));

  test('a broken file is left aside without showing what is in it', () => {
    const read = cli({ [v6]: '{"servers": [{"accessToken": hunter2' });
    expect(read.chosen).toBeNull();
    expect(read.warnings).toEqual([`${v6} is not the JFrog CLI's JSON; left aside`]);
  });

  test('encrypted credentials are said to be, and not used', () => {
    const { chosen } = cli({ [v6]: { version: '6', enc: true, servers: [{ ...acme, accessToken: 'AAAA' }] } });
    expect([chosen?.url, chosen?.credentials, chosen?.problem]).toEqual([
      'https://acme.jfrog.io',
      null,
      'its credentials are encrypted',
    ]);
  });

  test('an expired token is said to be, and not used', () => {
    const { chosen } = cli({ [v6]: { servers: [{ ...acme, accessToken: jwt(now / 1000 - 60) }] } });
    expect(chosen?.problem).toBe('its access token expired at 2026-11-23T11:59:00.000Z');
  });

  test('beside an expired token the password is used', () => {
    const { chosen } = cli({ [v6]: { servers: [{ ...acme, accessToken: jwt(1), user: 'ana', password: 'pw' }] } });
    expect(chosen?.credentials).toEqual({ kind: 'basic', user: 'ana', password: 'pw' });
  });

  test('a server without credentials says so', () => {
    expect(cli({ [v6]: { servers: [{ ...acme, accessToken: undefined }] } }).chosen?.problem).toMatch(
      /no access token and no password/,
    );
  });

  test('a server without address is left aside', () => {
    expect(cli({ [v6]: { servers: [{ serverId: 'x', isDefault: true }, 5] } })).toMatchObject({
      chosen: null,
      warnings: [`${v6}: server x has no address; left aside`],
    });
  });

  test('a server that JFROG_CLI_SERVER_ID names and that is not there', () => {
    const read = cli({ [v6]: { servers: [acme] } }, { JFROG_CLI_SERVER_ID: 'prod' });
    expect([read.chosen, read.warnings]).toEqual([null, [`${v6} has no server prod, which JFROG_CLI_SERVER_ID names`]]);
  });

  test('of several without a default none is guessed', () => {
    expect(
      cli({
        [v6]: {
          servers: [
            { ...acme, isDefault: false },
            { ...acme, serverId: 'b', isDefault: false },
          ],
        },
      }).chosen,
    ).toBeNull();
  });

  test('the default server, with a token that is still valid', () => {
    const token = jwt(now / 1000 + 60);
    const read = cli({
      [v6]: {
        servers: [
          { ...acme, isDefault: false, serverId: 'b' },
          {
            ...acme,
            accessToken: token,
            xrayUrl: 'https://acme.jfrog.io/xray/',
            artifactoryUrl: 'https://acme.jfrog.io/artifactory/',
          },
        ],
      },
    });
    expect(read.chosen).toEqual({
      id: 'acme',
      url: 'https://acme.jfrog.io',
      artifactoryUrl: 'https://acme.jfrog.io/artifactory',
      credentials: { kind: 'bearer', token },
      problem: null,
    });
  });

  test('the server that JFROG_CLI_SERVER_ID names', () => {
    const read = cli(
      { [v6]: { servers: [acme, { ...acme, serverId: 'b', isDefault: false }] } },
      { JFROG_CLI_SERVER_ID: 'b' },
    );
    expect(read.chosen?.id).toBe('b');
  });

  test('an Xray of its own address', () => {
    expect(cli({ [v6]: { servers: [{ ...acme, xrayUrl: 'https://xray.example/' }] } }).chosen?.url).toBe(
      'https://xray.example',
    );
  });

  test('an older file names servers by their Artifactory', () => {
    const old = {
      artifactory: [
        {
          url: 'http://localhost:8080/artifactory/',
          user: 'u',
          password: 'p',
          serverId: 'Default-Server',
          isDefault: true,
        },
      ],
    };
    expect(cli({ '/home/ana/.jfrog/jfrog-cli.conf': old }).chosen).toMatchObject({
      url: 'http://localhost:8080',
      artifactoryUrl: 'http://localhost:8080/artifactory',
      credentials: { kind: 'basic', user: 'u', password: 'p' },
    });
  });

  test('the newest file counts, in the folder of JFROG_CLI_HOME_DIR', () => {
    const files = {
      '/j/jfrog-cli.conf.v6': { servers: [acme] },
      '/j/jfrog-cli.conf.v5': { servers: [{ ...acme, serverId: 'old' }] },
      [v6]: {},
    };
    expect(cli(files, { JFROG_CLI_HOME_DIR: '/j' })).toMatchObject({
      file: '/j/jfrog-cli.conf.v6',
      chosen: { id: 'acme' },
    });
  });
});

test('a token that is no JWT, or one without end, never expires', () => {
  for (const token of ['', 'abc', 'a.b.c', 'a.e30.c', jwt(undefined)]) expect(expiryOf(token)).toBeNull();
});
