// The words that an image's row is chosen by: what it proves by itself, in the workloads where it decides.
import type { State } from './state.ts';
import { conditionTypes } from './policy.ts';
import { scanOf } from './report.ts';
import type { ImageRow } from './report.ts';
import { quietWord } from './rows.ts';
import type { ConditionWord } from './rows.ts';
import { decides, judge } from './verdict.ts';

/**
 * As `wordsOf` of a workload that runs this image alone. One that decides nowhere has the word of its scan at most: it
 * proves nothing, and so is never clean. `now` is in milliseconds since the epoch.
 */
export function wordsOfImage({ item, uses }: ImageRow, state: State, now: number): ConditionWord[] {
  const deciding = uses.filter(({ entry }) => decides(entry, state.policy));
  if (deciding.length === 0) return item.scan === 'scanned' ? [] : [item.scan];
  const verdicts = deciding.map(({ workload, entry }) =>
    judge({ ...workload, images: [entry] }, scanOf(state), state.policy, now),
  );
  const proven = new Set(verdicts.flatMap(({ conditions }) => conditions.map(({ type }) => type)));
  const types = conditionTypes.filter((type) => proven.has(type));
  const open = new Set(verdicts.map(quietWord).filter((word) => word !== 'clean'));
  return types.length + open.size === 0 ? ['clean'] : [...types, ...open];
}
