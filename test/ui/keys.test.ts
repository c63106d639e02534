import { expect, test } from 'vitest';
import { createContents } from '../../src/ui/contents.ts';
import { helpOf } from '../../src/ui/help.ts';
import { bindings, bindingsOn, intentOf, keyOf } from '../../src/ui/keys.ts';
import type { Page } from '../../src/ui/page.ts';
import { aColumn, aPicture, aTable, aText, press } from '../support/screens.ts';

const pages: Readonly<Record<Page['at'], Page>> = {
  workloads: { at: 'workloads' },
  images: { at: 'images', workload: null },
  cves: { at: 'cves' },
  actions: { at: 'actions' },
  history: { at: 'history' },
  policy: { at: 'policy' },
  reached: { at: 'reached', cve: 'CVE-2026-1' },
  findings: { at: 'findings', image: 'a', workload: null },
  finding: { at: 'finding', image: 'a', finding: 'b', workload: null },
  explain: { at: 'explain', workload: 'cart' },
  record: { at: 'record', id: 'act-1' },
  help: { at: 'help', of: 'workloads' },
};

const table = aTable([]);

test('a key that is not in the table means nothing', () => {
  for (const key of ['x', 'ctrl-x', 'Z', 'tab', '.']) expect(intentOf(press(key), pages.workloads, table)).toBeNull();
});

test('a key means nothing on a page where it does not hold', () => {
  expect(intentOf(press('s'), pages.cves, table)).toBeNull();
  expect(intentOf(press('enter'), pages.policy, table)).toBeNull();
  expect(intentOf(press('space'), pages.explain, aText([]))).toBeNull();
  expect(intentOf(press('N'), pages.explain, aText([]))).toBeNull();
});

test('no two bindings of a page share a key', () => {
  for (const at of Object.values(pages).map((page) => page.at)) {
    const keys = bindingsOn(at).flatMap(({ keys }) => keys);
    expect(keys).toEqual([...new Set(keys)]);
  }
});

test('a letter of the table holds before a column that wants it too', () => {
  const greedy = aTable([], { columns: [aColumn('grade', { key: 'G' }), aColumn('end', { key: 'E' })] });
  expect(intentOf(press('G'), pages.workloads, greedy)).toEqual({ is: 'last' });
  expect(intentOf(press('E'), pages.workloads, greedy)).toEqual({ is: 'enforce' });
});

// What k9s users have in their fingers.
test.each([
  ['j', 'down'],
  ['down', 'down'],
  ['k', 'up'],
  ['up', 'up'],
  ['g', 'first'],
  ['home', 'first'],
  ['G', 'last'],
  ['end', 'last'],
  ['pagedown', 'pageDown'],
  ['pageup', 'pageUp'],
  ['enter', 'deeper'],
  ['esc', 'back'],
  ['q', 'leave'],
  ['/', 'filter'],
  [':', 'command'],
  ['?', 'help'],
  ['space', 'mark'],
  ['ctrl-space', 'markRange'],
  ['ctrl-\\', 'clearMarks'],
  ['ctrl-z', 'faultsOnly'],
  ['ctrl-w', 'wide'],
  ['c', 'copy'],
  ['ctrl-s', 'save'],
  ['ctrl-r', 'refresh'],
  ['d', 'explain'],
  ['s', 'scaledown'],
  ['ctrl-d', 'delete'],
  ['i', 'ignore'],
  ['u', 'restore'],
  ['w', 'whitelist'],
  ['E', 'enforce'],
  ['p', 'pause'],
  ['ctrl-c', 'quit'],
])('on the workloads %s means %s', (key, is) => {
  expect(intentOf(press(key), pages.workloads, table)).toEqual({ is });
});

test('digits are namespaces, and a letter sorts by its column', () => {
  expect(intentOf(press('0'), pages.workloads, table)).toEqual({ is: 'namespace', slot: 0 });
  expect(intentOf(press('7'), pages.workloads, table)).toEqual({ is: 'namespace', slot: 7 });
  expect(intentOf(press('C'), pages.workloads, table)).toEqual({ is: 'sort', column: 'count' });
});

test('every column of every page is sorted by its own letter, which means nothing else there', () => {
  const contents = createContents({ help: helpOf });
  for (const page of Object.values(pages)) {
    const content = contents(page, aPicture());
    if (content.is !== 'table') continue;
    const lettered = content.columns.filter(({ key }) => key !== null);
    for (const { id, key } of lettered) {
      expect(intentOf(press(key ?? ''), page, content), `${key} on ${page.at}`).toEqual({ is: 'sort', column: id });
    }
  }
});

test('from every page one can move, go back, ask for help, write a command and end', () => {
  for (const page of Object.values(pages)) {
    for (const key of ['j', 'k', 'g', 'G', 'esc', 'q', '?', ':', '/', 'ctrl-c']) {
      expect(intentOf(press(key), page, table), `${key} on ${page.at}`).not.toBeNull();
    }
  }
});

test('ctrl-space is known however a terminal tells it', () => {
  for (const char of [' ', '', '\0', '`', '@']) {
    expect(keyOf({ char, name: 'char', ctrl: true, shift: false })).toBe('ctrl-space');
  }
});

test('every binding says in words what it does, and holds somewhere', () => {
  for (const { keys, on, does } of bindings) {
    expect(keys.length).toBeGreaterThan(0);
    expect(on.length).toBeGreaterThan(0);
    expect(does).toMatch(/^[a-z].*[a-z)]$/i);
  }
});
