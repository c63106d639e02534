// A watch as a stream of frames. With `sendInitialEvents` it begins with all that is there, and a bookmark says where that
// ends; the same stream then goes on as the watch.
import { finished, type Readable } from 'node:stream';
import type { ClusterConnection } from './connect.ts';
import { CutShort } from './errors.ts';
import { acceptFrames, isProtobuf, refusalOf, refused } from './answers.ts';
import { type Batch, type Cut, cutJson, cutProtobuf } from './frames.ts';
import { createGathering } from './gathering.ts';
import { type Resource, resourceName, resourcePath } from './resource.ts';

export type StreamStart =
  /** All that is there first (Kubernetes 1.27 and newer, where it is switched on). */
  | { readonly initial: true }
  /** What has changed since. */
  | { readonly initial: false; readonly resourceVersion: string };

export interface StreamOptions {
  /** Null: across the cluster. */
  readonly namespace: string | null;
  readonly start: StreamStart;
  /** The server is to end the watch after so many seconds; null: it is left before, once the initial events are complete. */
  readonly lifetime: number | null;
  readonly signal: AbortSignal;
}

/** The server cannot watch this, or not from there, or one may not: it is to be asked in another way. */
export type Opened<T> = { readonly batches: AsyncGenerator<Batch<T>, void> } | 'unsupported';

/**
 * Batches of frames, one batch for each piece of data that arrives. Ends when the server ends it; throws where the
 * connection breaks or a frame is torn. Throws a ClusterError with the status where it was refused.
 */
export async function openStream<T>(
  connection: ClusterConnection,
  resource: Resource<T>,
  { namespace, start, lifetime, signal }: StreamOptions,
): Promise<Opened<T>> {
  const query = new URLSearchParams({ watch: '1', allowWatchBookmarks: 'true' });
  if (start.initial) {
    query.set('sendInitialEvents', 'true');
    query.set('resourceVersionMatch', 'NotOlderThan');
  } else query.set('resourceVersion', start.resourceVersion);
  if (lifetime !== null) query.set('timeoutSeconds', String(Math.round(lifetime)));
  const path = `${resourcePath(resource, namespace)}?${query.toString()}`;
  // A server that has no protobuf for it has no initial events either.
  const accept = acceptFrames({ metadataOnly: resource.metadataOnly, json: !start.initial });
  const answer = await connection.request(path, { accept, lasting: true, endless: lifetime !== null, signal });
  if (answer.status === 200 && isProtobuf(answer)) return { batches: batchesOf(answer.body, resource, cutProtobuf) };
  if (answer.status === 200 && !start.initial) return { batches: batchesOf(answer.body, resource, cutJson) };
  if (answer.status === 200) {
    answer.body.destroy();
    return 'unsupported';
  }
  const refusal = await refusalOf(answer);
  // 403: one may be allowed to list and not to watch.
  if ([400, 403, 404, 405, 406, 415, 422].includes(answer.status)) return 'unsupported';
  throw refused(resourceName(resource), refusal);
}

async function* batchesOf<T>(
  body: Readable,
  resource: Resource<T>,
  cut: (data: Buffer, resource: Resource<T>) => Cut<T>,
): AsyncGenerator<Batch<T>, void> {
  const unread = createGathering();
  for await (const pieces of piecesOf(body)) {
    for (const piece of pieces) unread.add(piece);
    const batch = cut(unread.all(), resource);
    unread.drop(batch.used);
    if (batch.frames.length > 0) yield batch;
  }
  if (unread.size() > 0) throw new CutShort(`a watch of ${resourceName(resource)} ended in the middle of a frame`);
}

/** So many bytes may wait to be read before the connection is paused. */
const waitingBytes = 1024 * 1024;

/**
 * Everything that has arrived, each time it is asked for. The server sends every object on its own; going through the
 * stream's own iterator for each of them takes as long as reading it.
 */
async function* piecesOf(body: Readable): AsyncGenerator<readonly Buffer[], void> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  let ended: { readonly error?: Error } | null = null;
  let gate = Promise.withResolvers<void>();
  body.on('data', (piece: Buffer) => {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= waitingBytes) body.pause();
    if (pieces.length === 1) setImmediate(gate.resolve);
  });
  finished(body, (error) => {
    ended = error === undefined || error === null ? {} : { error };
    gate.resolve();
  });
  try {
    for (;;) {
      await gate.promise;
      gate = Promise.withResolvers();
      const arrived = pieces;
      pieces = [];
      bytes = 0;
      if (arrived.length > 0) yield arrived;
      else if (ended !== null) return endOf(ended);
      body.resume();
      if (ended !== null) gate.resolve();
    }
  } finally {
    body.destroy();
  }
}

function endOf({ error }: { readonly error?: Error }): void {
  if (error !== undefined) throw error;
}
