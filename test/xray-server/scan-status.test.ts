import { expect, test } from 'vitest';

import { aServer, post } from './asking.ts';
import { aStatus, anImage } from './builders.ts';
import { aBehaviour } from './data.ts';

const path = '/xray/api/v1/artifact/status';
const app = { repo: 'docker-local', path: 'app/1.0/manifest.json' };

test('needs both repository and path', async () => {
  const server = await aServer({ world: { images: [anImage()] } });
  for (const body of [{ repo: 'docker-local' }, { path: app.path }, {}]) {
    const { status, json } = await post(server, path, body);
    expect([status, json]).toEqual([400, { error: 'One parameter or more are missing' }]);
  }
});

test('is 404 for what it does not know, and for the folder in place of the file', async () => {
  const server = await aServer({ world: { images: [anImage({ status: null })] } });
  expect((await post(server, path, app)).status).toBe(404);
  expect((await post(server, path, { ...app, path: 'app/1.0' })).status).toBe(404);
});

test('is 404 before 3.80.9', async () => {
  const server = await aServer({ world: { images: [anImage()], behaviour: aBehaviour({ artifactStatus: false }) } });
  expect((await post(server, path, app)).status).toBe(404);
});

test('tells each part, even where the whole is done and the violations failed', async () => {
  const image = anImage({ status: aStatus('DONE', { violations: 'FAILED', time: '2026-03-01T00:00:00Z' }) });
  const server = await aServer({ world: { images: [image] } });
  const done = { status: 'DONE', time: '2026-03-01T00:00:00Z' };
  const { status, json } = await post(server, path, app);
  expect(status).toBe(200);
  expect(json).toEqual({
    overall: done,
    details: {
      sca: done,
      contextual_analysis: done,
      exposures: { ...done, status: 'NOT_SUPPORTED' },
      violations: { ...done, status: 'FAILED' },
    },
  });
});

test('an image that Xray does not know is not scanned, an empty answer is pending', async () => {
  const images = [anImage({ scan: 'unknown' }), anImage({ path: 'new/1.0', scan: 'empty' })];
  const server = await aServer({ world: { images } });
  expect((await post(server, path, app)).json).toMatchObject({ details: { sca: { status: 'NOT_SCANNED' } } });
  const other = { ...app, path: 'new/1.0/manifest.json' };
  expect((await post(server, path, other)).json).toMatchObject({ details: { sca: { status: 'PENDING' } } });
});

test('a scan can be asked for', async () => {
  const server = await aServer();
  const scan = await post(server, '/xray/api/v1/scanArtifact', { componentID: 'docker://app:1.0' });
  expect(scan.json).toEqual({ info: 'Scan of artifact is in progress' });
  const index = await post(server, '/xray/api/v2/index', { repo_path: 'docker-local/app/1.0/manifest.json' });
  expect(index.json).toEqual({
    sent_to_reindex: { artifacts: [{ repository: 'docker-local', path: 'app/1.0/manifest.json' }] },
  });
});
