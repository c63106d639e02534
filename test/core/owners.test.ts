import { describe, expect, test } from 'vitest';
import { rootOf } from '../../src/core/owners.ts';
import type { OwnerReference } from '../../src/core/workload.ts';
import { aPod, aWidget, anObject, ownedBy } from '../support/builders.ts';
import { advance, onlyWorkload, seen, stateOf, workloadsOf } from '../support/states.ts';
import type { Seen } from '../support/states.ts';

const deployment = anObject({ name: 'cart' });
const replicaSet = anObject({ kind: 'ReplicaSet', name: 'cart-1', owner: ownedBy(deployment) });
const pod = aPod({ name: 'cart-1-x', owner: ownedBy(replicaSet) });
const widget = aWidget();

function topOf(...all: Seen[]): string {
  const { resource, name, ownerChain } = onlyWorkload(seen(...all));
  return `${resource}/${name} ${ownerChain}`;
}

describe('an owner chain that cannot be read whole', () => {
  const unread: OwnerReference = { apiVersion: 'example.com/v1', kind: 'Widget', name: 'gone', uid: 'gone' };

  test('shows the last known reference, where the direct owner is missing', () =>
    expect(topOf(aPod({ owner: unread }))).toBe('widgets.example.com/gone incomplete'));
  test('shows the last known reference, where a further link is missing', () =>
    expect(topOf(pod, replicaSet)).toBe('deployments/cart incomplete'));
  test('is one workload for all that name the same missing owner', () =>
    expect(onlyWorkload(seen(aPod({ name: 'a', owner: unread }), aPod({ name: 'b', owner: unread }))).pods).toBe(2));
  test('ends below an owner that may not be read but is known to be cluster-scoped, namespace by namespace', () => {
    const pods = ['a', 'b'].map((namespace) => aPod({ name: namespace, namespace, owner: unread }));
    const state = stateOf([
      ...pods.map((one) => ({ type: 'PodSeen', pod: one }) as const),
      { type: 'OwnerMissing', owner: unread, namespace: 'a', clusterScoped: true },
      { type: 'ClusterRead' },
    ]);
    const workloads = workloadsOf(state);
    expect(workloads.map((one) => [one.namespace, one.kind, one.ownerChain, one.managedBy])).toEqual([
      ['a', 'Pod', 'complete', 'Widget/gone'],
      ['b', 'Pod', 'complete', 'Widget/gone'],
    ]);
  });
  test('does not know when the owner was created', () =>
    expect(onlyWorkload(seen(aPod({ owner: unread }))).createdAt).toBeNull());
  test('ends in a circle at one and the same owner, whoever asks, with every pod counted once', () => {
    const a = aWidget({ name: 'a' });
    const b = aWidget({ name: 'b', owner: ownedBy(a) });
    const c = aWidget({ name: 'c', owner: ownedBy(b) });
    const circle = [{ ...a, owner: ownedBy(c) }, b, c];
    const pods = [a, b, c].map((one) => aPod({ name: one.name, owner: ownedBy(one) }));
    const workload = onlyWorkload(seen(...circle, ...pods));
    expect([workload.uid, workload.pods]).toEqual(['widget-a', 3]);
  });
});

