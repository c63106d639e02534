import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { mark } from './kubeconfig.ts';
import { processesNaming } from './processes.ts';
import { withControlPlane } from './shared.ts';

const program = fileURLToPath(new URL('main.ts', import.meta.url));

withControlPlane('npm run control-plane', (_, binaries) => {
  let home = '';
  let file = '';
  const children: ChildProcess[] = [];
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'kubectl-xray-main-'));
    file = join(home, 'kubeconfig');
    for (const folder of ['.kube', 'tmp', 'bin']) mkdirSync(join(home, folder));
    for (const [name, path] of Object.entries(binaries)) symlinkSync(path, join(home, 'bin', name));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });

  const start = (...args: readonly string[]) => {
    const env = {
      PATH: process.env['PATH'],
      HOME: home,
      TMPDIR: join(home, 'tmp'),
      KUBEBUILDER_ASSETS: join(home, 'bin'),
    };
    const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    children.push(child);
    return { child, stderr: text(child.stderr), ended: once(child, 'exit') };
  };
  const ready = () =>
    eventually('the kubeconfig is written', () => existsSync(file) && readFileSync(file, 'utf8').startsWith(mark));
  const allGone = () =>
    eventually('all is gone', async () => {
      const isEmpty = readdirSync(join(home, 'tmp')).length === 0;
      return isEmpty && (await processesNaming(join(home, 'tmp'))).length === 0;
    });

  test('without a file it says how it is called', async () => {
    const { ended, stderr } = start();
    expect(await ended).toEqual([2, null]);
    expect(await stderr).toContain('usage: npm run control-plane -- --kubeconfig FILE');
  });

  test("the user's own kubeconfig is refused, even where it is not there yet or named by a link", async () => {
    symlinkSync(join(home, '.kube'), join(home, 'link'));
    for (const path of ['.kube/config', 'link/config']) {
      const { ended, stderr } = start('--kubeconfig', join(home, path));
      expect(await ended).toEqual([1, null]);
      expect(await stderr).toContain('is your own kubeconfig');
    }
    expect(readdirSync(join(home, '.kube'))).toEqual([]);
  });

  test('a file that somebody else has written is refused and kept', async () => {
    writeFileSync(file, 'apiVersion: v1\n');
    const { ended, stderr } = start('--kubeconfig', file);
    expect(await ended).toEqual([1, null]);
    expect(await stderr).toContain('the control plane did not write it');
    expect(readFileSync(file, 'utf8')).toBe('apiVersion: v1\n');
  });

  test.for(['SIGTERM', 'SIGINT'] as const)('on %s all of it ends, the file included', async (signal) => {
    writeFileSync(file, '');
    const { child, ended } = start('--kubeconfig', file);
    await ready();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    child.kill(signal);
    expect(await ended).toEqual([0, null]);
    await allGone();
    expect(existsSync(file)).toBe(false);
  });

  test('killed without a warning, it takes all its processes along, and the next one replaces its file', async () => {
    const first = start('--kubeconfig', file);
    await ready();
    const old = readFileSync(file, 'utf8');
    expect(await processesNaming(join(home, 'tmp'))).not.toEqual([]);
    first.child.kill('SIGKILL');
    await first.ended;
    await allGone();
    const second = start('--kubeconfig', file);
    await eventually('another kubeconfig is written', () => existsSync(file) && readFileSync(file, 'utf8') !== old);
    second.child.kill('SIGTERM');
    expect(await second.ended).toEqual([0, null]);
  });
});
