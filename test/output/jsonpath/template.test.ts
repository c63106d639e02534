// Templates as kubectl has them. What it prints for the very same ones, and says of the wrong ones, is compared with the
// real one in kubectl.control-plane.test.ts.
import { describe, expect, test } from 'vitest';
import { TemplateError } from '../../../src/output/jsonpath/nodes.ts';
import { parseTemplate } from '../../../src/output/jsonpath/parse.ts';
import { printTemplate, printTemplateAsJson } from '../../../src/output/jsonpath/print.ts';
import { chance } from '../../support/random.ts';

const list = {
  kind: 'List',
  items: [
    { name: 'cart', pods: 3, cvss: 9.8, acted: null, labels: { 'app.kubernetes.io/name': 'cart' }, images: ['a', 'b'] },
    { name: "o'brien", pods: 1, cvss: 9, acted: { by: 'ana' }, labels: {}, images: [] },
    { name: 'pay', pods: 12, cvss: null, acted: null, labels: { tier: 'web<&>' }, images: ['c'] },
  ],
};

const printed = (template: string, object: unknown = list): string => printTemplate(parseTemplate(template), object);

describe('prints', () => {
  const cases: [template: string, prints: string][] = [
    ['', ''],
    ['text alone', 'text alone'],
    ['{.kind}', 'List'],
    ['{$.kind}{@.kind}{ .kind }', 'ListListList'],
    ["{['kind']}", 'List'],
    ['{.nothing.below}', ''],
    ['{.items[*].name}', "cart o'brien pay"],
    ['{.items[0].name} and {.items[-1].name}', 'cart and pay'],
    ['{.items[0:2].name}', "cart o'brien"],
    ['{.items[:-1].pods}', '3 1'],
    ['{.items[::2].name}', 'cart pay'],
    ['{.items[0,2].name}', 'cart pay'],
    ["{.items[0]['name','pods']}", 'cart 3'],
    ['{.items[*].images[*]}', 'a b c'],
    ['{.items[0].labels.app\\.kubernetes\\.io/name}', 'cart'],
    ["{.items[0].labels['app\\.kubernetes\\.io/name']}", 'cart'],
    ['{..by}', 'ana'],
    ['{.items[0].labels.*}', 'cart'],
    ['{.items[?(@.pods>1)].name}', 'cart pay'],
    ['{.items[?(@.pods>=12)].name}', 'pay'],
    ['{.items[?(@.name=="pay")].pods}', '12'],
    ["{.items[?(@.name!='pay')].pods}", '3 1'],
    ['{.items[?(@.name=="o\'brien")].pods}', '1'],
    ['{.items[?(@.labels.tier)].name}', 'pay'],
    ['{.items[?(@.pods==3)].images}', '["a","b"]'],
    ['{.items[2].labels}', '{"tier":"web\\u003c\\u0026\\u003e"}'],
    ['{range .items[*]}{.name}{"\\t"}{.pods}{"\\n"}{end}', "cart\t3\no'brien\t1\npay\t12\n"],
    ['{range .items[*]}[{range .images[*]}{@},{end}]{end}.', '[a,b,][][c,].'],
    ['{range .nothing[*]}{.name}{end}after', 'after'],
    ["{\"a\\u00e9\\x41\\101\"}{'it\\'s'}", "aéAAit's"],
    ['{1} {-2} {1.50} {true}', '1 -2 1.5 true'],
    ['{.items[0].cvss}', '9.8'],
  ];
  for (const [template, prints] of cases) test(template || 'nothing', () => expect(printed(template)).toBe(prints));
});

describe('numbers as Go has them', () => {
  const cases: [value: number, prints: string][] = [
    [0, '0'],
    [1e6, '1000000'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1.5e300, '1.5e+300'],
    [-2.5, '-2.5'],
  ];
  for (const [value, prints] of cases) test(prints, () => expect(printed('{.a}', { a: value })).toBe(prints));
});

describe('where our JSON has null and Kubernetes has nothing', () => {
  const cases: [template: string, prints: string][] = [
    ['{.items[?(@.acted)].name}', "o'brien"],
    ['{.items[?(@.cvss>9.5)].name}', 'cart'],
    ['{.items[?(@.cvss>=9)].name}', "cart o'brien"],
    ['{.items[?(@.cvss!=9)].name}', 'cart'],
    ['{.items[2].cvss}', 'null'],
    ['{.items[2].cvss.below}{.items[2].cvss[0]}', ''],
  ];
  for (const [template, prints] of cases) test(template, () => expect(printed(template)).toBe(prints));
});

