// Small readers of JSON that came from elsewhere. Null and absent are the same; nothing here throws.
import type { Severity } from '../core/severity.ts';

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** The elements of an array, none where it is null or absent; null where it is something else. */
export function listOf(value: unknown): readonly unknown[] | null {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value : null;
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The texts of an array that are not empty; a single text is an array of one. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return Array.isArray(value) ? value.filter(isText) : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** API.md section 6: ignoring case and spaces, older words included; what is not known is Unknown, never dropped. */
export function severityOf(value: unknown): Severity {
  const known = words.get(value as string);
  if (known !== undefined) return known;
  return words.get(textOf(value).trim().toLowerCase()) ?? 'Unknown';
}

const words: ReadonlyMap<string, Severity> = new Map<string, Severity>([
  // As Xray 3 writes them, for speed.
  ['Critical', 'Critical'],
  ['High', 'High'],
  ['Medium', 'Medium'],
  ['Low', 'Low'],
  ['critical', 'Critical'],
  ['high', 'High'],
  ['major', 'High'],
  ['medium', 'Medium'],
  ['moderate', 'Medium'],
  ['normal', 'Medium'],
  ['low', 'Low'],
  ['minor', 'Low'],
  ['information', 'Information'],
]);
