import { commandEntries } from './commands.ts';
import { manPage } from './man.ts';
import { markdown } from './markdown.ts';

/** What is made from the table of commands, by its name in docs/. */
export function reference(): readonly { readonly file: string; readonly text: string }[] {
  const commands = commandEntries();
  return [
    { file: 'commands.md', text: markdown(commands) },
    { file: 'kubectl-xray.1', text: manPage(commands) },
  ];
}
