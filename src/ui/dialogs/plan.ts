// Everything to be said before an act: what, why, what was found, what undoing brings back and what it does not.
import { refusalOf } from '../../core/hand-plan.ts';
import type { HandPlan } from '../../core/hand-plan.ts';
import { doingWords, planWords } from '../../core/plan-words.ts';
import type { PlanLine } from '../../core/plan-words.ts';
import type { Cell } from '../table.ts';
import type { ActVerb, Dialog } from '../view.ts';
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
    hint: 'esc gives it up; nothing has been changed',
  };
}

export function planForm({ action, plans, why, focus, typed, top }: Asked<'plan'>): Form {
  const many = plans.filter(isDoable).length;
  return {
    title: many === 0 ? `Nothing to ${doingWords[action]}` : `${verbs[action]} ${many}`,
    says: [
      ...plans.flatMap(planSaid),
      ...why.map((words) => sentence(words, 'muted')),
      ...(many === 0 ? [] : [{ name: 'limits', words: limits }]),
    ],
    top,
    fields: many > 1 && action === 'delete' ? [numberField(many, typed)] : [],
    buttons: [
      { label: 'Cancel', focused: focus === 'cancel' || many === 0 },
      ...(many === 0 ? [] : [{ label: `${verbs[action]} ${many}`, focused: focus === 'do' }]),
    ],
    hint: '',
  };
}

/** Whether saying yes does anything to it. */
function isDoable(plan: HandPlan): boolean {
  return plan.inspection.is === 'ready' && refusalOf(plan) === null;
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
function numberField(many: number, typed: string): Field {
  return { label: `To delete them type ${many}`, text: typed, focused: false, writes: true };
}
