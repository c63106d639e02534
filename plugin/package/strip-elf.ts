// Takes the symbols and debugging notes of its makers out of a Linux executable, as `strip` does, for any processor. What is
// loaded when it runs stays as it is, byte by byte.

/** Of a 64-bit, little-endian ELF file: where its header says what. */
const header = { sections: 40, size: 58, count: 60, names: 62 } as const;
const section = { name: 0, flags: 8, offset: 24, size: 32, link: 40, info: 44, length: 64 } as const;

/** SHF_ALLOC: it is loaded when the program runs. */
const loaded = 2n;
/** SHF_INFO_LINK: its info is a number of a section. */
const infoIsSection = 0x40n;

interface Section {
  readonly index: number;
  readonly raw: Buffer;
  readonly name: string;
}

/** Throws where it is no such file, or something that is loaded lies behind what is not. */
export function stripped(file: Buffer): Buffer {
  if (file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1) {
    throw new Error('not a 64-bit, little-endian ELF file');
  }
  const sections = sectionsOf(file);
  const kept = sections.filter(({ index, raw }) => index === 0 || isLoaded(raw));
  const end = Math.max(...kept.map(endOf), endOfSegments(file));
  const names = namesOf(kept);
  const namesAt = end;
  const table = Math.ceil((namesAt + names.bytes.length) / 8) * 8;
  const result = Buffer.alloc(table + (kept.length + 1) * section.length);
  file.copy(result, 0, 0, end);
  names.bytes.copy(result, namesAt);
  const numbers = new Map(kept.map(({ index }, at) => [index, at]));
  kept.forEach((one, at) => renumbered(one, names.at(one.name), numbers).copy(result, table + at * section.length));
  nameTable(names.at('.shstrtab'), namesAt, names.bytes.length).copy(result, table + kept.length * section.length);
  result.writeBigUInt64LE(BigInt(table), header.sections);
  result.writeUInt16LE(kept.length + 1, header.count);
  result.writeUInt16LE(kept.length, header.names);
  return result;
}

function sectionsOf(file: Buffer): readonly Section[] {
  const table = Number(file.readBigUInt64LE(header.sections));
  const size = file.readUInt16LE(header.size);
  const raws = Array.from({ length: file.readUInt16LE(header.count) }, (_, index) =>
    file.subarray(table + index * size, table + (index + 1) * size),
  );
  const names = raws[file.readUInt16LE(header.names)];
  if (names === undefined) throw new Error('the ELF file does not name its sections');
  const base = Number(names.readBigUInt64LE(section.offset));
  return raws.map((raw, index) => {
    const from = base + raw.readUInt32LE(section.name);
    return { index, raw, name: file.toString('latin1', from, file.indexOf(0, from)) };
  });
}

function isLoaded(raw: Buffer): boolean {
  return (raw.readBigUInt64LE(section.flags) & loaded) !== 0n;
}

/** SHT_NOBITS (8) takes no room in the file. */
function endOf({ raw }: Section): number {
  const size = raw.readUInt32LE(4) === 8 ? 0n : raw.readBigUInt64LE(section.size);
  return Number(raw.readBigUInt64LE(section.offset) + size);
}

function endOfSegments(file: Buffer): number {
  const table = Number(file.readBigUInt64LE(32));
  const [size, count] = [file.readUInt16LE(54), file.readUInt16LE(56)];
  const ends = Array.from({ length: count }, (_, index) => {
    const at = table + index * size;
    return Number(file.readBigUInt64LE(at + 8) + file.readBigUInt64LE(at + 32));
  });
  return Math.max(...ends);
}

function namesOf(kept: readonly Section[]): { readonly bytes: Buffer; readonly at: (name: string) => number } {
  const places = new Map<string, number>();
  let text = '\0';
  for (const name of [...kept.map((one) => one.name), '.shstrtab']) {
    if (places.has(name)) continue;
    places.set(name, name === '' ? 0 : text.length);
    if (name !== '') text += `${name}\0`;
  }
  return { bytes: Buffer.from(text, 'latin1'), at: (name) => places.get(name) ?? 0 };
}

function renumbered({ raw, name }: Section, nameAt: number, numbers: ReadonlyMap<number, number>): Buffer {
  const renewed = Buffer.from(raw);
  const number = (old: number): number => {
    const found = numbers.get(old);
    if (found === undefined) throw new Error(`the section ${name} belongs to one that is not loaded`);
    return found;
  };
  renewed.writeUInt32LE(nameAt, section.name);
  renewed.writeUInt32LE(number(raw.readUInt32LE(section.link)), section.link);
  const isSection = (raw.readBigUInt64LE(section.flags) & infoIsSection) !== 0n;
  if (isSection) renewed.writeUInt32LE(number(raw.readUInt32LE(section.info)), section.info);
  return renewed;
}

/** SHT_STRTAB (3). */
function nameTable(nameAt: number, offset: number, size: number): Buffer {
  const raw = Buffer.alloc(section.length);
  raw.writeUInt32LE(nameAt, section.name);
  raw.writeUInt32LE(3, 4);
  raw.writeBigUInt64LE(BigInt(offset), section.offset);
  raw.writeBigUInt64LE(BigInt(size), section.size);
  raw.writeBigUInt64LE(1n, 48);
  return raw;
}
