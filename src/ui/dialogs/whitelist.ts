// A namespace to be exempted from one condition, written into the policy file.
import type { Dialog } from '../view.ts';
import { sentence } from './form.ts';
import type { Form } from './form.ts';

export function whitelistForm({ namespace, condition, focus }: Extract<Dialog, { readonly type: 'whitelist' }>): Form {
  return {
    title: `Whitelist namespace ${namespace}`,
    says: [
      sentence(`Adds ${namespace} to the whitelisted namespaces of one condition in the policy file.`),
      sentence(`Nothing will be done to any workload in it because of that condition; the others still count.`),
      sentence('Undo: delete the namespace from that list again.'),
    ],
    top: 0,
    fields: [{ label: 'Condition', text: condition, focused: focus === 'condition', writes: false }],
    buttons: [
      { label: 'Cancel', focused: focus === 'cancel' },
      { label: 'Whitelist', focused: focus === 'do' },
    ],
    hint: 'tab goes on  arrows choose  esc leaves',
  };
}
