// Cells that tell of what came to read otherwise, on the pages of history and of one record.
import { resourceOf } from '../../core/kind.ts';
import type { VerdictChange } from '../../core/verdict-change.ts';
import { wordsOfRecord } from '../../core/verdict-record.ts';
import type { Cell } from '../table.ts';

export function changeCell({ change, appeared }: VerdictChange): Cell {
  if (change === 'worse' || (change === 'appeared' && appeared.length > 0)) return { text: change, tone: 'high' };
  if (change === 'unsettled') return { text: change, tone: 'unknown' };
  return change === 'better' ? { text: change, tone: 'good' } : { text: change };
}

/** What it is of, as acts name theirs. */
export function changedOn({ workload }: Pick<VerdictChange, 'workload'>) {
  return { ...workload, resource: resourceOf(workload.apiVersion, workload.kind) };
}

/** `clean > security`. */
export function readsWords({ from, to }: Pick<VerdictChange, 'from' | 'to'>): string {
  const [before, after] = [from, to].map((one) => (one === null ? '<none>' : wordsOfRecord(one)));
  return `${before} > ${after}`;
}
