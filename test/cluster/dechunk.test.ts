import { describe, expect, test } from 'vitest';
import { createDechunk } from '../../src/cluster/dechunk.ts';
import { createGathering } from '../../src/cluster/gathering.ts';

/** What a body holds, read in pieces of so many bytes, and whether its end was found. */
function dechunked(body: string, pieceSize = body.length): { readonly text: string; readonly ended: boolean } {
  const [dechunk, gathering, bytes] = [createDechunk(), createGathering(), Buffer.from(body)];
  let ended = false;
  for (let at = 0; at < bytes.length && !ended; at += pieceSize) {
    ended = dechunk(bytes.subarray(at, at + pieceSize), gathering);
  }
  return { text: gathering.all().toString(), ended };
}

describe('a body that is not chunked as it should be', () => {
  const broken: [name: string, body: string][] = [
    ['without a size', '\r\nabc'],
    ['with a size that is no number', 'xyz\r\nabc'],
    ['with letters after its size', '3z\r\nabc\r\n'],
    ['with a negative size', '-3\r\nabc\r\n'],
    ['with a size of more than 4 GB', '100000000\r\nabc'],
    ['whose chunk is longer than it says', '3\r\nabcd\r\n0\r\n\r\n'],
  ];
  for (const [name, body] of broken) {
    test(`${name} is an error`, () => {
      expect(() => dechunked(body)).toThrow(expect.objectContaining({ code: 'ERR_HTTP_INVALID_CHUNK_SIZE' }));
      expect(() => dechunked(body, 1)).toThrow(expect.objectContaining({ code: 'ERR_HTTP_INVALID_CHUNK_SIZE' }));
    });
  }
});

const bodies: [name: string, body: string, text: string, ended: boolean][] = [
  ['of nothing but its end', '0\r\n\r\n', '', true],
  ['of one chunk', '3\r\nabc\r\n0\r\n\r\n', 'abc', true],
  ['of several chunks', '3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n', 'abc0123456789', true],
  ['with sizes in small letters and zeros before them', '000a\r\n0123456789\r\n0\r\n\r\n', '0123456789', true],
  ['with extensions', '3;name=value\r\nabc\r\n0 ;last\r\n\r\n', 'abc', true],
  ['with line breaks in it', '4\r\n\r\n\r\n\r\n0\r\n\r\n', '\r\n\r\n', true],
  ['with trailers', '3\r\nabc\r\n0\r\nexpires: never\r\n\r\n', 'abc', true],
  ['that goes on', '3\r\nabc\r\n', 'abc', false],
  ['that stops in mid-chunk', '5\r\nabc', 'abc', false],
];
for (const [name, body, text, ended] of bodies) {
  test(`a body ${name} is read, in pieces of any size`, () => {
    for (const pieceSize of [body.length, 1, 2, 3, 5]) expect(dechunked(body, pieceSize)).toEqual({ text, ended });
  });
}
