// What is being typed, with a block where the next character goes.
import type { ReactNode } from 'react';
import { Lines } from './Lines.tsx';
import type { Theme } from './theme.ts';
import { widthOf } from './width.ts';
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

/** The end of a text that is too long, as one types there; the block is seen without colour too. */
export function typed(text: string, columns: number, theme: Theme): string {
  const room = columns - 1;
  let shown = theme.printable(text);
  while (widthOf(shown) > room) shown = shown.slice(1);
  return `${shown}${theme.chosen(' ')}`;
}
