// What came of an act that was asked for, row by row.
import { workloadLabel } from '../../core/workload.ts';
import type { Progress } from '../picture.ts';
import type { Cell } from '../table.ts';
import type { ActVerb, Dialog } from '../view.ts';
import type { Form, Said } from './form.ts';
import { verbs } from './plan.ts';

const words: Readonly<Record<Progress['state'], readonly [says: string, tone: Cell['tone']]>> = {
  asked: ['waits', 'muted'],
  underWay: ['begins', 'due'],
  accepted: ['accepted', 'due'],
  effective: ['done', 'good'],
  stuck: ['stuck', 'fault'],
  refused: ['refused', 'fault'],
  failed: ['failed', 'fault'],
  notNeeded: ['not needed', 'muted'],
  deferred: ['deferred', 'unknown'],
  wouldAct: ['would act', 'muted'],
};

export function progressForm({ action, rows, top }: Extract<Dialog, { readonly type: 'progress' }>): Form {
  const ended = rows.filter(({ state }) => state !== 'asked' && state !== 'underWay' && state !== 'accepted').length;
  return {
    title: `${verbs[action]}: ${ended} of ${rows.length} ended`,
    says: rows.map(rowSaid),
    top,
    fields: [],
    buttons: [],
    hint: hintOf(action, rows, ended),
  };
}

/** What changed nothing is not offered to be undone. */
function hintOf(action: ActVerb, rows: readonly Progress[], ended: number): string {
  if (ended < rows.length) return 'esc closes; what was asked for goes on';
  return action === 'restore' || undoable(rows).length === 0 ? 'esc closes' : 'esc closes; u undoes, after a plan';
}

/** Those that changed something. */
export function undoable(rows: readonly Progress[]): readonly Progress[] {
  return rows.filter(({ state }) => state === 'accepted' || state === 'effective' || state === 'stuck');
}

function rowSaid({ order, state, message }: Progress): Said {
  const [says, tone] = words[state];
  const { target } = order;
  const object = `${workloadLabel(target)} in ${target.namespace}`;
  return {
    name: says,
    words: message === null ? object : `${object}: ${message}`,
    ...(tone === undefined ? {} : { tone }),
  };
}
