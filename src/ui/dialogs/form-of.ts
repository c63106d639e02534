// Which dialog says what.
import type { Dialog } from '../view.ts';
import { enforceForm } from './enforce.ts';
import type { Form } from './form.ts';
import { ignoreForm } from './ignore.ts';
import { planForm, planningForm } from './plan.ts';
import { progressForm } from './progress.ts';
import { whitelistForm } from './whitelist.ts';

export function formOf(dialog: Dialog): Form {
  switch (dialog.type) {
    case 'planning':
      return planningForm(dialog);
    case 'plan':
      return planForm(dialog);
    case 'progress':
      return progressForm(dialog);
    case 'ignore':
      return ignoreForm(dialog);
    case 'whitelist':
      return whitelistForm(dialog);
    case 'enforce':
      return enforceForm(dialog);
    default:
      return dialog satisfies never;
  }
}
