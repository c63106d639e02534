// The Docker registry in Artifactory: manifests by tag or digest (API.md section 4, "Artifactory calls").

import { createHash } from 'node:crypto';

import { json, jsonBytes } from './answer.ts';
import type { Answer, Call, Context, Route } from './answer.ts';
import { mediaTypes } from './builders.ts';
import { fileOf } from './catalog.ts';
import type { Child, Json, StoredImage } from './data.ts';

export function registryRoutes(): readonly Route[] {
  const path = /^\/api\/docker\/([^/]+)\/v2\/(.+)\/manifests\/([^/]+)$/;
  const common = { path, right: 'artifactoryRead', form: 'registry', answer: manifest } as const;
  // HEAD works (JS, CLIA); the server sends its headers alone.
  return [
    { ...common, method: 'GET' },
    { ...common, method: 'HEAD' },
  ];
}

function manifest(call: Call, context: Context, [key = '', name = '', reference = '']: readonly string[]): Answer {
  const image = find(context, key, name, reference);
  if (image === undefined) return unknown(`${name}/${reference}`);
  if (image.blocked !== null) return denied(image);
  const accepted = acceptedTypes(call);
  if (accepted.has(image.mediaType)) return served(image.digest, image.mediaType, manifestOf(image));
  // Without its type in Accept, an index is turned into one platform, or a manifest into schema 1 (JS, CLIA).
  if (image.children.length > 0) return onePlatform(context, image, accepted);
  return schemaOne(name, reference);
}

// A virtual repository is asked member by member, a remote one through its cache; there an image without a namespace
// lies below `library/` (API.md section 4, CLIA).
function find({ catalog }: Context, key: string, name: string, reference: string): StoredImage | undefined {
  for (const store of catalog.storesOf(key)) {
    const names = store.endsWith('-cache') && !name.includes('/') ? [name, `library/${name}`] : [name];
    for (const one of names) {
      const found = reference.includes(':')
        ? catalog.copiesOf(reference).find((image) => image.repo === store && folderOf(image) === one)
        : (catalog.fileAt(store, `${one}/${reference}/list.manifest.json`) ??
          catalog.fileAt(store, `${one}/${reference}/manifest.json`));
      if (found?.inArtifactory === true) return found;
    }
  }
  return undefined;
}

function folderOf(image: StoredImage): string {
  return image.path.slice(0, image.path.lastIndexOf('/'));
}

function acceptedTypes(call: Call): ReadonlySet<string> {
  const types = (call.headers.accept ?? '').split(',').map((part) => part.split(';')[0]?.trim() ?? '');
  return new Set(types);
}

function served(digest: string, mediaType: string, body: Json): Answer {
  const bytes = Buffer.from(JSON.stringify(body));
  const headers = {
    'content-type': mediaType,
    'docker-content-digest': digest,
    'docker-distribution-api-version': 'registry/2.0',
  };
  return jsonBytes(200, bytes, headers);
}

function manifestOf(image: StoredImage): Json {
  const { mediaType } = image;
  if (image.children.length > 0 || image.file === 'list.manifest.json') {
    return { schemaVersion: 2, mediaType, manifests: image.children.map((child) => entryOf(child, mediaType)) };
  }
  const oci = mediaType === mediaTypes.ociManifest;
  const configType = oci
    ? 'application/vnd.oci.image.config.v1+json'
    : 'application/vnd.docker.container.image.v1+json';
  const layerType = oci
    ? 'application/vnd.oci.image.layer.v1.tar+gzip'
    : 'application/vnd.docker.image.rootfs.diff.tar.gzip';
  return {
    schemaVersion: 2,
    mediaType,
    config: { mediaType: configType, size: 1469, digest: image.config },
    layers: [{ mediaType: layerType, size: 2_797_541, digest: layerOf(image) }],
  };
}

// Attestation manifests stand at platform unknown/unknown (API.md section 4).
function entryOf(child: Child, indexType: string): Json {
  const { digest, os, architecture, variant } = child;
  const mediaType = indexType === mediaTypes.ociIndex ? mediaTypes.ociManifest : mediaTypes.dockerManifest;
  const annotations = child.attestation === true ? { 'vnd.docker.reference.type': 'attestation-manifest' } : undefined;
  return { mediaType, digest, size: 528, platform: { architecture, os, variant }, annotations };
}

function onePlatform({ catalog }: Context, index: StoredImage, accepted: ReadonlySet<string>): Answer {
  const wanted = index.children.find((child) => child.os === 'linux' && child.architecture === 'amd64');
  const child = wanted ?? index.children[0];
  const [image] = child === undefined ? [] : catalog.copiesOf(child.digest);
  if (image === undefined) return unknown(fileOf(index));
  return accepted.has(image.mediaType) ? served(image.digest, image.mediaType, manifestOf(image)) : schemaOne('', '');
}

// The digest of a converted manifest is of no image in the world.
function schemaOne(name: string, tag: string): Answer {
  const body = { schemaVersion: 1, name, tag, architecture: 'amd64', fsLayers: [], history: [] };
  const digest = `sha256:${createHash('sha256').update(JSON.stringify(body)).digest('hex')}`;
  return served(digest, 'application/vnd.docker.distribution.manifest.v1+prettyjws', body);
}

function unknown(manifest: string): Answer {
  const message = 'The named manifest is not known to the registry.';
  return json(404, { errors: [{ code: 'MANIFEST_UNKNOWN', message, detail: { manifest } }] });
}

// 403, code DENIED, with these words; other words where Xray could not be asked (API.md section 4, JS, CLIA).
function denied(image: StoredImage): Answer {
  const file = fileOf(image);
  const reason = `due to the download blocking policy configured in Xray for ${image.repo}.`;
  const message =
    image.blocked === 'policy'
      ? `Artifact download request rejected: ${file} was not downloaded ${reason}`
      : `Artifact download request rejected: ${file} was not downloaded ${reason} Xray is unavailable.`;
  return json(403, { errors: [{ code: 'DENIED', message, detail: { manifest: file } }] });
}

function layerOf(image: StoredImage): string {
  return `sha256:${createHash('sha256').update(`layer of ${image.digest}`).digest('hex')}`;
}
