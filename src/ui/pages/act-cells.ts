// Cells that tell of acts, on the pages of actions, of history and of one record.
import type { ActOrder, ActRecord } from '../../core/act.ts';
import type { UndoGrade } from '../../core/consequences.ts';
import { printable } from '../../core/printable.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { State } from '../../core/state.ts';
import type { Cell, Row, Tone } from '../table.ts';

/** What others wrote, as it may be shown, copied and saved. */
export function told(text: string, tone?: Tone): Cell {
  return tone === undefined ? { text: printable(text) } : { text: printable(text), tone };
}

const outcomes: Readonly<Record<ActRecord['outcome'], readonly [words: string, tone: Tone]>> = {
  intended: ['not known', 'unknown'],
  accepted: ['accepted', 'plain'],
  effective: ['effective', 'good'],
  stuck: ['stuck', 'fault'],
  refused: ['refused', 'fault'],
  failed: ['failed', 'fault'],
};

/** Where an act ended between being written down and being done, that is said. */
export function outcomeCell(outcome: ActRecord['outcome']): Cell {
  const [text, tone] = outcomes[outcome];
  return { text, tone };
}

/** Whether somebody should look at it. */
export function isFault(outcome: ActRecord['outcome']): boolean {
  return outcome !== 'accepted' && outcome !== 'effective';
}

const undoTones: Readonly<Record<UndoGrade, Tone>> = { full: 'good', partial: 'medium', none: 'fault' };

/** Null: nothing was changed, so that there is nothing to undo. */
export function undoCell(grade: UndoGrade | null, isUndone = false): Cell {
  if (isUndone) return { text: 'undone', tone: 'muted' };
  return grade === null ? { text: '' } : { text: grade, tone: undoTones[grade] };
}

/** RFC 3339, UTC, to the second. */
export function timeText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** `policy:ana`: she runs what carries the policy out. */
export function byText({ actor, order }: Pick<ActRecord, 'actor' | 'order'>): string {
  return order.by === 'policy' ? `policy:${actor}` : actor;
}

/** The condition that decided with the worst of its evidence: `security: CVE-2026-1 in npm://a:1`. */
export function reasonOf({ reason: { condition, evidence } }: ActOrder): string {
  const [worst] = evidence;
  const first = condition ?? 'by hand';
  return worst === undefined ? first : `${first}: ${worst}`;
}

interface Named {
  readonly uid: string;
  readonly namespace: string;
  readonly kind: string;
  readonly resource: string;
  readonly name: string;
}

/** What of a row its object tells; it may be gone. */
export function rowOn(named: Named, state: State): Pick<Row, 'namespace' | 'labels' | 'workloads'> {
  const labels = state.judged.get(named.uid)?.workload.labels ?? {};
  return { namespace: named.namespace, labels, workloads: [named.uid] };
}

export function namedCell(named: Named): Cell {
  return told(workloadLabel(named));
}
