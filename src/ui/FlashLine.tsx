// The lowest line: what was just said, or the keys that lead on.
import type { ReactNode } from 'react';
import { Lines } from './Lines.tsx';
import { lineOf } from './theme.ts';
import type { Theme } from './theme.ts';
import type { Flash } from './view.ts';

interface Props {
  readonly flash: Flash | null;
  /** A dialog is open: other keys hold. */
  readonly asks: boolean;
  readonly columns: number;
  readonly theme: Theme;
}

const hints = {
  page: '? help  : command  / filter  enter open  esc back',
  dialog: 'esc leaves  enter agrees  tab goes on  arrows scroll',
} as const;

export function FlashLine({ flash, asks, columns, theme }: Props): ReactNode {
  const line = flash ?? { text: asks ? hints.dialog : hints.page, tone: 'muted' as const };
  return <Lines height={1} lines={[lineOf(theme, [line], columns)]} />;
}
