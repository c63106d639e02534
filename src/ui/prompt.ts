// Keys while something is typed at the bottom: a filter, which holds while it is typed, or a command.
import { complete, readCommand } from './command-line.ts';
import type { Command } from './command-line.ts';
import { setFilter } from './going.ts';
import { move, visitOf } from './moving.ts';
import { knownNamespaces } from './namespaces.ts';
import { typedInto } from './typing.ts';
import { flash, only } from './updated.ts';
import type { Seen, Updated } from './updated.ts';
import type { Press, Prompt, View } from './view.ts';

export function openFilter(view: View): View {
  const { filter } = visitOf(view);
  return { ...view, prompt: { for: 'filter', text: filter, before: filter } };
}

export function openCommand(view: View): View {
  return { ...view, prompt: { for: 'command', text: '' } };
}

/** `run` carries out the command that was entered. */
export function promptPressed(
  view: View,
  prompt: Prompt,
  press: Press,
  seen: Seen,
  run: (view: View, command: Command) => Updated,
): Updated {
  return prompt.for === 'filter'
    ? only(filterPressed(view, prompt, press, seen))
    : commandPressed(view, prompt, press, seen, run);
}

type Typing<T extends Prompt['for']> = Extract<Prompt, { readonly for: T }>;

function filterPressed(view: View, prompt: Typing<'filter'>, press: Press, { shown }: Seen): View {
  const closed = { ...view, prompt: null };
  switch (press.name) {
    case 'enter':
      return closed;
    case 'esc':
      return setFilter(closed, prompt.before);
    case 'up':
    case 'down':
      return move(view, press.name, shown);
    default: {
      if (isTakenBack(prompt.text, press)) return setFilter(closed, '');
      const text = typedInto(prompt.text, press);
      return text === prompt.text ? view : setFilter({ ...view, prompt: { ...prompt, text } }, text);
    }
  }
}

function commandPressed(
  view: View,
  prompt: Typing<'command'>,
  press: Press,
  { picture }: Seen,
  run: (view: View, command: Command) => Updated,
): Updated {
  const closed = { ...view, prompt: null };
  if (press.name === 'esc' || isTakenBack(prompt.text, press)) return only(closed);
  if (press.name === 'enter') {
    const command = readCommand(prompt.text);
    return command === null ? only(closed) : run(closed, command);
  }
  if (press.name === 'tab') {
    const known = { contexts: picture.about.contexts, namespaces: knownNamespaces(picture) };
    const { text, choices } = complete(prompt.text, known);
    const next: View = { ...view, prompt: { ...prompt, text } };
    return only(choices.length > 1 ? flash(next, someOf(choices), picture.now, 'muted') : next);
  }
  return only({ ...view, prompt: { ...prompt, text: typedInto(prompt.text, press) } });
}

const choicesSaid = 12;

function someOf(choices: readonly string[]): string {
  const more = choices.length > choicesSaid ? ` and ${choices.length - choicesSaid} more` : '';
  return choices.slice(0, choicesSaid).join('  ') + more;
}

/** The prompt itself is taken back where nothing is left of what was typed. */
function isTakenBack(text: string, { name }: Press): boolean {
  return text === '' && (name === 'backspace' || name === 'delete');
}
