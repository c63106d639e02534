// How the program starts: through its launcher, with compiled code cached in a folder of ours, and as one process.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../control-plane/eventually.ts';
import { startXrayServer } from '../xray-server/server.ts';
import { launcher, runCli, startCli } from './run-cli.ts';
import { installation, token } from './stand-in.ts';

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;
const works = { code: 0, stderr: '', stdout: expect.stringMatching(/^kubectl-xray v\d/) as string };

describe.concurrent('where nothing can be written', () => {
  const homes = ['/dev/null', '/dev/null/home', '/proc/kubectl-xray'];
  for (const home of homes) {
    test(`as in ${home}, it works all the same`, async () => {
      expect(await runCli(['version'], { env: { KUBECTL_XRAY_HOME: home } })).toMatchObject(works);
    });
  }

  test('as without any home, it works all the same', async () => {
    expect(await runCli(['version'], { env: { KUBECTL_XRAY_HOME: '', HOME: '' } })).toMatchObject(works);
  });

  test('without any home nothing is read from the current folder', async () => {
    const kubeconfig = {
      'current-context': 'theirs',
      contexts: [{ name: 'theirs', context: { cluster: 'theirs', user: 'theirs' } }],
      clusters: [{ name: 'theirs', cluster: { server: 'http://127.0.0.1:1' } }],
      users: [{ name: 'theirs', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'false' } } }],
    };
    const server = { serverId: 'theirs', url: 'http://127.0.0.1:1/', accessToken: 'x', isDefault: true };
    const files = {
      '.kube/config': JSON.stringify(kubeconfig),
      '.jfrog/jfrog-cli.conf.v6': JSON.stringify({ version: '6', servers: [server] }),
    };
    const ended = await runCli(['status'], { files, env: { KUBECTL_XRAY_HOME: '', HOME: '' } });
    expect(ended).toMatchObject({ stdout: '', stderr: expect.stringContaining('there is no kubeconfig') as string });
    const judged = await runCli(['status', '-f', '.kube'], { files, env: { KUBECTL_XRAY_HOME: '', HOME: '' } });
    expect(judged).toMatchObject({ code: 2, stderr: expect.stringContaining('no Xray is configured') as string });
  });

  test('what is to be written is refused in a sentence', async () => {
    for (const home of homes) {
      const ended = await runCli(['policy', 'init'], { env: { KUBECTL_XRAY_HOME: home } });
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toMatch(/^error: \S+policy\.yaml cannot be written: E[A-Z]+\n$/);
    }
  });
});

describe.concurrent('compiled code', () => {
  test('is cached below the cache folder, for its owner alone', async () => {
    const home = join(aFolder(), 'home');
    await runCli(['version'], { env: { KUBECTL_XRAY_HOME: home } });
    for (const path of ['', 'cache', 'cache/compiled']) expect(modeOf(join(home, path))).toBe(0o700);
    expect(readdirSync(join(home, 'cache', 'compiled'))).not.toEqual([]);
  });

  for (const open of ['.', 'compiled', 'compiled/v99-of-another']) {
    test(`is neither taken nor kept where others could exchange it, as with an open ${open}`, async () => {
      const cache = join(aFolder(), 'cache');
      mkdirSync(join(cache, 'compiled', 'v99-of-another'), { recursive: true });
      chmodSync(join(cache, open), 0o777);
      expect(await runCli(['version'], { env: { KUBECTL_XRAY_HOME: dirname(cache) } })).toMatchObject(works);
      expect(readdirSync(join(cache, 'compiled'))).toEqual(['v99-of-another']);
    });
  }

  test('lies nowhere else', async () => {
    const [home, elsewhere] = [join(aFolder(), 'home'), aFolder()];
    await runCli(['version'], { env: { KUBECTL_XRAY_HOME: home, HOME: elsewhere }, folder: elsewhere });
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(existsSync(join(home, 'config'))).toBe(false);
  });
});

test('a launcher behind symbolic links, relative ones too, is found', async () => {
  const folder = aFolder();
  mkdirSync(join(folder, 'bin'));
  symlinkSync(launcher, join(folder, 'kubectl-xray'));
  symlinkSync('../kubectl-xray', join(folder, 'bin', 'kubectl-xray'));
  for (const program of [join(folder, 'kubectl-xray'), join(folder, 'bin', 'kubectl-xray')]) {
    expect(await runCli(['version'], { program })).toMatchObject(works);
  }
});

describe('the launcher becomes the program', () => {
  test('its exit code is the program’s', async () => {
    const codes: [args: string[], code: number][] = [
      [['version'], 0],
      [['policy', 'check', 'broken.yaml'], 1],
      [['status', '--nonsense'], 2],
      [['demo', '--fail-on', 'security'], 10],
    ];
    for (const [args, code] of codes) {
      const ended = await runCli(args, { files: { 'broken.yaml': 'scanPolicy: 1\n' } });
      expect([args, ended.code, ended.signal]).toEqual([args, code, null]);
    }
  });

  const signals: [signal: NodeJS.Signals, ends: { readonly code: number | null; readonly signal: string | null }][] = [
    ['SIGINT', { code: 130, signal: null }],
    ['SIGTERM', { code: null, signal: 'SIGTERM' }],
    ['SIGHUP', { code: null, signal: 'SIGHUP' }],
  ];
  for (const [signal, ends] of signals) {
    test(`${signal} to it ends the program`, async () => {
      const server = await startXrayServer({ token, world: installation() });
      onTestFinished(() => server.stop());
      server.fault({ kind: 'stallBeforeHeaders' });
      const stdin =
        '{ kind: Pod, apiVersion: v1, metadata: { name: a }, spec: { containers: [{ name: a, image: "x:1" }] } }';
      const { child, ended } = startCli(['status', '-f', '-'], {
        env: { JF_URL: server.url, JF_ACCESS_TOKEN: token },
        stdin,
      });
      await eventually('Xray is being asked', () => server.requests.length > 0);
      child.kill(signal);
      expect(await ended).toMatchObject({ ...ends, stdout: '' });
      expect(() => process.kill(child.pid ?? 0, 0)).toThrow('ESRCH');
    });
  }
});

describe('the live screen', () => {
  const dist = join(import.meta.dirname, '..', '..', 'dist');
  const files = readdirSync(dist).filter((name) => name.endsWith('.js'));
  const textOf = (name: string): string => readFileSync(join(dist, name), 'utf8');

  test('is in a file of its own, which is loaded only when it is shown', () => {
    const screens = files.filter((name) => textOf(name).includes('ink-root'));
    expect(screens).toHaveLength(1);
    const atOnce = [`from"./${screens[0]}"`, `import"./${screens[0]}"`];
    expect(files.filter((name) => atOnce.some((one) => textOf(name).includes(one)))).toEqual([]);
    expect(files.some((name) => textOf(name).includes(`import("./${screens[0]}")`))).toBe(true);
  });

  test('brings no tools for developers of screens', () => {
    expect(files.filter((name) => /react-devtools-core|react-reconciler\.development/.test(textOf(name)))).toEqual([]);
  });
});
