// Sizes as the user writes them: `200MB`, `1.5GB`, `512MiB`, `0`.

export const sizeForm = 'a number with B, kB, MB, GB, MiB or GiB behind it, such as 200MB; 0 is none';

const units: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['kb', 1000],
  ['mb', 1000 ** 2],
  ['gb', 1000 ** 3],
  ['kib', 1024],
  ['mib', 1024 ** 2],
  ['gib', 1024 ** 3],
]);

/** Bytes; undefined: it is no size. */
export function parseSize(text: string): number | undefined {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = units.get(unit.toLowerCase());
  return number === '' || factor === undefined ? undefined : Math.floor(Number(number) * factor);
}
