import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { readNotifyTargets } from '../../src/settings/notify-targets.ts';
import { disk } from './support.ts';

const none = { slackUrlFile: null, webhookUrlFile: null, xrayNotice: false };
const slack = 'https://hooks.slack.com/services/T0/B0/s3cret';
const xrayConfig = { file: '/etc/xray_config.yaml', slackWebhookUrl: 'https://hooks.slack.com/services/T1/B1/older' };

function read(settings: Partial<typeof none> | Record<string, unknown>, files: Parameters<typeof disk>[0], modes = {}) {
  return readNotifyTargets({ ...none, ...settings }, null, disk(files, modes));
}

test('nobody is told unless it is asked for', () =>
  expect(read({}, {})).toEqual({ slackUrl: null, webhookUrl: null, xrayNotice: false, warnings: [] }));
test('addresses are read from their files, without what an editor leaves at the end', () =>
  expect(
    read(
      { slackUrlFile: '/s', webhookUrlFile: '/w' },
      { '/s': `${slack}\n`, '/w': 'https://hook.example/x?token=t\r\n' },
    ),
  ).toEqual({ slackUrl: slack, webhookUrl: 'https://hook.example/x?token=t', xrayNotice: false, warnings: [] }));
test("KubeXray's slackWebhookUrl means the same", () =>
  expect(readNotifyTargets(none, xrayConfig, disk({}))).toMatchObject({ slackUrl: xrayConfig.slackWebhookUrl }));
test('and stands back behind a file', () =>
  expect(readNotifyTargets({ ...none, slackUrlFile: '/s' }, xrayConfig, disk({ '/s': slack }))).toMatchObject({
    slackUrl: slack,
  }));
test('a file that everybody can read is said, and plain http to another machine', () =>
  expect(read({ webhookUrlFile: '/w' }, { '/w': 'http://hook.example/s3cret' }, { '/w': 0o100644 })).toMatchObject({
    warnings: [
      'notifications travel unencrypted: http://hook.example is not https',
      '/w can be read by everybody on this machine; chmod 600 /w',
    ],
  }));

describe('what is wrong is said without the address', () => {
  const cases: [name: string, text: string | { readonly code: string }, message: string][] = [
    ['no file', { code: 'ENOENT' }, 'there is no file /s (named by notify.slackUrlFile)'],
    ['no right to read it', { code: 'EACCES' }, '/s (named by notify.slackUrlFile) cannot be read: EACCES'],
    ['empty', '', 'what stands in /s (named by notify.slackUrlFile) is not an address'],
    [
      'no scheme',
      'hooks.slack.com/services/s3cret',
      'what stands in /s (named by notify.slackUrlFile) is not an address',
    ],
    ['another scheme', 'ftp://s3cret.example', 'what stands in /s (named by notify.slackUrlFile) is not an address'],
    ['two lines', `${slack}\n${slack}`, 'what stands in /s (named by notify.slackUrlFile) is not an address'],
  ];
  for (const [name, text, message] of cases) {
    test(name, () => {
      const fault = read({ slackUrlFile: '/s' }, { '/s': text });
      expect(fault).toBeInstanceOf(UsageError);
      expect((fault as UsageError).message).toBe(message);
    });
  }
});
