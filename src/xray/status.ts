// artifact/status: whether Xray has scanned what lies at a path (API.md section 3). Only ever refines another answer.
import type { XrayClient } from './client.ts';
import { nonsense } from './failure.ts';
import type { Failure } from './failure.ts';
import { fieldsOf, textOf } from './wire.ts';

export type ScanStatus =
  /** In Xray's word, upper case: DONE, PARTIAL, PENDING, ... */
  | { readonly is: 'status'; readonly word: string }
  /** 404: not indexed there, or an Xray older than 3.80.9. */
  | { readonly is: 'absent' }
  | { readonly is: 'failed'; readonly failure: Failure };

/** `place`: `REPOSITORY/IMAGE/TAG/manifest.json`. */
export async function askStatus(client: XrayClient, place: string, signal: AbortSignal): Promise<ScanStatus> {
  const slash = place.indexOf('/');
  const answer = await client.ask(
    {
      to: 'xray',
      method: 'POST',
      path: '/api/v1/artifact/status',
      json: { repo: place.slice(0, slash), path: place.slice(slash + 1) },
      doing: 'ask how far the scan of an image is',
      retryTimeouts: false,
    },
    signal,
  );
  if (!answer.ok) return answer.status === 404 ? { is: 'absent' } : { is: 'failed', failure: answer.failure };
  const body = fieldsOf(answer.body);
  const sca = fieldsOf(fieldsOf(body?.['details'])?.['sca'])?.['status'];
  // Without it the answer is not understood: "overall" speaks of other scans too.
  const word = textOf(sca);
  if (word === '') return { is: 'failed', failure: nonsense('it is no status of a scan', client.named('xray')) };
  return { is: 'status', word: word.trim().toUpperCase() };
}

/** The best of its copies: what is scanned in one place needs no other. At most four are asked. */
export async function askStatusOfCopies(
  client: XrayClient,
  places: readonly string[],
  signal: AbortSignal,
): Promise<ScanStatus> {
  let best: ScanStatus = { is: 'absent' };
  for (const place of places.slice(0, 4)) {
    const status = await askStatus(client, place, signal);
    if (rankOf(status) < rankOf(best)) best = status;
    if (rankOf(best) === 0) return best;
  }
  return best;
}

// What is not understood may be anything, so no "not scanned" may hide it.
function rankOf(status: ScanStatus): number {
  if (status.is === 'absent') return 7;
  return status.is === 'failed' ? notUnderstood : (ranks.get(status.word) ?? notUnderstood);
}

const notUnderstood = 3;

const ranks: ReadonlyMap<string, number> = new Map([
  ['DONE', 0],
  ['PARTIAL', 1],
  ['PENDING', 2],
  ['SCANNING', 2],
  ['IN_PROGRESS', 2],
  ['FAILED', 4],
  ['NOT_SUPPORTED', 5],
  ['NOT_SCANNED', 6],
]);
