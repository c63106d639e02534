import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from '../../plugin/bundle.ts';
import { definitions } from '../../src/commands/definitions.ts';

interface Plugin {
  readonly shortCut: string;
  readonly scopes: readonly string[];
  readonly command: string;
  readonly dangerous?: boolean;
  readonly args: readonly string[];
}

/** What k9s takes (its `plugins.json`): nothing beside these keys, and four of them always. */
const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['plugins'],
  properties: {
    plugins: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['shortCut', 'description', 'scopes', 'command'],
        properties: {
          shortCut: { type: 'string' },
          description: { type: 'string' },
          scopes: { type: 'array', items: { type: 'string' } },
          command: { type: 'string' },
          args: { type: 'array', items: { type: ['string', 'number'] } },
          ...Object.fromEntries(
            ['override', 'confirm', 'dangerous', 'background', 'overwriteOutput'].map((key) => [
              key,
              { type: 'boolean' },
            ]),
          ),
        },
      },
    },
  },
};

/** What k9s puts in for `$NAME`; anything else after a dollar is a mistake to it. */
const variables = ['RESOURCE_NAME', 'NAME', 'NAMESPACE', 'CONTEXT'];

const file = parse(readFileSync(join(root, 'docs', 'k9s', 'plugins.yaml'), 'utf8')) as {
  readonly plugins: Readonly<Record<string, Plugin>>;
};

test('the plugins are what k9s reads', () => {
  const accepts = new Ajv({ allowUnionTypes: true }).compile(schema);
  expect([accepts(file), accepts.errors]).toEqual([true, null]);
  expect(accepts({ plugins: { 'xray-explain': { shortCut: 'Ctrl-X' } } })).toBe(false);
});

test('no two have the same key', () => {
  const keys = Object.values(file.plugins).map(({ shortCut }) => shortCut);
  expect(new Set(keys).size).toBe(keys.length);
});

describe.each(Object.entries(file.plugins))('%s', (_, { command, args, dangerous }) => {
  const words = command === 'kubectl' ? args : (/kubectl ([^;|]*)/.exec(args[1] ?? '')?.[1] ?? '').split(' ');
  const definition = definitions.find(({ runs }) => runs === words[1]);

  test('calls a command with flags that it has', () => {
    expect(words[0]).toBe('xray');
    const flags = words.filter((word) => word.startsWith('-'));
    const known = Object.entries(definition?.flags ?? {}).flatMap(([name, { alias }]) => [
      `--${name}`,
      `-${String(alias)}`,
    ]);
    expect(flags.filter((flag) => !known.includes(flag))).toEqual([]);
  });

  test('names only what k9s knows, and hands it to the shell as it is', () => {
    const named = args.flatMap((arg) => [...arg.matchAll(/\$(!?[\w|-]+)/g)].map(([, name = '']) => name));
    expect(named.filter((name) => !variables.includes(name))).toEqual([]);
    if (command === 'sh') expect(args[1]).not.toMatch(/\$[A-Z]/);
  });

  test('is hidden where k9s is read-only, if it changes something', () => {
    expect(dangerous === true).toBe(['scaledown', 'restore'].includes(words[1] ?? ''));
  });
});
