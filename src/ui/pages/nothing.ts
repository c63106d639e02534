// What a table says where it has no row: that there is nothing, or that nobody knows.
import { missingNames, selectsAll } from '../../core/selection.ts';
import type { Selection } from '../../core/selection.ts';
import type { State } from '../../core/state.ts';

/** `words` are said once all was read; what may not be read is never taken for nothing. */
export function nothingWords(state: State, words: string): string {
  if (!state.clusterRead) return 'reading the cluster';
  return state.forbidden.length > 0 ? `${words}, as far as may be read; not all may` : words;
}

/** Of a run that was asked about some workloads: which of those are not there. */
export function noWorkloadWords(state: State, selection: Selection): string {
  const missing = missingNames(state, selection).map(({ resource, name }) => `${resource} "${name}"`);
  const words = selectsAll(selection) ? 'no workload runs here' : 'no workload here is among those asked for';
  return nothingWords(state, missing.length === 0 ? words : `not found: ${missing.join(', ')}`);
}
