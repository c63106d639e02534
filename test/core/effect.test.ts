import { describe, expect, test } from 'vitest';
import type { ActOrder, Saved } from '../../src/core/act.ts';
import { cameAbout, isEffective, isInSight } from '../../src/core/effect.ts';
import type { Fact } from '../../src/core/fact.ts';
import { emptyState } from '../../src/core/state.ts';
import { anIntended, anOrder, aSavedManifest, savedReplicas } from '../support/acts.ts';
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
    [
      'of a pod is not by one of that name elsewhere, nor by another one beside it',
      false,
      restoring(aSavedManifest(), { target: { ...anOrder().target, kind: 'Pod', uid: 'old', name: 'bare' } }),
      seen(aPod({ name: 'bare', namespace: 'test', phase: 'Succeeded' }), aPod({ name: 'other', phase: 'Succeeded' })),
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

describe('an act of which only the intention is known came about', () => {
  const stopped = (id: string) => {
    const mark = { uid: cart.uid, action: 'scaledown', id, by: 'policy', time: '2026-11-21T20:00:00Z' };
    return seen(
      { ...cart, annotations: { 'kubectl-xray/acted': JSON.stringify(mark) } },
      { ...set, replicas: 0, ready: 0 },
    );
  };
  const deletion = order({ action: 'delete' });
  const intended = (of: ActOrder): Fact => ({ type: 'JournalRead', lines: [anIntended({ order: of })] });
  const forbidden = (resource: string): Fact => ({
    type: 'ReadForbidden',
    forbidden: { resource, namespace: null, message: '' },
  });
  const widget: Partial<ActOrder> = {
    action: 'delete',
    target: {
      ...anOrder().target,
      uid: 'w',
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      resource: 'widgets.example.com',
    },
  };
  const cases: [name: string, came: boolean, order: ActOrder, facts: Fact[]][] = [
    ['where the object carries its mark', true, order(), stopped('act-1')],
    ['not where it carries that of another act', false, order(), stopped('act-2')],
    ['not where it carries none', false, order(), seen(cart, set)],
    ['where a deleted object is gone', true, deletion, [intended(deletion)]],
    ['not where it is there', false, deletion, [intended(deletion), ...seen(cart, set)]],
    [
      'not where a later act on it says so',
      false,
      deletion,
      [intended(deletion), intended({ ...deletion, id: 'act-2' })],
    ],
    ['not where such objects may not be read', false, deletion, [intended(deletion), forbidden('deployments.apps')]],
    ['whatever else may not be read', true, deletion, [intended(deletion), forbidden('nodes')]],
    ['not of a custom kind, which may not be looked for', false, order(widget), [intended(order(widget))]],
    ['not of a restore', false, restoring(savedReplicas()), [intended(restoring(savedReplicas()))]],
  ];
  for (const [name, came, of, facts] of cases) {
    test(name, () => expect(cameAbout(aRunOver([facts]).state, of)).toBe(came));
  }
  test('of a pod not while the pod is there', () => {
    const bare = aPod({ name: 'bare' });
    const target = {
      ...anOrder().target,
      apiVersion: 'v1',
      kind: 'Pod',
      resource: 'pods',
      uid: bare.uid,
      name: 'bare',
    };
    const of = order({ action: 'delete', target });
    expect(cameAbout(aRunOver([intended(of), seen(bare)]).state, of)).toBe(false);
    expect(cameAbout(aRunOver([intended(of)]).state, of)).toBe(true);
  });
});
