// Xray's summary of artifacts: is an image known, and what is in it (API.md section 2).

import { isObject, jsonBytes, objectIn, refusal, strings } from './answer.ts';
import type { Answer, Call, Context, Route } from './answer.ts';
import type { Behaviour, Json, JsonObject, StoredImage } from './data.ts';

export function summaryRoutes(): readonly Route[] {
  const common = { method: 'POST', right: 'read', form: 'xray' } as const;
  return [
    // "if 404, POST v1" (API.md section 2; SPEC, SG): an Xray without v2 does not know the path.
    { ...common, path: /^\/api\/v2\/summary\/artifact$/, answer: (call, context) => summary(call, context, 'v2') },
    { ...common, path: /^\/api\/v1\/summary\/artifact$/, answer: (call, context) => summary(call, context, 'v1') },
  ];
}

/** Serialises an image's entry once; a changed image is another object, and is serialised anew. */
export function createSummaries(artifactoryId: () => string): Context['summaryOf'] {
  const made = { v1: new WeakMap<StoredImage, Buffer>(), v2: new WeakMap<StoredImage, Buffer>() };
  return (image, version) => {
    const known = made[version].get(image);
    if (known !== undefined) return known;
    const bytes = Buffer.from(JSON.stringify(entryOf(image, version, artifactoryId())));
    made[version].set(image, bytes);
    return bytes;
  };
}

function summary(call: Call, context: Context, version: 'v1' | 'v2'): Answer {
  const { behaviour } = context.world;
  const body = objectIn(call.body);
  // 415 "Failed to parse json." (API.md section 1, SPEC).
  if (body === null) return refusal('xray', 415, 'Failed to parse json.');
  const paths = strings(body['paths']);
  // Both given: checksums are ignored (API.md section 2, SPEC).
  const asked = paths.length > 0 ? paths : strings(body['checksums']);
  const find = paths.length > 0 ? atPath : withChecksum;
  const artifacts: Buffer[] = [];
  const errors: JsonObject[] = [];
  for (const identifier of asked) {
    const found = find(identifier, context).filter((image) => image.scan !== 'unknown');
    const shown = behaviour.entryPerPath ? found : found.slice(0, 1);
    artifacts.push(...shown.map((image) => context.summaryOf(image, version)));
    // The identifier comes back as sent; two wordings (API.md section 2, "Unknown image": XJ, SG).
    if (shown.length === 0) errors.push({ identifier, error: wording[behaviour.unknownWording] });
  }
  return jsonBytes(200, answerBody(artifacts, errors, behaviour));
}

const wording = {
  cached: "Artifact doesn't exist or not indexed/cached in Xray",
  plain: "Artifact doesn't exist or not indexed in Xray",
} as const;

// Bare hexadecimal only: with `sha256:` before it a checksum is not known (API.md section 2, SPEC).
function withChecksum(hex: string, { catalog }: Context): readonly StoredImage[] {
  return hex.includes(':') ? [] : catalog.copiesOf(`sha256:${hex}`);
}

// `default/REPO/IMAGE/TAG/manifest.json`, without a leading slash (API.md section 2, SPEC). Virtual repositories are
// not indexed themselves (section 4, CLIA), so nothing is resolved here.
function atPath(path: string, { catalog, world }: Context): readonly StoredImage[] {
  const [id, repo = '', ...file] = path.split('/');
  if (id !== world.behaviour.artifactoryId) return [];
  const image = catalog.fileAt(repo, file.join('/'));
  return image === undefined ? [] : [image];
}

function entryOf(image: StoredImage, version: 'v1' | 'v2', artifactoryId: string): Json {
  if (image.raw !== undefined) return image.raw;
  const empty = image.scan === 'empty';
  const issues = empty ? [] : image.issues;
  return {
    general: generalOf(image, artifactoryId),
    issues: version === 'v1' ? (issues?.map(withoutComponents) ?? issues) : issues,
    licenses: empty ? [] : image.licenses,
  };
}

// A child of an index is `IMAGE:sha256__HEX` (API.md section 4, CLIA); the path ends in `/` for Docker (section 2).
function generalOf(image: StoredImage, artifactoryId: string): JsonObject {
  const cut = image.path.lastIndexOf('/');
  const name = `${image.path.slice(0, cut)}:${image.path.slice(cut + 1).replace(':', '__')}`;
  return {
    component_id: name,
    name,
    path: `${artifactoryId}/${image.repo}/${image.path}/`,
    pkg_type: 'Docker',
    sha256: image.digest.replace('sha256:', '').toLowerCase(),
  };
}

// "components null or absent in v1" (API.md section 2, SG): the package is then only in the impact path.
function withoutComponents(issue: Json): Json {
  return isObject(issue) ? { ...issue, components: undefined } : issue;
}

function answerBody(artifacts: readonly Buffer[], errors: readonly JsonObject[], behaviour: Behaviour): Buffer {
  const parts: Buffer[] = [];
  const add = (key: string, present: readonly Buffer[], none: Behaviour['noErrors']): void => {
    if (present.length === 0 && none === 'absent') return;
    parts.push(Buffer.from(`${parts.length === 0 ? '{' : ','}"${key}":`));
    if (present.length > 0) parts.push(open, ...present.flatMap((one, at) => (at === 0 ? [one] : [comma, one])), close);
    else parts.push(Buffer.from(none === 'null' ? 'null' : '[]'));
  };
  add('artifacts', artifacts, behaviour.noArtifacts);
  add(
    'errors',
    errors.map((one) => Buffer.from(JSON.stringify(one))),
    behaviour.noErrors,
  );
  return Buffer.concat(parts.length === 0 ? [Buffer.from('{}')] : [...parts, Buffer.from('}')]);
}

const open = Buffer.from('[');
const close = Buffer.from(']');
const comma = Buffer.from(',');
