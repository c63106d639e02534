// Kubernetes' protobuf around the objects: the envelope, lists, watch frames and metadata. Only fields that are needed
// are read; whatever else the server sends, now or in a later version, is skipped. Field numbers are those of the
// published API types (generated.proto of k8s.io/apimachinery).
import { PbfReader } from 'pbf';

/** Reads one object that ends at `end`. */
export type ProtobufReader<T> = (pbf: PbfReader, end: number) => T;

export interface ProtobufPage<T> {
  readonly resourceVersion: string;
  /** Empty on the last page. */
  readonly continue: string;
  /** Reads the items only when called, so that the next page can be asked for first. */
  readonly items: () => readonly T[];
}

export interface ServerStatus {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
}

export type WatchFrame<T> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly item: T }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string; readonly initialEventsEnd: boolean }
  | { readonly type: 'ERROR'; readonly status: ServerStatus };

/** A protobuf answer begins with these bytes. */
const magic = 'k8s\0';

/** Visits the fields of a message that ends at `end`; a field that is not read is skipped. */
export function eachField(pbf: PbfReader, end: number, visit: (field: number) => void): void {
  while (pbf.pos < end) {
    const key = pbf.readVarint();
    const at = pbf.pos;
    pbf.type = key & 7;
    visit(key >>> 3);
    if (pbf.pos === at) pbf.skip(key);
  }
  if (pbf.pos !== end) throw new RangeError('a protobuf message ends in the middle of a field');
}

/**
 * The next field of a message that ends at `end`; 0 behind the last. For pods, of which there are most: a loop takes half
 * as long as `eachField`. A field that is not read has to be skipped.
 */
export function nextField(pbf: PbfReader, end: number): number {
  if (pbf.pos >= end) {
    if (pbf.pos !== end) throw new RangeError('a protobuf message ends in the middle of a field');
    return 0;
  }
  const key = pbf.readVarint();
  if (key < 8) throw new RangeError('a protobuf field without a number');
  pbf.type = key & 7;
  return key >>> 3;
}

export function skipField(pbf: PbfReader): void {
  pbf.skip(pbf.type);
}

/** Where the message that begins here with its length ends. */
export function endOf(pbf: PbfReader): number {
  return pbf.readVarint() + pbf.pos;
}

/** The fields of the message that begins here with its length. */
export function eachFieldHere(pbf: PbfReader, visit: (field: number) => void): void {
  eachField(pbf, pbf.readVarint() + pbf.pos, visit);
}

/** Seconds of a metav1.Time, as milliseconds since the epoch. */
export function readTime(pbf: PbfReader): number {
  let seconds = 0;
  eachFieldHere(pbf, (field) => {
    if (field === 1) seconds = pbf.readVarint(true);
  });
  return seconds * 1000;
}

/** A map's entry. `value` is read only if the key is wanted. */
export function readEntry(
  pbf: PbfReader,
  text: (pbf: PbfReader) => string,
  take: (key: string, value: () => string) => void,
): void {
  let key = '';
  eachFieldHere(pbf, (field) => {
    if (field === 1) key = text(pbf);
    else if (field === 2) take(key, () => text(pbf));
  });
}

/** Calls back at the start of the object within the envelope: `k8s\0`, then runtime.Unknown { 2: raw }. */
export function openEnvelope<T>(body: Uint8Array, read: ProtobufReader<T>): T {
  const pbf = new PbfReader(body);
  const found = readEnvelope(pbf, body.length, read);
  if (found === null) throw new RangeError('a protobuf answer without an object');
  return found.object;
}

/** metav1.XList { 1: ListMeta { 2: resourceVersion, 3: continue }, 2: items }. */
export function readPage<T>(body: Uint8Array, readItem: ProtobufReader<T>): ProtobufPage<T> {
  return openEnvelope(body, (pbf, end) => {
    const page = { resourceVersion: '', continue: '' };
    const starts: number[] = [];
    eachField(pbf, end, (field) => {
      if (field === 1) {
        eachFieldHere(pbf, (field) => {
          if (field === 2) page.resourceVersion = pbf.readString();
          else if (field === 3) page.continue = pbf.readString();
        });
      } else if (field === 2) starts.push(pbf.pos);
    });
    return { ...page, items: () => starts.map((start) => readAt(pbf, start, readItem)) };
  });
}

