// A whole frame as text, as Ink draws it.
import { stripVTControlCharacters } from 'node:util';
import { renderToString } from 'ink';
import { Whole } from '../../src/ui/App.tsx';
import type { Frame } from '../../src/ui/frame.ts';
import type { Theme } from '../../src/ui/theme.ts';
import { plainTheme } from './frames.ts';

/** With its colours, line by line. */
export function drawn(frame: Frame, theme: Theme = plainTheme): readonly string[] {
  return renderToString(<Whole frame={frame} theme={theme} />, { columns: frame.view.columns }).split('\n');
}

/** Without colours, as one text that begins and ends with a line of its own. */
export function pictured(frame: Frame, theme: Theme = plainTheme): string {
  return `\n${drawn(frame, theme)
    .map(stripVTControlCharacters)
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}
