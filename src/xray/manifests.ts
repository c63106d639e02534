// Manifests as Artifactory's registry serves them: is an image there, is it an index, and of what (API.md section 4).
import { asDigest } from '../core/image.ts';
import type { Digest } from '../core/image.ts';
import type { Answer, XrayClient } from './client.ts';
import { nonsense } from './failure.ts';
import type { Failure } from './failure.ts';
import type { Repositories, Spot } from './repositories.ts';
import { noAddress } from './search.ts';
import { fieldsOf, listOf, textOf } from './wire.ts';

export interface Child {
  readonly digest: Digest;
  /** `os/architecture`. */
  readonly platform: string;
}

export interface Manifest {
  readonly digest: Digest;
  /** What an index points at, attestations left out; null for a single image. */
  readonly children: readonly Child[] | null;
  /** Digest of the configuration; null for an index. */
  readonly config: Digest | null;
  readonly spot: Spot;
}

export type ManifestAnswer =
  | { readonly is: 'found'; readonly manifest: Manifest }
  /** Everywhere it could lie, Artifactory says that it does not have it. */
  | { readonly is: 'absent' }
  | { readonly is: 'refused'; readonly failure: Failure }
  | { readonly is: 'failed'; readonly failure: Failure };

export interface Manifests {
  /** Looks for a tag or digest in these places, and behind them where one is virtual or remote. */
  find(spots: readonly Spot[], reference: string, signal: AbortSignal): Promise<ManifestAnswer>;
}

// Without all four an index is turned into one platform, or a manifest into schema 1.
const accept = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
].join(', ');

const mostRemembered = 5_000;

export function createManifests(client: XrayClient, repositories: Repositories): Manifests {
  // What a digest names never changes.
  const remembered = new Map<string, Promise<ManifestAnswer>>();

  const get = async (spot: Spot, reference: string, signal: AbortSignal): Promise<ManifestAnswer> => {
    const key = `${spot.repository}/${spot.image}@${reference}`;
    const known = remembered.get(key);
    if (known !== undefined) return await known;
    const asking = fetchManifest(client, spot, reference, signal);
    if (asDigest(reference) === null || remembered.size >= mostRemembered) return await asking;
    remembered.set(key, asking);
    const answer = await asking.catch((error: unknown) => {
      remembered.delete(key);
      throw error;
    });
    if (answer.is !== 'found') remembered.delete(key);
    return answer;
  };

  const findBehind = async (spot: Spot, reference: string, signal: AbortSignal): Promise<ManifestAnswer> => {
    const first = await get(spot, reference, signal);
    if (first.is === 'found' || first.is === 'failed') return first;
    if (spot.isStore === true) return first;
    // 404 or 403 through a virtual repository proves nothing, nor does a remote one's 404 about its cache.
    const stores = await repositories.storesOf(spot.repository, signal);
    if (stores === null) return first.is === 'refused' ? first : { is: 'refused', failure: untold };
    if ('failure' in stores) return { is: 'failed', failure: stores.failure };
    let answer: ManifestAnswer = stores.includes(spot.repository) ? first : { is: 'absent' };
    for (const behind of stores.flatMap((store) => spotsIn(store, spot)).filter((one) => !isSame(one, spot))) {
      const one = await get(behind, reference, signal);
      if (one.is === 'found') return one;
      answer = worse(answer, one);
    }
    return answer;
  };

  return {
    find: async (spots, reference, signal) => {
      if (client.base().artifactory === null) return { is: 'refused', failure: noAddress };
      let answer: ManifestAnswer = { is: 'absent' };
      for (const spot of spots) {
        const one = await findBehind(spot, reference, signal);
        if (one.is === 'found') return one;
        answer = worse(answer, one);
      }
      return answer;
    },
  };
}

const untold: Failure = {
  reason: 'forbidden',
  message:
    'may not list the repositories of Artifactory: it cannot be told whether an image is gone or lies behind a virtual repository',
};

async function fetchManifest(
  client: XrayClient,
  spot: Spot,
  reference: string,
  signal: AbortSignal,
): Promise<ManifestAnswer> {
  const name = spot.image.split('/').map(encodeURIComponent).join('/');
  const path = `/api/docker/${encodeURIComponent(spot.repository)}/v2/${name}/manifests/${reference}`;
  const doing = 'read the manifest of an image';
  const answer = await client.ask({ to: 'artifactory', method: 'GET', path, accept, doing }, signal);
  if (!answer.ok) return notFound(answer);
  const asked = asDigest(reference);
  const digest = asDigest(answer.header('docker-content-digest') ?? '') ?? asked;
  const manifest = digest === null ? null : readManifest(answer.body, digest, spot);
  if (manifest === null || (asked !== null && digest !== asked)) {
    return { is: 'failed', failure: nonsense('it is no manifest', client.named('artifactory')) };
  }
  return { is: 'found', manifest };
}

function notFound({ status, failure, said, isJson }: Extract<Answer, { ok: false }>): ManifestAnswer {
  // Any other 404 is that of a proxy or another server on the way.
  if (status === 404 && isJson) return { is: 'absent' };
  if (status !== 403) return { is: 'failed', failure };
  if (!/xray/i.test(said)) return { is: 'refused', failure };
  const message = 'Artifactory refuses the manifest: the download of the image is blocked by Xray';
  return { is: 'refused', failure: { reason: 'forbidden', message } };
}

function readManifest(body: unknown, digest: Digest, spot: Spot): Manifest | null {
  const fields = fieldsOf(body);
  if (fields === null) return null;
  const config = asDigest(textOf(fieldsOf(fields['config'])?.['digest']));
  if (!('manifests' in fields)) {
    return config === null && !('layers' in fields) ? null : { digest, children: null, config, spot };
  }
  const list = listOf(fields['manifests']);
  if (list === null) return null;
  const children: Child[] = [];
  for (const one of list) {
    const child = fieldsOf(one);
    const at = asDigest(textOf(child?.['digest']));
    if (child === null || at === null) return null;
    const { os, architecture } = fieldsOf(child['platform']) ?? {};
    const platform = `${textOf(os)}/${textOf(architecture)}`;
    const annotations = fieldsOf(child['annotations']) ?? {};
    // An attestation cannot be scanned, and nothing runs it.
    if (platform === 'unknown/unknown' || 'vnd.docker.reference.type' in annotations) continue;
    children.push({ digest: at, platform });
  }
  return { digest, children, config: null, spot };
}

// Below a Docker Hub remote an image without a namespace lies under `library/`.
export function spotsIn(store: string, { image }: Spot): readonly Spot[] {
  const plain = { repository: store, image, isStore: true };
  if (!store.endsWith('-cache') || image.includes('/')) return [plain];
  return [plain, { ...plain, image: `library/${image}` }];
}

function isSame(a: Spot, b: Spot): boolean {
  return a.repository === b.repository && a.image === b.image;
}

function worse(a: ManifestAnswer, b: ManifestAnswer): ManifestAnswer {
  const rank = { found: 0, absent: 1, refused: 2, failed: 3 };
  return rank[b.is] > rank[a.is] ? b : a;
}
