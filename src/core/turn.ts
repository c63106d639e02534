// One turn of a run that goes on: what the facts of a moment, and time, lead to.
import { takeDue } from './agenda.ts';
import { refresh } from './assemble.ts';
import type { State } from './state.ts';
import type { Touching } from './touched.ts';
import { judgeTouched } from './judged.ts';
import type { Surroundings } from './judged.ts';
import { planOngoing } from './plan.ts';
import type { Ongoing, Planned } from './plan.ts';
import type { Selection } from './selection.ts';

export interface RunsBy {
  readonly selection: Selection;
  readonly surroundings: Surroundings;
  readonly ongoing: Ongoing;
}

export interface Turned {
  /** The uids of workloads that were judged anew, or are gone. */
  readonly judged: ReadonlySet<string>;
  readonly planned: Planned;
}

/** Judges what was touched or has fallen due, and says what is to be done. Costs what it touches, not what there is. */
export function takeTurn(state: State, touched: Touching, { selection, surroundings, ongoing }: RunsBy, now: number) {
  touchDue(takeDue(state.agenda, now), touched);
  refresh(state, touched, now);
  const judged = judgeTouched(state, touched, selection, surroundings, now);
  const planned = planOngoing(state, touched, judged, selection, ongoing, now);
  return { judged, planned } satisfies Turned;
}

/** Keys of the agenda: `workload UID`, `image KEY`, `exceptions`. */
function touchDue(keys: readonly string[], touched: Touching): void {
  for (const key of keys) {
    if (key.startsWith('workload ')) touched.roots.add(key.slice('workload '.length));
    else if (key.startsWith('image ')) touched.images.add(key.slice('image '.length));
    else touched.judgements = true;
  }
}
