// From the words of a command line to those that yargs reads, in which nothing is open any more: each flag is whole, and what
// stands after `--` is no flag. What is wrong with a flag is said here, in the words that the user wrote.
import { UsageError } from '../core/errors.ts';
import { definitions } from './definitions.ts';
import type { CommandDefinition } from './definitions.ts';
import { clusterFlags } from './flags.ts';
import { isWaiting, readWords, takesValue } from './words.ts';
import type { Flag, Word } from './words.ts';

export interface CommandLine {
  /** Null: none is named, or no such one is known. */
  readonly command: CommandDefinition | null;
  readonly help: boolean;
  readonly words: readonly string[];
}

const everywhere: readonly Flag[] = [
  { name: 'help', options: { type: 'boolean', alias: 'h' } },
  { name: 'version', options: { type: 'boolean' } },
];

/** `program`: as it is called, for hints. Throws a UsageError for flags that are none, and for values that are missing. */
export function readCommandLine(argv: readonly string[], program: string): CommandLine {
  const read = readWords(argv, [...flagsOf(null), ...everywhere]);
  const texts = read.flatMap((one) => (one.is === 'word' ? [one.text] : []));
  const asksForHelp = read.some((one) => one.is === 'flag' && one.flag.name === 'help' && one.value !== 'false');
  const isHelp = asksForHelp || texts[0] === 'help';
  const [name, ...rest] = texts[0] === 'help' ? texts.slice(1) : texts;
  const command = definitions.find(({ runs }) => runs === name) ?? null;
  const hint = `see ${[program, ...(command === null ? [] : [command.runs]), '--help'].join(' ')}`;
  if (isHelp && (command !== null || name === undefined))
    return { command, help: true, words: name === undefined ? [] : [name] };
  const own = [...flagsOf(command), ...everywhere];
  for (const one of read) mustBeRight(one, own, hint);
  if (isHelp) return { command, help: false, words: [name ?? '', ...rest] };
  return { command, help: argv.length === 0, words: read.flatMap(wordFor) };
}

/** Of a command, or of any while none is named. */
export function flagsOf(command: CommandDefinition | null): readonly Flag[] {
  const entries = (command === null ? definitions : [command]).flatMap(({ flags }) => Object.entries(flags));
  return [...new Map(entries)].map(([name, options]) => ({ name, options }));
}

/** Such words, as yargs hands them on, are what they were. */
export function unmarked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unmarked);
  return typeof value === 'string' ? value.replace(mark, '') : value;
}

/** No word of a command line has it in it. With it, a word is no flag, whatever it begins with. */
const mark = '\0';

function wordFor(word: Word): readonly string[] {
  switch (word.is) {
    case 'word':
      return [word.text.startsWith('-') ? `${mark}${word.text}` : word.text];
    case 'flag':
      return [`--${word.flag.name}=${word.value ?? (takesValue(word.flag) ? '' : 'true')}`];
    case 'unknown':
    case 'end':
      return [];
    default:
      return word satisfies never;
  }
}

/** As for kubectl, of these an empty one is none. */
const mayBeEmpty = new Set([...Object.keys(clusterFlags), 'namespace', 'selector', 'field-selector']);

/** Throws a UsageError for what is wrong with it. */
function mustBeRight(word: Word, own: readonly Flag[], hint: string): void {
  if (word.is === 'word' || word.is === 'end') return;
  const { spelt } = word;
  if (word.is === 'unknown' || !own.some(({ name }) => name === word.flag.name)) {
    const isWatch = spelt === '-w' || spelt === '--watch';
    throw new UsageError(`unknown flag: ${spelt}`, isWatch ? 'What changes is shown by: kubectl xray watch' : hint);
  }
  const { flag, value } = word;
  if (isWaiting(word)) throw new UsageError(`the flag ${spelt} needs a value`, hint);
  const isSwitch = !takesValue(flag);
  if (isSwitch && value !== null && value !== 'true' && value !== 'false') {
    throw new UsageError(`${spelt} is true or false, not "${value}"`, hint);
  }
  if (isSwitch || value !== '' || mayBeEmpty.has(flag.name)) return;
  throw new UsageError(`the value of ${spelt} is empty`, 'Give one; a variable that stands there may not be set.');
}
