// The table of `cache info`, and what `cache clear` says of each that it removes.
import { ageText } from '../core/rows.ts';
import { columns } from './columns.ts';
import { printable } from './printable.ts';

export interface CacheItem {
  readonly path: string;
  /** Address, and the project where it is asked for one. */
  readonly server: string;
  readonly answers: number;
  readonly bytes: number;
  /** When the oldest and the newest answer were asked for, ms since the epoch; null where there is none. */
  readonly oldest: number | null;
  readonly newest: number | null;
}

export interface CacheTableOptions {
  readonly wide: boolean;
  readonly headings: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function cacheTable(items: readonly CacheItem[], { wide, headings, now }: CacheTableOptions): string {
  const names = ['SERVER', 'ANSWERS', 'SIZE', 'OLDEST', 'NEWEST', ...(wide ? ['PATH'] : [])];
  const age = (at: number | null): string => (at === null ? '<none>' : ageText(now - at));
  const rows = items.map(({ server, answers, bytes, oldest, newest, path }) => [
    cell(server),
    String(answers),
    sizeText(bytes),
    age(oldest),
    age(newest),
    ...(wide ? [cell(path)] : []),
  ]);
  return columns(headings ? names : null, rows);
}

/** As kubectl names what it did: `cache/https://acme.jfrog.io cleared: 812 answers, 9.1MB`. */
export function removedLine({ server, answers, bytes }: CacheItem, dryRun: boolean): string {
  const counted = `${answers} answer${answers === 1 ? '' : 's'}, ${sizeText(bytes)}`;
  return `${printable(`cache/${server} cleared: ${counted}${dryRun ? ' (dry run)' : ''}`)}\n`;
}

/** `812B`, `9.1MB`: as `--cache-size` has it, in powers of ten. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [size, at] = [bytes, 0];
  for (; size >= 1000 && at < units.length - 1; at += 1) size /= 1000;
  return `${at === 0 || size >= 100 ? Math.round(size) : Number(size.toFixed(1))}${units[at]}`;
}

/** No blanks inside a column, so that awk and cut work. */
function cell(text: string): string {
  return printable(text.trim().replaceAll(/\s+/g, '_')) || '<none>';
}
