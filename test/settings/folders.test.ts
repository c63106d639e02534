import { expect, test } from 'vitest';
import { folders, homeFolder } from '../../src/settings/folders.ts';
import type { Folders } from '../../src/settings/folders.ts';

type Case = [name: string, env: Record<string, string>, platform: NodeJS.Platform, home: string, folders: Folders];

const cases: Case[] = [
  [
    'relative XDG folders are ignored',
    { XDG_CONFIG_HOME: 'etc' },
    'linux',
    '/h',
    linux('/h/.config', '/h/.cache', '/h/.local/state'),
  ],
  [
    'empty variables are unset',
    { KUBECTL_XRAY_HOME: '', XDG_STATE_HOME: '' },
    'linux',
    '/h',
    linux('/h/.config', '/h/.cache', '/h/.local/state'),
  ],
  [
    'XDG folders',
    { XDG_CONFIG_HOME: '/c', XDG_CACHE_HOME: '/k', XDG_STATE_HOME: '/s' },
    'linux',
    '/h',
    linux('/c', '/k', '/s'),
  ],
  [
    'the Library of macOS',
    { XDG_CONFIG_HOME: '/c' },
    'darwin',
    '/Users/a',
    {
      config: '/Users/a/Library/Application Support/kubectl-xray',
      cache: '/Users/a/Library/Caches/kubectl-xray',
      state: '/Users/a/Library/Application Support/kubectl-xray/state',
    },
  ],
  [
    'APPDATA and LOCALAPPDATA on Windows',
    { APPDATA: 'C:\\R', LOCALAPPDATA: 'C:\\L' },
    'win32',
    'C:\\U',
    { config: 'C:\\R\\kubectl-xray', cache: 'C:\\L\\kubectl-xray\\cache', state: 'C:\\L\\kubectl-xray\\state' },
  ],
  [
    'the profile on Windows where they are unset',
    {},
    'win32',
    'C:\\U',
    {
      config: 'C:\\U\\AppData\\Roaming\\kubectl-xray',
      cache: 'C:\\U\\AppData\\Local\\kubectl-xray\\cache',
      state: 'C:\\U\\AppData\\Local\\kubectl-xray\\state',
    },
  ],
  [
    'one home of our own for all three',
    { KUBECTL_XRAY_HOME: '/x', XDG_CONFIG_HOME: '/c' },
    'linux',
    '/h',
    { config: '/x/config', cache: '/x/cache', state: '/x/state' },
  ],
];

function linux(config: string, cache: string, state: string): Folders {
  return { config: `${config}/kubectl-xray`, cache: `${cache}/kubectl-xray`, state: `${state}/kubectl-xray` };
}

for (const [name, env, platform, home, expected] of cases) {
  test(name, () => expect(folders(env, platform, home)).toEqual(expected));
}

test('the home folder is where it is found', () => expect(homeFolder('linux', () => '/h')).toBe('/h'));

const unknown = (): string => {
  throw new Error('no such user');
};
test.each([
  ['an empty one', () => ''],
  ['of a user that nobody knows', unknown],
])('%s is nowhere to be read from or written to', (_, found) => {
  expect(homeFolder('linux', found)).toBe('/dev/null');
  expect(homeFolder('win32', found)).toBe('NUL:\\none');
});
