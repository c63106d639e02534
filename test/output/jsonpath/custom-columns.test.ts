import { describe, expect, test } from 'vitest';
import { columnsFromFile, columnsFromSpec, printColumns } from '../../../src/output/jsonpath/custom-columns.ts';
import { TemplateError } from '../../../src/output/jsonpath/nodes.ts';

const objects = [
  { name: 'cart', n: 3, m: { b: 1, a: ['x', null] }, none: null, list: ['a', 'b'] },
  { name: 'a-long-name', n: 9.5, list: [] },
];

const printed = (spec: string, headings = true): string => printColumns(columnsFromSpec(spec), objects, headings);

describe('columns', () => {
  const cases: [spec: string, lines: string[]][] = [
    ['NAME:.name', ['NAME', 'cart', 'a-long-name']],
    ['NAME:name,N:{.n}', ['NAME          N', 'cart          3', 'a-long-name   9.5']],
    ['N:{n},NAME:.name', ['N     NAME', '3     cart', '9.5   a-long-name']],
    [
      'A:.nothing,B:.none,C:.m',
      ['A        B        C', '<none>   <none>   map[a:[x <nil>] b:1]', '<none>   <none>   <none>'],
    ],
    ['LIST:.list[*]', ['LIST', 'a,b', '<none>']],
    ['LIST:.list,X:.list[?(@=="a")]', ['LIST    X', '[a b]   a', '[]      <none>']],
    [':.name', ['', 'cart', 'a-long-name']],
  ];
  for (const [spec, lines] of cases) test(spec, () => expect(printed(spec)).toBe(`${lines.join('\n')}\n`));
  test('without headings', () => expect(printed('NAME:.name', false)).toBe('cart\na-long-name\n'));
  test('of nothing are their headings', () =>
    expect(printColumns(columnsFromSpec('A:.a,B:.b'), [], true)).toBe('A     B\n'));
  test('show no control character', () =>
    expect(printColumns(columnsFromSpec('A:.a'), [{ a: 'x\n\u001b[2J' }], false)).toBe('x\\x0a\\x1b[2J\n'));
});

describe('a wrong specification is refused', () => {
  const form = "a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'";
  const cases: [spec: string, message: string, at: number | null][] = [
    ['NAME', 'unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>', 0],
    ['A:.a,NAME', 'unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>', 5],
    ['A:{.a}{.b}', `unexpected path string, expected ${form}`, 2],
    ['A:.a[', 'unterminated array', 4],
    ['A:.a,B:{.b[x]}', 'invalid array index x', 11],
  ];
  for (const [spec, message, at] of cases) {
    test(spec, () => {
      const error = caught(() => columnsFromSpec(spec));
      expect(error).toBeInstanceOf(TemplateError);
      expect(error).toMatchObject({ message, at });
    });
  }
});

describe('a file of columns', () => {
  test('has a line of headings and a line of paths', () =>
    expect(printColumns(columnsFromFile('NAME   COUNT\n.name  {.n}\n'), objects, true)).toBe(
      'NAME          COUNT\ncart          3\na-long-name   9.5\n',
    ));
  const cases: [text: string, message: RegExp][] = [
    ['', /^invalid template, missing header line/],
    ['NAME', /^invalid template, missing spec line/],
    ['NAME\n', /^invalid template, missing spec line/],
    ['NAME KIND\n.name\n', /^number of headers \(2\) and field specifications \(1\) don't match$/],
  ];
  for (const [text, message] of cases) {
    test(JSON.stringify(text), () => expect(() => columnsFromFile(text)).toThrow(message));
  }
});

function caught(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
