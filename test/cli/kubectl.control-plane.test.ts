// Called through kubectl itself, with only plugin/ added to PATH.
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../control-plane/eventually.ts';
import { runPods } from '../control-plane/run-pods.ts';
import { withControlPlane } from '../control-plane/shared.ts';
import { startXrayServer, type XrayServer } from '../xray-server/server.ts';
import { imageIds, objectsIn, referenceTo, running } from './objects.ts';
import { labelsIn, workloadsIn } from './reports.ts';
import { type CliOptions, launcher, runCli, startCli } from './run-cli.ts';
import { images, installation, stored, token } from './stand-in.ts';

withControlPlane('kubectl xray', (plane) => {
  let server: XrayServer;
  let namespace = '';
  let folder = '';
  let options: CliOptions = {};

  beforeAll(async () => {
    server = await startXrayServer({ token, world: installation() });
    const { host } = new URL(server.url);
    namespace = await plane.aNamespace('kubectl');
    folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-elsewhere-'));
    const image = referenceTo(host, images.bad);
    await plane.apply([objectsIn(namespace).apps('Deployment', 'cart', running({ app: image }))]);
    await runPods(plane, { namespace, imageIdFor: imageIds(host, stored) });
    options = {
      program: plane.kubectlPath,
      folder,
      env: {
        PATH: [dirname(launcher), process.env['PATH']].join(delimiter),
        KUBECONFIG: join(folder, 'kubeconfig'),
        JF_URL: server.url,
        JF_ACCESS_TOKEN: token,
      },
      secrets: [plane.admin.token],
    };
    plane.writeKubeconfig(join(folder, 'kubeconfig'), { namespace });
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
    await plane.request('DELETE', `/api/v1/namespaces/${namespace}`);
  });

  test('judges the context’s namespace, from any folder', async () => {
    const ended = await runCli(['xray', 'status', '-o', 'json'], options);
    expect(ended.code).toBe(0);
    expect(labelsIn(workloadsIn(ended))).toEqual(['deployment/cart']);
  });

  test('passes exit codes through', async () => {
    const codes = [
      [['xray', 'status', '--fail-on', 'security'], 10],
      [['xray', 'status', '--fail-on', 'unscanned'], 0],
      [['xray', 'status', 'deployment/nobody'], 1],
      [['xray', 'status', '--nonsense'], 2],
    ] as const;
    const ended = await Promise.all(codes.map(async ([args]) => (await runCli(args, options)).code));
    expect(ended).toEqual(codes.map(([, code]) => code));
  });

  test('names itself as it was called', async () => {
    expect((await runCli(['xray', '--help'], options)).stdout).toContain('kubectl xray status');
    expect((await runCli(['xray', 'status', '--nonsense'], options)).stderr).toContain(
      'see kubectl xray status --help',
    );
  });

  test('is found through a symbolic link, relative or absolute, alone in a folder', async () => {
    for (const [name, target] of [
      ['kubectl-xray', launcher],
      ['kubectl-xray_again', 'kubectl-xray'],
    ] as const) {
      symlinkSync(target, join(folder, name));
    }
    const env = { ...options.env, PATH: [folder, process.env['PATH']].join(delimiter) };
    const ended = await runCli(['xray', 'version'], { ...options, env });
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^kubectl-xray v/) as string, stderr: '' });
    const again = await runCli(['version'], { ...options, program: join(folder, 'kubectl-xray_again') });
    expect(again).toMatchObject({ code: 0, stderr: '' });
  });

  test('Ctrl-C ends it with 130 at once, without a word, and nothing of it is left', async () => {
    for (const [program, args] of [
      [plane.kubectlPath, ['xray', 'status']],
      [launcher, ['status']],
    ] as const) {
      server.clearRequests();
      server.fault({ kind: 'stallBeforeHeaders' });
      const { child, ended } = startCli(args, { ...options, program });
      await eventually('Xray is being asked', () => server.requests.length > 0);
      child.kill('SIGINT');
      expect(await ended).toMatchObject({ code: 130, signal: null, stdout: '', stderr: '' });
      server.clearFaults();
      // kubectl becomes the launcher, which becomes the program: one process, and it is gone.
      expect(() => process.kill(child.pid ?? 0, 0)).toThrow('ESRCH');
    }
  });

  test('SIGTERM ends it too', async () => {
    server.clearRequests();
    server.fault({ kind: 'stallBeforeHeaders' });
    const { child, ended } = startCli(['xray', 'status'], options);
    await eventually('Xray is being asked', () => server.requests.length > 0);
    child.kill('SIGTERM');
    const { code, signal } = await ended;
    expect([code, signal]).toEqual([null, 'SIGTERM']);
    server.clearFaults();
  });

  test('a reader that has read enough (| head) ends it quietly', async () => {
    const script = `"${launcher}" status -A -o json | head -c 1; echo " \${PIPESTATUS[0]}"`;
    const ended = await runCli(['-c', script], { ...options, program: 'bash' });
    expect(ended).toMatchObject({ code: 0, stdout: '{ 0\n' });
    expect(ended.stderr).not.toMatch(/EPIPE|error/);
  });
});
