import type { State } from '../../core/state.ts';
import type { Text } from '../table.ts';
export function recordPage(_state: State, _id: string, _now: number): Text {
  return { is: 'text', title: 'record', lines: [] };
}
