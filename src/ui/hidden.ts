// What narrows a table, where that leaves no row of it: it must not look as if nothing had been found.
import { readFilter, unfinished } from './filter.ts';
import type { Table } from './table.ts';
import type { View } from './view.ts';

/** What is said in place of rows. */
export function emptyWords({ rows, empty }: Table, { visits, faultsOnly, namespace }: View): string {
  if (rows.length === 0) return empty;
  const { filter = '' } = visits.at(-1) ?? {};
  const narrowed = [
    ...(readFilter(filter) === null ? [] : [`/${filter} (esc clears it)`]),
    ...(faultsOnly ? ['only faults (ctrl-z shows all)'] : []),
    ...(namespace === null ? [] : [`namespace ${namespace} (0 shows all)`]),
  ];
  const many = rows.length === 1 ? 'one row is' : `${rows.length} rows are`;
  return `${many} not shown, by ${narrowed.join(', ')}`;
}

/** The filter as the crumbs say it, and why it leaves nothing out where it does not do so yet. */
export function filterWords(filter: string): string {
  const says = unfinished(filter);
  return says === null ? `/${filter}` : `/${filter}: ${says}`;
}
