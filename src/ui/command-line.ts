// What is typed after `:`. The table says every command, in words; help and completion are made of it.
import { didYouMean } from '../core/nearest.ts';
import { bindings } from './keys.ts';
import type { Plain } from './keys.ts';
import type { Page } from './page.ts';

/** A page that a command leads to. */
export type NamedPage = Extract<Page['at'], 'workloads' | 'images' | 'cves' | 'actions' | 'history' | 'policy'>;

export type Command =
  | { readonly is: 'page'; readonly page: Page }
  | { readonly is: 'namespace'; readonly name: string }
  | { readonly is: 'context'; readonly name: string }
  | { readonly is: 'key'; readonly key: Plain }
  /** Null: the other way round. */
  | { readonly is: 'enforce'; readonly on: boolean | null }
  | { readonly is: 'refreshAll' }
  | { readonly is: 'suspend' }
  /** What cannot be understood, in words. */
  | { readonly is: 'mistake'; readonly says: string };

interface Entry {
  readonly names: readonly string[];
  /** What follows the name, as help writes it; null: nothing. */
  readonly takes: string | null;
  readonly does: string;
  readonly read: (word: string) => Command;
  /** The key that means the same: the command is of use where that one is. */
  readonly meant?: Plain;
}

export const commandTable: readonly Entry[] = [
  page('workloads', 'what runs, worst first'),
  page('images', 'the images that run'),
  page('cves', 'what Xray found, each with the workloads it reaches'),
  page('actions', 'acts that are due, under way, done or refused'),
  page('history', 'what was done, and by whom'),
  page('policy', 'the policy in force, and what each rule matches now'),
  {
    names: ['ns'],
    takes: 'NAME|all',
    does: 'show one namespace, or all',
    read: (name) =>
      name === '' ? missing(':ns needs a namespace', ':ns NAME, or :ns all') : { is: 'namespace', name },
  },
  {
    names: ['ctx'],
    takes: 'NAME',
    does: 'go to another context of the kubeconfig',
    read: (name) => (name === '' ? missing(':ctx needs a context', ':ctx NAME') : { is: 'context', name }),
  },
  key(['help', 'h'], 'help'),
  key(['q', 'quit'], 'quit'),
  key(['scaledown'], 'scaledown'),
  key(['delete'], 'delete'),
  key(['ignore'], 'ignore'),
  key(['undo', 'restore'], 'restore'),
  key(['whitelist'], 'whitelist'),
  key(['explain'], 'explain'),
  {
    names: ['enforce'],
    meant: 'enforce',
    takes: '[on|off]',
    does: 'carry out the policy automatically, or stop doing so',
    read: (word) => {
      if (word === '') return { is: 'enforce', on: null };
      if (word === 'on' || word === 'off') return { is: 'enforce', on: word === 'on' };
      return missing(`:enforce ${word} is not known`, ':enforce on or :enforce off');
    },
  },
  key(['pause'], 'pause'),
  {
    names: ['refresh'],
    takes: '[all]',
    does: 'ask Xray again about the row, the marked ones, or all',
    read: (word) => {
      if (word === 'all') return { is: 'refreshAll' };
      return word === '' ? { is: 'key', key: 'refresh' } : missing(`:refresh ${word} is not known`, ':refresh all');
    },
  },
  key(['wide'], 'wide'),
  key(['save'], 'save'),
  key(['copy'], 'copy'),
  {
    names: ['suspend'],
    takes: null,
    does: 'put the screen aside until the shell says fg',
    read: () => ({ is: 'suspend' }),
  },
];

function page(at: NamedPage, does: string): Entry {
  const to: Page = at === 'images' ? { at, workload: null } : { at };
  return { names: [at], takes: null, does, read: () => ({ is: 'page', page: to }) };
}

/** Does what a key does, and is told in the same words. */
function key(names: readonly string[], meant: Plain): Entry {
  const does = bindings.find(({ is }) => is === meant)?.does ?? '';
  return { names, takes: null, does, read: () => ({ is: 'key', key: meant }), meant };
}

function missing(says: string, write: string): Command {
  return { is: 'mistake', says: `${says}: write ${write}` };
}

/** Null where nothing was typed. */
export function readCommand(typed: string): Command | null {
  const [name = '', word = '', more] = typed.trim().split(/\s+/);
  if (name === '') return null;
  const entry = commandTable.find(({ names }) => names.includes(name));
  if (entry === undefined) {
    const known = commandTable.flatMap(({ names }) => names);
    return { is: 'mistake', says: `:${name} is no command${didYouMean(name, known)}` };
  }
  if (more !== undefined || (word !== '' && entry.takes === null)) {
    const extra = entry.takes === null ? word : more;
    return { is: 'mistake', says: `:${name} does not take ${extra ?? ''}` };
  }
  return entry.read(word);
}

export interface Known {
  readonly contexts: readonly string[];
  readonly namespaces: readonly string[];
}

/** What tab makes of what is typed, as far as it is certain, and what it may still become. */
export function complete(typed: string, known: Known): { text: string; choices: readonly string[] } {
  const [, name = '', gap = '', word = ''] = /^\s*(\S*)(\s*)(.*)$/.exec(typed) ?? [];
  if (gap === '') {
    const { text, choices } = completeWord(
      name,
      commandTable.flatMap(({ names }) => names),
    );
    const takes = commandTable.some(({ names, takes }) => names.includes(text) && takes !== null);
    return { text: choices.length === 1 && takes ? `${text} ` : text, choices };
  }
  const { text, choices } = completeWord(word, wordsFor(name, known));
  return { text: `${name} ${text}`, choices };
}

function wordsFor(name: string, { contexts, namespaces }: Known): readonly string[] {
  if (name === 'ns') return ['all', ...namespaces];
  if (name === 'ctx') return contexts;
  if (name === 'enforce') return ['on', 'off'];
  return name === 'refresh' ? ['all'] : [];
}

function completeWord(word: string, all: readonly string[]): { text: string; choices: readonly string[] } {
  const choices = all.filter((one) => one.startsWith(word));
  const [first] = choices;
  if (first === undefined) return { text: word, choices };
  let length = first.length;
  while (!choices.every((one) => one.startsWith(first.slice(0, length)))) length -= 1;
  return { text: first.slice(0, length), choices };
}
