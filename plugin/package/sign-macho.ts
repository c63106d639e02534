// Signs a macOS executable ad hoc, with no identity, as its linker would: on arm64 macOS ends a program without a signature,
// and the one that came with Node does not fit any more once the program was put into it. It proves nothing about who made
// it; that is what the sums are for.
import { createHash } from 'node:crypto';

const segmentCommand = 0x19;
const signatureCommand = 0x1d;
const signaturePage = 4096;
const hashSize = 32;
/** The sizes of what stands before the hashes: the list of blobs, and the head of the code directory. */
const superBlob = 20;
const directoryHead = 88;
/** CS_ADHOC and CS_LINKER_SIGNED. */
const flags = 0x20002;

interface Segment {
  readonly at: number;
  readonly offset: number;
  readonly size: number;
}

interface MachO {
  readonly commands: number;
  readonly commandBytes: number;
  /** Where another command would begin. */
  readonly end: number;
  /** Where the first section's content begins. */
  readonly firstSection: number;
  readonly text: Segment;
  readonly linkedit: Segment;
  readonly signature: { readonly at: number; readonly offset: number } | null;
}

/** Throws where it is no thin 64-bit Mach-O file, or there is no room for the signature's command. */
export function signed(executable: Buffer, identifier: string): Buffer {
  const before = parsed(executable);
  const code = before.signature === null ? executable : executable.subarray(0, before.signature.offset);
  const limit = roundedUp(code.length, 16);
  const pages = Math.ceil(limit / signaturePage);
  const name = Buffer.from(`${identifier}\0`);
  const directory = directoryHead + name.length + pages * hashSize;
  const size = roundedUp(superBlob + directory, 16);
  const result = Buffer.alloc(limit + size);
  code.copy(result);
  writeCommand(result, before, limit, size);
  const blob = Buffer.concat([
    bigEndian([0xfade0cc0, superBlob + directory, 1, 0, superBlob]),
    directoryOf(before.text, { directory, name: name.length, pages, limit }),
    name,
  ]);
  blob.copy(result, limit);
  for (let page = 0; page < pages; page += 1) {
    const from = page * signaturePage;
    const hash = sha256(result.subarray(from, Math.min(limit, from + signaturePage)));
    hash.copy(result, limit + blob.length + page * hashSize);
  }
  return result;
}

/** Null: the signature is there, is at the end, and every page has the hash that it says; else what is wrong. */
export function wrongSignature(executable: Buffer): string | null {
  const { signature, linkedit } = parsed(executable);
  if (signature === null) return 'unsigned';
  if (linkedit.offset + linkedit.size !== executable.length) return 'the last segment does not end with the file';
  const blob = executable.subarray(signature.offset);
  if (blob.readUInt32BE(0) !== 0xfade0cc0) return 'no signature where the command says';
  const directory = blob.subarray(blob.readUInt32BE(16));
  const [hashes, pages, limit] = [directory.readUInt32BE(16), directory.readUInt32BE(28), directory.readUInt32BE(32)];
  if (limit !== signature.offset) return 'the signature does not cover the whole file';
  for (let page = 0; page < pages; page += 1) {
    const from = page * signaturePage;
    const said = directory.subarray(hashes + page * hashSize, hashes + (page + 1) * hashSize);
    if (!sha256(executable.subarray(from, Math.min(limit, from + signaturePage))).equals(said)) {
      return `page ${page} does not have the hash that is signed`;
    }
  }
  return null;
}

function parsed(file: Buffer): MachO {
  if (file.readUInt32LE(0) !== 0xfeedfacf) throw new Error('not a thin 64-bit Mach-O file');
  const [commands, commandBytes] = [file.readUInt32LE(16), file.readUInt32LE(20)];
  const segments = new Map<string, Segment>();
  let signature: MachO['signature'] = null;
  let firstSection = Number.POSITIVE_INFINITY;
  let at = 32;
  for (let command = 0; command < commands; command += 1) {
    const kind = file.readUInt32LE(at);
    if (kind === segmentCommand) {
      const name = file.toString('latin1', at + 8, at + 24).replace(/\0.*/s, '');
      const [offset, size] = [Number(file.readBigUInt64LE(at + 40)), Number(file.readBigUInt64LE(at + 48))];
      segments.set(name, { at, offset, size });
      firstSection = Math.min(firstSection, ...sectionOffsets(file, at));
    }
    if (kind === signatureCommand) signature = { at, offset: file.readUInt32LE(at + 8) };
    at += file.readUInt32LE(at + 4);
  }
  const [text, linkedit] = [segments.get('__TEXT'), segments.get('__LINKEDIT')];
  if (text === undefined || linkedit === undefined) throw new Error('the Mach-O file lacks a segment');
  return { commands, commandBytes, end: at, firstSection, text, linkedit, signature };
}

function sectionOffsets(file: Buffer, segment: number): readonly number[] {
  const offsets = Array.from({ length: file.readUInt32LE(segment + 64) }, (_, index) =>
    file.readUInt32LE(segment + 72 + index * 80 + 48),
  );
  return offsets.filter((offset) => offset > 0);
}

function writeCommand(file: Buffer, { signature, ...before }: MachO, limit: number, size: number): void {
  const at = signature?.at ?? before.end;
  if (signature === null) {
    if (at + 16 > before.firstSection) throw new Error('no room to say where the signature is');
    file.writeUInt32LE(before.commands + 1, 16);
    file.writeUInt32LE(before.commandBytes + 16, 20);
    file.writeUInt32LE(signatureCommand, at);
    file.writeUInt32LE(16, at + 4);
  }
  file.writeUInt32LE(limit, at + 8);
  file.writeUInt32LE(size, at + 12);
  const { linkedit } = before;
  const fileSize = limit + size - linkedit.offset;
  file.writeBigUInt64LE(BigInt(fileSize), linkedit.at + 48);
  file.writeBigUInt64LE(BigInt(roundedUp(fileSize, 0x4000)), linkedit.at + 32);
}

interface Directory {
  /** Of all of it, in bytes. */
  readonly directory: number;
  readonly name: number;
  readonly pages: number;
  /** How much of the file is signed. */
  readonly limit: number;
}

/** Version 2.4, hashes of SHA-256, pages of 2^12 bytes, a main executable. */
function directoryOf(text: Segment, { directory, name, pages, limit }: Directory): Buffer {
  const numbers = [0xfade0c02, directory, 0x20400, flags, directoryHead + name, directoryHead, 0, pages, limit];
  const kinds = Buffer.from([hashSize, 2, 0, 12]);
  const segment = Buffer.alloc(24);
  segment.writeBigUInt64BE(BigInt(text.offset), 0);
  segment.writeBigUInt64BE(BigInt(text.size), 8);
  segment.writeBigUInt64BE(1n, 16);
  return Buffer.concat([bigEndian(numbers), kinds, bigEndian([0, 0, 0, 0, 0, 0]), segment]);
}

function bigEndian(numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4);
  numbers.forEach((number, index) => bytes.writeUInt32BE(number, index * 4));
  return bytes;
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function roundedUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
