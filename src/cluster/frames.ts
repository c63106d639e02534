// Cuts the bytes of a watch into its frames: in protobuf four bytes of length, big-endian, then a WatchEvent; in JSON one
// line each. Bytes that belong to a frame that has not wholly arrived stay for the next time.
import { PbfReader } from 'pbf';
import { readFrame, readVersion, type WatchFrame } from './protobuf.ts';
import type { Resource } from './resource.ts';
import { integer, text, tree } from './tree.ts';

export interface Batch<T> {
  readonly frames: readonly WatchFrame<T>[];
  /** Of the last object or bookmark in it: where to go on from once the whole batch was taken. Empty: none of it says. */
  readonly resourceVersion: string;
}

export interface Cut<T> extends Batch<T> {
  /** So many bytes were whole frames. */
  readonly used: number;
}

/** Throws a RangeError where the bytes are no frames of Kubernetes. */
export function cutProtobuf<T>(data: Buffer, resource: Resource<T>): Cut<T> {
  try {
    return cutWhole(data, resource);
  } catch (cause) {
    if (cause instanceof RangeError || cause instanceof TypeError || !(cause instanceof Error)) throw cause;
    // The reader of protobuf throws plain errors.
    throw new RangeError(cause.message, { cause });
  }
}

function cutWhole<T>(data: Buffer, { readProtobuf }: Resource<T>): Cut<T> {
  const pbf = new PbfReader(data);
  const frames: WatchFrame<T>[] = [];
  let used = 0;
  let last = { start: 0, end: 0 };
  while (data.length - used >= 4) {
    const end = used + 4 + data.readUInt32BE(used);
    if (data.length < end) break;
    pbf.pos = used + 4;
    const frame = readFrame(pbf, end, readProtobuf);
    frames.push(frame);
    if (frame.type !== 'ERROR') last = { start: used + 4, end };
    used = end;
  }
  return { frames, used, resourceVersion: last.end === 0 ? '' : versionAt(pbf, last) };
}

/** The readers of objects leave the version out: only the last one of a batch is ever needed. */
function versionAt(pbf: PbfReader, { start, end }: { readonly start: number; readonly end: number }): string {
  pbf.pos = start;
  const frame = readFrame(pbf, end, readVersion);
  switch (frame.type) {
    case 'BOOKMARK':
      return frame.resourceVersion;
    case 'ERROR':
      return '';
    default:
      return frame.item;
  }
}

/** Throws a RangeError where a line is no watch event. */
export function cutJson<T>(data: Buffer, { readJson }: Resource<T>): Cut<T> {
  const used = data.lastIndexOf('\n') + 1;
  const frames: WatchFrame<T>[] = [];
  let resourceVersion = '';
  for (const line of data.toString('utf8', 0, used).split('\n')) {
    if (line.trim() === '') continue;
    const event = tree(parsed(line));
    const metadata = tree(tree(event['object'])['metadata']);
    const frame = frameOf(event, text(metadata['resourceVersion']), readJson);
    if (frame.type !== 'ERROR') resourceVersion = text(metadata['resourceVersion']);
    frames.push(frame);
  }
  return { frames, used, resourceVersion };
}

function frameOf<T>(
  event: Readonly<Record<string, unknown>>,
  resourceVersion: string,
  readJson: (object: unknown) => T,
): WatchFrame<T> {
  const object = tree(event['object']);
  const type = text(event['type']);
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type, item: readJson(object) };
    case 'BOOKMARK': {
      const annotations = tree(tree(object['metadata'])['annotations']);
      return { type, resourceVersion, initialEventsEnd: annotations['k8s.io/initial-events-end'] === 'true' };
    }
    case 'ERROR': {
      const status = {
        code: integer(object['code']),
        reason: text(object['reason']),
        message: text(object['message']),
      };
      return { type, status };
    }
    default:
      throw new RangeError(`a watch frame of the unknown type "${type}"`);
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new RangeError('a line of a watch is no JSON', { cause });
  }
}
