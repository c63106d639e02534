import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { expect, onTestFinished, test } from 'vitest';

const main = path.join(import.meta.dirname, 'main.ts');

async function started(...flags: readonly string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [main, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, url: / (http:\S+)$/.exec(line)?.[1] ?? '' };
}

test('it says its address, serves its data, and ends on SIGTERM with a call under way', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'xray-server-'));
  onTestFinished(async () => rm(folder, { recursive: true }));
  const file = path.join(folder, 'world.json');
  await writeFile(file, JSON.stringify({ repositories: [{ key: 'mine', type: 'LOCAL', packageType: 'Docker' }] }));
  const { child, url } = await started('--data', file, '--token', 't');
  const answer = await fetch(`${url}/artifactory/api/repositories`, { headers: { authorization: 'Bearer t' } });
  expect(await answer.json()).toMatchObject([{ key: 'mine' }]);
  await fetch(`${url}/_stand-in/faults`, { method: 'POST', body: '{"kind":"stallBeforeHeaders"}' });
  const hanging = fetch(`${url}/xray/api/v1/system/ping`).catch(() => 'cut');
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(await hanging).toBe('cut');
});

test('it makes up a world of the size asked for', async () => {
  const { child, url } = await started('--images', '4', '--findings', '2', '--foreign', '1');
  const query = 'items.find({}).include("repo","path","name")';
  const asked = { method: 'POST', body: query, headers: { 'content-type': 'text/plain' } };
  const answer = await fetch(`${url}/artifactory/api/search/aql`, asked);
  expect(await answer.json()).toMatchObject({ range: { total: 3 } });
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
});

test('it ends with the shell that npm started it in', async () => {
  const command = `"${process.execPath}" "${main}"; true`;
  const env = { ...process.env, npm_lifecycle_event: 'xray-server' };
  const shell = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'], env });
  const [line] = (await once(createInterface({ input: shell.stdout }), 'line')) as [string];
  const url = / (http:\S+)$/.exec(line)?.[1] ?? '';
  expect((await fetch(`${url}/xray/api/v1/system/ping`)).status).toBe(200);
  shell.kill('SIGTERM');
  const up = async (): Promise<boolean> =>
    fetch(url).then(
      () => true,
      () => false,
    );
  await expect.poll(up, { timeout: 5000 }).toBe(false);
});
