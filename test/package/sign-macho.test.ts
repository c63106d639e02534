import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { signed, wrongSignature } from '../../plugin/package/sign-macho.ts';

/** An executable with a text and a link segment; `room`: bytes between the commands and what they are about. */
function machO({ room = 200, size = 10_000 } = {}): Buffer {
  const sections = 32 + 72 + 80 + 72 + room;
  const file = Buffer.alloc(size, 7);
  file.fill(0, 0, sections);
  file.writeUInt32LE(0xfeedfacf, 0);
  file.writeUInt32LE(0x0100000c, 4);
  file.writeUInt32LE(2, 16);
  file.writeUInt32LE(72 + 80 + 72, 20);
  const segment = (at: number, name: string, offset: number, bytes: number, count: number): void => {
    file.writeUInt32LE(0x19, at);
    file.writeUInt32LE(72 + count * 80, at + 4);
    file.write(name, at + 8);
    file.writeBigUInt64LE(BigInt(offset), at + 40);
    file.writeBigUInt64LE(BigInt(bytes), at + 48);
    file.writeUInt32LE(count, at + 64);
  };
  segment(32, '__TEXT', 0, 8192, 1);
  file.writeUInt32LE(sections, 32 + 72 + 48);
  segment(32 + 72 + 80, '__LINKEDIT', 8192, size - 8192, 0);
  return file;
}

test('a signed executable has the hash of each of its pages, over all of it', () => {
  const before = machO();
  const after = signed(before, 'kubectl-xray');
  expect(wrongSignature(after)).toBeNull();
  // Nothing but what says where the signature is was changed.
  expect(after.subarray(300, before.length)).toEqual(before.subarray(300));
  expect(after.includes('kubectl-xray\0')).toBe(true);
  expect(after.includes(createHash('sha256').update(after.subarray(0, 4096)).digest())).toBe(true);
  expect(after.readUInt32LE(16)).toBe(3);
});

test('a signature that is there is replaced', () => {
  const once = signed(machO(), 'kubectl-xray');
  expect(signed(once, 'kubectl-xray')).toEqual(once);
  expect(wrongSignature(signed(once, 'another'))).toBeNull();
});

describe('a signature does not hold', () => {
  const cases: [wrong: string, of: () => Buffer][] = [
    ['unsigned', () => machO()],
    ['page 1 does not have the hash that is signed', () => changed((file) => (file[5000] = 1))],
    ['the last segment does not end with the file', () => Buffer.concat([signed(machO(), 'x'), Buffer.alloc(1)])],
  ];
  for (const [wrong, of] of cases) test(wrong, () => expect(wrongSignature(of())).toBe(wrong));
});

test('what cannot be signed is refused', () => {
  expect(() => signed(Buffer.alloc(64), 'x')).toThrow('not a thin 64-bit Mach-O file');
  expect(() => signed(machO({ room: 8 }), 'x')).toThrow('no room');
});

function changed(change: (file: Buffer) => void): Buffer {
  const file = signed(machO(), 'x');
  change(file);
  return file;
}
