// What the history consists of: acts, exceptions that somebody wrote, pauses of all automatic acts, and what came to read
// otherwise; each with an id.
import type { ActRecord } from './act.ts';
import type { History, IgnoredLine, PauseLine } from './history.ts';
import type { DatedChange } from './verdict-lines.ts';
import { recordKey } from './verdict-record.ts';

/** Times are ms since the epoch. The journal is only added to, so that the ids stay. */
export type HistoryEntry =
  | { readonly is: 'act'; readonly id: string; readonly at: number; readonly record: ActRecord }
  | { readonly is: 'ignored'; readonly id: string; readonly at: number; readonly line: IgnoredLine }
  | { readonly is: 'pause'; readonly id: string; readonly at: number; readonly line: PauseLine }
  | { readonly is: 'verdict'; readonly id: string; readonly at: number; readonly change: DatedChange };

/** Newest first; of two of the same time, the one that was written later. */
export function historyEntries(
  { records, ignored, pauses }: History,
  changes: readonly DatedChange[] = [],
): readonly HistoryEntry[] {
  const entries = [
    ...changes.map(changeEntry),
    ...[...records.values()].map(actEntry),
    ...ignored.map(ignoredEntry),
    ...pauses.map(pauseEntry),
  ];
  return entries.toReversed().toSorted((one, other) => other.at - one.at);
}

/** Null: there is none of that id. */
export function historyEntry(
  { records, ignored, pauses }: History,
  id: string,
  changes: readonly DatedChange[] = [],
): HistoryEntry | null {
  const record = records.get(id);
  if (record !== undefined) return actEntry(record);
  const others = [...ignored.map(ignoredEntry), ...pauses.map(pauseEntry), ...changes.map(changeEntry)];
  return others.find((one) => one.id === id) ?? null;
}

function actEntry(record: ActRecord): HistoryEntry {
  return { is: 'act', id: record.id, at: record.at, record };
}

function ignoredEntry(line: IgnoredLine, index: number): HistoryEntry {
  return { is: 'ignored', id: `ignored ${index}`, at: Date.parse(line.at), line };
}

function pauseEntry(line: PauseLine, index: number): HistoryEntry {
  return { is: 'pause', id: `pause ${index}`, at: Date.parse(line.at), line };
}

/** A workload changes no more than once in a look. */
function changeEntry(change: DatedChange): HistoryEntry {
  return { is: 'verdict', id: `verdict ${change.at} ${recordKey(change.workload)}`, at: change.at, change };
}
