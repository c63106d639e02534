// What stands on an unfinished command line: the command, the flags with their values, the other words.
import { flagsOf } from '../arguments.ts';
import { definitions } from '../definitions.ts';
import type { CommandDefinition } from '../definitions.ts';
import { flagNamed, isWaiting, readWords, takesValue } from '../words.ts';
import type { Flag } from '../words.ts';

export { flagNamed, takesValue, type Flag };

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
  const all = flagsOf(null);
  const read = readWords(before, all);
  const words = read.flatMap((one) => (one.is === 'word' ? [one.text] : []));
  const given: Record<string, unknown> = {};
  for (const one of read) if (one.is === 'flag' && !isWaiting(one)) note(given, one.flag, one.value);
  const last = read.at(-1);
  const awaiting = last?.is === 'flag' && isWaiting(last) ? last.flag : null;
  const flagsEnded = read.some((one) => one.is === 'end');
  const command = definitions.find(({ runs }) => runs === words[0]) ?? null;
  const flags = flagsOf(command);
  const named = words.length > 0;
  // Another command may know other values.
  const own = awaiting === null ? null : (flagNamed(flags, awaiting.name) ?? awaiting);
  return { named, command, words: words.slice(1), given, flags, awaiting: own, flagsEnded };
}

function note(given: Record<string, unknown>, flag: Flag, text: string | null): void {
  const { name, options } = flag;
  const value = takesValue(flag) ? (text ?? '') : text !== 'false';
  const before = given[name];
  given[name] = options.array === true && Array.isArray(before) ? [...(before as unknown[]), value] : value;
  if (options.array === true && before === undefined) given[name] = [value];
}
