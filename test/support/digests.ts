// The made-up digests that the stand-in for Xray and the filled cluster agree on.

import { createHash } from 'node:crypto';

/** The digest of made-up image `index`: `sha256:` and the SHA-256, in hexadecimal, of the text `image-<index>`. */
export function digestOf(index: number): string {
  return `sha256:${createHash('sha256').update(`image-${index}`).digest('hex')}`;
}
