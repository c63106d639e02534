// What Xray itself says a CVE reaches, wherever it lies: `impactedResources` (API.md section 4; since 3.131, with the SBOM
// service and the right to read reports).
import type { XrayClient } from './client.ts';
import { nonsense } from './failure.ts';
import type { Failure } from './failure.ts';
import { fieldsOf, listOf, textOf } from './wire.ts';

export type Impacted =
  /** `REPOSITORY/PATH/manifest.json` of artifacts; `whole`: there are no more. */
  | { readonly is: 'known'; readonly places: readonly string[]; readonly whole: boolean }
  | { readonly is: 'failed'; readonly failure: Failure };

const rowsPerPage = 1000;
/** It tells of at most 10,000. */
const mostPages = 10;

/** Milliseconds: it only adds to what is known, and nobody waits long for it. */
const longest = 10_000;

/** Never rejects. No other address is tried for it: an older Xray answers with 404 as a wrong address does. */
export async function impactedBy(client: XrayClient, cve: string, signal: AbortSignal): Promise<Impacted> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  if (signal.aborted) stop();
  const cancel = client.clock.after(longest, stop);
  signal.addEventListener('abort', stop, { once: true });
  try {
    stopping.signal.throwIfAborted();
    return await readPages(client, cve, stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    return { is: 'failed', failure: { reason: 'timeout', message: `Xray did not say within ${longest / 1000} s` } };
  } finally {
    cancel();
    signal.removeEventListener('abort', stop);
  }
}

async function readPages(client: XrayClient, cve: string, signal: AbortSignal): Promise<Impacted> {
  const places: string[] = [];
  let lastKey = '';
  for (let page = 0; page < mostPages; page += 1) {
    const query = new URLSearchParams({ vulnerability: cve, limit: String(rowsPerPage), last_key: lastKey });
    const path = `/api/v2/search/impactedResources?${query.toString()}`;
    const asked = { to: 'xray', method: 'GET', path, doing: 'ask what a CVE reaches', retryTimeouts: false } as const;
    const answer = await client.ask(asked, signal);
    if (!answer.ok) return { is: 'failed', failure: answer.status === 404 ? tooOld : answer.failure };
    const body = fieldsOf(answer.body);
    const rows = body === null ? null : listOf(body['result']);
    if (rows === null) return { is: 'failed', failure: nonsense('it is no list of resources', client.named('xray')) };
    places.push(...rows.flatMap((row) => placeOf(row) ?? []));
    const next = textOf(body?.['last_key']);
    if (next === '' || next === lastKey || rows.length === 0) return { is: 'known', places, whole: true };
    lastKey = next;
  }
  return { is: 'known', places, whole: false };
}

const tooOld: Failure = { reason: 'notXray', message: 'this Xray has no search for it (it is there from 3.131 on)' };

/** Paths are written with the repository and without it, and with the id of the Artifactory before it. */
function placeOf(row: unknown): string | null {
  const { type, repo, path } = fieldsOf(row) ?? {};
  const [repository, plain] = [
    textOf(repo),
    textOf(path)
      .replace(/^\/+/, '')
      .replace(/^default\//, ''),
  ];
  if (!/^artifact$/i.test(textOf(type)) || plain === '') return null;
  return repository === '' || plain.startsWith(`${repository}/`) ? plain : `${repository}/${plain}`;
}
