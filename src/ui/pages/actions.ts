import type { State } from '../../core/state.ts';
import type { Table } from '../table.ts';
export function actionsPage(_state: State, _now: number): Table {
  return { is: 'table', title: 'actions', columns: [], rows: [], empty: 'stub' };
}
