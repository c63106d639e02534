// A webhook's body as far as it names images (API.md section 5, "Delivery"): which ones, never what is wrong with them.
import { asDigest } from '../core/image.ts';
import type { Digest } from '../core/image.ts';
import { foldersNamed } from './places.ts';
import { fieldsOf, listOf, textOf } from './wire.ts';
import type { Fields } from './wire.ts';

export interface Hint {
  readonly digests: readonly Digest[];
  /** `REPOSITORY/IMAGE/TAG`. */
  readonly folders: readonly string[];
}

/** Null where the body is none of Xray's; without anything in it where it speaks of no image (a build, a package). */
export function hintIn(body: unknown): Hint | null {
  const issues = listOf(fieldsOf(body)?.['issues'] ?? (fieldsOf(body) === null ? false : []));
  if (issues === null) return null;
  const artifacts = issues.flatMap((issue) => listOf(fieldsOf(issue)?.['impacted_artifacts']) ?? []);
  const images = artifacts.map(fieldsOf).filter((one) => one !== null && isImage(one)) as Fields[];
  return {
    digests: [...new Set(images.map(digestOf).filter((one) => one !== null))],
    folders: [...new Set(images.flatMap((one) => foldersNamed(textOf(one['path']))))],
  };
}

function isImage(artifact: Fields): boolean {
  const type = textOf(artifact['pkg_type']).toLowerCase();
  return type === '' ? /^(list\.)?manifest\.json$/.test(textOf(artifact['name'])) : type === 'docker' || type === 'oci';
}

/** A shorter hash is padded with zeros, and then is no digest of a manifest. */
function digestOf(artifact: Fields): Digest | null {
  const digest = asDigest(textOf(artifact['sha256']));
  return digest?.startsWith(`sha256:${'0'.repeat(16)}`) === true ? null : digest;
}
