// What a check of `doctor` finds: a result, what was found in words, and what mends it.

/** `note`: good to know, nothing to mend. `skipped`: could not be looked at, because of another check or by nature. */
export const results = ['ok', 'note', 'warning', 'failed', 'skipped'] as const;
export type Result = (typeof results)[number];

export const areas = ['program', 'settings', 'state', 'xray', 'cluster'] as const;
export type Area = (typeof areas)[number];

export interface Found {
  readonly result: Result;
  /** Never with a credential in it. */
  readonly message: string;
  /** What mends it; null where nothing is to be mended. */
  readonly cure: string | null;
}

export interface Diagnosis extends Found {
  readonly area: Area;
  /** `address`, `rights: status`. */
  readonly check: string;
}

export function ok(message: string): Found {
  return { result: 'ok', message, cure: null };
}

export function note(message: string): Found {
  return { result: 'note', message, cure: null };
}

export function warning(message: string, cure: string): Found {
  return { result: 'warning', message, cure };
}

export function failed(message: string, cure: string): Found {
  return { result: 'failed', message, cure };
}

export function skipped(message: string): Found {
  return { result: 'skipped', message, cure: null };
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function shortly(names: readonly string[], most = 6): string {
  const shown = names.slice(0, most);
  const more = names.length - shown.length;
  const all = more > 0 ? [...shown, `${more} more`] : shown;
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

export function counted(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}
