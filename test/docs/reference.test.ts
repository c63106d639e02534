// What is made from the table of commands is checked in as it is made, and leaves nothing out.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { reference } from '../../docs/reference/reference.ts';
import { environment } from '../../docs/reference/surroundings.ts';
import { definitions } from '../../src/commands/definitions.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const made = new Map(reference().map(({ file, text }) => [file, text]));
const [markdown = '', page = ''] = ['commands.md', 'kubectl-xray.1'].map((file) => made.get(file));

describe('the reference', () => {
  for (const [file, text] of made) {
    test(`docs/${file} is what npm run docs makes`, () =>
      expect(readFileSync(`${root}/docs/${file}`, 'utf8') === text, `docs/${file} is old: run npm run docs`).toBe(
        true,
      ));
  }

  test('has every command, with its words, flags, defaults and examples', () => {
    for (const { command, describe: says, flags, examples } of definitions) {
      const section = markdown.split(`\n## ${command.split(' ')[0]}\n`)[1]?.split('\n## ')[0] ?? '';
      expect(section).toContain(says);
      for (const [flag, { default: unlessGiven }] of Object.entries(flags)) {
        const row = section.split('\n').find((line) => new RegExp(`^\\|.*[ \`]--?${flag}[ \`]`).test(line));
        expect(row, `${command}: --${flag}`).toBeDefined();
        if (typeof unlessGiven === 'string') expect(row).toContain(`${unlessGiven} unless given`);
      }
      for (const [example] of examples) expect(section).toContain(example.replace('$0', 'kubectl xray'));
    }
  });

  test('says no word of values that are not texts', () => {
    for (const text of made.values()) expect(text).not.toMatch(/undefined|\[object|\bnull\b|\$0/);
  });

  test('names every environment variable that the program reads', () => {
    const sources = globSync('src/**/*.ts', { cwd: root }).map((path) => readFileSync(`${root}/${path}`, 'utf8'));
    const read = sources.flatMap((source) =>
      [...source.matchAll(/(?:\benv\[|variable\(env, |xdg\(env, )'([A-Z][A-Z_]+)'/g)].map(([, name = '']) => name),
    );
    expect(read.length).toBeGreaterThan(10);
    // The launcher tells the program by it how it was called.
    const named = [...environment.map(({ name }) => name), 'KUBECTL_XRAY_CALLED_AS'];
    expect([...new Set(read)].filter((name) => !named.includes(name))).toEqual([]);
  });
});

describe('the man page', () => {
  test('holds no line that roff would take for a request of its own', () => {
    const requests = new Set(page.split('\n').flatMap((line) => /^[.'](\S*)/.exec(line)?.[1] ?? []));
    expect([...requests].toSorted()).toEqual(['B', 'BR', 'I', 'PP', 'RI', 'SH', 'SS', 'TH', 'TP']);
  });

  test('writes hyphens so that what is copied from it can be typed', () => {
    expect(page).toContain(String.raw`\-\-all\-namespaces`);
    expect(page.replaceAll(String.raw`\-`, '')).not.toMatch(/--[a-z]/);
  });
});
