import { describe, expect, test } from 'vitest';
import { asDigest, imageOf, parseImageId, parseImageReference } from '../../src/core/image.ts';
import { digest } from '../support/builders.ts';

const one = digest(1);
const two = digest(2);
const hex = one.slice('sha256:'.length);

describe('an image reference', () => {
  test('is null for an empty text or a host alone', () => {
    for (const text of ['', '  ', 'acme.jfrog.io/']) expect(parseImageReference(text)).toBeNull();
  });

  const cases: [text: string, host: string, path: string, tag: string | null, digest: string | null][] = [
    ['nginx', 'docker.io', 'library/nginx', 'latest', null],
    ['nginx:1.27', 'docker.io', 'library/nginx', '1.27', null],
    ['bitnami/redis', 'docker.io', 'bitnami/redis', 'latest', null],
    ['index.docker.io/bitnami/redis:7', 'docker.io', 'bitnami/redis', '7', null],
    ['docker.io/nginx', 'docker.io', 'library/nginx', 'latest', null],
    ['localhost/app:1', 'localhost', 'app', '1', null],
    ['registry:5000/app', 'registry:5000', 'app', 'latest', null],
    ['registry:5000/team/app:1.4-rc.1', 'registry:5000', 'team/app', '1.4-rc.1', null],
    ['ACME.jfrog.io/docker/app:V1', 'acme.jfrog.io', 'docker/app', 'V1', null],
    ['acme.jfrog.io/docker-local/a/b/c', 'acme.jfrog.io', 'docker-local/a/b/c', 'latest', null],
    [`acme.jfrog.io/docker-local/app@${one}`, 'acme.jfrog.io', 'docker-local/app', null, one],
    [`acme.jfrog.io/docker-local/app:1.4@${one}`, 'acme.jfrog.io', 'docker-local/app', '1.4', one],
    [`nginx@${one}`, 'docker.io', 'library/nginx', null, one],
  ];
  for (const [text, host, path, tag, digest] of cases) {
    test(`${text} is ${host} ${path}`, () =>
      expect(parseImageReference(text)).toEqual({ text, host, path, tag, digest }));
  }
});

describe('a digest', () => {
  const cases: [text: string, digest: string | null][] = [
    ['', null],
    ['sha256:', null],
    [hex.slice(1), null],
    [`sha512:${hex}${hex}`, null],
    [`sha256:${hex.slice(1)}g`, null],
    [hex, one],
    [`sha256:${hex.toUpperCase()}`, one],
  ];
  for (const [text, digest] of cases) {
    test(`"${text.slice(0, 20)}" reads as ${digest === null ? 'none' : 'one'}`, () =>
      expect(asDigest(text)).toBe(digest));
  }
});

describe('an imageID', () => {
  const cases: [text: string | undefined, is: 'none' | 'manifest' | 'config'][] = [
    [undefined, 'none'],
    ['', 'none'],
    ['nginx:1.27', 'none'],
    ['docker://sha256:12', 'none'],
    [`acme.jfrog.io/docker-local/app@${one}`, 'manifest'],
    [`docker-pullable://acme.jfrog.io/docker-local/app@${one}`, 'manifest'],
    [`docker://${one}`, 'config'],
    [one, 'config'],
    [hex, 'config'],
  ];
  for (const [text, is] of cases) {
    const expected = is === 'none' ? { is } : { is, digest: one };
    test(`${text} names ${is}`, () => expect(parseImageId(text)).toEqual(expected));
  }
});

describe('the image of a container', () => {
  const reference = 'acme.jfrog.io/docker-local/app:1';
  const running = `somewhere.else/app@${one}`;

  test('without an imageID is its reference', () =>
    expect(imageOf(reference, '', null)).toMatchObject({ basis: 'reference', digest: null, reference }));
  test('without an imageID, but pinned, is the digest it is pinned to', () =>
    expect(imageOf(`${reference}@${two}`, '', null)).toMatchObject({ basis: 'digest', digest: two }));
  test('of a config digest is never a manifest', () =>
    expect(imageOf(reference, `docker://${one}`, null)).toMatchObject({ basis: 'config', digest: one }));
  test('is what runs, not what the reference is pinned to', () =>
    expect(imageOf(`${reference}@${two}`, running, null)).toMatchObject({ basis: 'digest', digest: one }));
  test('keeps the reference as written: the repository of an imageID is not to be trusted', () =>
    expect(imageOf(reference, running, null)).toMatchObject({ reference }));

  const keys: [name: string, one: string, other: string, same: boolean][] = [
    ['the same digest under two tags', key(reference, running), key('acme.jfrog.io/docker-local/app:2', running), true],
    ['the same digest in two repositories', key(reference, running), key('acme.jfrog.io/other/app:1', running), false],
    ['the same digest on two platforms', key(reference, running), key(reference, running, 'linux/arm64'), false],
    ['one tag with two digests', key(reference, running), key(reference, `x@${two}`), false],
    ['a config digest under two references', key(reference, one), key('acme.jfrog.io/docker-local/app:2', one), false],
  ];
  for (const [name, first, other, same] of keys) {
    test(`${name}: ${same ? 'one image' : 'two images'}`, () => expect(first === other).toBe(same));
  }
});

function key(written: string, id: string, platform = 'linux/amd64'): string {
  return imageOf(written, id, platform).key;
}
