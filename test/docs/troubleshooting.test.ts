import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errors, hole, listed, messagesIn, named, reasons, returned, warnings, written } from './source-messages.ts';
import type { SourceMessage } from './source-messages.ts';

const root = join(import.meta.dirname, '../..');
const source = join(root, 'src');
const page = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8');

/** Those of what is written that tell of something wrong, without the word that says so. */
const faults: readonly SourceMessage[] = messagesIn(`${source}/{main.ts,{commands,entries}/**/*.ts}`, written).flatMap(
  ({ file, text }) => {
    const fault = /^(?:error|warning): (.*\p{L}{3}.*)$/su.exec(text)?.[1]?.trim();
    return fault === undefined ? [] : [{ file, text: fault }];
  },
);

/** What is wrong with a word that the message begins with. */
const ofWords = messagesIn(`${source}/{settings/addresses,core/where/sought}.ts`, returned).map(
  ({ file, text }): SourceMessage => ({ file, text: `${hole} ${text}` }),
);

/** What a user may read: errors, warnings, why something is unknown, why an act is refused. */
const required: readonly SourceMessage[] = [
  ...messagesIn(`${source}/**/*.{ts,tsx}`, [...errors, ...warnings]),
  ...faults,
  ...messagesIn(`${source}/xray/failure.ts`, named),
  ...messagesIn(`${source}/command-line.ts`, returned),
  ...messagesIn(`${source}/cluster/act/inspect*.ts`, reasons),
  ...ofWords,
  ...messagesIn(`${source}/settings/xray-config.ts`, named),
  ...messagesIn(`${source}/settings/{credentials,connection,notify-targets}.ts`, listed),
];

/** The first cell of a row in code, or the second beside a cause. */
const entries = page
  .split('\n')
  .flatMap((line) => /^\| (?:`\w+` +\| |\s+\| )?`(.+?)` +\|/.exec(line)?.[1] ?? [])
  .filter((entry) => /\s/.test(entry));

/** What is fixed in the message stands mostly in the entry, too: one of hardly a word would stand for everything. */
const matches = (entry: string, { text }: SourceMessage): boolean =>
  letters(entry) * 2 >= letters(text) && new RegExp(`^${entry.split('…').map(literally).join('.*')}$`, 's').test(text);

const literally = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);

const letters = (text: string): number => text.replaceAll(/\P{L}/gu, '').length;

describe('the page of troubleshooting', () => {
  test('reads every message that the sources have', () => {
    expect(required.length).toBeGreaterThan(150);
    expect(required.map(({ text }) => text)).toContain('no Xray is configured');
    expect(required.map(({ text }) => text)).toContain(`could not ${hole}: ${hole}; see its log`);
  });

  test('has an entry for every message', () => {
    const missing = required.filter((message) => !entries.some((entry) => matches(entry, message)));
    expect(missing.map(({ file, text }) => `${file.slice(root.length + 1)}: ${text.replaceAll(hole, '…')}`)).toEqual(
      [],
    );
  });

  test('has no entry that nothing says any more', () => {
    const said = [...required, ...messagesIn(`${source}/**/*.ts`, reasons)];
    expect(entries.filter((entry) => !said.some((message) => matches(entry, message)))).toEqual([]);
  });

  test('says of each cause of unknown what to do', () => {
    const causes = /type UnknownReason =([^;]+);/.exec(readFileSync(join(source, 'core/scan.ts'), 'utf8'))?.[1] ?? '';
    const all = [...causes.matchAll(/'(\w+)'/g)].map(([, cause = '']) => cause);
    expect(all.length).toBeGreaterThan(5);
    expect(all.filter((cause) => !page.includes(`| \`${cause}\``))).toEqual([]);
  });
});
