// `history -o json`: what was done, and what came to read otherwise, in the order of time.
import type { ActRecord } from './act.ts';
import { apiVersion } from './api-version.ts';
import { actionRecordList } from './history.ts';
import type { ActionRecordItem, IgnoredLine } from './history.ts';
import { changeItem } from './verdict-diff.ts';
import type { VerdictChangeItem } from './verdict-diff.ts';
import type { DatedChange, LookedBy } from './verdict-lines.ts';

/** Acts have an `action`; what came to read otherwise has the kind `VerdictChange`. Fields are added, never renamed. */
export interface HistoryList {
  readonly apiVersion: typeof apiVersion;
  readonly kind: 'ActionRecordList';
  readonly items: readonly (ActionRecordItem | VerdictChangeRecord)[];
}

export interface VerdictChangeRecord extends VerdictChangeItem {
  readonly kind: 'VerdictChange';
  /** RFC 3339: when it was seen, which may be later than it came to be. */
  readonly at: string;
  /** The command that saw it. */
  readonly seenBy: LookedBy;
}

export function isVerdictChange(item: HistoryList['items'][number]): item is VerdictChangeRecord {
  return 'kind' in item;
}

/** Oldest first. */
export function historyList(
  records: Iterable<ActRecord>,
  ignored: Iterable<IgnoredLine>,
  changes: readonly DatedChange[],
): HistoryList {
  const acts = actionRecordList(records, ignored).items;
  const items = [...acts, ...changes.map(changeRecord)];
  return {
    apiVersion,
    kind: 'ActionRecordList',
    items: items.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at)),
  };
}

function changeRecord(change: DatedChange): VerdictChangeRecord {
  const { at, by } = change;
  return { kind: 'VerdictChange', at: new Date(at).toISOString(), seenBy: by, ...changeItem(change) };
}
