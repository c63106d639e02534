// Artifactory beside its registry: health, repositories, file information, searches (API.md section 4).

import { html, json, plainText, refusal } from './answer.ts';
import type { Answer, Call, Context, Route } from './answer.ts';
import { parseAql } from './aql.ts';
import { fileOf } from './catalog.ts';
import type { Json, JsonObject, Repository, StoredImage } from './data.ts';

export function artifactoryRoutes(): readonly Route[] {
  const get = { method: 'GET', form: 'platform' } as const;
  return [
    { ...get, path: /^\/api\/system\/ping$/, right: null, answer: () => plainText(200, 'OK') },
    { ...get, path: /^\/api\/system\/version$/, right: 'artifactoryRead', answer: version },
    { ...get, path: /^\/api\/repositories$/, right: 'artifactoryRead', answer: repositories },
    { ...get, path: /^\/api\/repositories\/([^/]+)$/, right: 'artifactoryRead', answer: repository },
    { ...get, path: /^\/api\/storage\/([^/]+)(?:\/(.+?))?\/?$/, right: 'artifactoryRead', answer: storage },
    { ...get, path: /^\/api\/search\/checksum$/, right: 'artifactorySearch', answer: checksumSearch },
    { method: 'POST', form: 'platform', path: /^\/api\/search\/aql$/, right: 'artifactorySearch', answer: aql },
    // For administrators only (API.md section 4, HELP).
    { ...get, path: /^\/api\/xrayRepo\/getIntegrationConfig$/, right: 'admin', answer: integration },
  ];
}

function version(_call: Call, { world }: Context): Answer {
  return json(200, { version: world.behaviour.artifactoryVersion, revision: '81104900', addons: [] });
}

// Upper-case type, capitalised package type (API.md section 4, PM); the query writes both in lower case.
function repositories({ query }: Call, { world, origin }: Context): Answer {
  const packageType = query.get('packageType')?.toLowerCase();
  const type = query.get('type')?.toLowerCase();
  const shown = world.repositories.filter(
    (one) =>
      (packageType === undefined || one.packageType.toLowerCase() === packageType) &&
      (type === undefined || one.type.toLowerCase() === type),
  );
  return json(
    200,
    shown.map((one) => repositoryRow(one, origin())),
  );
}

function repositoryRow({ key, type, url, packageType }: Repository, origin: string): Json {
  return { key, description: '', type, url: url ?? `${origin}/artifactory/${key}`, packageType };
}

// The configuration of one: the vendor's page "Get Repository Configuration" (not in API.md). A user who is no
// administrator sees only part of it, without the members of a virtual repository.
function repository({ rights }: Call, { world }: Context, [key]: readonly string[]): Answer {
  const found = world.repositories.find((one) => one.key === key);
  if (found === undefined) return refusal('platform', 400, 'Bad Request');
  const { type, packageType, members } = found;
  const visible = { key, packageType: packageType.toLowerCase(), rclass: type.toLowerCase(), description: '' };
  return json(200, rights.has('admin') ? { ...visible, repositories: members } : visible);
}

// File information with `checksums.sha256` (API.md section 4); a folder lists its children.
function storage(_call: Call, { world, catalog, origin }: Context, [repo = '', path = '']: readonly string[]): Answer {
  const uri = `${origin()}/artifactory/api/storage/${repo}${path === '' ? '' : `/${path}`}`;
  const file = catalog
    .storesOf(repo)
    .map((store) => catalog.fileAt(store, path))
    .find((one) => one?.inArtifactory);
  if (file !== undefined) {
    const checksums = { sha256: file.digest.replace('sha256:', '') };
    return json(200, { repo, path: `/${path}`, uri, downloadUri: uri.replace('/api/storage', ''), checksums });
  }
  const children = childrenOf(world.images, catalog.storesOf(repo), path);
  if (children.length === 0) return refusal('platform', 404, 'Unable to find item');
  return json(200, { repo, path: `/${path}`, uri, children });
}

function childrenOf(images: readonly StoredImage[], stores: readonly string[], folder: string): readonly JsonObject[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const below = images
    .filter((image) => image.inArtifactory && stores.includes(image.repo) && fileOf(image).startsWith(prefix))
    .map((image) => fileOf(image).slice(prefix.length).split('/'));
  const folders = new Map(below.map(([name = '', ...rest]) => [name, rest.length > 0]));
  return [...folders].map(([name, isFolder]) => ({ uri: `/${name}`, folder: isFolder }));
}

// Finds every copy; takes a licence (API.md section 4, D). Local repositories and caches only.
function checksumSearch({ query }: Call, { world, catalog, origin }: Context): Answer {
  if (!world.behaviour.checksumSearch) {
    return refusal('platform', 400, 'This REST API is available only in Artifactory Pro');
  }
  const hex = query.get('sha256');
  if (hex === null || !/^[0-9a-f]{64}$/i.test(hex)) return refusal('platform', 400, 'Bad checksum');
  const repos = query.get('repos')?.split(',') ?? null;
  const found = catalog
    .copiesOf(`sha256:${hex}`)
    .filter((image) => image.inArtifactory && (repos === null || repos.includes(image.repo)));
  const uri = (image: StoredImage): string => `${origin()}/artifactory/api/storage/${image.repo}/${fileOf(image)}`;
  return json(200, { results: found.map((image) => ({ uri: uri(image) })) });
}

function aql(call: Call, { world }: Context): Answer {
  // The query is text/plain (API.md section 4).
  if (call.headers['content-type']?.startsWith('text/plain') !== true) return html(415, 'Unsupported Media Type');
  const query = parseAql(call.body);
  if (query === null) return refusal('platform', 400, `Failed to parse query: ${call.body.slice(0, 80)}`);
  // Who is no administrator must include these three (API.md section 4).
  const required = ['repo', 'path', 'name'];
  if (!call.rights.has('admin') && !required.every((field) => query.include.includes(field))) {
    return refusal('platform', 400, 'For permissions reasons AQL demands the following fields: repo, path and name.');
  }
  const found = world.images.filter((image) => image.inArtifactory && query.matches(image));
  const shown = found.slice(query.offset, query.offset + query.limit);
  const results = shown.map((image) => itemOf(image, query.include));
  const range = { start_pos: query.offset, end_pos: query.offset + results.length, total: results.length };
  return json(200, { results, range });
}

function itemOf(image: StoredImage, include: readonly string[]): JsonObject {
  const sha256 = image.digest.replace('sha256:', '');
  const all: JsonObject = { repo: image.repo, path: image.path, name: image.file, type: 'file', sha256 };
  if (include.length === 0 || include.includes('*')) return all;
  return Object.fromEntries(include.filter((field) => field in all).map((field) => [field, all[field]]));
}

function integration(): Answer {
  return json(200, { xrayEnabled: true, xrayAllowBlocked: false, xrayAllowWhenUnavailable: false });
}
