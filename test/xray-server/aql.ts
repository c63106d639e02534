// As much of the Artifactory Query Language as a look-up of manifests takes (API.md section 4, "Artifactory calls"):
// `items.find({...}).include(...).sort(...).offset(n).limit(n)` over repo, path, name, sha256 and two properties.

import { isObject } from './answer.ts';
import type { Json, JsonObject, StoredImage } from './data.ts';

export interface Query {
  readonly matches: (image: StoredImage) => boolean;
  /** Fields named by `include`; empty: the default ones. */
  readonly include: readonly string[];
  readonly offset: number;
  readonly limit: number;
}

type Matches = Query['matches'];

/** Null for what is not AQL, or more of it than is understood here. */
export function parseAql(text: string): Query | null {
  const found = /^\s*items\.find\((?<criteria>\{[\s\S]*?\}|)\)(?<rest>(?:\s*\.\w+\([^)]*\))*)\s*$/.exec(text);
  if (found?.groups === undefined) return null;
  const { criteria = '', rest = '' } = found.groups;
  const parsed = criteria === '' ? {} : jsonOf(criteria);
  const matches = parsed === null ? null : allOf(parsed);
  if (matches === null) return null;
  const include = argumentsOf(rest, 'include').flatMap((list) =>
    [...list.matchAll(/"([^"]+)"/g)].map(([, one]) => one),
  );
  return {
    matches,
    include: include.filter((one) => one !== undefined),
    offset: Number(argumentsOf(rest, 'offset')[0] ?? 0),
    limit: Number(argumentsOf(rest, 'limit')[0] ?? Infinity),
  };
}

function argumentsOf(rest: string, name: string): readonly string[] {
  return [...rest.matchAll(/\.(\w+)\(([^)]*)\)/g)].filter(([, one]) => one === name).map(([, , list = '']) => list);
}

function jsonOf(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function allOf(criteria: JsonObject): Matches | null {
  const parts = Object.entries(criteria).map(([key, value]) => criterion(key, value ?? null));
  const known = parts.filter((part) => part !== null);
  return known.length < parts.length ? null : (image) => known.every((matches) => matches(image));
}

function criterion(key: string, value: Json): Matches | null {
  if (key === '$or' || key === '$and') return several(key, value);
  const field = fields.get(key);
  if (field === undefined) return null;
  if (typeof value === 'string') return (image) => field(image) === value;
  if (!isObject(value)) return null;
  const tests = Object.entries(value).map(([operator, operand]) => comparison(operator, operand));
  if (tests.some((test) => test === null)) return null;
  return (image) => tests.every((test) => test?.(field(image)) === true);
}

function several(key: '$or' | '$and', value: Json): Matches | null {
  if (!Array.isArray(value)) return null;
  if (key === '$or') {
    const sets = equalities(value);
    if (sets !== null) return (image) => sets.some(([field, wanted]) => wanted.has(field(image)));
  }
  const parts = value.map((one) => (isObject(one) ? allOf(one) : null));
  const known = parts.filter((part) => part !== null);
  if (known.length < parts.length) return null;
  return key === '$or'
    ? (image) => known.some((matches) => matches(image))
    : (image) => known.every((matches) => matches(image));
}

// Hundreds of digests in one `$or` are the usual question: one set for each field answers it without a walk.
function equalities(value: readonly Json[]): readonly (readonly [Field, ReadonlySet<string>])[] | null {
  const pairs = value.map((one) => (isObject(one) ? Object.entries(one) : []));
  const texts = pairs.map(([first, ...more]) => (more.length === 0 && isPairOfTexts(first) ? first : null));
  const plain = texts.filter((text) => text !== null);
  if (plain.length < value.length) return null;
  const byKey = Map.groupBy(plain, ([key]) => key);
  const sets = [...byKey].map(([key, list]) => ({
    field: fields.get(key),
    wanted: list.map(([, one]) => one),
  }));
  const known = sets.flatMap(({ field, wanted }) => (field === undefined ? [] : [[field, new Set(wanted)] as const]));
  return known.length < sets.length ? null : known;
}

function isPairOfTexts(pair: readonly [string, Json | undefined] | undefined): pair is [string, string] {
  return typeof pair?.[1] === 'string';
}

type Field = (image: StoredImage) => string;

// The two properties find a manifest as well (API.md section 4, CLIA).
const fields: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['repo', (image) => image.repo],
  ['path', (image) => image.path],
  ['name', (image) => image.file],
  ['sha256', (image) => image.digest.replace('sha256:', '')],
  ['@sha256', (image) => image.digest.replace('sha256:', '')],
  ['@docker.manifest.digest', (image) => image.digest],
]);

function comparison(operator: string, operand: Json | undefined): ((actual: string) => boolean) | null {
  if (typeof operand !== 'string') return null;
  if (operator === '$eq') return (actual) => actual === operand;
  if (operator === '$ne') return (actual) => actual !== operand;
  if (operator !== '$match' && operator !== '$nmatch') return null;
  const pattern = new RegExp(
    `^${operand
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
  return (actual) => pattern.test(actual) === (operator === '$match');
}
