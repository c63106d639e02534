import type { CommandEntry, FlagEntry } from './commands.ts';
import { environment, exitCodes, files, otherPlatforms, type Word } from './surroundings.ts';

/** docs/commands.md. */
export function markdown(commands: readonly CommandEntry[]): string {
  return `${[
    '# Commands',
    'Made by `npm run docs` from the table that `--help` is made from. `kubectl-xray.1` is the same as a man page.',
    commands.map(({ name }) => `[${name}](#${name})`).join(' · '),
    ...commands.flatMap(command),
    '## Exit codes',
    table(['Exit code', 'Means'], exitCodes),
    'Commands that say more about theirs: [enforcement.md](enforcement.md#what-it-prints), [where.md](where.md), [doctor.md](doctor.md), [policy.md](policy.md#mistakes).',
    '## Environment',
    table(['Variable', 'Is'], environment),
    '## Files',
    table(['Path', 'Holds'], files),
    otherPlatforms,
  ].join('\n\n')}\n`;
}

function command({ name, synopsis, says, words, groups, examples }: CommandEntry): readonly string[] {
  return [
    `## ${name}`,
    says,
    fenced([synopsis]),
    ...(words.length === 0 ? [] : [rows('Word', words)]),
    ...groups.map((group) => rows(`${group.name} flag`, group.flags)),
    ...(examples.length === 0 ? [] : [fenced(examples.map(([example, means]) => `${example}   # ${means}`))]),
  ];
}

function fenced(lines: readonly string[]): string {
  return ['```text', ...lines, '```'].join('\n');
}

function rows(heading: string, entries: readonly FlagEntry[]): string {
  return table(
    [heading, 'Means'],
    entries.map(({ words, says }) => ({ name: words, says })),
  );
}

function table(headings: readonly [string, string], words: readonly Word[]): string {
  const lines = words.map(({ name, says }) => `| \`${cell(name)}\` | ${cell(says)} |`);
  return [`| ${headings.join(' | ')} |`, '| --- | --- |', ...lines].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;');
}
