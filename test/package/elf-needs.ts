// Which libraries of the system a Linux executable needs, and of which glibc: as its loader reads them.

/** Names of libraries, in the order of the file. */
export function librariesOf(file: Buffer): readonly string[] {
  const segments = segmentsOf(file);
  const dynamic = segments.find(({ type }) => type === 2);
  if (dynamic === undefined) return [];
  const entries = Array.from({ length: dynamic.size / 16 }, (_, index) => {
    const at = dynamic.offset + index * 16;
    return { tag: Number(file.readBigInt64LE(at)), value: Number(file.readBigUInt64LE(at + 8)) };
  });
  const names = entries.find(({ tag }) => tag === 5)?.value ?? 0;
  const holder = segments.find(({ type, address, size }) => type === 1 && names >= address && names < address + size);
  if (holder === undefined) throw new Error('the names of the libraries are not in the file');
  const base = names - holder.address + holder.offset;
  const text = (at: number): string => file.toString('latin1', base + at, file.indexOf(0, base + at));
  return entries.filter(({ tag }) => tag === 1).map(({ value }) => text(value));
}

/** The highest version of glibc whose functions it uses. */
export function glibcOf(file: Buffer): string {
  const versions = file.toString('latin1').matchAll(/\0GLIBC_2\.(\d+)(?=\0)/g);
  return `2.${Math.max(...[...versions].map(([, minor]) => Number(minor)))}`;
}

function segmentsOf(file: Buffer) {
  const table = Number(file.readBigUInt64LE(32));
  const [each, count] = [file.readUInt16LE(54), file.readUInt16LE(56)];
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * each;
    const number = (offset: number): number => Number(file.readBigUInt64LE(at + offset));
    return { type: file.readUInt32LE(at), offset: number(8), address: number(16), size: number(32) };
  });
}
