// What stands above every page; where there is little room, its first lines.
import type { ReactNode } from 'react';
import type { Header as HeaderLines } from './frame.ts';
import { Lines } from './Lines.tsx';
import { lineOf } from './theme.ts';
import type { Theme } from './theme.ts';

interface Props {
  readonly header: HeaderLines;
  readonly height: number;
  readonly columns: number;
  readonly theme: Theme;
}

export function Header({ header, height, columns, theme }: Props): ReactNode {
  const lines = header.lines.map(({ cells }) => lineOf(theme, cells, columns));
  return <Lines lines={lines} height={height} />;
}
