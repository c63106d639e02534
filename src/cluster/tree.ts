// Reads plain trees (JSON, YAML) that others wrote: whatever has the wrong shape reads as absent.

export type Tree = Readonly<Record<string, unknown>>;

const empty: Tree = {};

export function tree(value: unknown): Tree {
  return isTree(value) ? value : empty;
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function integer(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** Milliseconds since the epoch; 0 where there is no time. */
export function time(value: unknown): number {
  const at = typeof value === 'string' ? Date.parse(value) : value instanceof Date ? value.getTime() : Number.NaN;
  return Number.isNaN(at) ? 0 : at;
}

/** Its texts only. */
export function texts(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(tree(value));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
