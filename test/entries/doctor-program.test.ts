import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { executablesOn, kubectlVersion } from '../../src/entries/doctor-program.ts';

test('what on PATH kubectl may take for this program: executables, each once', () => {
  const root = mkdtempSync(join(tmpdir(), 'kubectl-xray-path-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [one, other] = ['one', 'other'].map((name) => join(root, name));
  if (one === undefined || other === undefined) throw new Error('no folders');
  const put = (folder: string, name: string, mode = 0o755): void => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), '');
    chmodSync(join(folder, name), mode);
  };
  put(one, 'kubectl-xray');
  put(one, 'kubectl-xray-status');
  put(one, 'kubectl-xray-notes.txt', 0o644);
  put(one, 'kubectl-xrays');
  put(one, 'kubectl_complete-xray');
  put(other, 'kubectl-xray');
  symlinkSync(join(one, 'kubectl-xray'), join(other, 'kubectl-xray.cmd'));
  const env = { PATH: [one, join(root, 'nowhere'), other, one].join(delimiter) };
  expect(executablesOn(env, 'linux')).toEqual({
    own: [join(one, 'kubectl-xray'), join(other, 'kubectl-xray')],
    longer: [join(one, 'kubectl-xray-status')],
  });
});

test('kubectl is asked for its version, but never one of the current folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-path-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'kubectl'), `#!/bin/sh\necho '{"clientVersion":{"gitVersion":"v1.2.3"}}'\n`);
  chmodSync(join(folder, 'kubectl'), 0o755);
  const asked = (...entries: string[]) => {
    const machine = { env: { PATH: entries.join(delimiter) }, platform: process.platform };
    return kubectlVersion(machine, new AbortController().signal);
  };
  expect(await asked('', '.', relative(process.cwd(), folder))).toEqual({ is: 'none' });
  expect(await asked('', folder)).toEqual({ is: 'version', version: 'v1.2.3' });
});
