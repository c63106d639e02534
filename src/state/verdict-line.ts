// Lines of verdicts as they stand in their file: JSON, with the version of their form first.
import type { VerdictLine } from '../core/verdict-lines.ts';

const version = 1;

export function encodeVerdictLine(line: VerdictLine): string {
  return JSON.stringify({ v: version, ...line });
}

/** Null: damaged, or of another version or shape. */
export function decodeVerdictLine(text: string): VerdictLine | null {
  try {
    const value: unknown = JSON.parse(text);
    return isLine(value) ? value : null;
  } catch {
    return null;
  }
}

type Tree = Readonly<Record<string, unknown>>;

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLine(value: unknown): value is VerdictLine {
  if (!isTree(value) || value['v'] !== version) return false;
  const { at, by, scope, base, complete, policy, members, seen, changed, gone } = value;
  const scoped = isTree(scope) && isText(scope['namespace']) && isText(scope['selection']);
  const flags = typeof base === 'boolean' && typeof complete === 'boolean' && Number.isSafeInteger(at);
  const texts = [seen, changed].every(areTexts) && (members === null || areTexts(members));
  return scoped && flags && texts && isText(by) && isText(policy) && Array.isArray(gone) && gone.every(areTexts);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}
