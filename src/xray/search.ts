// Where in Artifactory a digest lies: AQL in batches, the checksum search one by one where AQL is refused (API.md
// section 4). Finds every copy, re-tagged or promoted.
import { asDigest } from '../core/image.ts';
import { createBatcher } from './batch.ts';
import type { Batcher } from './batch.ts';
import type { Answer, XrayClient } from './client.ts';
import { nonsense } from './failure.ts';
import type { Failure } from './failure.ts';
import { fieldsOf, listOf, textOf } from './wire.ts';

export interface Place {
  readonly repository: string;
  /** The folder, `IMAGE/TAG`. */
  readonly folder: string;
  /** `manifest.json`, `list.manifest.json`, or another file: a layer or a configuration. */
  readonly file: string;
}

export type SearchAnswer =
  | { readonly is: 'answered'; readonly places: readonly Place[] }
  /** Without the right, the licence or an address to search at. */
  | { readonly is: 'refused'; readonly failure: Failure }
  | { readonly is: 'failed'; readonly failure: Failure };

/** Keyed by digest. */
export type Search = Batcher<SearchAnswer>;

const perCall = 100;
const doing = 'search Artifactory for images by digest';

export function createSearch(client: XrayClient, signal: () => AbortSignal): Search {
  let aqlRefused = false;
  return createBatcher<SearchAnswer>({
    clock: client.clock,
    size: () => perCall,
    inFlight: () => 4,
    eager: true,
    keep: ({ is }) => is === 'answered',
    send: async (digests) => {
      if (client.base().artifactory === null) return all(digests, { is: 'refused', failure: noAddress });
      if (!aqlRefused) {
        const found = await byAql(client, digests, signal());
        if (found !== null) return found;
        aqlRefused = true;
      }
      return await byChecksum(client, digests, signal());
    },
  });
}

export const noAddress: Failure = {
  reason: 'forbidden',
  message: 'no address of Artifactory is known: it cannot be told where an image lies; configure artifactoryUrl',
};

/** Null where AQL is refused. */
async function byAql(
  client: XrayClient,
  digests: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, SearchAnswer> | null> {
  const wanted = digests.map((digest) => ({ sha256: digest.replace('sha256:', '') }));
  const criteria = JSON.stringify({ $or: wanted });
  const text = `items.find(${criteria}).include("repo","path","name","sha256")`;
  const request = { to: 'artifactory', method: 'POST', path: '/api/search/aql', text, doing } as const;
  const answer = await client.ask(request, signal);
  if (!answer.ok) return isRefusal(answer) ? null : all(digests, { is: 'failed', failure: answer.failure });
  const rows = listOf(fieldsOf(answer.body)?.['results'] ?? false);
  if (rows === null) return all(digests, { is: 'failed', failure: senseless(client) });
  const places = new Map<string, Place[]>(digests.map((digest) => [digest, []]));
  for (const row of rows) {
    const { repo, path, name, sha256 } = fieldsOf(row) ?? {};
    const list = places.get(asDigest(textOf(sha256)) ?? '');
    if (list === undefined) return all(digests, { is: 'failed', failure: senseless(client) });
    addPlace(list, { repository: textOf(repo), folder: textOf(path), file: textOf(name) });
  }
  return new Map(Array.from(places, ([digest, found]) => [digest, { is: 'answered', places: found }]));
}

async function byChecksum(
  client: XrayClient,
  digests: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, SearchAnswer>> {
  const [first, ...rest] = digests;
  if (first === undefined) return new Map();
  const answer = await checksum(client, first, signal);
  // One refusal stands for all.
  if (answer.is === 'refused') return all(digests, answer);
  const others = await Promise.all(
    rest.map(async (digest) => [digest, await checksum(client, digest, signal)] as const),
  );
  return new Map([[first, answer], ...others]);
}

async function checksum(client: XrayClient, digest: string, signal: AbortSignal): Promise<SearchAnswer> {
  const path = `/api/search/checksum?sha256=${digest.replace('sha256:', '')}`;
  const answer = await client.ask({ to: 'artifactory', method: 'GET', path, doing }, signal);
  if (!answer.ok) return { is: isRefusal(answer) ? 'refused' : 'failed', failure: answer.failure };
  const rows = listOf(fieldsOf(answer.body)?.['results'] ?? false);
  if (rows === null) return { is: 'failed', failure: senseless(client) };
  const places: Place[] = [];
  for (const row of rows) {
    const [, at = ''] = textOf(fieldsOf(row)?.['uri']).split('/api/storage/');
    const [repository = '', ...parts] = at.split('/').map(decoded);
    addPlace(places, { repository, folder: parts.slice(0, -1).join('/'), file: parts.at(-1) ?? '' });
  }
  return { is: 'answered', places };
}

// What was thrown away, or is on its way in, is not in a repository.
function addPlace(places: Place[], place: Place): void {
  if (place.repository === '' || place.repository === 'auto-trashcan' || place.folder.startsWith('_uploads')) return;
  places.push(place);
}

function isRefusal({ status }: Extract<Answer, { ok: false }>): boolean {
  return status !== null && [400, 403, 404, 405, 415].includes(status);
}

function senseless(client: XrayClient): Failure {
  return nonsense('it is no result of a search', client.named('artifactory'));
}

function all(digests: readonly string[], answer: SearchAnswer): Map<string, SearchAnswer> {
  return new Map(digests.map((digest) => [digest, answer]));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
