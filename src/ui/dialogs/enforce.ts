// The question before the policy is carried out by itself.
import type { Dialog } from '../view.ts';
import { sentence } from './form.ts';
import type { Form } from './form.ts';

export function enforceForm({ typed, limits }: Extract<Dialog, { readonly type: 'enforce' }>): Form {
  return {
    title: 'Enforce the policy',
    says: [
      sentence(
        'From now on, and until this is switched off or the program ends, what the policy calls for is done.',
        'due',
      ),
      ...limits.map((words) => ({ name: 'limit', words })),
      { name: 'undo', words: 'each act can be undone from :history, as far as its grade says' },
    ],
    top: 0,
    fields: [{ label: 'To switch it on type enforce', text: typed, focused: true, writes: true }],
    buttons: [],
    hint: 'enter switches it on  esc leaves it off',
  };
}
