// The lowest line: what was just said, or the keys that lead on.
import type { ReactNode } from 'react';
import { Lines } from './Lines.tsx';
import { lineOf } from './theme.ts';
import type { Theme } from './theme.ts';
import type { Flash } from './view.ts';

interface Props {
  readonly flash: Flash | null;
  /** Which keys lead on. */
  readonly hint: string;
  readonly columns: number;
  readonly theme: Theme;
}

export function FlashLine({ flash, hint, columns, theme }: Props): ReactNode {
  const line = flash ?? { text: hint, tone: 'muted' as const };
  return <Lines height={1} lines={[lineOf(theme, [line], columns)]} />;
}
