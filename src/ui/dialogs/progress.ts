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
    hint: ended < rows.length ? 'esc closes; what was asked for goes on' : hints[action],
  };
}

const hints: Readonly<Record<ActVerb, string>> = {
  scaledown: 'esc closes; u undoes, after a plan',
  delete: 'esc closes; :history and u undo, after a plan',
  restore: 'esc closes',
};

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
