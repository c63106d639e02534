// Finds what lies where. Follows the world as it changes: an index built for other images is built anew.

import type { StoredImage, World } from './data.ts';

export interface Catalog {
  /** Every copy of a digest (`sha256:<hex>`, any case), in Artifactory or only known to Xray. */
  copiesOf(digest: string): readonly StoredImage[];
  /** The file `IMAGE/TAG/manifest.json` of one local repository or cache. */
  fileAt(repo: string, file: string): StoredImage | undefined;
  /** The local repositories and caches behind a key: itself, a remote's cache, a virtual's members. */
  storesOf(key: string): readonly string[];
}

interface Index {
  readonly images: readonly StoredImage[];
  readonly byDigest: ReadonlyMap<string, readonly StoredImage[]>;
  readonly byFile: ReadonlyMap<string, StoredImage>;
}

export function createCatalog(world: World): Catalog {
  let index = indexOf(world.images);
  const current = (): Index => {
    if (!sameImages(index.images, world.images)) index = indexOf(world.images);
    return index;
  };
  return {
    copiesOf: (digest) => current().byDigest.get(digest.toLowerCase()) ?? [],
    fileAt: (repo, file) => current().byFile.get(`${repo}/${file}`),
    storesOf: (key) => storesOf(world, key),
  };
}

export function fileOf(image: StoredImage): string {
  return `${image.path}/${image.file}`;
}

function indexOf(images: readonly StoredImage[]): Index {
  return {
    images: [...images],
    byDigest: Map.groupBy(images, (image) => image.digest.toLowerCase()),
    byFile: new Map(images.map((image) => [`${image.repo}/${fileOf(image)}`, image])),
  };
}

// The array may have been replaced, or one of its elements: comparing references costs microseconds.
function sameImages(before: readonly StoredImage[], now: readonly StoredImage[]): boolean {
  return before.length === now.length && before.every((image, at) => image === now[at]);
}

function storesOf(world: World, key: string): readonly string[] {
  const repository = world.repositories.find((one) => one.key === key);
  if (repository?.type === 'REMOTE') return [`${key}-cache`];
  if (repository?.type === 'VIRTUAL') return (repository.members ?? []).flatMap((one) => storesOf(world, one));
  return [key];
}
