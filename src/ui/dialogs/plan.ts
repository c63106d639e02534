// Everything to be said before an act: what, why, what was found, what undoing brings back and what it does not.
import type { HandPlan } from '../../core/hand-plan.ts';
import { doingWords, planWords } from '../../core/plan-words.ts';
import type { PlanLine } from '../../core/plan-words.ts';
import type { Cell } from '../table.ts';
import type { ActVerb, Dialog } from '../view.ts';
import { doable, numberToType } from './doable.ts';
import { blank, sentence } from './form.ts';
import type { Field, Form, Said } from './form.ts';

type Asked<T extends Dialog['type']> = Extract<Dialog, { readonly type: T }>;

export function planningForm({ action, many }: Asked<'planning'>): Form {
  return {
    title: `${verbs[action]} ${many}`,
    says: [sentence(`Reading ${many === 1 ? 'the object' : `${many} objects`} live, and what stands around ...`)],
    top: 0,
    fields: [],
    buttons: [],
    hint: 'esc gives it up; nothing is changed yet',
  };
}

export function planForm({ action, plans, why, focus, typed, top }: Asked<'plan'>): Form {
  const many = doable(plans).length;
  const number = numberToType({ action, plans });
  return {
    title: many === 0 ? `Nothing to ${doingWords[action]}` : `${verbs[action]} ${many}`,
    says: [
      ...plans.flatMap(planSaid),
      ...why.map((words) => sentence(words, 'muted')),
      ...(many === 0 ? [] : [{ name: 'limits', words: limits }]),
    ],
    top,
    fields: number === null ? [] : [numberField(number, typed)],
    buttons: [
      { label: 'Cancel', focused: focus === 'cancel' || many === 0 },
      ...(many === 0 ? [] : [{ label: `${verbs[action]} ${many}`, focused: focus === 'do' }]),
    ],
    hint: many === 0 ? 'esc leaves  arrows scroll' : 'tab chooses  enter agrees  esc leaves  arrows scroll',
  };
}

export const verbs: Readonly<Record<ActVerb, string>> = {
  scaledown: 'Scale down',
  delete: 'Delete',
  restore: 'Restore',
};

const limits =
  'those of the policy do not hold for what is asked for by hand; each act is checked again when it is done';

const tones: Partial<Record<PlanLine['name'], Cell['tone']>> = {
  does: 'due',
  brings: 'due',
  undo: 'heading',
  promised: 'heading',
  warning: 'high',
  lifts: 'high',
  refused: 'critical',
};

function planSaid(plan: HandPlan): readonly Said[] {
  const { title, lines } = planWords(plan);
  const said = lines.map(({ name, words }): Said => {
    const tone = tones[name];
    return tone === undefined ? { name, words } : { name, words, tone };
  });
  return [sentence(title, 'heading'), ...said, blank];
}

/** It takes digits wherever the focus is. */
function numberField(number: string, typed: string): Field {
  return { label: `To delete them type ${number}`, text: typed, focused: false, writes: true };
}
