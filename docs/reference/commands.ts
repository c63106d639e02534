// The table of commands in the form in which a reference prints it: flags by group, as help has them.
import { definitions } from '../../src/commands/definitions.ts';

type Definition = (typeof definitions)[number];
type Flag = Definition['flags'][string];

export interface FlagEntry {
  /** As it is typed: `-n, --namespace TEXT`. */
  readonly words: string;
  /** Its description, with what it is unless given. */
  readonly says: string;
}

export interface CommandEntry {
  readonly name: string;
  readonly synopsis: string;
  readonly says: string;
  /** What follows the command. */
  readonly words: readonly FlagEntry[];
  readonly groups: readonly { readonly name: string; readonly flags: readonly FlagEntry[] }[];
  readonly examples: readonly (readonly [command: string, says: string])[];
}

const program = 'kubectl xray';

export function commandEntries(): readonly CommandEntry[] {
  return definitions.map((definition) => {
    const [name = ''] = definition.command.split(' ');
    return {
      name,
      synopsis: `${program} ${synopsis(definition.command)} [flags]`,
      says: `${definition.describe}.`,
      words: Object.entries(definition.positionals).map(([word, options]) => ({
        words: word.toUpperCase(),
        says: described(options),
      })),
      groups: grouped(definition.flags),
      examples: definition.examples.map(([example, says]) => [example.replace('$0', program), says] as const),
    };
  });
}

/** `status [types..]` as `status [TYPES...]`. */
function synopsis(command: string): string {
  return command.replaceAll(/[[<][^\]>]+[\]>]/g, (word) => word.toUpperCase().replace('..', '...'));
}

function grouped(flags: Definition['flags']): CommandEntry['groups'] {
  const groups = Map.groupBy(Object.entries(flags), ([, { group }]) => (group ?? 'Output:').replace(/:$/, ''));
  return [...groups].map(([name, entries]) => ({
    name,
    flags: entries.map(([flag, options]) => ({ words: flagWords(flag, options), says: described(options) })),
  }));
}

function flagWords(name: string, { alias, type }: Flag): string {
  const short = [alias].flat().filter((one) => one !== undefined);
  const dashed = [...short, name].map((one) => `${one.length === 1 ? '-' : '--'}${one}`).join(', ');
  return type === 'boolean' ? dashed : `${dashed} ${type === 'number' ? 'N' : 'TEXT'}`;
}

function described(options: {
  readonly describe?: string | undefined;
  readonly default?: unknown;
  readonly choices?: unknown;
  readonly array?: boolean | undefined;
}): string {
  const { describe = '', choices } = options;
  const unlessGiven = typeof options.default === 'string' || typeof options.default === 'number' ? options.default : '';
  const words = Array.isArray(choices) ? choices.map(String) : [];
  const isNamed = words.every((word) => describe.includes(word));
  const more = [
    words.length > 0 && !isNamed ? `one of ${words.join(', ')}` : '',
    unlessGiven === '' ? '' : `${unlessGiven} unless given`,
    options.array === true && !describe.includes('repeated') ? 'may be repeated' : '',
  ].filter((one) => one !== '');
  return more.length === 0 ? describe : `${describe} (${more.join('; ')})`;
}
