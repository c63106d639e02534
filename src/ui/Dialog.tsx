// The dialog that stands in the place of the page.
import type { ReactNode } from 'react';
import { formOf } from './dialogs/form-of.ts';
import { dialogLines } from './dialogs/lines.ts';
import { Lines } from './Lines.tsx';
import type { Theme } from './theme.ts';
import type { Dialog as Asked } from './view.ts';

interface Props {
  readonly dialog: Asked;
  readonly height: number;
  readonly columns: number;
  readonly theme: Theme;
}

export function Dialog({ dialog, height, columns, theme }: Props): ReactNode {
  return <Lines height={height} lines={dialogLines(formOf(dialog), { height, columns }, theme)} />;
}
