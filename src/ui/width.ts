// How many columns of a terminal a text takes, and how it is made to fit. The one measure of everything on the screen.
import stringWidth from 'string-width';

// eslint-disable-next-line no-control-regex -- what is printed as it stands, one column each
const plain = /^[\u0020-\u007e]*$/;

// eslint-disable-next-line no-control-regex -- C0, DEL and C1; zero width, line separators, overrides of the writing direction
const controls = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Symbols that have a likeness in ASCII of the same width; every other character becomes `?`. */
const likenesses: Readonly<Record<string, string>> = {
  '…': '~',
  '─': '-',
  '│': '|',
  '·': '.',
  '•': '*',
  '●': '*',
  '○': 'o',
  '✓': '+',
  '✗': 'x',
  '×': 'x',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
  '▲': '^',
  '▼': 'v',
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
};

/** In columns; of a text without control characters. */
export function widthOf(text: string): number {
  return plain.test(text) ? text.length : stringWidth(text);
}

/** What others wrote may hold terminal sequences and characters without a width: it becomes text that only shows them. */
export function printable(text: string, ascii = false): string {
  if (plain.test(text)) return text;
  const shown = text.replace(controls, (character) => {
    const hex = character.charCodeAt(0).toString(16);
    return hex.length > 2 ? `\\u${hex.padStart(4, '0')}` : `\\x${hex.padStart(2, '0')}`;
  });
  return ascii ? inAscii(shown) : shown;
}

/** As much of it as fits, ending in `…` (`~` in ASCII) where some is left out. */
export function cut(text: string, width: number, ellipsis: '…' | '~' = '…'): string {
  if (width <= 0) return '';
  if (widthOf(text) <= width) return text;
  return `${head(text, width - 1)}${ellipsis}`;
}

/** As much of its end as fits, beginning with `…` (`~` in ASCII) where some is left out. */
export function cutStart(text: string, width: number, ellipsis: '…' | '~' = '…'): string {
  if (width <= 0) return '';
  if (widthOf(text) <= width) return text;
  return `${ellipsis}${tail(text, width - 1)}`;
}

export interface Fitting {
  readonly align?: 'left' | 'right';
  /** Of what is too long the end is shown, not the beginning. */
  readonly keepsEnd?: boolean;
}

/** Cut or filled up to exactly that width. */
export function fit(
  text: string,
  width: number,
  { align = 'left', keepsEnd = false }: Fitting = {},
  ellipsis: '…' | '~' = '…',
): string {
  const shown = (keepsEnd ? cutStart : cut)(text, width, ellipsis);
  const blanks = ' '.repeat(Math.max(0, width - widthOf(shown)));
  return align === 'left' ? shown + blanks : blanks + shown;
}

/** Broken between words where that can be; never empty. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (widthOf(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (widthOf(line) > width) {
      const first = head(line, width) || line.slice(0, 1);
      lines.push(first);
      line = line.slice(first.length);
    }
  }
  return [...lines, line];
}

/** The most of its beginning that fits, never half a character. */
export function head(text: string, width: number): string {
  if (plain.test(text)) return text.slice(0, width);
  let shown = '';
  let taken = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    taken += widthOf(segment);
    if (taken > width) break;
    shown += segment;
  }
  return shown;
}

/** The most of its end that fits. */
function tail(text: string, width: number): string {
  if (plain.test(text)) return text.slice(text.length - width);
  let shown = '';
  let taken = 0;
  for (const { segment } of [...new Intl.Segmenter().segment(text)].toReversed()) {
    taken += widthOf(segment);
    if (taken > width) break;
    shown = segment + shown;
  }
  return shown;
}

function inAscii(text: string): string {
  let shown = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    shown += plain.test(segment) ? segment : (likenesses[segment] ?? '?');
  }
  return shown;
}
