// Sorting of rows, by a column of the table or by a path of the JSON.
import { UsageError } from '../core/errors.ts';
import type { State } from '../core/inventory.ts';
import { actions } from '../core/policy.ts';
import { workloadItem } from '../core/report.ts';
import type { Judgement } from '../core/report.ts';
import { compareText, conditionsText, worstFirst } from '../core/rows.ts';

type Key = string | number;

const byColumn: Readonly<Record<string, (judgement: Judgement, state: State) => Key>> = {
  namespace: ({ workload }) => `${workload.namespace}/${workload.name}`,
  name: ({ workload }) => workload.name,
  kind: ({ workload }) => workload.kind,
  pods: ({ workload }) => -workload.pods,
  crit: ({ verdict }) => -verdict.severities.critical,
  high: ({ verdict }) => -verdict.severities.high,
  med: ({ verdict }) => -verdict.severities.medium,
  low: ({ verdict }) => -verdict.severities.low,
  conditions: (judgement) => conditionsText(judgement),
  action: ({ decided }) => -actions.indexOf(decided.decision.action),
  age: ({ workload }) => -(workload.createdAt ?? 0),
};

export type Sort = (judgements: readonly Judgement[], state: State) => Judgement[];

/**
 * Reads what `--sort-by` says, a UsageError if it is neither a column nor a path. Counts come largest first, youngest
 * first by age, everything else in its own order; worst first breaks ties.
 */
export function sortBy(by: string): Sort {
  const keyOf = byColumn[by.toLowerCase()] ?? byPath(by);
  return (judgements, state) =>
    judgements
      .map((judgement) => ({ judgement, key: keyOf(judgement, state) }))
      .toSorted((one, other) => compare(one.key, other.key) || worstFirst(one.judgement, other.judgement))
      .map(({ judgement }) => judgement);
}

function compare(one: Key, other: Key): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return compareText(String(one), String(other));
}

/** `{.workload.name}` or `.workload.name`, as kubectl's --sort-by has it. */
function byPath(by: string): (judgement: Judgement, state: State) => Key {
  const path = /^\{?(\.[A-Za-z][A-Za-z0-9.]*)\}?$/.exec(by)?.[1];
  if (path === undefined) {
    const words = Object.keys(byColumn).join(', ');
    throw new UsageError(
      `--sort-by does not know "${by}"`,
      `use a column (${words}) or a path such as .workload.createdAt`,
    );
  }
  const parts = path.slice(1).split('.');
  return (judgement, state) => {
    let value: unknown = workloadItem(judgement, state);
    for (const part of parts) value = (value as Record<string, unknown> | null | undefined)?.[part];
    return typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value ?? '');
  };
}
