// The lowest line: what was just said, or the keys that lead on.
import type { ReactNode } from 'react';
import { Lines } from './Lines.tsx';
import { lineOf } from './theme.ts';
import type { Theme } from './theme.ts';
import type { Flash } from './view.ts';

interface Props {
  readonly flash: Flash | null;
  readonly columns: number;
  readonly theme: Theme;
}

const hint = '? help  : command  / filter  enter open  esc back';

export function FlashLine({ flash, columns, theme }: Props): ReactNode {
  const line = flash ?? { text: hint, tone: 'muted' as const };
  return <Lines height={1} lines={[lineOf(theme, [line], columns)]} />;
}
