// The dialog that stands in the place of the page: one file for each, and one form for all.
import type { ReactNode } from 'react';
import { DialogForm } from './dialogs/DialogForm.tsx';
import { enforceForm } from './dialogs/enforce.ts';
import type { Form } from './dialogs/form.ts';
import { ignoreForm } from './dialogs/ignore.ts';
import { planForm, planningForm } from './dialogs/plan.ts';
import { progressForm } from './dialogs/progress.ts';
import { whitelistForm } from './dialogs/whitelist.ts';
import type { Theme } from './theme.ts';
import type { Dialog as Asked } from './view.ts';

interface Props {
  readonly dialog: Asked;
  readonly height: number;
  readonly columns: number;
  readonly theme: Theme;
}

export function Dialog({ dialog, ...room }: Props): ReactNode {
  return <DialogForm form={formOf(dialog)} {...room} />;
}

function formOf(dialog: Asked): Form {
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
