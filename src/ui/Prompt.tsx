// What is being typed, with a block where the next character goes.
import type { ReactNode } from 'react';
import { Lines } from './Lines.tsx';
import { typed } from './theme.ts';
import type { Theme } from './theme.ts';
import type { Prompt as Typing } from './view.ts';

interface Props {
  readonly prompt: Typing;
  readonly columns: number;
  readonly theme: Theme;
}

export function Prompt({ prompt, columns, theme }: Props): ReactNode {
  const sign = prompt.for === 'filter' ? '/' : ':';
  return <Lines height={1} lines={[typed(`${sign}${prompt.text}`, columns, theme)]} />;
}
