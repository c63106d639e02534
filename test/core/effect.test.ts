import { describe, expect, test } from 'vitest';
import type { ActOrder, Saved } from '../../src/core/act.ts';
import { isEffective, isInSight } from '../../src/core/effect.ts';
import type { Fact } from '../../src/core/fact.ts';
import { emptyState } from '../../src/core/state.ts';
import { anOrder, aSavedManifest, savedReplicas } from '../support/acts.ts';
import { aContainer, aPod, aPolicy, anObject, aWidget, digest, imageID, ownedBy } from '../support/builders.ts';
import { aRunOver } from '../support/runs.ts';
import { seen, stateOf } from '../support/states.ts';

const cart = anObject({ name: 'cart', replicas: 0 });
const set = anObject({ kind: 'ReplicaSet', name: 'cart-1', owner: ownedBy(cart) });
const pod = aPod({ name: 'cart-1-a', owner: ownedBy(set) });
const gone: Fact = { type: 'PodGone', uid: pod.uid };

function order(overrides: Partial<ActOrder> = {}): ActOrder {
  return anOrder({ target: { ...anOrder().target, uid: cart.uid }, digests: [digest(1)], ...overrides });
}

function restoring(saved: Saved, overrides: Partial<ActOrder> = {}): ActOrder {
  const restore = { undoes: 'act-1', saved, holdUntil: null, release: false };
  return order({ action: 'restore', by: 'hand', restore, ...overrides });
}

describe('a scaledown', () => {
  const cases: [name: string, effective: boolean, facts: Fact[], order?: Partial<ActOrder>][] = [
    ['is effective once no pod of the condemned digest is left', true, seen(cart, set)],
    ['is not while one runs', false, seen(cart, set, pod)],
    ['is not while one is about to run', false, seen(cart, set, { ...pod, phase: 'Pending' })],
    ['is, where what is left is going', true, seen(cart, set, { ...pod, terminating: true })],
    ['is, where what is left has ended', true, seen(cart, set, { ...pod, phase: 'Succeeded' })],
    [
      'is, where what runs is another digest',
      true,
      seen(cart, set, { ...pod, containers: [aContainer({ imageID: imageID(2) })] }),
    ],
    [
      'is not while it is not known what a pod runs',
      false,
      seen(cart, set, { ...pod, containers: [aContainer({ imageID: '' })] }),
    ],
    [
      'without a digest means every pod',
      false,
      seen(cart, set, { ...pod, containers: [aContainer({ imageID: imageID(2) })] }),
      { digests: [] },
    ],
    ['does not look at pods of others', true, seen(cart, set, aPod({ name: 'other' }))],
    ['is, where the object is gone too', true, seen(aPod({ name: 'other' }))],
  ];
  for (const [name, effective, facts, overrides] of cases) {
    test(name, () => expect(isEffective(stateOf(facts), order(overrides))).toBe(effective));
  }
});

describe('a delete', () => {
  const cases: [name: string, effective: boolean, facts: Fact[]][] = [
    [
      'is effective once the object is gone',
      true,
      [...seen(cart, set, pod), gone, { type: 'ObjectGone', uid: cart.uid }],
    ],
    ['is not while the object is held by a finalizer', false, seen({ ...cart, terminating: true }, set)],
    ['is not while pods of it run on', false, [...seen(cart, set, pod), { type: 'ObjectGone', uid: cart.uid }]],
  ];
  for (const [name, effective, facts] of cases) {
    test(name, () => expect(isEffective(stateOf(facts), order({ action: 'delete' }))).toBe(effective));
  }
  test('of a bare pod is effective once the pod is gone', () => {
    const bare = aPod({ name: 'bare', terminating: true });
    const target = { ...anOrder().target, kind: 'Pod', uid: bare.uid, name: 'bare' };
    const deletion = order({ action: 'delete', target });
    expect([
      isEffective(stateOf(seen(bare)), deletion),
      isEffective(stateOf([...seen(bare), { type: 'PodGone', uid: bare.uid }]), deletion),
    ]).toEqual([false, true]);
  });
});

describe('a restore', () => {
  const cases: [name: string, effective: boolean, order: ActOrder, facts: Fact[]][] = [
    [
      'of replicas is effective once they are wanted again',
      true,
      restoring(savedReplicas(3)),
      seen({ ...cart, replicas: 3 }, set),
    ],
    ['of replicas that were unset, too', true, restoring(savedReplicas(null)), seen({ ...cart, replicas: 1 }, set)],
    ['of replicas is not while it is at 0', false, restoring(savedReplicas(3)), seen(cart, set)],
    ['of what was at 0 before is effective at 0', true, restoring(savedReplicas(0)), seen(cart, set)],
    ['is not where the object is gone', false, restoring(savedReplicas(3)), seen(aPod({ name: 'other' }))],
    [
      'of a manifest is effective once the object was made again',
      true,
      restoring(aSavedManifest()),
      seen({ ...cart, uid: 'new' }),
    ],
    [
      'of a manifest is not while the old one is going',
      false,
      restoring(aSavedManifest()),
      seen({ ...cart, terminating: true }),
    ],
    [
      'of a manifest does not mean another kind of that name',
      false,
      restoring(aSavedManifest()),
      seen(aWidget({ name: 'cart', uid: 'new' })),
    ],
    [
      'of a pod is effective once there is a pod of that name, though it has ended',
      true,
      restoring(aSavedManifest(), { target: { ...anOrder().target, kind: 'Pod', uid: 'old', name: 'bare' } }),
      seen(aPod({ name: 'bare', phase: 'Succeeded' })),
    ],
  ];
  for (const [name, effective, restore, facts] of cases) {
    test(name, () => expect(isEffective(aRunOver([facts]).state, restore)).toBe(effective));
  }
});

describe('what runs can tell nothing', () => {
  test('before the cluster was read', () => expect(isInSight(emptyState(aPolicy()), order())).toBe(false));
  test('of a namespace that is not read', () =>
    expect(isInSight(stateOf([{ type: 'NamespacesRead', namespaces: ['test'] }]), order())).toBe(false));
  test('and does of those that are', () => {
    expect(isInSight(stateOf([{ type: 'NamespacesRead', namespaces: ['shop'] }]), order())).toBe(true);
    expect(isInSight(stateOf([]), order())).toBe(true);
  });
});
