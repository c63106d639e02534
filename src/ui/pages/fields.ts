// Lines of a text page: a name, and what is said of it; what is too long is broken where the width is known.
import type { Line, Tone } from '../table.ts';
import { told } from './act-cells.ts';

const nameWidth = 12;

export function field(name: string, text: string, tone?: Tone): readonly Line[] {
  const head = { text: (name === '' ? '' : `${name}:`).padEnd(nameWidth), tone: 'heading' } as const;
  const { text: said } = told(text);
  return [{ cells: [head, tone === undefined ? { text: said } : { text: said, tone }] }];
}

/** One below the other; nothing at all of none. */
export function listed(name: string, texts: readonly string[], tone?: Tone): readonly Line[] {
  return texts.flatMap((text, index) => field(index === 0 ? name : '', text, tone));
}
