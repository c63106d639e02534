import { expect, test } from 'vitest';

import { digestOf } from '../support/digests.ts';
import { aServer, get, post } from './asking.ts';
import { benchWorld } from './bench-world.ts';

const sizes = { images: 20, findingsPerImage: 4, unscanned: 3, foreign: 2, violations: 5, digestOf };

test('the digest of image 0 is the SHA-256 of "image-0"', () => {
  expect(digestOf(0)).toBe('sha256:3dd3f8d1db39a536c4f48318eda8e4a804f53fbc2b25b94e3aa98b201be050da');
});

test('the last images are in no repository, those before them in Artifactory only', async () => {
  const server = await aServer({ world: benchWorld(sizes) });
  const checksums = Array.from({ length: 20 }, (_, at) => digestOf(at).slice('sha256:'.length));
  const { json } = await post(server, '/xray/api/v2/summary/artifact', { checksums });
  expect(json).toMatchObject({
    artifacts: { length: 15 },
    errors: checksums.slice(15).map((identifier) => ({ identifier })),
  });
  const unscanned = { repo: 'docker-local', path: 'app-15/1.0/manifest.json' };
  expect((await post(server, '/xray/api/v1/artifact/status', unscanned)).json).toMatchObject({
    details: { sca: { status: 'NOT_SCANNED' } },
  });
  const found = async (at: number): Promise<unknown> =>
    (await get(server, `/artifactory/api/search/checksum?sha256=${checksums[at]}`)).json;
  expect(await found(17)).toMatchObject({ results: [{}] });
  expect(await found(18)).toEqual({ results: [] });
});

test('findings have the size of real ones', () => {
  const { images } = benchWorld(sizes);
  const lengths = images.flatMap((image) => (image.issues ?? []).map((issue) => JSON.stringify(issue).length));
  expect(lengths).toHaveLength(15 * 4);
  expect(Math.min(...lengths)).toBeGreaterThan(700);
  expect(Math.max(...lengths)).toBeLessThan(1100);
});

test('each violation is of a license in the summary of its own image', () => {
  const { violations, images } = benchWorld(sizes);
  expect(new Set(violations.map((one) => one.path)).size).toBe(5);
  for (const { path, issueId, component } of violations) {
    const image = images.find((one) => one.path === path);
    expect(image?.licenses).toContainEqual(expect.objectContaining({ name: issueId, components: [component] }));
  }
});

test('more violations than images, or none, are no trouble', () => {
  expect(benchWorld({ ...sizes, images: 3, unscanned: 0, foreign: 0, violations: 7 }).violations).toHaveLength(7);
  expect(benchWorld({ ...sizes, images: 0, unscanned: 0, foreign: 0 }).violations).toHaveLength(0);
});
