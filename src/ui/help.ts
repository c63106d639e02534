// Help of a page: its keys in words, made of the key table and of the table of commands.
import { commandTable } from './command-line.ts';
import { bindingsOn, holdsOn } from './keys.ts';
import type { Binding } from './keys.ts';
import type { Page } from './page.ts';
import type { Line, Text } from './table.ts';

const changing: ReadonlySet<Binding['is']> = new Set([
  'scaledown',
  'delete',
  'ignore',
  'restore',
  'whitelist',
  'enforce',
]);
const refused = 'This screen was started with --readonly: nothing can be changed from it.';

/** Two columns: what is pressed, and what it does. What a screen with `readonly` refuses is not offered. */
export function helpOf(of: Page['at'], readonly = false): Text {
  const isOffered = (is: Binding['is']): boolean => !readonly || !changing.has(is);
  const bound = bindingsOn(of).filter(({ is }) => isOffered(is));
  const keys = bound.map(({ keys, does }) => line(keysText(keys), does));
  const sorts = bound.some(({ is }) => is === 'faultsOnly')
    ? [line('shift + letter', 'sort by the column of that letter; again reverses')]
    : [];
  const useful = commandTable.filter(({ meant }) => meant === undefined || (holdsOn(of, meant) && isOffered(meant)));
  const commands = useful.map(({ names, takes, does }) =>
    line(`${names.map((name) => `:${name}`).join(' ')}${takes === null ? '' : ` ${takes}`}`, does),
  );
  return {
    is: 'text',
    title: `help: ${of}`,
    lines: [
      ...(readonly ? [heading(refused), heading('')] : []),
      heading('KEYS'),
      ...keys,
      ...sorts,
      heading(''),
      heading('COMMANDS'),
      ...commands,
    ],
  };
}

/** `1..9` for keys in a row, else all of them. */
function keysText(keys: readonly string[]): string {
  const [first = '', ...rest] = keys;
  return rest.length > 3 ? `${first}..${rest.at(-1) ?? ''}` : keys.join(' ');
}

const keyWidth = 22;

function line(keys: string, does: string): Line {
  return { cells: [{ text: keys.padEnd(keyWidth), tone: 'heading' }, { text: does }] };
}

function heading(text: string): Line {
  return { cells: [{ text, tone: 'heading' }] };
}