describe('the top of an owner chain', () => {
  const cases: [name: string, top: string, ...all: Seen[]][] = [
    ['a bare pod is its own', 'pods/app-1 complete', aPod()],
    ['a Node ends the chain: a mirror pod is its own', 'pods/app-1 complete', aPod({ mirror: true, owner: aNode() })],
    ['a Deployment above a ReplicaSet', 'deployments/cart complete', pod, replicaSet, deployment],
    ['a ReplicaSet that nothing owns', 'replicasets/cart-1 complete', pod, { ...replicaSet, owner: null }],
    [
      'a custom kind above a Deployment',
      'widgets.example.com/w complete',
      pod,
      replicaSet,
      { ...deployment, owner: ownedBy(widget) },
      widget,
    ],
    ['a custom kind that owns pods itself', 'widgets.example.com/w complete', aPod({ owner: ownedBy(widget) }), widget],
    ['a cluster-scoped owner ends the chain below itself', 'deployments/cart complete', ...belowClusterScoped()],
    [
      'a Node of another group is no Node',
      'nodes.example.com/node-1 incomplete',
      aPod({ owner: { ...aNode(), apiVersion: 'example.com/v1' } }),
    ],
  ];
  for (const [name, top, ...all] of cases) test(name, () => expect(topOf(...all)).toBe(top));

  test('is not told by names', () =>
    expect(workloadsOf(stateOf(seen(aPod({ name: 'cart-1-x' }), deployment)))).toHaveLength(2));
  test('of an unknown uid is null', () => expect(rootOf(stateOf([]), 'nobody')).toBeNull());
  test('below a cluster-scoped owner is managed by it', () =>
    expect(onlyWorkload(seen(...belowClusterScoped())).managedBy).toBe('Tenant/acme'));

  function belowClusterScoped() {
    const tenant = aWidget({ kind: 'Tenant', name: 'acme', namespace: null });
    return [tenant, { ...deployment, owner: ownedBy(tenant) }, replicaSet, pod];
  }
});

describe('facts in any order', () => {
  const tenant = aWidget({ kind: 'Tenant', name: 'acme', namespace: null });
  const first = anObject({ name: 'one', owner: ownedBy(widget) });
  const second = anObject({ name: 'two', owner: ownedBy(tenant) });
  const third = anObject({ name: 'three', owner: ownedBy(tenant) });
  const sets = [first, second, third].map((one) =>
    anObject({ kind: 'ReplicaSet', name: `${one.name}-1`, owner: ownedBy(one) }),
  );
  const pods = sets.flatMap((set, index) => [
    aPod({ name: `${set.name}-a`, owner: ownedBy(set) }),
    aPod({ name: `${set.name}-b`, owner: ownedBy(set), phase: index === 1 ? 'Succeeded' : 'Running' }),
  ]);
  const orphan = aPod({ name: 'orphan', owner: ownedBy(aWidget({ name: 'nowhere' })) });
  const all = [tenant, widget, first, second, third, ...sets, ...pods, orphan];

  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    test(`give the workloads that they give from scratch, after every one of them (shuffle ${seed})`, () => {
      const { shuffled, chance } = dice(seed);
      const state = stateOf([]);
      const there = new Map<string, (typeof all)[number]>();
      for (const one of [...shuffled(all), ...shuffled(all), ...shuffled(all)]) {
        if (there.has(one.uid) && chance()) {
          there.delete(one.uid);
          advance(state, [{ type: 'phase' in one ? 'PodGone' : 'ObjectGone', uid: one.uid }]);
        } else {
          there.set(one.uid, one);
          advance(state, seen(one));
        }
        expect(workloadsOf(state)).toEqual(workloadsOf(stateOf(seen(...there.values()))));
      }
      advance(state, seen(...shuffled(all)));
      expect(workloadsOf(state).map((one) => [one.uid, one.pods])).toEqual([
        ['deployment-three', 2],
        ['deployment-two', 1],
        ['widget-nowhere', 1],
        ['widget-w', 2],
      ]);
    });
  }

  test('an object that changes its owner takes its pods along', () => {
    const state = stateOf(seen(...all));
    advance(state, seen({ ...third, owner: ownedBy(widget) }));
    expect(workloadsOf(state).map((one) => [one.uid, one.pods])).toEqual([
      ['deployment-two', 1],
      ['widget-nowhere', 1],
      ['widget-w', 4],
    ]);
  });
});

/** The same order each time for the same seed. */
function dice(seed: number) {
  let last = seed;
  const next = (): number => (last = (last * 48_271) % 2_147_483_647) / 2_147_483_647;
  return {
    chance: () => next() < 0.5,
    shuffled: <T>(all: readonly T[]): T[] =>
      all
        .map((one) => ({ one, at: next() }))
        .toSorted((one, other) => one.at - other.at)
        .map(({ one }) => one),
  };
}

function aNode(): OwnerReference {
  return { apiVersion: 'v1', kind: 'Node', name: 'node-1', uid: 'node-1' };
}
