// What tones look like. Nothing is told by colour alone, and no two tones differ by red and green: magenta, yellow, cyan and
// weight are told apart by the colour-blind too. The sequences are our own, so that no library asks the terminal on its own.
import type { Cell, Tone } from './table.ts';
import { cut, fit, printable, widthOf } from './width.ts';
import type { Fitting } from './width.ts';

export interface Theme {
  /** What others wrote, as it may stand on the screen. */
  readonly printable: (text: string) => string;
  readonly cut: (text: string, width: number) => string;
  readonly fit: (text: string, width: number, fitting?: Fitting) => string;
  readonly paint: (text: string, tone: Tone | undefined) => string;
  /** Of the row under the cursor and of the button that has the focus; seen without colour too. */
  readonly chosen: (text: string) => string;
  readonly rule: '─' | '-';
}

const codes: Readonly<Record<Tone, string>> = {
  plain: '',
  muted: '2',
  heading: '1',
  critical: '1;35',
  high: '35',
  medium: '33',
  low: '',
  good: '36',
  due: '1;33',
  unknown: '33',
  fault: '1;95',
};

export function createTheme({ colour, ascii }: { readonly colour: boolean; readonly ascii: boolean }): Theme {
  const ellipsis = ascii ? '~' : '…';
  return {
    printable: (text) => printable(text, ascii),
    cut: (text, width) => cut(text, width, ellipsis),
    fit: (text, width, fitting) => fit(text, width, fitting, ellipsis),
    paint: (text, tone) => (colour && tone !== undefined ? sequence(codes[tone], text) : text),
    chosen: (text) => sequence('7', text),
    rule: ascii ? '-' : '─',
  };
}

/** The cells of a line one after the other, in no more than a width. */
export function lineOf(theme: Theme, cells: readonly Cell[], width: number): string {
  let left = width;
  let line = '';
  for (const { text, tone } of cells) {
    const shown = theme.cut(theme.printable(text), left);
    line += theme.paint(shown, tone);
    left -= widthOf(shown);
    if (left <= 0) break;
  }
  return line;
}

/** What is being typed: the end of a text that is too long, and a block where the next character goes. */
export function typed(text: string, width: number, theme: Theme): string {
  let shown = Array.from(theme.printable(text));
  while (widthOf(shown.join('')) > Math.max(0, width - 1)) shown = shown.slice(1);
  return `${shown.join('')}${theme.chosen(' ')}`;
}

function sequence(code: string, text: string): string {
  return code === '' || text === '' ? text : `\u001b[${code}m${text}\u001b[0m`;
}
