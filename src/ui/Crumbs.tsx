// Where one is and how one came there, and what narrows what is shown.
import type { ReactNode } from 'react';
import { pageOf } from './frame.ts';
import type { Frame } from './frame.ts';
import { filterWords } from './hidden.ts';
import { Lines } from './Lines.tsx';
import { lineOf } from './theme.ts';
import type { Theme } from './theme.ts';
import type { Cell, Content } from './table.ts';
import type { Shown } from './view.ts';

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
    howMany(content, shown, visit?.top ?? 0),
    ...(view.namespace === null ? [] : [`namespace ${view.namespace}`]),
    ...(visit === undefined || visit.filter === '' ? [] : [filterWords(visit.filter)]),
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

/** `30`, of a table that is filtered `5 of 30`; of a text that does not fit `12-30 of 90`. */
function howMany(content: Content, { length, fits }: Shown, top: number): string {
  if (content.is === 'table') {
    const all = content.rows.length;
    return length === all ? String(all) : `${length} of ${all}`;
  }
  if (length > fits) return `${top + 1}-${Math.min(length, top + fits)} of ${length}`;
  return `${length} ${length === 1 ? 'line' : 'lines'}`;
}
