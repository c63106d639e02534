import { describe, expect, test } from 'vitest';

import { aServer, bearer, get, hexOf, post } from './asking.ts';
import type { Reply } from './asking.ts';
import { anImage } from './builders.ts';
import { aBehaviour } from './data.ts';
import type { Repository } from './data.ts';
import type { XrayServer } from './server.ts';

const image = anImage();
const copy = anImage({ digest: image.digest, repo: 'docker-prod', path: 'app/stable' });
const other = anImage({ path: 'other/2.0' });
const gone = anImage({ path: 'gone/1.0', inArtifactory: false });
const images = [image, copy, other, gone];

describe('the checksum search', () => {
  test('finds nothing that is not there', async () => {
    const server = await aServer({ world: { images } });
    for (const hex of ['a'.repeat(64), hexOf(gone)]) {
      const found = await get(server, `/artifactory/api/search/checksum?sha256=${hex}`);
      expect([found.status, found.json]).toEqual([200, { results: [] }]);
    }
  });

  test('is refused where there is no licence for it', async () => {
    const server = await aServer({ world: { images, behaviour: aBehaviour({ checksumSearch: false }) } });
    const { status } = await get(server, `/artifactory/api/search/checksum?sha256=${hexOf(image)}`);
    expect(status).toBe(400);
  });

  test('finds every copy, in the repositories named', async () => {
    const server = await aServer({ world: { images } });
    const uri = `${server.url}/artifactory/api/storage`;
    const path = `/artifactory/api/search/checksum?sha256=${hexOf(image)}`;
    expect((await get(server, path)).json).toEqual({
      results: [
        { uri: `${uri}/docker-local/app/1.0/manifest.json` },
        { uri: `${uri}/docker-prod/app/stable/manifest.json` },
      ],
    });
    expect((await get(server, `${path}&repos=docker-prod,elsewhere`)).json).toHaveProperty('results.length', 1);
  });
});

test('the members of a virtual repository are told to an administrator only', async () => {
  const docker = { key: 'docker', type: 'VIRTUAL', packageType: 'Docker', members: ['docker-local'] } as const;
  const accounts = [
    { token: 'admin', rights: ['admin'] },
    { token: 'user', rights: ['artifactoryRead'] },
  ] as const;
  const server = await aServer({ world: { repositories: [docker], accounts } });
  const path = '/artifactory/api/repositories/docker';
  expect((await get(server, path, bearer('admin'))).json).toMatchObject({
    rclass: 'virtual',
    repositories: ['docker-local'],
  });
  expect((await get(server, path, bearer('user'))).json).not.toHaveProperty('repositories');
});

describe('AQL', () => {
  const include = '.include("repo","path","name")';

  test('is refused as JSON, and where it cannot be read', async () => {
    const server = await aServer();
    const json = { 'content-type': 'application/json' };
    expect((await search(server, `items.find({})${include}`, json)).status).toBe(415);
    for (const query of ['', 'items.find({', 'items.find({"colour":"red"})', 'builds.find({})']) {
      expect((await search(server, query)).status).toBe(400);
    }
  });

  test('must include repository, path and name where the user is no administrator', async () => {
    const rights = ['artifactorySearch'] as const;
    const server = await aServer({ world: { images, accounts: [{ token: 't', rights }] } });
    expect((await search(server, 'items.find({"repo":"docker-prod"})', bearer('t'))).status).toBe(400);
    expect((await search(server, 'items.find({"repo":"docker-prod"}).include("name")', bearer('t'))).status).toBe(400);
    expect((await search(server, `items.find({"repo":"docker-prod"})${include}`, bearer('t'))).status).toBe(200);
  });

  test('answers rows and a range', async () => {
    const server = await aServer({ world: { images } });
    expect((await search(server, `items.find({"sha256":"${hexOf(other)}"})${include}`)).json).toEqual({
      results: [{ repo: 'docker-local', path: 'other/2.0', name: 'manifest.json' }],
      range: { start_pos: 0, end_pos: 1, total: 1 },
    });
  });

  const queries: [criteria: string, count: number][] = [
    [`{"$or":[{"sha256":"${hexOf(image)}"},{"sha256":"${hexOf(other)}"}]}`, 3],
    [`{"@docker.manifest.digest":"${image.digest}"}`, 2],
    [`{"@sha256":"${hexOf(image)}"}`, 2],
    [`{"repo":"docker-local","sha256":"${hexOf(image)}"}`, 1],
    [`{"$or":[{"repo":"docker-prod"},{"path":{"$match":"oth*"}}]}`, 2],
    [`{"$and":[{"name":{"$eq":"manifest.json"}},{"repo":{"$ne":"docker-prod"}}]}`, 2],
    [`{"sha256":"${hexOf(gone)}"}`, 0],
  ];
  for (const [criteria, count] of queries) {
    test(`finds ${count} by ${criteria.replaceAll(/[0-9a-f]{60}/g, '…')}`, async () => {
      const server = await aServer({ world: { images } });
      expect((await search(server, `items.find(${criteria})${include}`)).json).toHaveProperty('results.length', count);
    });
  }

  test('takes offset and limit', async () => {
    const server = await aServer({ world: { images } });
    const { json } = await search(server, `items.find({})${include}.sort({"$asc":["name"]}).offset(1).limit(1)`);
    expect(json).toMatchObject({ results: [{ repo: 'docker-prod' }], range: { start_pos: 1, end_pos: 2 } });
  });
});

test('a file tells its checksum, a folder its children, anything else is 404', async () => {
  const server = await aServer({ world: { images } });
  const storage = '/artifactory/api/storage/docker-local';
  expect((await get(server, `${storage}/app/1.0/manifest.json`)).json).toMatchObject({
    repo: 'docker-local',
    path: '/app/1.0/manifest.json',
    checksums: { sha256: hexOf(image) },
  });
  expect((await get(server, storage)).json).toMatchObject({
    children: [
      { uri: '/app', folder: true },
      { uri: '/other', folder: true },
    ],
  });
  const missing = await get(server, `${storage}/gone/1.0/manifest.json`);
  expect([missing.status, missing.json]).toMatchObject([404, { errors: [{ status: 404 }] }]);
});

test('repositories have an upper-case type and a capitalised package type', async () => {
  const repositories: readonly Repository[] = [
    { key: 'docker-local', type: 'LOCAL', packageType: 'Docker' },
    { key: 'hub', type: 'REMOTE', packageType: 'Docker', url: 'https://upstream.example' },
    { key: 'npm', type: 'LOCAL', packageType: 'Npm' },
  ];
  const server = await aServer({ world: { repositories } });
  const { json } = await get(server, '/artifactory/api/repositories?packageType=docker');
  expect(json).toMatchObject([
    { key: 'docker-local', type: 'LOCAL', packageType: 'Docker', url: `${server.url}/artifactory/docker-local` },
    { key: 'hub', type: 'REMOTE', url: 'https://upstream.example' },
  ]);
});

async function search(server: XrayServer, query: string, headers: Record<string, string> = {}): Promise<Reply> {
  return post(server, '/artifactory/api/search/aql', query, { 'content-type': 'text/plain', ...headers });
}
