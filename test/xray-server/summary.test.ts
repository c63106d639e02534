import { describe, expect, test } from 'vitest';

import { aServer, hexOf, post } from './asking.ts';
import { anImage, anIndex, anIssue } from './builders.ts';
import { aBehaviour } from './data.ts';
import type { Behaviour } from './data.ts';

const v1 = '/xray/api/v1/summary/artifact';
const v2 = '/xray/api/v2/summary/artifact';
const unknownHex = 'f'.repeat(64);

describe('a summary that has nothing to tell', () => {
  test('says for an unknown checksum, with 200, that it does not exist or is not indexed', async () => {
    const server = await aServer();
    const { status, json } = await post(server, v2, { checksums: [unknownHex] });
    expect(status).toBe(200);
    expect(json).toEqual({
      artifacts: null,
      errors: [{ identifier: unknownHex, error: "Artifact doesn't exist or not indexed/cached in Xray" }],
    });
  });

  const forms: [name: string, over: Partial<Behaviour>, expected: unknown][] = [
    [
      'in the other wording',
      { unknownWording: 'plain' },
      { artifacts: null, errors: [{ identifier: unknownHex, error: "Artifact doesn't exist or not indexed in Xray" }] },
    ],
    ['with an empty list of artifacts', { noArtifacts: 'empty' }, { artifacts: [], errors: [expect.anything()] }],
    ['without a list of artifacts', { noArtifacts: 'absent' }, { errors: [expect.anything()] }],
  ];
  for (const [name, over, expected] of forms) {
    test(`says it ${name}, where told to`, async () => {
      const server = await aServer({ world: { behaviour: aBehaviour(over) } });
      expect((await post(server, v2, { checksums: [unknownHex] })).json).toEqual(expected);
    });
  }

  test('refuses a body that is not a JSON object with 415', async () => {
    const server = await aServer();
    for (const body of ['{"checksums":', '[]', '']) {
      const { status, json } = await post(server, v2, body);
      expect([status, json]).toEqual([415, { error: 'Failed to parse json.' }]);
    }
  });

  test('does not know a checksum with its algorithm before it', async () => {
    const image = anImage();
    const server = await aServer({ world: { images: [image] } });
    expect((await post(server, v2, { checksums: [image.digest] })).json).toMatchObject({
      errors: [{ identifier: image.digest }],
    });
  });

  test('is not there as v2 on an older Xray', async () => {
    const server = await aServer({ world: { images: [anImage()], behaviour: aBehaviour({ summaryV2: false }) } });
    expect((await post(server, v2, { checksums: [unknownHex] })).status).toBe(404);
    expect((await post(server, v1, { checksums: [unknownHex] })).status).toBe(200);
  });
});

describe('a summary of known images', () => {
  test('answers known and unknown ones together, digests in lower case', async () => {
    const image = anImage({ path: 'team/app/1.0' });
    const server = await aServer({ world: { images: [image] } });
    const { json } = await post(server, v2, { checksums: [unknownHex, hexOf(image).toUpperCase()] });
    expect(json).toMatchObject({
      artifacts: [
        {
          general: {
            name: 'team/app:1.0',
            path: 'default/docker-local/team/app/1.0/',
            pkg_type: 'Docker',
            sha256: hexOf(image),
          },
          issues: [anIssue()],
          licenses: [{ name: 'MIT' }],
        },
      ],
      errors: [{ identifier: unknownHex }],
    });
  });

  test('has no errors at all, an empty list or null, as told', async () => {
    const image = anImage();
    const server = await aServer({ world: { images: [image] } });
    const errorsWith = async (noErrors: Behaviour['noErrors']): Promise<unknown> => {
      server.world.behaviour = aBehaviour({ noErrors });
      return (await post(server, v2, { checksums: [hexOf(image)] })).json;
    };
    expect(await errorsWith('absent')).not.toHaveProperty('errors');
    expect(await errorsWith('empty')).toHaveProperty('errors', []);
    expect(await errorsWith('null')).toHaveProperty('errors', null);
  });

  test('goes by paths that begin with the Artifactory id, and then ignores checksums', async () => {
    const [one, other] = [anImage(), anImage({ path: 'other/1.0' })];
    const server = await aServer({ world: { images: [one, other] } });
    const path = 'default/docker-local/app/1.0/manifest.json';
    const { json } = await post(server, v2, { paths: [path], checksums: [hexOf(other)] });
    expect(json).toMatchObject({ artifacts: [{ general: { sha256: hexOf(one) } }] });
    for (const wrong of [path.replace('default/', ''), `/${path}`, path.replace('/manifest.json', '')]) {
      expect((await post(server, v2, { paths: [wrong] })).json).toMatchObject({ errors: [{ identifier: wrong }] });
    }
  });

  test('never finds anything in a virtual repository', async () => {
    const virtual = { key: 'docker', type: 'VIRTUAL', packageType: 'Docker', members: ['docker-local'] } as const;
    const server = await aServer({ world: { images: [anImage()], repositories: [virtual] } });
    const path = 'default/docker/app/1.0/manifest.json';
    expect((await post(server, v2, { paths: [path] })).json).toMatchObject({ artifacts: null });
  });

  test('names a digest that lies at two paths twice, or once, as told', async () => {
    const image = anImage();
    const copy = anImage({ digest: image.digest, repo: 'docker-prod' });
    const server = await aServer({ world: { images: [image, copy] } });
    const count = async (): Promise<unknown> => (await post(server, v2, { checksums: [hexOf(image)] })).json;
    expect(await count()).toHaveProperty('artifacts.length', 2);
    server.world.behaviour = aBehaviour({ entryPerPath: false });
    expect(await count()).toHaveProperty('artifacts.length', 1);
  });

  test('answers nothing but the entry for an image whose scan is not over', async () => {
    const image = anImage({ scan: 'empty' });
    const server = await aServer({ world: { images: [image] } });
    expect((await post(server, v2, { checksums: [hexOf(image)] })).json).toMatchObject({
      artifacts: [{ issues: [], licenses: [] }],
    });
  });

  test('has no components in v1', async () => {
    const image = anImage();
    const server = await aServer({ world: { images: [image] } });
    const issueOf = async (path: string): Promise<unknown> => {
      const { json } = await post(server, path, { checksums: [hexOf(image)] });
      return (json as { artifacts: [{ issues: [unknown] }] }).artifacts[0].issues[0];
    };
    expect(await issueOf(v1)).not.toHaveProperty('components');
    expect(await issueOf(v2)).toHaveProperty('components');
  });

  test('names the child of an index by its digest, and does not know the index', async () => {
    const [index, child] = anIndex();
    const server = await aServer({ world: { images: child === undefined ? [index] : [index, child] } });
    const hex = index.children[0]?.digest.replace('sha256:', '') ?? '';
    const { json } = await post(server, v2, { checksums: [hexOf(index), hex] });
    expect(json).toMatchObject({
      artifacts: [{ general: { name: `app:sha256__${hex}`, path: `default/docker-local/app/sha256:${hex}/` } }],
      errors: [{ identifier: hexOf(index) }],
    });
  });

  test('follows a world that changes', async () => {
    const image = anImage();
    const server = await aServer({ world: { images: [image] } });
    const ask = async (): Promise<unknown> => (await post(server, v2, { checksums: [hexOf(image)] })).json;
    await ask();
    server.world.images = [{ ...image, issues: [] }];
    expect(await ask()).toMatchObject({ artifacts: [{ issues: [] }] });
    server.world.images = [];
    expect(await ask()).toMatchObject({ artifacts: null });
  });
});
