// A table: its headings, and the rows in sight, each one text.
import type { ReactNode } from 'react';
import type { Frame } from './frame.ts';
import { emptyWords } from './hidden.ts';
import { gutter, headingLine, rowLine } from './layout.ts';
import { Lines } from './Lines.tsx';
import type { Row } from './table.ts';
import type { Theme } from './theme.ts';
import { wrap } from './width.ts';

interface Props {
  readonly frame: Frame;
  readonly height: number;
  readonly theme: Theme;
}

export function TablePage({ frame, height, theme }: Props): ReactNode {
  const { content, rows, placed, view } = frame;
  const { columns } = view;
  if (content.is !== 'table') return null;
  if (rows.length === 0) {
    const words = wrap(theme.printable(emptyWords(content, view)), columns - gutter - 1);
    return <Lines height={height} lines={words.map((line) => ' '.repeat(gutter) + theme.paint(line, 'muted'))} />;
  }
  const sort = view.visits.at(-1)?.sort ?? null;
  const heading = theme.paint(theme.cut(headingLine(placed, sort, theme), columns), 'heading');
  return <Lines height={height} lines={[heading, ...rows.map((row) => drawn(frame, row, theme))]} />;
}

/** The row under the cursor: in reverse, over the whole width, and with a mark for those who do not see that. */
function drawn({ view, placed }: Frame, row: Row, theme: Theme): string {
  const { columns, marks } = view;
  const mark = marks.has(row.id) ? '*' : ' ';
  if (row.id !== view.visits.at(-1)?.cursor) {
    const line = rowLine(placed, row, theme, false);
    return mark === '*' ? ` ${theme.paint('*', 'heading')}${line}` : `  ${line}`;
  }
  return theme.chosen(theme.fit(`>${mark}${rowLine(placed, row, theme, true)}`, columns));
}
