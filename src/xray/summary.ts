// Asks summary/artifact about digests: v2, v1 where there is no v2, at whichever address turns out to be Xray's; too
// large a batch is halved and asked again, so that one bad digest spoils only its own answer.
import type { Digest } from '../core/image.ts';
import { createBatcher } from './batch.ts';
import type { Batcher } from './batch.ts';
import type { Answer, XrayClient } from './client.ts';
import type { XrayBase } from './connect.ts';
import { nonsense } from './failure.ts';
import type { Failure } from './failure.ts';
import { notIndexedAtEnd, readSummaryText } from './summary-text.ts';
import type { ArtifactSummary, SummaryBody } from './wire-summary.ts';

export type SummaryAnswer = (
  | { readonly is: 'known'; readonly summary: ArtifactSummary }
  | { readonly is: 'notIndexed' }
  | { readonly is: 'failed'; readonly failure: Failure }
) & { readonly askedAt: number };

export type Summaries = Batcher<SummaryAnswer>;

type Version = 'v1' | 'v2';

/** Answers that fail for whatever was in them may be halved so often in one run; time-outs are bounded elsewhere. */
const mostSplits = 60;

/** Answers of megabytes: more at once do not come sooner, and hold more memory. */
const mostAtOnce = 6;

const doing = 'ask for the summary of images';

/** A digest of no image, for where only Xray's answering matters: it costs a place in a batch. */
const nobody = `sha256:${'0'.repeat(64)}`;

/** Why Xray cannot be asked; null where it answers. */
export async function silenceOfXray(summaries: Summaries, since: number): Promise<Failure | null> {
  const answer = await summaries.ask(nobody, since);
  return answer.is === 'failed' ? answer.failure : null;
}

export function createSummaries(client: XrayClient, signal: () => AbortSignal, onIdle: () => void): Summaries {
  const { clock } = client;
  let endpoint: { readonly base: XrayBase; readonly version: Version } = { base: client.base(), version: 'v2' };
  let settled = false;
  let splits = 0;
  /** The first failure of this round that says more than that nothing is there. */
  let telling: Failure | null = null;

  const post = async (digests: readonly string[], peek: (body: Buffer) => void): Promise<Answer> => {
    for (;;) {
      const used = endpoint;
      const answer = await client.ask(
        {
          to: 'xray',
          method: 'POST',
          path: `/api/${used.version}/summary/artifact`,
          json: { checksums: digests.map(bare) },
          doing,
          read: readSummaryText,
          // Only of whom it is known by then that it is Xray.
          ...(settled ? { peek } : {}),
          asked: digests.length,
          retryTimeouts: digests.length === 1,
        },
        signal(),
      );
      if (answer.ok) {
        settled = true;
        client.confirmBase();
      }
      if (answer.ok || settled || !isElsewhere(answer)) return answer;
      if (endpoint !== used) continue;
      if (answer.status !== 404) telling ??= answer.failure;
      if (turn(used, answer)) continue;
      const failure = telling ?? answer.failure;
      telling = null;
      client.giveUp(failure);
      return { ...answer, failure };
    }
  };
  // Not found: an older version of Xray, or not its address.
  const turn = (used: typeof endpoint, answer: Extract<Answer, { ok: false }>): boolean => {
    if (used.version === 'v2' && (answer.status === 404 || answer.status === 405)) {
      endpoint = { base: used.base, version: 'v1' };
      return true;
    }
    const found = client.tryNextBase(used.base);
    endpoint = { base: found ? client.base() : client.connection.bases[0], version: 'v2' };
    return found;
  };

  const askAll = async (
    digests: readonly string[],
    deliver: (digest: string, answer: SummaryAnswer) => void,
  ): Promise<void> => {
    const askedAt = clock.now();
    const answer = await post(digests, (body) => {
      for (const digest of notIndexedAtEnd(body, digests)) deliver(digest, { is: 'notIndexed', askedAt });
    });
    const body = answer.ok ? (answer.body as SummaryBody | null) : null;
    if (body !== null) {
      for (const digest of digests) deliver(digest, { ...answerIn(body, digest, client), askedAt });
      return;
    }
    const failure = answer.ok ? nonsense('it is no summary of artifacts', client.named('xray')) : answer.failure;
    if (!answer.ok && digests.length > 1 && mayHalve(failure)) {
      const half = Math.ceil(digests.length / 2);
      await Promise.all([askAll(digests.slice(0, half), deliver), askAll(digests.slice(half), deliver)]);
      return;
    }
    for (const digest of digests) deliver(digest, { is: 'failed', failure, askedAt });
  };
  const mayHalve = ({ reason }: Failure): boolean => {
    if (client.stopped({ to: 'xray', doing }) !== null) return false;
    if (reason === 'timeout') return true;
    splits += reason === 'badAnswer' ? 1 : 0;
    return reason === 'badAnswer' && splits <= mostSplits;
  };

  return createBatcher<SummaryAnswer>({
    clock,
    size: () => client.turnstiles.xray.pace().size,
    inFlight: () => Math.min(mostAtOnce, client.turnstiles.xray.pace().inFlight),
    send: async (digests, deliver) => {
      await askAll(digests, deliver);
      return new Map();
    },
    keep: ({ is }) => is !== 'failed',
    onIdle: () => {
      splits = 0;
      onIdle();
    },
  });
}

function answerIn(
  body: SummaryBody,
  digest: string,
  client: XrayClient,
): { is: 'known'; summary: ArtifactSummary } | { is: 'notIndexed' } | { is: 'failed'; failure: Failure } {
  const summary = body.known.get(digest as Digest);
  if (summary !== undefined) return { is: 'known', summary };
  if (body.notIndexed.has(digest as Digest)) return { is: 'notIndexed' };
  const said = body.refused.get(digest as Digest);
  const what =
    said === undefined
      ? 'it says nothing about an image that was asked about'
      : `about an image it says "${client.connection.scrub(said).slice(0, 200)}"`;
  return { is: 'failed', failure: nonsense(what, client.named('xray')) };
}

function isElsewhere({ status, failure }: Extract<Answer, { ok: false }>): boolean {
  return status === 404 || status === 405 || failure.reason === 'notXray';
}

function bare(digest: string): string {
  return digest.replace('sha256:', '');
}
