import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { currentContext, loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { proxyFor } from '../../src/cluster/proxy.ts';
import { aConnection, aFile, aFolder } from './connecting.ts';

interface Named {
  readonly name: string;
  readonly server?: string;
  readonly user?: object;
}

function config({ name, server = `https://${name}.test`, user = { token: `${name}-token` } }: Named): string {
  return JSON.stringify({
    'current-context': name,
    clusters: [{ name, cluster: { server } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: `${name}-namespace` } }],
    users: [{ name, user }],
  });
}

const through = (server: string, env: NodeJS.ProcessEnv, url = '') =>
  proxyFor(new URL(server), env, { clusterName: 'c', url })?.shown ?? null;

describe('a kubeconfig', () => {
  test('named by --kubeconfig must exist', () => {
    expect(() => aConnection({ kubeconfig: '/nowhere/config' })).toThrow(
      /error loading config file "\/nowhere\/config": no such file/,
    );
  });

  test('that is not YAML is named, without a word of what is in it', () => {
    const file = aFile('config', 'users: [{token: s3cret}\n  x');
    expect(() => aConnection({ kubeconfig: file })).toThrow(
      `error loading config file "${file}": it is not valid YAML`,
    );
  });

  test('that has no such context says which there are', () => {
    const kubeconfig = aFile('config', config({ name: 'a' }));
    expect(() => aConnection({ kubeconfig, context: 'b' })).toThrow(
      `context "b" does not exist in ${kubeconfig} (there: a)`,
    );
    expect(() => aConnection({ kubeconfig, cluster: 'b' })).toThrow(/cluster "b" does not exist/);
    expect(() => aConnection({ kubeconfig, user: 'b' })).toThrow(/user "b" does not exist/);
  });

  test('is asked as though a flag were not there where its value is empty, as kubectl does', () => {
    const kubeconfig = aFile('config', config({ name: 'a' }));
    const empty = { context: '', cluster: '', user: '', server: '', namespace: '', token: '', as: '' };
    expect(aConnection({ kubeconfig, ...empty })).toMatchObject({
      contextName: 'a',
      clusterName: 'a',
      userName: 'a',
      server: 'https://a.test',
      namespace: 'a-namespace',
    });
    expect(aConnection({ server: 'https://b.test', namespace: '', kubeconfig: '' }).namespace).toBe('default');
  });

  test('that is nowhere at all is told with what to set', () => {
    expect(() => aConnection({})).toThrow(
      /no cluster is configured.*looked at \/nowhere\/\.kube\/config.*Set KUBECONFIG/,
    );
  });

  test('may be a list: the first file wins for each name, and missing or repeated ones are no error', () => {
    const folder = aFolder();
    const first = aFile('first', config({ name: 'a' }), folder);
    const second = aFile('second', config({ name: 'a', server: 'https://other.test' }), folder);
    const third = aFile('third', config({ name: 'b' }), folder);
    const env = { KUBECONFIG: [join(folder, 'missing'), first, second, third, first].join(':') };
    const merged = loadKubeconfig(undefined, env, '/nowhere');
    expect(merged.files).toEqual([first, second, third]);
    expect(merged.currentContext).toBe('a');
    expect([...merged.contexts.keys()]).toEqual(['a', 'b']);
    expect(merged.clusters.get('a')).toEqual({ server: 'https://a.test' });
  });

  test('that chooses no context leaves the choice to the next', () => {
    const folder = aFolder();
    const files = [aFile('first', 'contexts: []', folder), aFile('second', config({ name: 'b' }), folder)];
    expect(currentContext(undefined, { KUBECONFIG: files.join(':') }, '/nowhere')).toBe('b');
  });

  test('has paths relative to its own folder', () => {
    const kubeconfig = aFile(
      'config',
      config({ name: 'a', user: { 'client-certificate': 'pki/cert.pem', tokenFile: '/abs/token' } }),
    );
    expect(loadKubeconfig(kubeconfig, {}, '/').users.get('a')).toEqual({
      'client-certificate': join(kubeconfig, '..', 'pki/cert.pem'),
      tokenFile: '/abs/token',
    });
    expect(() => aConnection({ kubeconfig })).toThrow(/unable to read client-certificate of user "a"/);
  });

  test('has the path of a credential plugin relative to its own folder, but not its name', () => {
    const cases: [command: string, means: (folder: string) => string][] = [
      ['./plugin', (folder) => join(folder, 'plugin')],
      ['bin/plugin', (folder) => join(folder, 'bin/plugin')],
      ['../plugin', (folder) => join(folder, '..', 'plugin')],
      ['/bin/plugin', () => '/bin/plugin'],
      ['plugin', () => 'plugin'],
    ];
    for (const [command, means] of cases) {
      const kubeconfig = aFile('config', config({ name: 'a', user: { exec: { command, args: ['x'] } } }));
      const named = relative(process.cwd(), kubeconfig);
      const user = { exec: { command: means(dirname(kubeconfig)), args: ['x'] } };
      expect(loadKubeconfig(named, {}, '/').users.get('a')).toEqual(user);
    }
  });

  test('gives a connection its names, and flags win', () => {
    const kubeconfig = aFile('config', config({ name: 'a' }));
    expect(aConnection({ kubeconfig })).toMatchObject({
      contextName: 'a',
      clusterName: 'a',
      userName: 'a',
      server: 'https://a.test',
      namespace: 'a-namespace',
    });
    expect(aConnection({ kubeconfig, namespace: 'n', server: 'http://other.test:8080/k8s/' })).toMatchObject({
      namespace: 'n',
      server: 'http://other.test:8080/k8s',
    });
  });

  test('is not needed in a pod', () => {
    const serviceAccountFolder = aFolder();
    for (const [name, text] of [
      ['token', 't'],
      ['namespace', 'own\n'],
      ['ca.crt', 'pem'],
    ] as const)
      aFile(name, text, serviceAccountFolder);
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
    const connection = aConnection({}, { env, serviceAccountFolder });
    expect(connection).toMatchObject({ contextName: '', server: 'https://[fd00::1]', namespace: 'own' });
  });

  test('that impersonates groups without a user is refused', () => {
    const kubeconfig = aFile('config', config({ name: 'a' }));
    expect(() => aConnection({ kubeconfig, asGroup: ['g'] })).toThrow(/--as is missing/);
  });
});

