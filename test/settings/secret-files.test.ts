import { expect, test } from 'vitest';
import { readConfig } from '../../src/settings/config-file.ts';
import { secretFilesOf } from '../../src/settings/secret-files.ts';

test('every file with a secret is named, whichever context it is for', () => {
  const text = `
default: { xray: { url: https://acme.jfrog.io, tokenFile: token } }
contexts: { prod: { xray: { url: https://acme.jfrog.io, tokenFile: /etc/prod } }, dev: { policy: p.yaml } }
notify: { slackUrlFile: slack }
listen: { user: u, passwordFile: password, certFile: cert.pem, keyFile: key.pem }
`;
  const reading = readConfig(text, '/c/config.yaml', { home: '/h', platform: 'linux' });
  if (!('config' in reading)) throw new Error(JSON.stringify(reading.mistakes));
  expect(secretFilesOf(reading.config).map(({ path, namedBy }) => `${path} ${namedBy}`)).toEqual([
    '/c/token config.yaml: default.xray.tokenFile',
    '/etc/prod config.yaml: contexts.prod.xray.tokenFile',
    '/c/slack config.yaml: notify.slackUrlFile',
    '/c/password config.yaml: listen.passwordFile',
    '/c/key.pem config.yaml: listen.keyFile',
  ]);
});
