import { expect, test } from 'vitest';
import { commandTable, complete, readCommand } from '../../src/ui/command-line.ts';

const known = { contexts: ['prod', 'prod-eu', 'staging'], namespaces: ['kube-system', 'shop'] };

test.each([
  ['imges', ':imges is no command; did you mean images?'],
  ['zzz', ':zzz is no command'],
  ['ns', ':ns needs a namespace: write :ns NAME, or :ns all'],
  ['ctx', ':ctx needs a context: write :ctx NAME'],
  ['ns a b', ':ns does not take b'],
  ['quit now', ':quit does not take now'],
  ['enforce maybe', ':enforce maybe is not known: write :enforce on or :enforce off'],
  ['refresh some', ':refresh some is not known: write :refresh all'],
])(':%s is a mistake that says what to write', (typed, says) => {
  expect(readCommand(typed)).toEqual({ is: 'mistake', says });
});

test('nothing typed is no command', () => expect(readCommand('  ')).toBeNull());

test('no two commands share a name', () => {
  const names = commandTable.flatMap(({ names }) => names);
  expect(names).toEqual([...new Set(names)]);
});

test.each([
  ['ns shop', { is: 'namespace', name: 'shop' }],
  ['ctx prod', { is: 'context', name: 'prod' }],
  ['workloads', { is: 'page', page: { at: 'workloads' } }],
  ['images', { is: 'page', page: { at: 'images', workload: null } }],
  ['cves', { is: 'page', page: { at: 'cves' } }],
  ['actions', { is: 'page', page: { at: 'actions' } }],
  ['history', { is: 'page', page: { at: 'history' } }],
  ['policy', { is: 'page', page: { at: 'policy' } }],
  ['help', { is: 'key', key: 'help' }],
  ['q', { is: 'key', key: 'quit' }],
  ['quit', { is: 'key', key: 'quit' }],
  ['scaledown', { is: 'key', key: 'scaledown' }],
  ['delete', { is: 'key', key: 'delete' }],
  ['ignore', { is: 'key', key: 'ignore' }],
  ['undo', { is: 'key', key: 'restore' }],
  ['restore', { is: 'key', key: 'restore' }],
  ['whitelist', { is: 'key', key: 'whitelist' }],
  ['enforce', { is: 'enforce', on: null }],
  ['enforce on', { is: 'enforce', on: true }],
  ['enforce off', { is: 'enforce', on: false }],
  ['pause', { is: 'key', key: 'pause' }],
  ['refresh', { is: 'key', key: 'refresh' }],
  ['refresh all', { is: 'refreshAll' }],
  ['wide', { is: 'key', key: 'wide' }],
  ['save', { is: 'key', key: 'save' }],
  ['copy', { is: 'key', key: 'copy' }],
  ['suspend', { is: 'suspend' }],
])(':%s is understood', (typed, command) => {
  expect(readCommand(typed)).toEqual(command);
});

test.each([
  ['zzz', 'zzz', []],
  ['ctx zz', 'ctx zz', []],
  ['im', 'images', ['images']],
  ['cv', 'cves', ['cves']],
  ['ct', 'ctx ', ['ctx']],
  ['ctx p', 'ctx prod', ['prod', 'prod-eu']],
  ['ctx st', 'ctx staging', ['staging']],
  ['ns s', 'ns shop', ['shop']],
  ['ns ', 'ns ', ['all', 'kube-system', 'shop']],
  ['enforce of', 'enforce off', ['off']],
])('tab makes of :%s as much as is certain', (typed, text, choices) => {
  expect(complete(typed, known)).toEqual({ text, choices });
});
