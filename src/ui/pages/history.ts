import type { State } from '../../core/state.ts';
import type { Table } from '../table.ts';
export function historyPage(_state: State, _now: number): Table {
  return { is: 'table', title: 'history', columns: [], rows: [], empty: 'stub' };
}
