// Lines of a text page: a name, and what is said of it, on as many lines as it takes.
import type { Line, Tone } from '../table.ts';
import { told } from './act-cells.ts';

const nameWidth = 12;

/** A line with its name is no longer than 78 columns unless one word is. */
const mostColumns = 66;

export function field(name: string, text: string, tone?: Tone): readonly Line[] {
  return wrapped(told(text).text).map((part, index) => lineOf(index === 0 ? name : '', part, tone));
}

/** One below the other; nothing at all of none. */
export function listed(name: string, texts: readonly string[], tone?: Tone): readonly Line[] {
  return texts.flatMap((text, index) => field(index === 0 ? name : '', text, tone));
}

function lineOf(name: string, text: string, tone?: Tone): Line {
  const head = { text: (name === '' ? '' : `${name}:`).padEnd(nameWidth), tone: 'heading' } as const;
  return { cells: [head, tone === undefined ? { text } : { text, tone }] };
}

function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > mostColumns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
