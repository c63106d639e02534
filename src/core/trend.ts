// How many workloads each condition held of over time, as far as anybody looked.
import { countedWords } from './verdict-record.ts';
import type { CountedWord } from './verdict-record.ts';
import { keyOfText } from './verdict-text.ts';
import { covers, foldLine, nothingFolded } from './verdict-lines.ts';
import type { VerdictLine, VerdictScope } from './verdict-lines.ts';

type Counts = Readonly<Record<CountedWord, number>>;

export interface Sample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly counts: Counts;
}

export interface TrendLine {
  readonly word: CountedWord;
  /** Over time; null: nobody looked then. */
  readonly values: readonly (number | null)[];
  readonly first: number;
  readonly last: number;
}

export interface Trend {
  /** When the first value begins and the last one ends, ms since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly lines: readonly TrendLine[];
}

/** The words that are drawn, in this order. */
export const trendWords: readonly CountedWord[] = ['security', 'license', 'unscanned', 'unknown', 'pending', 'clean'];

/** At each look that has seen all of a scope; of a selection there are none. */
export function samplesIn(lines: Iterable<VerdictLine>, scope: VerdictScope): Sample[] {
  if (scope.selection !== '') return [];
  const fold = nothingFolded();
  const counts = { security: 0, license: 0, unscanned: 0, unknown: 0, pending: 0, clean: 0 };
  const count = (key: string, by: 1 | -1): void => {
    const known = fold.known.get(key);
    if (known === undefined || (scope.namespace !== '' && !key.startsWith(`${scope.namespace}/`))) return;
    const { record } = known.verdict();
    for (const word of countedWords(record)) counts[word] += by;
  };
  const samples: Sample[] = [];
  for (const line of lines) {
    const keys = new Set(line.gone.map(([key]) => key));
    for (const text of [...line.seen, ...line.changed]) keys.add(keyOfText(text));
    for (const key of keys) count(key, -1);
    foldLine(fold, line);
    for (const key of keys) count(key, 1);
    if (covers(line.scope, scope)) samples.push({ at: line.at, counts: { ...counts } });
  }
  return samples;
}

/**
 * The last count of each stretch of time, of which there are no more than looks; null where there are no two of these, so
 * that there is nothing to compare.
 */
export function trendOf(
  samples: readonly Sample[],
  { since, now, width }: { readonly since: number; readonly now: number; readonly width: number },
): Trend | null {
  const within = samples.filter(({ at }) => at >= since && at <= now);
  const [first] = within;
  const last = within.at(-1);
  if (first === undefined || last === undefined || within.length < 2 || now <= first.at) return null;
  const many = Math.min(width, within.length);
  const stretches: (Counts | null)[] = Array.from({ length: many }, () => null);
  for (const { at, counts } of within) {
    stretches[Math.min(many - 1, Math.floor(((at - first.at) / (now - first.at)) * many))] = counts;
  }
  fillIn(stretches, within, (now - first.at) / many);
  const lines = trendWords
    .map((word): TrendLine => {
      const values = stretches.map((counts) => counts?.[word] ?? null);
      return { word, values, first: first.counts[word], last: last.counts[word] };
    })
    .filter(({ word, values }) => word === 'security' || word === 'clean' || values.some((value) => (value ?? 0) > 0));
  return { from: first.at, to: now, lines };
}

/** How long what was seen counts as seen on, milliseconds: a run that goes on says so often that it looked. */
const holdsFor = 16 * 60_000;

function fillIn(stretches: (Counts | null)[], samples: readonly Sample[], length: number): void {
  const begin = samples[0]?.at ?? 0;
  let next = 0;
  for (const [index, counts] of stretches.entries()) {
    const start = begin + index * length;
    while ((samples[next]?.at ?? Infinity) < start) next += 1;
    const last = samples[next - 1];
    if (counts === null && last !== undefined && start - last.at <= holdsFor) stretches[index] = last.counts;
  }
}
