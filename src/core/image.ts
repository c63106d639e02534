// Images: what a container runs, as it is written (a reference) and as it was resolved (a digest).

/** A manifest, index or config digest, lower case, with its algorithm. Only SHA-256 is in use in registries. */
export type Digest = `sha256:${string}`;

/** An image as it is written, with Docker's defaults filled in: host `docker.io`, path `library/…`. */
export interface ImageReference {
  /** As it stands in the manifest of the pod. */
  readonly text: string;
  /** Host, with its port if one is written. */
  readonly host: string;
  /** Path below the host, without tag and digest. */
  readonly path: string;
  /** The tag as written; `latest` where neither tag nor digest is. */
  readonly tag: string | null;
  readonly digest: Digest | null;
}

/** The part an image plays in a pod. A `sidecar` is an init container with restartPolicy Always. */
export type Role = 'container' | 'sidecar' | 'init' | 'ephemeral' | 'volume';

/**
 * What is asked about. `digest` is what runs: a manifest or, with most runtimes, an index; `config` is a digest of the
 * image's configuration, which no registry lists (kind and docker report it); `reference` has no digest yet.
 */
export interface Image {
  /** Tells two images apart: digest, platform and repository; for the other bases the whole reference. */
  readonly key: string;
  readonly basis: 'digest' | 'config' | 'reference';
  readonly reference: string;
  readonly digest: Digest | null;
  /** `os/architecture` of the node; null where no node is known. It matters only where the digest is an index. */
  readonly platform: string | null;
}

/** A reference, and the digest that ran under it. */
export interface Ran {
  readonly reference: string;
  readonly digest: string;
}

/** What `status…imageID` says: a manifest or index, a config digest, or nothing yet. */
export type ImageId = { readonly is: 'manifest' | 'config'; readonly digest: Digest } | { readonly is: 'none' };

// The grammar of references (distribution/reference): what does not follow it is never pulled.
const nameForm = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const tagForm = /^\w[\w.-]{0,127}$/;
const hostForm = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::\d+)?$/;
const hex64 = /^[0-9a-f]{64}$/;

/** Reads `sha256:HEX` or 64 bare hexadecimal digits in any case; null for anything else. */
export function asDigest(text: string): Digest | null {
  const hex = text.toLowerCase().replace(/^sha256:/, '');
  return hex64.test(hex) ? `sha256:${hex}` : null;
}

/**
 * Splits a reference by the rules of the container runtimes: the first part is a host if it has a dot, a colon or is
 * `localhost`; else the host is docker.io, and a single name lies below `library/`. Null for what is no
 * reference, and for a digest that is no SHA-256.
 */
export function parseImageReference(text: string): ImageReference | null {
  const trimmed = text.trim();
  const at = trimmed.indexOf('@');
  const digest = at < 0 ? null : asDigest(trimmed.slice(at + 1));
  if (at >= 0 && digest === null) return null;
  const named = at < 0 ? trimmed : trimmed.slice(0, at);
  const slash = named.indexOf('/');
  const first = slash < 0 ? '' : named.slice(0, slash);
  const hasHost = first.includes('.') || first.includes(':') || first === 'localhost';
  const host = hasHost ? first.toLowerCase() : 'docker.io';
  const rest = hasHost ? named.slice(slash + 1) : named;
  const colon = rest.lastIndexOf(':');
  const tagged = colon > rest.lastIndexOf('/');
  const name = tagged ? rest.slice(0, colon) : rest;
  if (!nameForm.test(name) || (hasHost && !hostForm.test(host))) return null;
  if (tagged && !tagForm.test(rest.slice(colon + 1))) return null;
  const path = host === 'docker.io' && !name.includes('/') ? `library/${name}` : name;
  const tag = tagged ? rest.slice(colon + 1) : digest === null ? 'latest' : null;
  return { text: trimmed, host: host === 'index.docker.io' ? 'docker.io' : host, path, tag, digest };
}

/**
 * Reads an imageID. `[docker-pullable://]REPO@sha256:X` names a manifest or an index; `docker://sha256:X`, `sha256:X`
 * and 64 bare digits name a config. The repository in it is not to be trusted and is dropped.
 */
export function parseImageId(imageID: string | undefined): ImageId {
  if (imageID === undefined || imageID === '') return { is: 'none' };
  const at = imageID.lastIndexOf('@');
  const digest = asDigest(at < 0 ? imageID.replace(/^[a-z-]+:\/\//, '') : imageID.slice(at + 1));
  if (digest === null) return { is: 'none' };
  return { is: at < 0 ? 'config' : 'manifest', digest };
}

/** The image a container runs: by its imageID where there is one, else by the digest or tag in its reference. */
export function imageOf(reference: string, imageID: string | undefined, platform: string | null): Image {
  const id = parseImageId(imageID);
  const parsed = parseImageReference(reference);
  if (id.is === 'config') {
    return { key: `config|${id.digest}|${reference}`, basis: 'config', reference, digest: id.digest, platform };
  }
  const digest = id.is === 'manifest' ? id.digest : (parsed?.digest ?? null);
  if (digest === null) {
    return { key: `reference|${reference}|${platform ?? ''}`, basis: 'reference', reference, digest, platform };
  }
  const repository = parsed === null ? reference : `${parsed.host}/${parsed.path}`;
  return { key: `${digest}|${platform ?? ''}|${repository}`, basis: 'digest', reference, digest, platform };
}
