import { describe, expect, test } from 'vitest';
import { stripped } from '../../plugin/package/strip-elf.ts';

interface Made {
  readonly name: string;
  readonly type: number;
  readonly loaded: boolean;
  readonly bytes: string;
  /** By its place in the list, from 1. */
  readonly link?: number;
}

const text: Made = { name: '.text', type: 1, loaded: true, bytes: 'code' };
const dynstr: Made = { name: '.dynstr', type: 3, loaded: true, bytes: 'names' };
const dynsym: Made = { name: '.dynsym', type: 11, loaded: true, bytes: 'symbols', link: 2 };
const debug: Made = { name: '.debug_info', type: 1, loaded: false, bytes: 'x'.repeat(1000) };
const symtab: Made = { name: '.symtab', type: 2, loaded: false, bytes: 'x'.repeat(1000), link: 1 };

/** A file with one segment, over all sections that are loaded. */
function elf(sections: readonly Made[]): Buffer {
  const names = ['', ...sections.map(({ name }) => name), '.shstrtab'];
  const all: Made[] = [...sections, { name: '.shstrtab', type: 3, loaded: false, bytes: `${names.join('\0')}\0` }];
  const contents = all.map(({ bytes }) => Buffer.from(bytes));
  const offsets = contents.map((_, index) => 120 + contents.slice(0, index).reduce((sum, one) => sum + one.length, 0));
  const end = 120 + contents.reduce((sum, one) => sum + one.length, 0);
  const file = Buffer.alloc(end + (all.length + 1) * 64);
  file.write('\x7fELF\x02\x01\x01', 'latin1');
  file.writeBigUInt64LE(64n, 32);
  file.writeBigUInt64LE(BigInt(end), 40);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt16LE(64, 58);
  file.writeUInt16LE(all.length + 1, 60);
  file.writeUInt16LE(all.length, 62);
  const loaded = sections.flatMap((one, index) => (one.loaded ? [(offsets[index] ?? 0) + one.bytes.length] : []));
  file.writeUInt32LE(1, 64);
  file.writeBigUInt64LE(BigInt(Math.max(120, ...loaded)), 64 + 32);
  contents.forEach((content, index) => content.copy(file, offsets[index]));
  all.forEach((one, index) => {
    const at = end + (index + 1) * 64;
    file.writeUInt32LE(names.slice(0, index + 1).join('\0').length + 1, at);
    file.writeUInt32LE(one.type, at + 4);
    file.writeBigUInt64LE(one.loaded ? 2n : 0n, at + 8);
    file.writeBigUInt64LE(BigInt(offsets[index] ?? 0), at + 24);
    file.writeBigUInt64LE(BigInt(one.bytes.length), at + 32);
    file.writeUInt32LE(one.link ?? 0, at + 40);
  });
  return file;
}

function sectionsOf(file: Buffer): Record<string, { readonly bytes: string; readonly link: number }> {
  const [table, count, names] = [Number(file.readBigUInt64LE(40)), file.readUInt16LE(60), file.readUInt16LE(62)];
  const at = (index: number) => file.subarray(table + index * 64, table + (index + 1) * 64);
  const base = Number(at(names).readBigUInt64LE(24));
  const entries = Array.from({ length: count }, (_, index) => {
    const [raw, from] = [at(index), base + at(index).readUInt32LE(0)];
    const [offset, size] = [Number(raw.readBigUInt64LE(24)), Number(raw.readBigUInt64LE(32))];
    const name = file.toString('latin1', from, file.indexOf(0, from));
    return [name, { bytes: file.toString('latin1', offset, offset + size), link: raw.readUInt32LE(40) }] as const;
  });
  return Object.fromEntries(entries);
}

test('what is loaded stays, byte by byte and under its name; symbols and debugging notes are gone', () => {
  const before = elf([text, dynstr, dynsym, debug, symtab]);
  const after = stripped(before);
  expect(after.length).toBeLessThan(before.length - 1900);
  const sections = sectionsOf(after);
  expect(Object.keys(sections)).toEqual(['', '.text', '.dynstr', '.dynsym', '.shstrtab']);
  expect([sections['.text']?.bytes, sections['.dynsym']?.bytes]).toEqual(['code', 'symbols']);
  expect(after.subarray(64, 136)).toEqual(before.subarray(64, 136));
});

test('what belongs together still does, though places have changed', () => {
  const after = stripped(elf([{ ...dynsym, link: 3 }, debug, dynstr]));
  expect(Object.keys(sectionsOf(after))).toEqual(['', '.dynsym', '.dynstr', '.shstrtab']);
  expect(sectionsOf(after)['.dynsym']?.link).toBe(2);
});

test('done again, it changes nothing', () => {
  const once = stripped(elf([text, dynstr, debug]));
  expect(stripped(once)).toEqual(once);
});

describe('refused is', () => {
  test('what is no such file', () => {
    expect(() => stripped(Buffer.alloc(64))).toThrow('not a 64-bit');
    const narrow = elf([text]);
    narrow[4] = 1;
    expect(() => stripped(narrow)).toThrow('not a 64-bit');
  });

  test('a section that is loaded and needs one that is not', () => {
    expect(() => stripped(elf([{ ...dynsym, link: 2 }, debug]))).toThrow('.dynsym belongs to one that is not loaded');
  });
});
