// What the pages show beside commands that are run: files that a user copies, and flags that are named in passing.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { definitions } from '../../src/commands/definitions.ts';
import { readConfig } from '../../src/settings/config-file.ts';
import { readPolicy } from '../../src/settings/policy-file.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = ['README.md', ...globSync('docs/*.md', { cwd: root })].map((name) => ({
  name,
  text: readFileSync(`${root}/${name}`, 'utf8'),
}));
const files = pages.flatMap(({ name, text }) =>
  [...text.matchAll(/^( *)```ya?ml\n(.*?)^ *```$/gms)].map(([, indent = '', inner = '']) => ({
    name,
    text: inner.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  })),
);
const filesWith = (keys: RegExp): typeof files => files.filter(({ text }) => keys.test(text));
const ground = { platform: 'linux', home: '/home/ana' } as const;

describe('files of the documentation', () => {
  test('are YAML', () => {
    expect(files.length).toBeGreaterThan(5);
    for (const { name, text } of files) {
      for (const document of parseAllDocuments(text)) expect([name, document.errors]).toEqual([name, []]);
    }
  });

  test('are policies without a mistake', () => {
    const policies = filesWith(/^scanPolicy:/m);
    expect(policies.length).toBeGreaterThan(2);
    for (const { name, text } of policies) {
      expect([name, readPolicy(text, 'policy.yaml')]).toEqual([name, expect.objectContaining({ warnings: [] })]);
      expect(readPolicy(text, 'policy.yaml')).toHaveProperty('policy');
    }
  });

  test('are configurations without a mistake', () => {
    const configurations = filesWith(/^(default|contexts|notify|listen):/m).filter(
      ({ text }) => !/^(stages|jobs|on|image):/m.test(text),
    );
    expect(configurations.length).toBeGreaterThan(1);
    for (const { name, text } of configurations) {
      const reading = readConfig(text, '/home/ana/.config/kubectl-xray/config.yaml', ground);
      expect([name, reading]).toEqual([name, expect.objectContaining({ config: expect.anything(), warnings: [] })]);
    }
  });
});

describe('commands that are named anywhere', () => {
  const byName = new Map(definitions.map((one) => [one.command.split(' ')[0] ?? '', one]));
  const named = pages
    .filter(({ name }) => name !== 'docs/commands.md')
    .flatMap(({ name, text }) =>
      [...text.replaceAll(/\\\n\s*/g, '').matchAll(/kubectl[ -]xray ([a-z]+)([^\n`|#"]*)/g)].map(
        ([all, verb = '', rest = '']) => ({ name, all, verb, rest }),
      ),
    )
    .filter(({ verb, rest }) => byName.has(verb) || rest.startsWith(' -'));

  test('are many', () => expect(named.length).toBeGreaterThan(80));

  test('exist, with the flags they are given', () => {
    const faults = named.flatMap(({ name, all, verb, rest }) => {
      const flags = byName.get(verb)?.flags ?? {};
      const given = [...rest.matchAll(/(?<=\s)--([a-z][a-z-]*)/g)].map(([, flag = '']) => flag);
      return given
        .filter((flag) => !(flag in flags) && flag !== 'help')
        .map((flag) => `${name}: ${all.trim()}: --${flag}`);
    });
    expect(faults).toEqual([]);
  });

  test('no flag is named in code that no command has', () => {
    const all = new Set(definitions.flatMap(({ flags }) => Object.keys(flags)));
    // The last three are of `npm run package`.
    const others = ['help', 'version', 'from', 'only', 'out'];
    const faults = pages.flatMap(({ name, text }) =>
      [...text.matchAll(/`--([a-z][a-z-]*)[=` ]/g)]
        .map(([, flag = '']) => flag)
        .filter((flag) => !all.has(flag) && !others.includes(flag))
        .map((flag) => `${name}: --${flag}`),
    );
    expect(faults).toEqual([]);
  });
});
