// An exception to be written into the policy file: what it covers, why, and until when.
import type { Covered, Dialog } from '../view.ts';
import { sentence } from './form.ts';
import type { Form } from './form.ts';

export function ignoreForm(dialog: Extract<Dialog, { readonly type: 'ignore' }>): Form {
  const { workloads, names, for: covers, chosen, reason, until, focus } = dialog;
  const covered = covers[chosen];
  return {
    title: `Ignore on ${workloads.length} ${workloads.length === 1 ? 'workload' : 'workloads'}`,
    says: [
      { name: 'on', words: names.join(', ') },
      sentence('Writes an exception into the policy file. It covers this alone, and these workloads alone.'),
      sentence('Until is a day such as 2027-01-31, a duration such as 30d, or empty.'),
      sentence('Undo: delete the exception from the file. What was done already is not undone by it.'),
    ],
    top: 0,
    fields: [
      {
        label: 'What',
        text: covered === undefined ? '' : coveredWords(covered),
        focused: focus === 'what',
        writes: false,
      },
      { label: 'Why', text: reason, focused: focus === 'reason', writes: focus === 'reason' },
      {
        label: 'Until',
        text: until === '' && focus !== 'until' ? 'it is deleted' : until,
        focused: focus === 'until',
        writes: focus === 'until',
      },
    ],
    buttons: [
      { label: 'Cancel', focused: focus === 'cancel' },
      { label: 'Ignore', focused: focus === 'do' },
    ],
    hint: 'tab goes on  arrows choose  esc leaves',
  };
}

function coveredWords(covered: Covered): string {
  switch (covered.is) {
    case 'cve':
      return covered.cve;
    case 'license':
      return `license ${covered.license}`;
    case 'condition':
      return `condition ${covered.condition}`;
    default:
      return covered satisfies never;
  }
}