describe('a proxy', () => {
  const cases: readonly [name: string, server: string, env: NodeJS.ProcessEnv, proxy: string | null][] = [
    ['is none where none is set', 'https://a.test', {}, null],
    ['is that of the scheme', 'https://a.test', { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://q:1' }, 'http://p:1'],
    ['is http:// where it has no scheme', 'https://a.test', { https_proxy: 'p:1' }, 'http://p:1'],
    ['never stands before this machine', 'https://127.0.0.1:6443', { HTTPS_PROXY: 'http://p:1' }, null],
    [
      'is left out by NO_PROXY, subdomains included',
      'https://api.a.test',
      { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'b.test, a.test' },
      null,
    ],
    [
      'is kept where only the end of the name is alike',
      'https://ba.test',
      { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'a.test' },
      'http://p:1',
    ],
    ['is left out for a network', 'https://10.1.2.3', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '10.0.0.0/8' }, null],
    [
      'is left out only for the port named',
      'https://a.test:6443',
      { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'a.test:443' },
      'http://p:1',
    ],
    ['is left out for everything', 'https://a.test', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' }, null],
  ];
  for (const [name, server, env, proxy] of cases) test(name, () => expect(through(server, env)).toBe(proxy));

  test('of the kubeconfig stands before the environment’s', () => {
    expect(through('https://127.0.0.1', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' }, 'socks5://s:1')).toBe(
      'socks5://s:1',
    );
  });

  const refused: readonly [url: string, says: string][] = [
    ['ftp://ana:s3cret@x:21', 'unsupported scheme "ftp", must be http, https, or socks5'],
    ['socks4://x:1', 'unsupported scheme "socks4", must be http, https, or socks5'],
    ['localhost:1', 'no scheme, must be http, https, or socks5'],
    ['ana:s3cret@x', 'no scheme, must be http, https, or socks5'],
    ['127.0.0.1:1', 'it is no address such as http://proxy.example:3128'],
    ['http://', 'it is no address such as http://proxy.example:3128'],
  ];
  for (const [url, says] of refused) {
    test(`${url.replace('s3cret', '…')} is none, as kubectl has it`, () => {
      expect(() => through('https://a.test', {}, url)).toThrow(`invalid proxy-url of cluster "c": ${says}`);
    });
  }

  test('of the environment is named by its variable where it is none', () => {
    expect(() => through('https://a.test', { https_proxy: 'ftp://x' })).toThrow('invalid https_proxy: unsupported');
  });

  test('is shown without user and password', () => {
    expect(through('https://a.test', { HTTPS_PROXY: 'ana:s3cret@p:1' })).toBe('http://p:1');
  });
});
