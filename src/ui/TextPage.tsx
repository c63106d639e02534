// A text to scroll: the lines in sight.
import type { ReactNode } from 'react';
import type { Frame } from './frame.ts';
import { Lines } from './Lines.tsx';
import { lineOf } from './theme.ts';
import type { Theme } from './theme.ts';

interface Props {
  readonly frame: Frame;
  readonly height: number;
  readonly theme: Theme;
}

export function TextPage({ frame, height, theme }: Props): ReactNode {
  const { lines, view } = frame;
  return <Lines height={height} lines={lines.map(({ cells }) => lineOf(theme, cells, view.columns))} />;
}
