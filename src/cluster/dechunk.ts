// Takes the chunks of an HTTP/1.1 body apart (RFC 9112, section 7.1). The API server sends every object of a stream in two
// chunks; Node's parser makes a buffer and an event of each, which takes longer than reading what is in them.
import type { Gathering } from './gathering.ts';

/** Takes the next bytes, cut anywhere, and copies what they hold of the body into `into`. True: that was the end. */
export type Dechunk = (bytes: Uint8Array, into: Gathering) => boolean;

/** For one body. Throws an error with Node's code where it is not chunked as it should be. */
export function createDechunk(): Dechunk {
  let at: 'size' | 'extension' | 'content' | 'close' = 'size';
  let size = 0;
  let digits = 0;
  const endOfLine = (): boolean => {
    if (at !== 'close' && digits === 0) throw notChunked();
    const isLast = at !== 'close' && size === 0;
    at = at === 'close' ? 'size' : 'content';
    digits = 0;
    return isLast;
  };
  const inLine = (byte: number): void => {
    if (at === 'extension') return;
    const digit = at === 'size' ? hexDigit(byte) : -1;
    if (digit >= 0 && digits < mostDigits) {
      size = size * 16 + digit;
      digits += 1;
    } else if (digits > 0 && (byte === semicolon || byte === blank)) at = 'extension';
    else throw notChunked();
  };
  return (bytes, into) => {
    for (let next = 0; next < bytes.length;) {
      if (at === 'content') {
        const end = Math.min(bytes.length, next + size);
        into.add(bytes, next, end);
        size -= end - next;
        next = end;
        if (size === 0) at = 'close';
        continue;
      }
      const byte = bytes[next] ?? 0;
      next += 1;
      // Trailers tell nothing that is needed here.
      if (byte === lineFeed && endOfLine()) return true;
      if (byte !== lineFeed && byte !== carriageReturn) inLine(byte);
    }
    return false;
  };
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const semicolon = 0x3b;
const blank = 0x20;
/** A chunk of 4 GB is none. */
const mostDigits = 8;

/** -1 for a byte that is none. */
function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function notChunked(): Error {
  return Object.assign(new Error('the body is not chunked as HTTP has it'), { code: 'ERR_HTTP_INVALID_CHUNK_SIZE' });
}
