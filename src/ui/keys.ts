// The key table: every key of the screen, on which pages it holds, what it does in words, and what is meant by it. Help is
// made of it, and nothing else says what a key means. While something is typed or a dialog is open it does not hold.
import type { Page } from './page.ts';
import type { Content } from './table.ts';
import type { Press } from './view.ts';

export type Plain =
  | 'down'
  | 'up'
  | 'first'
  | 'last'
  | 'pageDown'
  | 'pageUp'
  | 'deeper'
  | 'back'
  | 'leave'
  | 'filter'
  | 'command'
  | 'help'
  | 'mark'
  | 'markRange'
  | 'clearMarks'
  | 'faultsOnly'
  | 'wide'
  | 'copy'
  | 'save'
  | 'refresh'
  | 'explain'
  | 'scaledown'
  | 'delete'
  | 'ignore'
  | 'restore'
  | 'whitelist'
  | 'enforce'
  | 'pause'
  | 'quit';

/** What is meant by a key. `slot` 0 is all namespaces, 1 the one chosen last. */
export type Intent =
  | { readonly is: Plain }
  | { readonly is: 'namespace'; readonly slot: number }
  | { readonly is: 'sort'; readonly column: string };

export interface Binding {
  /** As they are shown: `ctrl-d`, `space`, `pageup`. */
  readonly keys: readonly string[];
  readonly on: readonly Page['at'][];
  /** For help: what it does, in words. */
  readonly does: string;
  readonly is: Plain | 'namespace';
}

const tables: readonly Page['at'][] = [
  'workloads',
  'images',
  'cves',
  'actions',
  'history',
  'policy',
  'reached',
  'findings',
];
const everywhere: readonly Page['at'][] = [...tables, 'finding', 'explain', 'record', 'help'];
const ofWorkloads: readonly Page['at'][] = ['workloads', 'reached', 'images', 'explain'];
const opening: readonly Page['at'][] = tables.filter((page) => page !== 'policy');

export const bindings: readonly Binding[] = [
  { keys: ['j', 'down'], on: everywhere, does: 'one row down', is: 'down' },
  { keys: ['k', 'up'], on: everywhere, does: 'one row up', is: 'up' },
  { keys: ['g', 'home'], on: everywhere, does: 'to the first row', is: 'first' },
  { keys: ['G', 'end'], on: everywhere, does: 'to the last row', is: 'last' },
  { keys: ['pagedown', 'ctrl-f'], on: everywhere, does: 'one page down', is: 'pageDown' },
  { keys: ['pageup', 'ctrl-b'], on: everywhere, does: 'one page up', is: 'pageUp' },
  { keys: ['enter'], on: opening, does: 'open the row', is: 'deeper' },
  { keys: ['esc'], on: everywhere, does: 'clear the filter, then go back', is: 'back' },
  { keys: ['q'], on: everywhere, does: 'go back; :q ends', is: 'leave' },
  {
    keys: ['/'],
    on: everywhere,
    does: 'filter: /text, /!text inverse, /-l app=x by label, /-f text fuzzy',
    is: 'filter',
  },
  { keys: [':'], on: everywhere, does: 'write a command, such as :cves or :ns NAME; tab completes it', is: 'command' },
  { keys: ['?'], on: everywhere, does: 'show this help, or leave it', is: 'help' },
  { keys: ['space'], on: tables, does: 'mark the row, or unmark it', is: 'mark' },
  { keys: ['ctrl-space'], on: tables, does: 'mark all rows from the last mark to here', is: 'markRange' },
  { keys: ['ctrl-\\'], on: tables, does: 'clear all marks', is: 'clearMarks' },
  { keys: ['ctrl-z'], on: tables, does: 'show only rows with a fault, or all again', is: 'faultsOnly' },
  { keys: ['0'], on: tables, does: 'show all namespaces', is: 'namespace' },
  {
    keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
    on: tables,
    does: 'show one of the namespaces chosen lately',
    is: 'namespace',
  },
  { keys: ['ctrl-w'], on: tables, does: 'show more columns, or fewer again', is: 'wide' },
  { keys: ['c'], on: everywhere, does: 'copy the name of the row, or of the marked ones', is: 'copy' },
  { keys: ['ctrl-s'], on: everywhere, does: 'save what the page shows to a file', is: 'save' },
  { keys: ['ctrl-r'], on: everywhere, does: 'ask Xray again about the row, or the marked ones', is: 'refresh' },
  {
    keys: ['d'],
    on: ['workloads', 'reached', 'images', 'findings', 'actions', 'history'],
    does: 'explain the verdict of the workload',
    is: 'explain',
  },
  { keys: ['s'], on: ofWorkloads, does: 'scale down the workload, or the marked ones, after a plan', is: 'scaledown' },
  { keys: ['ctrl-d'], on: ofWorkloads, does: 'delete the workload, or the marked ones, after a plan', is: 'delete' },
  {
    keys: ['i'],
    on: [...ofWorkloads, 'cves', 'findings'],
    does: 'ignore a CVE, a license or a condition here, with a reason',
    is: 'ignore',
  },
  {
    keys: ['u'],
    on: [...ofWorkloads, 'actions', 'history', 'record'],
    does: 'undo: bring back what was scaled down or deleted, after a plan',
    is: 'restore',
  },
  { keys: ['w'], on: ofWorkloads, does: 'whitelist the namespace for a condition', is: 'whitelist' },
  { keys: ['E'], on: everywhere, does: 'carry out the policy automatically, or stop doing so', is: 'enforce' },
  { keys: ['p'], on: everywhere, does: 'let questions to Xray wait, or go on', is: 'pause' },
  { keys: ['ctrl-c'], on: everywhere, does: 'end', is: 'quit' },
];

/** What a press means on a page; null: nothing. A letter of the table holds before one that sorts. */
export function intentOf(press: Press, page: Page, content: Content): Intent | null {
  const key = keyOf(press);
  const binding = bindings.find(({ keys, on }) => keys.includes(key) && on.includes(page.at));
  if (binding !== undefined) {
    return binding.is === 'namespace' ? { is: 'namespace', slot: Number(key) } : { is: binding.is };
  }
  if (content.is !== 'table' || !/^[A-Z]$/.test(key)) return null;
  const column = content.columns.find((one) => one.key === key);
  return column === undefined ? null : { is: 'sort', column: column.id };
}

/** The name of a key, as the table has it. Terminals send ctrl-space as a character that writes nothing. */
export function keyOf({ char, name, ctrl, shift }: Press): string {
  if (name === 'tab' && shift) return 'shift-tab';
  if (name !== 'char') return name;
  const written = char === ' ' || (ctrl && ['', '\0', '`', '@'].includes(char)) ? 'space' : char;
  return ctrl ? `ctrl-${written.toLowerCase()}` : written;
}

/** Those that hold on a page, in the order of the table. */
export function bindingsOn(page: Page['at']): readonly Binding[] {
  return bindings.filter(({ on }) => on.includes(page));
}

/** Whether what a command means is of use on a page: the command does where its key would. */
export function holdsOn(page: Page['at'], meant: Plain): boolean {
  return bindingsOn(page).some(({ is }) => is === meant);
}
