import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findBinaries } from './binaries.ts';

describe('binaries of the control plane', () => {
  let home = '';
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'kubectl-xray-binaries-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const lines: string[] = [];
  const find = (env: NodeJS.ProcessEnv) =>
    findBinaries({ env: { XDG_CACHE_HOME: join(home, 'cache'), ...env }, progress: (line) => lines.push(line) });

  /** Writes what it was asked for into a file beside it, then the program. */
  const aGo = (script = 'while [ "$1" != -o ]; do shift; done; sleep 0.2; echo "#!$3" > "$2"; chmod +x "$2"') => {
    const folder = join(home, 'bin');
    mkdirSync(folder);
    executable(join(folder, 'go'), `#!/bin/sh\necho "$@" >> '${home}/asked'\n${script}\n`);
    return `${folder}:/usr/bin:/bin`;
  };
  const asked = () => readFileSync(join(home, 'asked'), 'utf8').trim().split('\n');

  test('without Go and without assets they are missing, with a reason and a cure', async () => {
    const found = await find({ PATH: join(home, 'nothing') });
    expect(found).toMatchObject({ kind: 'missing', reason: 'etcd has to be built, and there is no go on PATH' });
    expect(found).toHaveProperty('cure', expect.stringMatching(/Go 1\.26 or newer.*KUBEBUILDER_ASSETS/));
  });

  test('a build that fails is told with its last words, and leaves nothing behind', async () => {
    const found = await find({ PATH: aGo('echo "no such toolchain" >&2; exit 1') });
    expect(found).toMatchObject({ kind: 'missing', reason: expect.stringContaining('no such toolchain') });
    expect(filesBelow(join(home, 'cache'))).toEqual([]);
  });

  test('each is taken from KUBEBUILDER_ASSETS where it is there, and only the rest is built', async () => {
    const assets = join(home, 'assets');
    mkdirSync(assets);
    for (const name of ['etcd', 'kube-apiserver', 'kubectl']) executable(join(assets, name), '#!/bin/sh\n');
    const found = await find({ PATH: aGo(), KUBEBUILDER_ASSETS: assets });
    expect(found).toMatchObject({
      kind: 'found',
      binaries: {
        etcd: join(assets, 'etcd'),
        kubectl: join(assets, 'kubectl'),
        'kube-controller-manager': expect.stringContaining(
          join(home, 'cache', 'kubectl-xray', 'control-plane', 'kubernetes-1.'),
        ),
      },
    });
    expect(asked()).toEqual([
      expect.stringMatching(
        /^build -mod=readonly .*gitVersion=v1\..* k8s.io\/kubernetes\/cmd\/kube-controller-manager$/,
      ),
    ]);
    expect(lines).toContainEqual(expect.stringMatching(/^kube-controller-manager .* \(1 of 1\): built in/));
  });

  test('what was built once is found again', async () => {
    const env = { PATH: aGo() };
    const first = await find(env);
    expect(await find({ PATH: '' })).toEqual(first);
    expect(asked()).toHaveLength(4);
  });

  test('two that look at the same time build each only once', async () => {
    const env = { PATH: aGo() };
    const [one, other] = await Promise.all([find(env), find(env)]);
    expect(one).toMatchObject({ kind: 'found' });
    expect(other).toEqual(one);
    expect(asked()).toHaveLength(4);
    expect(new Set(filesBelow(join(home, 'cache')).map((file) => file.split('/').at(-1)))).toEqual(
      new Set(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl']),
    );
  });

  test('a lock whose holder died is taken over', async () => {
    const PATH = aGo();
    await find({ PATH });
    const [etcd = ''] = filesBelow(join(home, 'cache')).filter((file) => file.endsWith('/etcd'));
    rmSync(etcd);
    mkdirSync(`${etcd}.lock`);
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(`${etcd}.lock`, longAgo, longAgo);
    expect(await find({ PATH })).toMatchObject({ kind: 'found', binaries: { etcd } });
    expect(asked()).toHaveLength(5);
  });
});

function executable(file: string, text: string): void {
  writeFileSync(file, text);
  chmodSync(file, 0o755);
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory() || entry.name.endsWith('.lock'))
    .map((entry) => join(entry.parentPath, entry.name));
}