describe('a wrong template is refused, with its place', () => {
  const cases: [template: string, message: string, at: number | null][] = [
    ['{.a', 'unclosed action', 3],
    ['{.a\n}', 'unclosed action', 3],
    ['text {', 'unclosed action', 6],
    ['{.a[}', 'unterminated array', 3],
    ['{.a[x]}', 'invalid array index x', 4],
    ['{.a[1,x]}', 'invalid array index x', 6],
    ['{.a[-]}', 'array index - is not a number', 4],
    ['{.a[?(@.b]}', 'unterminated filter', 3],
    ['{.a[?(@.b)}', 'unclosed array expect ]', 10],
    ['{.a[?(@.b=1)]}', 'unrecognized filter operator =', 9],
    ['{.a[?(@.b=="x" !)]}', "unrecognized character in action: U+0021 '!'", 15],
    ['{"abc}', 'unterminated quoted string', 1],
    ['{"\\q"}', 'unquote string "\\q" error invalid syntax', 1],
    ['{....a}', 'invalid multiple recursive descent', 3],
    ['{1.2.3}', 'cannot parse number 1.2.3', 1],
    ['{!}', "unrecognized character in action: U+0021 '!'", 1],
    ['{foo}', 'unrecognized identifier foo', 1],
    ['{end}', 'not in range, nothing to end', null],
    ['{range .a}{end}{end}', 'not in range, nothing to end', null],
  ];
  for (const [template, message, at] of cases) {
    test(JSON.stringify(template), () => {
      const error = caught(() => parseTemplate(template));
      expect(error).toBeInstanceOf(TemplateError);
      expect(error).toMatchObject({ message, at });
    });
  }
});

describe('a template that does not fit says so', () => {
  const cases: [template: string, message: string][] = [
    ['{.items[5].name}', 'array index out of bounds: index 5, length 3'],
    ['{.items[-4].name}', 'array index out of bounds: index -1, length 3'],
    ['{.items[2:1]}', 'starting index 2 is greater than ending index 1'],
    ['{.items[0:2:0]}', 'step must be > 0'],
    ['{.kind[0]}', 'string is not array or slice'],
    ['{.items[0].labels[0]}', 'map[string]interface {} is not array or slice'],
    ['{.kind[?(@.a)]}', 'List is not array or slice and cannot be filtered'],
    ['{.items[?(@.name>1)]}', 'incompatible types for comparison'],
    ['{.items[?(@.labels=="a")]}', 'invalid type for comparison'],
    ['{.items[?(@.images[*]=="a")]}', 'can only compare one element at a time'],
  ];
  for (const [template, message] of cases) {
    test(template, () => expect(() => printed(template)).toThrow(new TemplateError(message)));
  }
});

test('as JSON, each pair of braces is a list of its own', () =>
  expect(printTemplateAsJson(parseTemplate('{.items[*].pods}{.nothing}'), list)).toBe(
    '[\n    3,\n    1,\n    12\n]\n[]\n',
  ));

test('lines and tabs of a value are kept, what could steer a terminal is only shown', () =>
  expect(printed('{.a}', { a: 'one\n\ttwo\u001b[2J\r\u202e' })).toBe('one\n\ttwo\\x1b[2J\\x0d\\u202e'));

test('whatever is written is read or refused', () => {
  const luck = chance(7);
  const bits = [
    ...Array.from('{}[].,*@$:\\"\'()?=!<> é\n01'),
    ...'.. [?( [*] [0] [-1:] range end true .items .name == >= 1.5 "x" @.pods {range .items[*]} {end}'.split(' '),
  ];
  let printedSome = 0;
  for (let round = 0; round < 20_000; round += 1) {
    const template = Array.from({ length: 1 + luck.below(8) }, () => luck.one(bits)).join('');
    const error = caught(() => {
      printed(template);
      printedSome += 1;
    });
    if (error !== undefined) expect([template, error]).toEqual([template, expect.any(TemplateError)]);
  }
  expect(printedSome).toBeGreaterThan(1000);
});

function caught(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
