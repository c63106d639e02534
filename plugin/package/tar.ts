// Writes and reads archives (ustar, compressed with gzip) whose bytes depend on nothing but what is in them: one owner, one
// time, one order. It must not touch a disk.
import { gunzip, gzip } from 'node:zlib';
import { promisify } from 'node:util';

export interface Entry {
  /** Below the archive's root, with forward slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly executable: boolean;
}

/** What an archive says of an entry, as it is read back. */
export interface ReadEntry extends Entry {
  /** ustar's letter: `0` a plain file, `5` a folder, `1` and `2` links. */
  readonly type: string;
  readonly mode: number;
  /** Seconds. */
  readonly time: number;
}

const block = 512;

/** 1980-01-01, the first day that every kind of archive can hold; seconds. */
const time = 315_532_800;

/** Packed as small as gzip can. Throws where a path is longer than 100 bytes. */
export async function packed(entries: readonly Entry[]): Promise<Buffer> {
  const sorted = entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const tar = Buffer.concat([...sorted.flatMap(asBlocks), Buffer.alloc(2 * block)]);
  const bytes = await promisify(gzip)(tar, { level: 9, memLevel: 9 });
  // The header says on which system it was made: always "unknown".
  bytes[9] = 255;
  return bytes;
}

/** Throws where a header's sum is wrong. */
export async function unpacked(archive: Uint8Array): Promise<readonly ReadEntry[]> {
  const tar = await promisify(gunzip)(archive);
  const entries: ReadEntry[] = [];
  for (let at = 0; at + block <= tar.length && tar[at] !== 0;) {
    const header = tar.subarray(at, at + block);
    const { size, ...said } = readHeader(header);
    const from = at + block;
    entries.push({ ...said, bytes: tar.subarray(from, from + size), executable: (said.mode & 0o111) !== 0 });
    at = from + Math.ceil(size / block) * block;
  }
  return entries;
}

function asBlocks({ path, bytes, executable }: Entry): readonly Uint8Array[] {
  const header = Buffer.alloc(block);
  if (Buffer.byteLength(path) > 100) throw new Error(`${path} is too long a path for an archive`);
  header.write(path, 0);
  octal(header, 100, 8, executable ? 0o755 : 0o644);
  octal(header, 108, 8, 0);
  octal(header, 116, 8, 0);
  octal(header, 124, 12, bytes.length);
  octal(header, 136, 12, time);
  header.write('0', 156);
  header.write('ustar\0', 257);
  header.write('00', 263);
  header.write(`${sumOf(header).toString(8).padStart(6, '0')}\0 `, 148);
  return [header, bytes, Buffer.alloc((block - (bytes.length % block)) % block)];
}

function octal(header: Buffer, at: number, length: number, value: number): void {
  header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at);
}

function readHeader(header: Buffer): Omit<ReadEntry, 'bytes' | 'executable'> & { readonly size: number } {
  const text = (at: number, length: number): string => header.toString('latin1', at, at + length).replace(/\0.*$/s, '');
  const number = (at: number, length: number): number => Number.parseInt(text(at, length).trim() || '0', 8);
  const path = text(0, 100);
  if (number(148, 8) !== sumOf(header)) throw new Error(`the header of ${path} is damaged`);
  return { path, type: text(156, 1), mode: number(100, 8), time: number(136, 12), size: number(124, 12) };
}

/** With blanks in the place of the sum itself. */
function sumOf(header: Buffer): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);
}
