// Durations as users write them, in files and flags alike.

const milliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export const durationForm = 'a whole number with its unit, such as 500ms, 3s, 10m, 24h or 7d (0s is none)';

/** Reads `500ms`, `3s`, `10m`, `24h`, `7d` as milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const parts = /^(\d{1,15})(ms|s|m|h|d)$/.exec(text);
  if (parts === null) return undefined;
  const [, count = '', unit = 'ms'] = parts;
  const total = Number(count) * milliseconds[unit as keyof typeof milliseconds];
  return Number.isSafeInteger(total) ? total : undefined;
}

/** Writes milliseconds in the largest unit that keeps them whole; a single day as `24h`. */
export function formatDuration(total: number): string {
  if (total === 0) return '0s';
  const { d, h, m, s } = milliseconds;
  if (total % d === 0 && total > d) return `${total / d}d`;
  if (total % h === 0) return `${total / h}h`;
  if (total % m === 0) return `${total / m}m`;
  return total % s === 0 ? `${total / s}s` : `${total}ms`;
}
