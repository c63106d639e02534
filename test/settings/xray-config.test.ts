import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { loadXrayConfig, readXrayConfig } from '../../src/settings/xray-config.ts';
import { disk } from './support.ts';

describe("KubeXray's xray_config.yaml", () => {
  const cases: [name: string, text: string, message: RegExp][] = [
    ['an empty file', '', /^url, user, password: missing/],
    ['a missing password', 'url: https://a.b\nuser: ana\n', /^password: missing/],
    ['an address without scheme', 'url: a.b\nuser: ana\npassword: hunter2\n', /^url: is not a whole address/],
    [
      'a password that YAML reads as an alias',
      'url: https://a.b\nuser: ana\npassword: *hunter2\n',
      /put the value into quotes/,
    ],
    [
      'a password that YAML cannot read',
      'url: https://a.b\nuser: ana\npassword: @hunter2\n',
      /put the value into quotes/,
    ],
    [
      'a password that is a map',
      'url: https://a.b\nuser: ana\npassword: {hunter2: 1}\n',
      /^password: a text is expected/,
    ],
  ];
  for (const [name, text, message] of cases) {
    test(`${name} is refused, and shown nowhere`, () => {
      const reading = readXrayConfig(text, 'x.yaml');
      expect('mistakes' in reading && reading.mistakes[0]?.message).toMatch(message);
      expect(JSON.stringify(reading)).not.toContain('hunter2');
    });
  }

  test('a missing file is a mistake of the user', () => {
    const loaded = loadXrayConfig('/x.yaml', disk({}));
    expect(loaded instanceof UsageError && loaded.message).toBe('there is no file /x.yaml (named by --xray-config)');
  });

  test('all its keys, a password of digits as it is spelt, and a warning for what is not its own', () => {
    const text =
      'url: "https://xray.example/"\nuser: ana\npassword: 0123\nslackWebhookUrl: https://s\nxrayWebhookToken: t\nmore: 1\n';
    expect(loadXrayConfig('/x.yaml', disk({ '/x.yaml': text }))).toEqual({
      xrayConfig: {
        file: '/x.yaml',
        url: 'https://xray.example',
        user: 'ana',
        password: '0123',
        slackWebhookUrl: 'https://s',
        xrayWebhookToken: 't',
      },
      warnings: ['/x.yaml:6:1: more: not a key of this file; left alone'],
    });
  });

  test('a file that everybody can read is warned of', () => {
    const text = 'url: https://a.b\nuser: ana\npassword: hunter2\n';
    const loaded = loadXrayConfig('/x.yaml', disk({ '/x.yaml': text }, { '/x.yaml': 0o100644 }));
    expect(loaded).toMatchObject({
      warnings: ['/x.yaml can be read by everybody on this machine; chmod 600 /x.yaml'],
    });
  });
});
