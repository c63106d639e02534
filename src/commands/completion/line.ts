// What stands on an unfinished command line: the command, the flags with their values, the other words.
import type { Options } from 'yargs';
import { definitions } from '../definitions.ts';
import type { CommandDefinition } from '../definitions.ts';
import { splitShortFlags } from '../flags.ts';

export interface Flag {
  readonly name: string;
  readonly options: Options;
}

export interface UnfinishedLine {
  /** A first word is there, be it a command or not. */
  readonly named: boolean;
  /** Null: none is named yet, or no such one is known. */
  readonly command: CommandDefinition | null;
  /** Words that are no flags, without the command. */
  readonly words: readonly string[];
  /** By their long names, as yargs hands them on. */
  readonly given: Readonly<Record<string, unknown>>;
  /** What may be given, of the command, or of any while none is named. */
  readonly flags: readonly Flag[];
  /** The flag whose value comes next; null: none. */
  readonly awaiting: Flag | null;
  /** After `--` nothing is a flag. */
  readonly flagsEnded: boolean;
}

/** `before`: every word before the one that is being completed. */
export function unfinishedLine(before: readonly string[]): UnfinishedLine {
  const all = allFlags();
  const words: string[] = [];
  const given: Record<string, unknown> = {};
  let awaiting: Flag | null = null;
  let flagsEnded = false;
  // The last word may be a flag that waits for its value.
  for (const word of splitShortFlags(before)) {
    if (awaiting !== null) {
      note(given, awaiting, word);
      awaiting = null;
    } else if (flagsEnded || !word.startsWith('-') || word === '-') words.push(word);
    else if (word === '--') flagsEnded = true;
    else awaiting = noteFlag(given, all, word);
  }
  const command = definitions.find(({ runs }) => runs === words[0]) ?? null;
  const flags = command === null ? all : Object.entries(command.flags).map(([name, options]) => ({ name, options }));
  const named = words.length > 0;
  // Another command may know other values.
  const own = awaiting === null ? null : (flagNamed(flags, awaiting.name) ?? awaiting);
  return { named, command, words: words.slice(1), given, flags, awaiting: own, flagsEnded };
}

export function takesValue({ options }: Flag): boolean {
  return options.type !== 'boolean';
}

export function flagNamed(flags: readonly Flag[], word: string): Flag | null {
  const name = word.replace(/^--?/, '');
  return flags.find((flag) => flag.name === name || flag.options.alias === name) ?? null;
}

function allFlags(): readonly Flag[] {
  const entries = definitions.flatMap(({ flags }) => Object.entries(flags));
  return [...new Map(entries)].map(([name, options]) => ({ name, options }));
}

/** Returns the flag that waits for its value. */
function noteFlag(given: Record<string, unknown>, flags: readonly Flag[], word: string): Flag | null {
  const [, name = word, value] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
  const flag = flagNamed(flags, name);
  if (flag === null) return null;
  if (value === undefined && takesValue(flag)) return flag;
  note(given, flag, takesValue(flag) ? (value ?? '') : value !== 'false');
  return null;
}

function note(given: Record<string, unknown>, { name, options }: Flag, value: string | boolean): void {
  const before = given[name];
  given[name] = options.array === true && Array.isArray(before) ? [...(before as unknown[]), value] : value;
  if (options.array === true && before === undefined) given[name] = [value];
}
