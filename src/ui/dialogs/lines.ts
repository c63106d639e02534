// Lays a dialog out: a rule with its title, what is said, and at the bottom what is asked. Pure text.
import type { Theme } from '../theme.ts';
import { typed } from '../theme.ts';
import { widthOf, wrap } from '../width.ts';
import type { Button, Field, Form, Said } from './form.ts';

export interface Room {
  readonly height: number;
  readonly columns: number;
}

/** As many lines as there is room for, or fewer. */
export function dialogLines(form: Form, { height, columns }: Room, theme: Theme): readonly string[] {
  const foot = footLines(form, { height, columns }, theme);
  const all = form.says.flatMap((said) => saidLines(said, columns, theme));
  const room = Math.max(0, height - 1 - foot.length);
  const top = Math.min(form.top, Math.max(0, all.length - room));
  const said = all.slice(top, top + room);
  const more = all.length > room ? `${top + 1}-${top + said.length} of ${all.length}` : '';
  const lines = [titleLine(form.title, more, columns, theme), ...said, ...foot];
  // Where there is hardly any room, what is asked goes before what is said.
  return lines.length > height ? lines.slice(-height) : lines;
}

/** The furthest that what is said can be scrolled. */
export function mostTop(form: Form, { height, columns }: Room, theme: Theme): number {
  const all = form.says.flatMap((said) => saidLines(said, columns, theme));
  return Math.max(0, all.length - Math.max(0, height - 1 - footLines(form, { height, columns }, theme).length));
}

function footLines({ fields, buttons }: Form, { columns }: Room, theme: Theme): readonly string[] {
  const labels = Math.max(0, ...fields.map(({ label }) => label.length));
  return [
    ...fields.map((field) => fieldLine(field, labels, columns, theme)),
    ...(buttons.length === 0 ? [] : [buttonLine(buttons, columns, theme)]),
  ];
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
  const before = name === '' ? '  ' : `  ${`${name}: `.padEnd(named - 2)}`;
  const indent = ' '.repeat(name === '' ? 2 : columns < 60 ? 4 : named);
  const shown = wrap(theme.printable(words), columns - Math.max(before.length, indent.length) - 1);
  return shown.map((line, index) => (index === 0 ? before : indent) + theme.paint(line, tone));
}

function fieldLine({ label, text, focused, writes }: Field, labels: number, columns: number, theme: Theme): string {
  const before = `${focused ? '> ' : '  '}${`${label}:`.padEnd(labels + 1)} `;
  const room = Math.max(4, columns - before.length);
  if (writes) return before + typed(text, room, theme);
  if (focused) return before + theme.chosen(theme.cut(`< ${theme.printable(text)} >`, room));
  return theme.cut(before + theme.printable(text), columns);
}

/** The focused one in reverse and between `>` and `<`. */
function buttonLine(buttons: readonly Button[], columns: number, theme: Theme): string {
  const shown = buttons.map(({ label, focused }) => (focused ? theme.chosen(`>[ ${label} ]<`) : ` [ ${label} ] `));
  return `${columns < 60 ? '' : ' '}${shown.join(' ')}`;
}
