import type { CommandEntry, FlagEntry } from './commands.ts';
import { environment, exitCodes, files, otherPlatforms, title, type Word } from './surroundings.ts';

/** docs/kubectl-xray.1: roff, section 1. It names no date and no version, which would differ from build to build. */
export function manPage(commands: readonly CommandEntry[]): string {
  return `${[
    `.TH KUBECTL\\-XRAY 1 "" "${title.name}" "User Commands"`,
    '.SH NAME',
    `${text(title.name)} \\- ${text(title.says)}`,
    '.SH SYNOPSIS',
    '.B kubectl xray',
    '.I COMMAND',
    '.RI [ flags ]',
    '.SH DESCRIPTION',
    text('Flags mean the same in every command that has them, and are listed with each.'),
    '.SH COMMANDS',
    ...commands.flatMap(command),
    '.SH EXIT STATUS',
    ...listed(exitCodes),
    '.SH ENVIRONMENT',
    ...listed(environment),
    '.SH FILES',
    ...listed(files),
    '.PP',
    text(otherPlatforms),
    '.SH SEE ALSO',
    '.BR kubectl (1)',
  ].join('\n')}\n`;
}

function command({ name, synopsis, says, words, groups, examples }: CommandEntry): readonly string[] {
  return [
    `.SS ${text(name)}`,
    text(says),
    '.PP',
    `.B ${text(synopsis)}`,
    ...entries(words),
    ...groups.flatMap((group) => ['.PP', `.I ${text(group.name)}`, ...entries(group.flags)]),
    ...(examples.length === 0 ? [] : ['.PP', '.I Examples']),
    ...examples.flatMap(([example, means]) => ['.TP', `.B ${text(example)}`, text(means)]),
  ];
}

function entries(flags: readonly FlagEntry[]): readonly string[] {
  return listed(flags.map(({ words, says }) => ({ name: words, says })));
}

function listed(words: readonly Word[]): readonly string[] {
  return words.flatMap(({ name, says }) => ['.TP', `.B ${text(name)}`, text(says)]);
}

/** A line that begins with a dot or an apostrophe would be a request; quotes in arguments of a macro are doubled. */
function text(words: string): string {
  const escaped = words
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replaceAll('"', String.raw`\(dq`);
  return /^[.']/.test(escaped) ? String.raw`\&${escaped}` : escaped;
}
