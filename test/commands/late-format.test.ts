// Formats that are loaded late: which word means which, and what is wrong with a template before anything is asked.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { explainOptions } from '../../src/commands/explain.ts';
import { inChunks, lateFormat } from '../../src/commands/late-format.ts';
import type { LateFormat, LateFormats } from '../../src/commands/late-format.ts';
import { RunError } from '../../src/commands/run.ts';
import { statusOptions } from '../../src/commands/status.ts';
import { UsageError } from '../../src/core/errors.ts';

const files: Readonly<Record<string, string>> = {
  'template.txt': '{.kind}{"\\n"}',
  'columns.txt': 'NAME       PODS\n.name   .pods\n',
};

const list = { kind: 'List', items: [{ name: 'cart', pods: 3 }] };

async function read(output: string, known: LateFormats['known'] = 'all'): Promise<LateFormat | null> {
  const readFile = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new UsageError(`there is no file ${path}`);
    return text;
  };
  return lateFormat({ output }, { known, readFile, version: '1' });
}

async function printed(output: string, documents: readonly object[] = [list], headings = true): Promise<string> {
  const format = await read(output);
  if (format?.is !== 'template') throw new Error(`${output} is no template`);
  return format.print(documents, headings);
}

describe('a template prints', () => {
  const cases: [output: string, prints: string][] = [
    ['jsonpath={.items[0].name}', 'cart'],
    ['JSONPath={.kind}', 'List'],
    ['jsonpath-as-json={.kind}', '[\n    "List"\n]\n'],
    ['jsonpath-file=template.txt', 'List\n'],
    ['jsonpath={.items[?(@.name=="cart")].pods}', '3'],
    ['custom-columns=NAME:.name,PODS:.pods', 'NAME   PODS\ncart   3\n'],
    ['custom-columns-file=columns.txt', 'NAME   PODS\ncart   3\n'],
  ];
  for (const [output, prints] of cases) test(output, async () => expect(await printed(output)).toBe(prints));
  test('each document after the other, with one line of headings', async () => {
    const documents = [{ name: 'a' }, { name: 'b' }];
    expect(await printed('jsonpath={.name};', documents)).toBe('a;b;');
    expect(await printed('custom-columns=NAME:.name', documents)).toBe('NAME\na\nb\n');
    expect(await printed('custom-columns=NAME:.name', documents, false)).toBe('a\nb\n');
  });
});

describe('what is wrong is said before anything is asked', () => {
  const cases: [output: string, message: string, hint: RegExp][] = [
    ['jsonpath', 'template format specified but no template given', /^write -o jsonpath='\{\.items/],
    ['jsonpath=', 'template format specified but no template given', /^write /],
    ['jsonpath={.a[}', 'error parsing jsonpath {.a[}, unterminated array', /^at character 4: \[\}\n/],
    ['jsonpath={.a', 'error parsing jsonpath {.a, unclosed action', /^at character 4: \(its end\)\n/],
    ['jsonpath={foo}', 'error parsing jsonpath {foo}, unrecognized identifier foo', /^at character 2: foo\}/],
    ['jsonpath={end}', 'error parsing jsonpath {end}, not in range, nothing to end', /^docs\/reports\.md/],
    ['jsonpath-file=nowhere', 'there is no file nowhere', /^$/],
    ['custom-columns', 'custom-columns format specified but no custom columns given', /^write -o custom-columns=NAME:/],
    ['custom-columns=A', 'unexpected custom-columns spec: A, expected <header>:<json-path-expr>', /^at character 1: A/],
    ['custom-columns-file=template.txt', 'invalid template, missing spec line. Expected format', /^docs/],
  ];
  for (const [output, message, hint] of cases) {
    test(output, async () => {
      const error: unknown = await read(output).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(UsageError);
      expect(error).toMatchObject({ message: expect.stringContaining(message) as string });
      expect((error as UsageError).hint ?? '').toMatch(hint);
    });
  }
  test('that a template does not fit is known only then, and is no wrong usage', async () => {
    const error: unknown = await printed('jsonpath={.items[5]}').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RunError);
    expect(error).toMatchObject({
      message:
        'error executing jsonpath "{.items[5]}": Error executing template: array index out of bounds: index 5, length 1',
    });
  });
});

describe('a report', () => {
  for (const name of ['sarif', 'junit', 'csv', 'markdown', 'html', 'cyclonedx', 'SARIF']) {
    test(`${name} is one`, async () =>
      expect(await read(name)).toMatchObject({ is: 'report', format: name.toLowerCase() }));
  }
  test('is none where the command has none, and takes no argument', async () => {
    expect(await read('sarif', 'templates')).toBeNull();
    expect(await read('sarif=x')).toBeNull();
    expect(() => explainOptions({ output: 'sarif' })).toThrow('--output does not know "sarif"');
  });
  for (const word of ['table', 'json', 'name', '', 'jsn']) {
    test(`${word || 'nothing'} is none`, async () => expect(await read(word)).toBeNull());
  }
  test('of test cases and of code scanning is of workloads', async () => {
    for (const name of ['sarif', 'junit']) {
      const late = await read(name);
      expect(() => statusOptions({ output: name, images: true }, late)).toThrow('is about workloads, not images');
      expect(statusOptions({ output: name }, late).output).toBe(late);
    }
    const late = await read('csv');
    expect(statusOptions({ output: 'csv', images: true }, late).output).toBe(late);
  });
});

test('a word that is none is told all of them', () => {
  const error = caught(() => statusOptions({ output: 'jsn' }));
  expect(error).toMatchObject({
    message: '--output does not know "jsn"',
    hint: expect.stringMatching(/^use one of: table, wide, json, yaml, name, jsonpath=….*, html, cyclonedx$/) as string,
  });
});

test('small pieces are put together, and none is lost', () => {
  const pieces = Array.from({ length: 10_000 }, (_, index) => `${index},`);
  const chunks = [...inChunks(pieces)];
  expect(chunks.join('')).toBe(pieces.join(''));
  expect(chunks).toHaveLength(1);
  expect([...inChunks(['a'.repeat(70_000), 'b'])]).toHaveLength(2);
});

test('nobody loads them but who asks for them', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const others = globSync('src/**/*.{ts,tsx}', { cwd: root }).filter((path) => !/output.(jsonpath|reports)/.test(path));
  const loading = others.filter((path) =>
    /^import (?!type\b)[^;]*?'[^']*output\/(jsonpath|reports)\//m.test(readFileSync(`${root}${path}`, 'utf8')),
  );
  expect(others.length).toBeGreaterThan(100);
  expect(loading).toEqual([]);
});

function caught(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
