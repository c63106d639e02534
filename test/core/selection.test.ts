import { describe, expect, test } from 'vitest';
import { parseLabelSelector } from '../../src/core/labels.ts';
import { everything, missingNames, selectWorkloads, selectsAll, unjudgedNames } from '../../src/core/selection.ts';
import type { Selection } from '../../src/core/selection.ts';
import { aPod, aWidget, anObject, ownedBy } from '../support/builders.ts';
import { seen, stateOf } from '../support/states.ts';

const cart = anObject({ name: 'cart', labels: { app: 'cart' } });
const cartSet = anObject({ kind: 'ReplicaSet', name: 'cart-1', owner: ownedBy(cart) });
const cartPod = aPod({ name: 'cart-1-a', owner: ownedBy(cartSet), labels: { pod: 'yes' } });
const elsewhere = anObject({ name: 'cart', uid: 'other', namespace: 'pay' });
const database = anObject({ kind: 'StatefulSet', name: 'db' });
const finished = anObject({ apiVersion: 'batch/v1', kind: 'Job', name: 'once', finished: true });
const bare = aPod({ name: 'bare' });
const widgetPod = aPod({ name: 'w-a', owner: ownedBy(aWidget()) });
const unread = aPod({ name: 'lost', owner: ownedBy(anObject({ name: 'hidden' })) });
const state = stateOf(seen(cart, cartSet, cartPod, elsewhere, database, finished, bare, aWidget(), widgetPod, unread));

function types(...all: [resource: string, name?: string][]): Selection {
  return { ...everything, types: all.map(([resource, name]) => ({ resource, name: name ?? null })) };
}

const cases: [name: string, chosen: string[], selection: Selection][] = [
  ['a type that is not there chooses nothing', [], types(['daemonsets'])],
  ['a name that is not there chooses nothing', [], types(['deployments', 'nope'])],
  ['a label of a pod is none of its workload', [], { ...everything, labels: parseLabelSelector('pod=yes') }],
  ['no pod at all chooses nothing', [], { ...everything, pods: new Set() }],
  ['type and labels must both match', [], { ...types(['statefulsets']), labels: parseLabelSelector('app=cart') }],
  ['everything leaves out finished Jobs', ['bare', 'cart', 'cart', 'db', 'hidden', 'w'], everything],
  ['a type leaves out finished Jobs too', [], types(['jobs'])],
  ['a finished Job is there when it is named', ['once'], types(['jobs', 'once'])],
  ['a finished Job beside its type', ['once'], types(['jobs'], ['jobs', 'once'])],
  ['a type', ['db'], types(['statefulsets'])],
  ['a custom type', ['w'], types(['widgets.example.com'])],
  ['a name, in every namespace that was read', ['cart', 'cart'], types(['deployments', 'cart'])],
  ['a workload of which only a reference could be read, by its name', ['hidden'], types(['deployments', 'hidden'])],
  [
    'a workload of which only a reference could be read, by its type',
    ['cart', 'cart', 'hidden'],
    types(['deployments']),
  ],
  ['several types', ['cart', 'cart', 'db', 'hidden'], types(['statefulsets'], ['deployments'])],
  ['a ReplicaSet stands for its workload', ['cart'], types(['replicasets', 'cart-1'])],
  ['a pod stands for its workload', ['cart'], types(['pods', 'cart-1-a'])],
  ['a bare pod stands for itself', ['bare'], types(['pods', 'bare'])],
  ['pods stand for all workloads that have one', ['bare', 'cart', 'hidden', 'w'], types(['pods'])],
  ['labels of the workload', ['cart'], { ...everything, labels: parseLabelSelector('app=cart') }],
  ['one of its pods', ['cart'], { ...everything, pods: new Set([cartPod.uid]) }],
];
for (const [name, chosen, selection] of cases) {
  test(name, () =>
    expect(
      selectWorkloads(state, selection)
        .map((one) => one.name)
        .toSorted(),
    ).toEqual(chosen),
  );
}

test('a workload chosen by one pod is judged by all of them', () => {
  const second = aPod({ name: 'cart-1-b', owner: ownedBy(cartSet) });
  const two = stateOf(seen(cart, cartSet, cartPod, second));
  expect(selectWorkloads(two, { ...everything, pods: new Set([second.uid]) })[0]?.pods).toBe(2);
});

describe('names that are missing', () => {
  test('are told, by type', () =>
    expect(
      missingNames(state, types(['deployments', 'nope'], ['deployments', 'cart'], ['statefulsets', 'cart'])),
    ).toEqual([
      { resource: 'deployments', name: 'nope' },
      { resource: 'statefulsets', name: 'cart' },
    ]));
  test('are none where only types were asked for', () =>
    expect(missingNames(state, types(['daemonsets']))).toEqual([]));
  test('are none where only a reference could be read', () =>
    expect(missingNames(state, types(['deployments', 'hidden']))).toEqual([]));
});

describe('names that are there and not judged', () => {
  const succeeded = aPod({ name: 'done', phase: 'Succeeded' });
  const failed = aPod({ name: 'evicted', phase: 'Failed' });
  const deleted = aPod({ name: 'leaving', terminating: true });
  const lost = aPod({ name: 'lost', phase: 'Unknown' });
  const idle = aWidget({ name: 'idle' });
  const ofCart = aPod({ name: 'cart-1-old', phase: 'Failed', owner: ownedBy(cartSet) });
  const all = stateOf(seen(cart, cartSet, cartPod, succeeded, failed, deleted, lost, idle, ofCart));
  const named: [resource: string, name: string, why: string | null][] = [
    ['pods', 'done', 'it has ended (Succeeded)'],
    ['pods', 'evicted', 'it has ended (Failed)'],
    ['pods', 'leaving', 'it is being deleted'],
    ['pods', 'lost', 'its phase is Unknown'],
    ['widgets.example.com', 'idle', 'no pod of it runs or is about to'],
    ['pods', 'cart-1-old', null],
    ['pods', 'nowhere', null],
  ];
  for (const [resource, name, why] of named) {
    test(`${resource}/${name}: ${why ?? 'none of them'}`, () =>
      expect(unjudgedNames(all, types([resource, name]))).toEqual(why === null ? [] : [{ resource, name, why }]));
  }
  test('are none where only types were asked for', () => expect(unjudgedNames(all, types(['pods']))).toEqual([]));
});

test('only a selection that leaves nothing out selects all', () => {
  expect(selectsAll(everything)).toBe(true);
  expect(
    [types(['pods']), { ...everything, labels: [] }, { ...everything, pods: new Set<string>() }].map(selectsAll),
  ).toEqual([false, false, false]);
});
