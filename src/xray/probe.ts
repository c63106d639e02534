// Questions that find out how an Xray stands: whether it answers, to whom, what of it may be read. For `doctor`; no image
// is asked about, nothing is changed, and each question is put once.
import type { Timed } from '../core/doctor/clock.ts';
import type { FurtherRight, Lacking, RepositoryFacts } from '../core/doctor/xray.ts';
import type { Answer, XrayClient, XrayRequest } from './client.ts';
import { askForNews } from './heard.ts';
import { listRepositories } from './repositories.ts';
import { createSearch } from './search.ts';
import { createSummaries, silenceOfXray } from './summary.ts';
import { fieldsOf, textOf } from './wire.ts';

export interface Reached {
  /** Null: it answered as Xray. */
  readonly lacking: Lacking | null;
  /** Where it answered; the first address tried where it did not. */
  readonly address: string;
  readonly timed: Timed;
}

/** Takes no credentials, and succeeds with wrong ones (API.md section 1): it shows the address alone. */
export async function reachXray(client: XrayClient, signal: AbortSignal): Promise<Reached> {
  const { clock } = client;
  const first = client.base().xray;
  const request = { method: 'GET', path: '/api/v1/system/ping', doing: 'reach Xray' } as const;
  let sentAt = clock.now();
  const answer = await askForNews(client, signal, request);
  if (!answer.ok) {
    return { lacking: answer.failure, address: first, timed: { date: null, sentAt, receivedAt: clock.now() } };
  }
  // The first question may have waited for a connection or another address: the second tells the time.
  sentAt = clock.now();
  const second = await askForNews(client, signal, request);
  const date = second.ok ? second.header('date') : null;
  return { lacking: null, address: client.base().xray, timed: { date, sentAt, receivedAt: clock.now() } };
}

/** By a question about no image: null where credentials and the right to read are there. */
export async function lackingToRead(client: XrayClient, signal: AbortSignal): Promise<Lacking | null> {
  const summaries = createSummaries(
    client,
    () => signal,
    () => {},
  );
  const silence = silenceOfXray(summaries, 0);
  summaries.flush();
  return silence;
}

/** Null where it does not say, or may not be asked. */
export async function askArtifactoryVersion(client: XrayClient, signal: AbortSignal): Promise<string | null> {
  if (client.base().artifactory === null) return null;
  const request = { path: '/api/system/version', doing: 'ask for the version of Artifactory' };
  const answer = await client.ask({ to: 'artifactory', method: 'GET', ...request }, signal);
  return answer.ok ? textOf(fieldsOf(answer.body)?.['version']) || null : null;
}

/** Beyond so many repositories, or so many milliseconds, the others are left out: each takes a question of its own. */
const mostRepositories = 200;
const longest = 10_000;

export interface RepositoriesProbed {
  readonly facts: readonly RepositoryFacts[];
  readonly lacking: Lacking | null;
  /** Those that were not asked about. */
  readonly more: number;
}

/** `configured`: those that the configuration names, which come first. */
export async function probeRepositories(
  client: XrayClient,
  configured: readonly string[],
  signal: AbortSignal,
): Promise<RepositoriesProbed> {
  const listed = await listRepositories(client, signal);
  const lacking = listed.is === 'listed' ? null : listed.failure;
  // A virtual repository is not indexed itself.
  const keys = listed.is === 'listed' ? listed.docker.filter((key) => listed.types.get(key) !== 'VIRTUAL') : [];
  const isVirtual = (key: string): boolean => listed.is === 'listed' && listed.types.get(key) === 'VIRTUAL';
  const named = configured.filter((key) => !isVirtual(key));
  const all = [...new Set([...named, ...keys.toSorted()])];
  const facts = await askEach(client, all.slice(0, mostRepositories), signal);
  const asked = facts.map(({ key, is }): RepositoryFacts => ({ key, is, configured: named.includes(key) }));
  return { facts: asked, lacking, more: all.length - facts.length };
}

type Standing = Pick<RepositoryFacts, 'key' | 'is'>;

/** Those that there was time for. */
async function askEach(client: XrayClient, keys: readonly string[], signal: AbortSignal): Promise<readonly Standing[]> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  const cancel = client.clock.after(longest, stop);
  signal.addEventListener('abort', stop, { once: true });
  const ask = async (key: string): Promise<readonly Standing[]> => {
    const request = { path: `/api/v1/repos_config/${encodeURIComponent(key)}`, doing: 'read a repository of Xray' };
    const answer = await client.ask({ to: 'xray', method: 'GET', ...request }, stopping.signal);
    return [{ key, is: standingIn(answer) }];
  };
  try {
    const all = keys.map((key) =>
      ask(key).catch((error: unknown) => {
        if (stopping.signal.aborted) return [];
        throw error;
      }),
    );
    return (await Promise.all(all)).flat();
  } finally {
    cancel();
    signal.removeEventListener('abort', stop);
  }
}

function standingIn(answer: Answer): RepositoryFacts['is'] {
  if (answer.ok) return 'readable';
  // A page in place of JSON is the answer of a server that has no such call.
  if (answer.status === 404 && answer.isJson) return 'notIndexed';
  return answer.status === 403 ? 'forbidden' : 'unanswered';
}

/** A digest of no image. */
const nobody = `sha256:${'0'.repeat(64)}`;

/** Null where the right is there. */
export async function lackingRight(
  right: FurtherRight,
  client: XrayClient,
  signal: AbortSignal,
): Promise<Lacking | null> {
  if (right === 'search') {
    const answer = await createSearch(client, () => signal).ask(nobody, 0);
    if (answer.is === 'answered') return null;
    return answer.is === 'refused' ? { ...answer.failure, reason: 'forbidden' } : answer.failure;
  }
  const request: XrayRequest = {
    to: 'xray',
    method: 'GET',
    path: `/api/v2/${right}`,
    doing: `read the ${right} of Xray`,
  };
  const answer = await client.ask(request, signal);
  return answer.ok ? null : answer.failure;
}
