// Reads the words of a command line as kubectl reads its own: flags, short ones grouped or glued to their value, and all that
// is none. It must not know what a flag means.
import type { Options } from 'yargs';

export interface Flag {
  readonly name: string;
  readonly options: Options;
}

export interface GivenFlag {
  readonly is: 'flag';
  readonly flag: Flag;
  /** As it stands there. */
  readonly spelt: string;
  /** Null where none is given: of a switch, of a flag that may go without, of one at the end of the line. */
  readonly value: string | null;
}

export type Word =
  | { readonly is: 'word'; readonly text: string }
  | GivenFlag
  | { readonly is: 'unknown'; readonly spelt: string }
  /** `--`: what follows are no flags. */
  | { readonly is: 'end' };

export function takesValue({ options }: Flag): boolean {
  return options.type !== 'boolean';
}

/** By its long or its short name, with or without dashes. */
export function flagNamed(flags: readonly Flag[], word: string): Flag | null {
  const name = word.replace(/^--?/, '');
  return flags.find((flag) => flag.name === name || flag.options.alias === name) ?? null;
}

/** In their order. A value that begins with a dash has to be glued to its flag: `-n -A` lacks one. */
export function readWords(argv: readonly string[], flags: readonly Flag[]): readonly Word[] {
  const read: Word[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const text = argv[at] ?? '';
    if (text === '--') {
      return [...read, { is: 'end' }, ...argv.slice(at + 1).map((rest): Word => ({ is: 'word', text: rest }))];
    }
    if (!text.startsWith('-') || text === '-') {
      read.push({ is: 'word', text });
      continue;
    }
    read.push(...(text.startsWith('--') ? [longFlag(text, flags)] : shortFlags(text.slice(1), flags)));
    const next = argv[at + 1];
    const waiting = read.at(-1);
    if (waiting?.is !== 'flag' || !isWaiting(waiting) || next === undefined) continue;
    if (next.startsWith('-') && next !== '-') continue;
    read[read.length - 1] = { ...waiting, value: next };
    at += 1;
  }
  return read;
}

/** Whether it lacks the value that it has to have. */
export function isWaiting({ flag, value }: GivenFlag): boolean {
  return value === null && flag.options.requiresArg === true;
}

function longFlag(text: string, flags: readonly Flag[]): Word {
  const [, spelt = text, value = null] = /^([^=]+)(?:=(.*))?$/s.exec(text) ?? [];
  const flag = flags.find(({ name }) => `--${name}` === spelt);
  return flag === undefined ? { is: 'unknown', spelt } : { is: 'flag', flag, spelt, value };
}

/** `Aowide`: switches, and the first that takes a value takes all that is left. */
function shortFlags(letters: string, flags: readonly Flag[]): readonly Word[] {
  const [letter = '', ...others] = letters;
  const rest = others.join('');
  const spelt = `-${letter}`;
  const flag = flags.find(({ name, options }) => options.alias === letter || name === letter);
  if (flag === undefined) return [{ is: 'unknown', spelt }];
  if (rest.startsWith('=')) return [{ is: 'flag', flag, spelt, value: rest.slice(1) }];
  const one: Word = { is: 'flag', flag, spelt, value: takesValue(flag) && rest !== '' ? rest : null };
  return takesValue(flag) || rest === '' ? [one] : [one, ...shortFlags(rest, flags)];
}