function readAt<T>(pbf: PbfReader, start: number, read: ProtobufReader<T>): T {
  pbf.pos = start;
  return readHere(pbf, read);
}

function readHere<T>(pbf: PbfReader, read: ProtobufReader<T>): T {
  const end = pbf.readVarint() + pbf.pos;
  return read(pbf, end);
}

/** metav1.WatchEvent { 1: type, 2: RawExtension { 1: raw } }, where raw is an envelope. */
export function readFrame<T>(pbf: PbfReader, end: number, readItem: ProtobufReader<T>): WatchFrame<T> {
  let type = '';
  let read: WatchFrame<T> | null = null;
  eachField(pbf, end, (field) => {
    if (field === 1) type = pbf.readString();
    else if (field === 2) {
      eachFieldHere(pbf, (field) => {
        if (field === 1) read = readEvent(pbf, type, readItem);
      });
    }
  });
  if (read === null) throw new RangeError(`a watch frame of type "${type}" without an object`);
  return read;
}

function readEvent<T>(pbf: PbfReader, type: string, readItem: ProtobufReader<T>): WatchFrame<T> | null {
  const end = pbf.readVarint() + pbf.pos;
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED': {
      const found = readEnvelope(pbf, end, readItem);
      return found && { type, item: found.object };
    }
    case 'BOOKMARK': {
      const found = readEnvelope(pbf, end, readBookmark);
      return found && { type, ...found.object };
    }
    case 'ERROR': {
      const found = readEnvelope(pbf, end, readStatus);
      return found && { type, status: found.object };
    }
    default:
      throw new RangeError(`a watch frame of the unknown type "${type}"`);
  }
}

function readEnvelope<T>(pbf: PbfReader, end: number, read: ProtobufReader<T>): { readonly object: T } | null {
  for (let i = 0; i < magic.length; i += 1) {
    if (pbf.buf[pbf.pos + i] !== magic.charCodeAt(i)) throw new RangeError('not an answer in Kubernetes’ protobuf');
  }
  pbf.pos += magic.length;
  let found: { readonly object: T } | null = null;
  eachField(pbf, end, (field) => {
    if (field === 2) found = { object: readHere(pbf, read) };
  });
  return found;
}

interface Bookmark {
  readonly resourceVersion: string;
  readonly initialEventsEnd: boolean;
}

function readBookmark(pbf: PbfReader, end: number): Bookmark {
  const bookmark = { resourceVersion: '', initialEventsEnd: false };
  eachField(pbf, end, (field) => {
    if (field !== 1) return;
    eachFieldHere(pbf, (field) => {
      if (field === 6) bookmark.resourceVersion = pbf.readString();
      else if (field === 12) {
        readEntry(pbf, plainText, (key, value) => {
          if (key === 'k8s.io/initial-events-end') bookmark.initialEventsEnd = value() === 'true';
        });
      }
    });
  });
  return bookmark;
}

/** The resourceVersion of any object; a reader of frames that reads nothing else. */
export function readVersion(pbf: PbfReader, end: number): string {
  let version = '';
  eachField(pbf, end, (field) => {
    if (field !== 1) return;
    eachFieldHere(pbf, (field) => {
      if (field === 6) version = pbf.readString();
    });
  });
  return version;
}

function plainText(pbf: PbfReader): string {
  return pbf.readString();
}

/** metav1.Status. */
export function readStatus(pbf: PbfReader, end: number): ServerStatus {
  const status = { code: 0, reason: '', message: '' };
  eachField(pbf, end, (field) => {
    if (field === 3) status.message = pbf.readString();
    else if (field === 4) status.reason = pbf.readString();
    else if (field === 6) status.code = pbf.readVarint(true);
  });
  return status;
}
