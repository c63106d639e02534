// Completes a command line from the same table that help is made from. It must not print or fail: what cannot be found out
// is not offered.
import { builtinKinds } from '../../core/kind.ts';
import { definitions } from '../definitions.ts';
import type { CommandDefinition } from '../definitions.ts';
import { begunWith, directives, nothing, offered, plain } from './candidates.ts';
import type { Candidate, Completion } from './candidates.ts';
import { flagNamed, takesValue, unfinishedLine } from './line.ts';
import type { Flag, UnfinishedLine } from './line.ts';
import { valuesBeginning } from './values.ts';
import type { NameSources } from './values.ts';

/** `words`: all after the program's name; the last one, maybe empty, is being completed. */
export async function complete(
  words: readonly string[],
  namesFor: (line: UnfinishedLine) => NameSources,
): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const line = unfinishedLine(words.slice(0, -1));
  const names = namesFor(line);
  if (line.awaiting !== null) return valuesBeginning(current, line.awaiting, names);
  if (current.startsWith('-') && !line.flagsEnded) return flagOrValue(current, line, names);
  if (line.command !== null) return beginning(current, await positional(line.command, line, current, names));
  return line.named ? nothing : beginning(current, offered(definitions.map(commandCandidate)));
}

async function flagOrValue(current: string, line: UnfinishedLine, names: NameSources): Promise<Completion> {
  const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(current) ?? [];
  // As cobra does it: what is offered for `--output=j` is `json` alone.
  if (name !== '') {
    const flag = flagNamed(line.flags, name);
    return flag === null || !takesValue(flag)
      ? nothing
      : afterEachSign(value, await valuesBeginning(value, flag, names));
  }
  const left = line.flags.filter((flag) => flag.options.array === true || !(flag.name in line.given));
  return beginning(current, offered([...left.flatMap(flagCandidates), { word: '--help', says: 'Show help' }]));
}

/**
 * `--fail-on=security=c`: bash takes what follows the first sign, zsh and fish what follows the last one, and each leaves out
 * what does not go on with that.
 */
function afterEachSign(value: string, { candidates, directive }: Completion): Completion {
  const last = value.lastIndexOf('=') + 1;
  const short = last === 0 ? [] : candidates.map(({ word, says }) => ({ word: word.slice(last), says }));
  return offered([...candidates, ...short.filter(({ word }) => word !== '')], directive);
}

function flagCandidates({ name, options }: Flag): readonly Candidate[] {
  const says = options.describe ?? '';
  const dashed = (one: string): Candidate => ({ word: one.length === 1 ? `-${one}` : `--${one}`, says });
  return [name, ...(typeof options.alias === 'string' ? [options.alias] : [])].map(dashed);
}

function commandCandidate({ runs, describe }: CommandDefinition): Candidate {
  return { word: runs, says: describe };
}

/** `policy <verb> [file]`: the words in their order; one that ends with dots takes all that follow. */
async function positional(
  { command, positionals, runs }: CommandDefinition,
  { words }: UnfinishedLine,
  current: string,
  names: NameSources,
): Promise<Completion> {
  const slots = [...command.matchAll(/[<[](\w+)(\.\.)?[\]>]/g)].map(([, name = '', dots]) => ({ name, dots }));
  const at = words.length;
  const slot = slots[at] ?? slots.find(({ dots }) => dots !== undefined);
  if (slot === undefined) return nothing;
  const { choices } = positionals[slot.name] ?? {};
  if (choices !== undefined) return offered(plain([...choices].map(String)));
  if (slot.name === 'file') return offered([], directives.files);
  // Of components and licenses there are too many to be offered.
  if (slot.name === 'what') return offered(await names.cves());
  if (slot.name === 'server') return offered(await names.servers());
  if (slot.name !== 'types') return nothing;
  const types = words.slice(slots.findIndex(({ name }) => name === 'types'));
  // Its view comes first, and decides what the others are.
  if (runs === 'demo' && words[0] === 'where') return offered(await names.cves());
  return objectsOrTypes(types, current, names);
}

/** `TYPE/NAME`, or names after a type, as kubectl has them. */
async function objectsOrTypes(types: readonly string[], current: string, names: NameSources): Promise<Completion> {
  const [typed = '', ...rest] = current.split('/');
  if (rest.length > 0) {
    const objects = await names.objects(typed);
    return offered(objects.map(({ word, says }) => ({ word: `${typed}/${word}`, says })));
  }
  const [type] = types;
  if (type === undefined) return offered(typeCandidates());
  if (type.includes('/')) {
    const slashed = typeCandidates().map(({ word, says }) => ({ word: `${word}/`, says }));
    return offered(slashed, directives.noFiles + directives.noSpace);
  }
  return type.includes(',') ? nothing : offered(await names.objects(type));
}

function typeCandidates(): readonly Candidate[] {
  return builtinKinds.map(({ kind, resource, shortNames }) => ({
    word: resource,
    says: shortNames.length === 0 ? kind : `${kind} (${shortNames.join(', ')})`,
  }));
}

function beginning(current: string, { candidates, directive }: Completion): Completion {
  return { candidates: begunWith(current, candidates), directive };
}
