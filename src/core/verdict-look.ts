// A look at a state, as it is kept: what its workloads read, and which are there no more.
import type { Judgement } from './judgement.ts';
import type { State } from './state.ts';
import { policyMark } from './verdict-lines.ts';
import type { Look } from './verdict-lines.ts';
import { recordKey } from './verdict-record.ts';
import { textOfJudgement } from './verdict-text.ts';

/** What of a look a state does not tell. */
export type LookedFrom = Pick<Look, 'at' | 'by' | 'scope' | 'complete'> & {
  /** Workloads of which a record is made. */
  readonly judgements: readonly Judgement[];
  /** All that is chosen, as far as it is judged. */
  readonly chosen: readonly Judgement[];
};

export function lookAt(state: State, { judgements, chosen, ...about }: LookedFrom): Look {
  const members = about.scope.selection === '' ? null : chosen.map(({ workload }) => recordKey(workload)).toSorted();
  let there: ReadonlyMap<string, string | null> | null = null;
  const whyGone = (key: string): string | null => {
    there ??= thereIn(state);
    const why = there.get(key);
    return why === undefined ? 'gone' : why;
  };
  const texts = new Map(judgements.map((one) => [recordKey(one.workload), textOfJudgement(one)]));
  return { ...about, policy: policyMark(state.policy), texts, members, whyGone };
}

/** A Job that has finished is not judged any more, and runs nothing. */
function thereIn({ workloads }: State): ReadonlyMap<string, string | null> {
  const all = [...workloads.values()];
  return new Map(all.map(({ workload }) => [recordKey(workload), workload.idle === 'finished' ? 'finished' : null]));
}
