import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { columns } from '../../src/output/columns.ts';
import { imageNameLine, json, nameLine, yaml } from '../../src/output/structured.ts';
import { aWorkload } from '../support/builders.ts';

describe('json', () => {
  test('is compact where it is large', () => {
    const text = json({ items: Array.from({ length: 101 }, () => ({ a: 1 })) });
    expect(text.split('\n')).toHaveLength(2);
  });
  test('is indented where a person may read it, and ends with a newline', () =>
    expect(json({ items: [{ a: null }] })).toBe(
      '{\n    "items": [\n        {\n            "a": null\n        }\n    ]\n}\n',
    ));
});

describe('yaml', () => {
  test('says the same as json', () => {
    const value = {
      when: '2026-11-21T20:00:00Z',
      no: 'no',
      digits: '0123',
      nothing: null,
      list: [],
      text: 'a: b # c\nd',
    };
    expect(parse(yaml(value))).toEqual(value);
  });
  test('repeats what is repeated, and breaks no lines', () => {
    const shared = { long: 'word '.repeat(60).trim() };
    expect(yaml({ a: shared, b: shared })).toBe(`a:\n  long: ${shared.long}\nb:\n  long: ${shared.long}\n`);
  });
});

describe('a name, as kubectl prints it', () => {
  const cases: [apiVersion: string, kind: string, name: string][] = [
    ['v1', 'Pod', 'pod/x'],
    ['apps/v1', 'Deployment', 'deployment.apps/x'],
    ['batch/v1', 'CronJob', 'cronjob.batch/x'],
    ['example.com/v1', 'Widget', 'widget.example.com/x'],
  ];
  for (const [apiVersion, kind, name] of cases) {
    test(name, () => expect(nameLine(aWorkload({ apiVersion, kind, name: 'x' }))).toBe(`${name}\n`));
  }
});

describe('the name of an image', () => {
  const cases: [reference: string, digest: string | null, name: string][] = [
    ['nginx:1', null, 'nginx:1'],
    ['nginx:1', 'sha256:a', 'nginx:1@sha256:a'],
    ['nginx@sha256:a', 'sha256:a', 'nginx@sha256:a'],
    ['nginx:\u001b[2J', null, 'nginx:\\x1b[2J'],
  ];
  for (const [reference, digest, name] of cases) {
    test(name, () => expect(imageNameLine({ reference, digest })).toBe(`${name}\n`));
  }
});

describe('columns', () => {
  test('of nothing are nothing', () => expect(columns(null, [])).toBe(''));
  test('are as wide as their widest cell; the last one is not padded', () =>
    expect(
      columns(
        ['A', 'B'],
        [
          ['aaa', 'b'],
          ['a', 'bbb'],
        ],
      ),
    ).toBe('A     B\naaa   b\na     bbb\n'));
});
