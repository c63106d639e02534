// What a table says where it has no row: that there is nothing, or that nobody knows.
import type { State } from '../../core/state.ts';

/** `words` are said once all was read; what may not be read is never taken for nothing. */
export function nothingWords(state: State, words: string): string {
  if (!state.clusterRead) return 'reading the cluster';
  return state.forbidden.length > 0 ? `${words}, as far as may be read; not all may` : words;
}
