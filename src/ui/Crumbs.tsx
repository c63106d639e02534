// Where one is and how one came there, and what narrows what is shown.
import type { ReactNode } from 'react';
import { pageOf } from './frame.ts';
import type { Frame } from './frame.ts';
import { Lines } from './Lines.tsx';
import { lineOf } from './theme.ts';
import type { Theme } from './theme.ts';
import type { Cell } from './table.ts';

interface Props {
  readonly frame: Frame;
  readonly theme: Theme;
}

export function Crumbs({ frame, theme }: Props): ReactNode {
  const { view } = frame;
  return <Lines height={1} lines={[lineOf(theme, crumbsOf(frame), view.columns)]} />;
}

function crumbsOf({ view, content, shown }: Frame): readonly Cell[] {
  const visit = view.visits.at(-1);
  const marked = view.marks.size;
  const facts = [
    ...(content.is === 'table' ? [String(shown.length)] : [placeIn(shown.length, visit?.top ?? 0, shown.fits)]),
    ...(view.namespace === null ? [] : [`namespace ${view.namespace}`]),
    ...(visit === undefined || visit.filter === '' ? [] : [`/${visit.filter}`]),
    ...(view.faultsOnly ? ['only faults'] : []),
    ...(marked > 0 ? [`${marked} marked`] : []),
  ];
  const way = view.visits.slice(0, -1).map(({ page }) => page.at);
  // The page itself first where there is no room for the way to it.
  const trail = view.columns < 60 || way.length === 0 ? '' : `${way.join(' > ')} > `;
  return [
    { text: trail, tone: 'muted' },
    { text: content.title === '' ? pageOf(view).at : content.title, tone: 'heading' },
    { text: ` (${facts.join(', ')})` },
  ];
}

/** `12-30 of 90`. */
function placeIn(length: number, top: number, fits: number): string {
  if (length <= fits) return `${length} lines`;
  return `${top + 1}-${Math.min(length, top + fits)} of ${length}`;
}
