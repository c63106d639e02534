// Lays a dialog out: a rule with its title, what is said, and at the bottom what is asked.
import type { ReactNode } from 'react';
import { Lines } from '../Lines.tsx';
import { typed } from '../Prompt.tsx';
import type { Theme } from '../theme.ts';
import { widthOf, wrap } from '../width.ts';
import type { Button, Field, Form, Said } from './form.ts';

interface Props {
  readonly form: Form;
  readonly height: number;
  readonly columns: number;
  readonly theme: Theme;
}

export function DialogForm({ form, height, columns, theme }: Props): ReactNode {
  const foot = [
    ...form.fields.map((field) => fieldLine(field, columns, theme)),
    ...(form.buttons.length === 0 ? [] : [buttonLine(form.buttons, theme)]),
    ...(form.hint === '' ? [] : wrap(`  ${form.hint}`, columns - 1).map((line) => theme.paint(line, 'muted'))),
  ];
  const room = Math.max(0, height - 1 - foot.length);
  const all = form.says.flatMap((said) => saidLines(said, columns, theme));
  const top = Math.min(form.top, Math.max(0, all.length - room));
  const said = all.slice(top, top + room);
  const more = all.length > room ? `${top + 1}-${top + said.length} of ${all.length}, arrows scroll` : '';
  const lines = [titleLine(form.title, more, columns, theme), ...said, ...foot];
  // Where there is hardly any room, what is asked goes before what is said.
  return <Lines height={height} lines={lines.length > height ? lines.slice(-height) : lines} />;
}

/** `── Scale down 3 ─────── 1-6 of 20 ──`. */
function titleLine(title: string, more: string, columns: number, theme: Theme): string {
  const { rule } = theme;
  const end = more === '' ? '' : ` ${more} ${rule}${rule}`;
  const begin = `${rule}${rule} ${theme.printable(title)} `;
  const filled = begin + rule.repeat(Math.max(0, columns - widthOf(begin) - widthOf(end)));
  return theme.paint(theme.cut(filled + end, columns), 'heading');
}

const named = 11;

function saidLines({ name, words, tone }: Said, columns: number, theme: Theme): readonly string[] {
  const before = name === '' ? '  ' : `  ${`${name}:`.padEnd(named - 2)}`;
  const indent = ' '.repeat(name === '' ? 2 : columns < 60 ? 4 : named);
  const shown = wrap(theme.printable(words), columns - Math.max(before.length, indent.length) - 1);
  return shown.map((line, index) => (index === 0 ? before : indent) + theme.paint(line, tone));
}

function fieldLine({ label, text, focused, typed: writes }: Field, columns: number, theme: Theme): string {
  const before = `${focused ? '> ' : '  '}${label}: `;
  const room = Math.max(4, columns - before.length);
  if (!focused) return theme.cut(before + theme.printable(text), columns);
  return before + (writes ? typed(text, room, theme) : theme.chosen(theme.cut(`< ${theme.printable(text)} >`, room)));
}

/** The focused one in reverse and between `>` and `<`. */
function buttonLine(buttons: readonly Button[], theme: Theme): string {
  const shown = buttons.map(({ label, focused }) => {
    return focused ? theme.chosen(`>[ ${label} ]<`) : ` [ ${label} ] `;
  });
  return `  ${shown.join(' ')}`;
}
