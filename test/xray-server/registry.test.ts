import { describe, expect, test } from 'vitest';

import { aServer, get } from './asking.ts';
import type { Reply } from './asking.ts';
import { anImage, anIndex, mediaTypes } from './builders.ts';
import type { Repository } from './data.ts';
import type { XrayServer } from './server.ts';

const all = { accept: Object.values(mediaTypes).join(', ') };

async function manifest(server: XrayServer, path: string, headers: Record<string, string> = all): Promise<Reply> {
  return get(server, `/artifactory/api/docker/${path}`, headers);
}

describe('a manifest that is not handed out', () => {
  test('because nobody knows it, is 404 in the registry form', async () => {
    const server = await aServer({ world: { images: [anImage({ inArtifactory: false })] } });
    const { status, json } = await manifest(server, 'docker-local/v2/app/manifests/1.0');
    expect([status, json]).toMatchObject([404, { errors: [{ code: 'MANIFEST_UNKNOWN' }] }]);
  });

  test('because Xray blocks it, is 403 DENIED with the words of a download blocking policy', async () => {
    const server = await aServer({ world: { images: [anImage({ blocked: 'policy' })] } });
    const { status, json } = await manifest(server, 'docker-local/v2/app/manifests/1.0');
    const message = expect.stringContaining('download blocking policy configured in Xray for docker-local');
    expect([status, json]).toMatchObject([403, { errors: [{ code: 'DENIED', message }] }]);
  });

  test('because Xray could not be asked, says so at its end', async () => {
    const server = await aServer({ world: { images: [anImage({ blocked: 'xrayUnavailable' })] } });
    const { status, json } = await manifest(server, 'docker-local/v2/app/manifests/1.0');
    expect([status, json]).toMatchObject([
      403,
      { errors: [{ code: 'DENIED', message: expect.stringMatching(/Xray is unavailable\.$/) }] },
    ]);
  });
});

describe('a single manifest', () => {
  test('is found by tag and by digest, and its header names its digest', async () => {
    const image = anImage({ path: 'team/app/1.0' });
    const server = await aServer({ world: { images: [image] } });
    for (const reference of ['1.0', image.digest, encodeURIComponent(image.digest)]) {
      const { status, headers, json } = await manifest(server, `docker-local/v2/team/app/manifests/${reference}`);
      expect(status).toBe(200);
      expect(headers.get('docker-content-digest')).toBe(image.digest);
      expect(json).toMatchObject({ schemaVersion: 2, config: { digest: image.config } });
    }
  });

  test('answers HEAD with the same headers and no body', async () => {
    const image = anImage();
    const server = await aServer({ world: { images: [image] } });
    const url = `${server.url}/artifactory/api/docker/docker-local/v2/app/manifests/1.0`;
    const response = await fetch(url, { method: 'HEAD', headers: all });
    expect(response.headers.get('docker-content-digest')).toBe(image.digest);
    expect(await response.text()).toBe('');
  });

  test('is turned into schema 1, with another digest, where its type is not accepted', async () => {
    const image = anImage();
    const server = await aServer({ world: { images: [image] } });
    const { headers, json } = await manifest(server, 'docker-local/v2/app/manifests/1.0', { accept: '*/*' });
    expect(json).toMatchObject({ schemaVersion: 1 });
    expect(headers.get('docker-content-digest')).not.toBe(image.digest);
  });
});

describe('an index', () => {
  test('lists its platforms, and an attestation at unknown/unknown', async () => {
    const [index, ...children] = anIndex({ attestation: true });
    const server = await aServer({ world: { images: [index, ...children] } });
    const { headers, json } = await manifest(server, 'docker-local/v2/app/manifests/1.0');
    expect(headers.get('content-type')).toBe(mediaTypes.dockerList);
    expect(json).toMatchObject({
      manifests: [
        { digest: children[0]?.digest, platform: { os: 'linux', architecture: 'amd64' } },
        { digest: children[1]?.digest, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
        { platform: { os: 'unknown', architecture: 'unknown' } },
      ],
    });
  });

  test('is turned into one platform where only manifests are accepted', async () => {
    const images = anIndex();
    const server = await aServer({ world: { images } });
    const only = { accept: mediaTypes.dockerManifest };
    const { headers } = await manifest(server, 'docker-local/v2/app/manifests/1.0', only);
    expect(headers.get('docker-content-digest')).toBe(images[1]?.digest);
  });

  test('hands out its children by digest, in a remote cache too, but not one that was never pulled', async () => {
    const platforms = [
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 's390x', image: null },
    ];
    const images = anIndex({ repo: 'hub-cache', path: 'library/nginx/1.27', platforms });
    const hub: Repository = { key: 'hub', type: 'REMOTE', packageType: 'Docker' };
    const server = await aServer({ world: { images, repositories: [hub] } });
    const status = async (digest = ''): Promise<number> =>
      (await manifest(server, `hub/v2/nginx/manifests/${digest}`)).status;
    expect(images[1]?.path).toMatch(/^library\/nginx\/sha256__[0-9a-f]{64}$/);
    expect(await status(images[0].children[0]?.digest)).toBe(200);
    expect(await status(images[0].children[1]?.digest)).toBe(404);
  });
});

test('a virtual repository is its members, a remote one its cache', async () => {
  const image = anImage({ repo: 'hub-cache', path: 'library/nginx/1.27' });
  const repositories: readonly Repository[] = [
    { key: 'docker-local', type: 'LOCAL', packageType: 'Docker' },
    { key: 'hub', type: 'REMOTE', packageType: 'Docker' },
    { key: 'docker', type: 'VIRTUAL', packageType: 'Docker', members: ['docker-local', 'hub'] },
  ];
  const server = await aServer({ world: { images: [image], repositories } });
  for (const [key, status] of [
    ['docker', 200],
    ['hub', 200],
    ['hub-cache', 200],
    ['docker-local', 404],
  ] as const) {
    expect((await manifest(server, `${key}/v2/library/nginx/manifests/1.27`)).status).toBe(status);
  }
});
