import type { State } from '../../core/state.ts';
import type { Table } from '../table.ts';
export function policyPage(_state: State, _now: number): Table {
  return { is: 'table', title: 'policy', columns: [], rows: [], empty: 'stub' };
}
