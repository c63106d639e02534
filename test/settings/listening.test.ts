import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { listening } from '../../src/settings/listening.ts';
import type { ListeningSources } from '../../src/settings/listening.ts';
import { disk } from './support.ts';

const none = { address: null, tokenFile: null, user: null, passwordFile: null, certFile: null, keyFile: null };

function sources({
  listen,
  ...over
}: Omit<Partial<ListeningSources>, 'listen'> & { listen?: object } = {}): ListeningSources {
  const files = disk({
    '/token': 'secret-token\n',
    '/word': 'pass word\r\n',
    '/cert': 'CERT',
    '/key': 'KEY',
    '/empty': '\n',
  });
  return {
    ...files,
    flag: null,
    xrayWebhookToken: null,
    ...over,
    listen: listen === undefined ? null : { ...none, ...listen },
  };
}

describe('what the user has to mend', () => {
  const cases: [name: string, over: Parameters<typeof sources>[0], message: RegExp][] = [
    ['a flag that is no address', { flag: '8765' }, /--webhook-listen 8765 is not HOST:PORT/],
    [
      'a token file that is not there',
      { flag: ':1', listen: { tokenFile: '/gone' } },
      /no file \/gone .*listen\.tokenFile/,
    ],
    ['an empty password', { flag: ':1', listen: { user: 'a', passwordFile: '/empty' } }, /\/empty .* is empty/],
    ['a key that is not there', { flag: ':1', listen: { certFile: '/cert', keyFile: '/gone' } }, /listen\.keyFile/],
  ];
  for (const [name, over, message] of cases) {
    test(name, () => {
      const refused = listening(sources(over));
      expect(refused).toBeInstanceOf(UsageError);
      expect(refused).toMatchObject({ message: expect.stringMatching(message) });
    });
  }
  test('a secret that everybody may read is warned of', () => {
    const files = disk({ '/token': 't' }, { '/token': 0o100644 });
    const found = listening({ ...sources({ listen: { address: ':1', tokenFile: '/token' } }), ...files });
    expect(found).toMatchObject({ warnings: [expect.stringContaining('chmod 600 /token')] });
  });
});

describe('how webhooks are listened for', () => {
  const cases: [name: string, over: Parameters<typeof sources>[0], found: object | null][] = [
    ['not at all unless an address is given', { listen: { tokenFile: '/gone' }, xrayWebhookToken: 't' }, null],
    [
      'as the flag says, before the file',
      { flag: ':1', listen: { address: ':2' } },
      { address: ':1', token: null, tls: null },
    ],
    [
      'with the token of the file',
      { listen: { address: ':2', tokenFile: '/token' }, xrayWebhookToken: 't' },
      { address: ':2', token: 'secret-token' },
    ],
    ["with KubeXray's token", { flag: ':1', xrayWebhookToken: 't' }, { token: 't' }],
    [
      'with user and password, its spaces kept',
      { listen: { address: ':2', user: 'ana', passwordFile: '/word' } },
      { user: 'ana', password: 'pass word' },
    ],
    [
      'by TLS',
      { listen: { address: ':2', certFile: '/cert', keyFile: '/key' } },
      { tls: { cert: 'CERT', key: 'KEY' } },
    ],
  ];
  for (const [name, over, found] of cases) {
    test(name, () =>
      found === null
        ? expect(listening(sources(over))).toBeNull()
        : expect(listening(sources(over))).toMatchObject(found),
    );
  }
});
