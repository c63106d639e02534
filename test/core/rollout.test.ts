import { describe, expect, test } from 'vitest';
import { isProgressing } from '../../src/core/rollout.ts';
import type { OwnerObject, Pod } from '../../src/core/workload.ts';
import { aContainer, aPod, aRollout, anObject, hour, imageID, minute, now, ownedBy } from '../support/builders.ts';
import { advance, onlyWorkload, seen, stateOf, workloadsOf } from '../support/states.ts';
import type { Seen } from '../support/states.ts';

const halfway = aRollout({ replicas: 3, updated: 1, available: 2 });

describe('a rollout', () => {
  const cases: [name: string, progresses: boolean, object: OwnerObject][] = [
    ['of which nothing was read does not progress', false, anObject({ rollout: null })],
    ['that is paused does not progress', false, anObject({ replicas: 3, rollout: { ...halfway, paused: true } })],
    [
      'past its deadline does not progress',
      false,
      anObject({ replicas: 3, rollout: { ...halfway, deadlineExceeded: true } }),
    ],
    [
      'by hand (OnDelete, a partition) does not progress',
      false,
      anObject({ kind: 'StatefulSet', replicas: 3, rollout: { ...halfway, byHand: true } }),
    ],
    ['that is complete does not progress', false, anObject({ replicas: 1, rollout: aRollout() })],
    [
      'that its controller has not seen yet progresses',
      true,
      anObject({ generation: 2, rollout: aRollout({ observedGeneration: 1 }) }),
    ],
    ['with pods still to update progresses', true, anObject({ replicas: 3, rollout: halfway })],
    [
      'with updated pods that are not available progresses',
      true,
      anObject({ replicas: 2, rollout: aRollout({ replicas: 2, updated: 2, available: 1 }) }),
    ],
    [
      'with old pods left of a Deployment progresses',
      true,
      anObject({ replicas: 2, rollout: aRollout({ replicas: 3, updated: 2, available: 2 }) }),
    ],
    [
      'of a DaemonSet progresses until every scheduled pod is updated',
      true,
      anObject({ kind: 'DaemonSet', replicas: null, rollout: aRollout({ replicas: 3, updated: 2, available: 2 }) }),
    ],
  ];
  for (const [name, progresses, object] of cases) test(name, () => expect(isProgressing(object)).toBe(progresses));
});

describe('a Deployment', () => {
  const cases: [name: string, outdated: string[], deployment: Partial<OwnerObject>, oldRevision?: number][] = [
    ['past its deadline: every pod counts', [], { rollout: { ...halfway, deadlineExceeded: true } }],
    ['paused: every pod counts', [], { rollout: { ...halfway, paused: true } }],
    [
      'without a rollout under way: every pod counts',
      [],
      { rollout: aRollout({ replicas: 3, updated: 3, available: 3 }) },
    ],
    ['rolling out: pods of the superseded ReplicaSet are outdated', ['old'], { rollout: halfway }],
    [
      'rolling back: the ReplicaSet with the highest revision is in force, however old it is',
      ['new'],
      { rollout: halfway },
      3,
    ],
  ];
  for (const [name, outdated, changes, oldRevision] of cases) {
    test(name, () => expect(outdatedOf(deploymentWith(changes, oldRevision))).toEqual(outdated));
  }

  test('with nothing but outdated pods is judged by its template too', () => {
    const facts = deploymentWith({ rollout: halfway }).filter((one) => one.name !== 'new');
    expect(entriesOf(facts)).toEqual([
      ['old', true, 1],
      ['app', false, 0],
    ]);
  });
});

const newest = now - 5 * minute;

describe('a StatefulSet', () => {
  const cases: [
    name: string,
    outdated: string[],
    changes: Partial<OwnerObject>,
    revisionAt?: number,
    podAt?: number,
  ][] = [
    ['updated by hand (OnDelete, a partition): every pod counts', [], { rollout: { ...rolling(), byHand: true } }],
    [
      'ten minutes after its newest revision and newest updated pod: old pods count again',
      [],
      {},
      now - 10 * minute,
      now - 10 * minute,
    ],
    ['within ten minutes of its newest ControllerRevision: old pods are outdated', ['old'], {}, newest, now - hour],
    ['within ten minutes of its newest updated pod: old pods are outdated', ['old'], {}, now - hour, newest],
    [
      'without a rollout under way: every pod counts',
      [],
      { rollout: { ...aRollout(), replicas: 2, updated: 2, available: 2 } },
    ],
    ['rolling back: the revision named by its status is in force', ['new'], { rollout: rolling('db-1') }],
  ];
  for (const [name, outdated, changes, revisionAt, podAt] of cases) {
    test(name, () => expect(outdatedOf(statefulSetWith(changes, revisionAt, podAt))).toEqual(outdated));
  }

  test('is looked at again once the ten minutes are over', () => {
    const state = stateOf(seen(...statefulSetWith({}, newest, newest)));
    const later = newest + 10 * minute;
    expect([...state.workloads.values()].map((one) => one.until)).toEqual([later]);
    advance(state, [], later - 1);
    expect(workloadsOf(state)[0]?.images.map((entry) => entry.outdated)).toEqual([true, false]);
    advance(state, [], later);
    expect(workloadsOf(state)[0]?.images.map((entry) => entry.outdated)).toEqual([false, false]);
  });
});

describe('a DaemonSet', () => {
  test('tells revisions apart by the hash that pods carry', () => {
    const set = anObject({
      kind: 'DaemonSet',
      name: 'agent',
      rollout: aRollout({ replicas: 2, updated: 1, available: 2 }),
    });
    const revision = (hash: string, number: number): OwnerObject =>
      anObject({
        kind: 'ControllerRevision',
        name: `agent-${hash}`,
        owner: ownedBy(set),
        revision: number,
        createdAt: now - minute,
        labels: { 'controller-revision-hash': hash },
        template: null,
        replicas: null,
      });
    const facts = [
      set,
      revision('aaa', 1),
      revision('bbb', 2),
      podOf(set, 'old', 1, { revision: 'aaa' }),
      podOf(set, 'new', 2, { revision: 'bbb' }),
    ];
    expect(outdatedOf(facts)).toEqual(['old']);
  });
});

describe('the revision that decides', () => {
  test('is as old as its ReplicaSet', () => {
    const deployment = anObject({ name: 'cart', createdAt: now - 99 * hour });
    const set = anObject({ kind: 'ReplicaSet', name: 'cart-1', owner: ownedBy(deployment), createdAt: now - 2 * hour });
    expect(onlyWorkload(seen(deployment, set, podOf(set, 'x', 1))).revisionAt).toBe(now - 2 * hour);
  });
  test('is as old as its ControllerRevision, not as the StatefulSet', () => {
    const revisionAt = now - 3 * hour;
    expect(onlyWorkload(seen(...statefulSetWith({}, revisionAt))).revisionAt).toBe(revisionAt);
  });
  test('is as old as the workload where nothing tells', () =>
    expect(onlyWorkload(seen(anObject({ createdAt: now - 99 * hour }))).revisionAt).toBe(now - 99 * hour));
});

function podOf(controller: OwnerObject, name: string, image: number, changes: Partial<Pod> = {}): Pod {
  const containers = [aContainer({ name, imageID: imageID(image) })];
  return aPod({ name, owner: ownedBy(controller), containers, ...changes });
}

function entriesOf(all: readonly Seen[]) {
  return onlyWorkload(seen(...all)).images.map((entry) => [entry.container, entry.outdated, entry.pods]);
}

function outdatedOf(all: readonly Seen[]) {
  return entriesOf(all).flatMap(([container, outdated]) => (outdated === true ? [container] : []));
}

function deploymentWith(changes: Partial<OwnerObject>, oldRevision = 1): Seen[] {
  const deployment = anObject({ name: 'cart', replicas: 3, ...changes });
  const set = (name: string, revision: number, createdAt: number): OwnerObject =>
    anObject({ kind: 'ReplicaSet', name: `cart-${name}`, owner: ownedBy(deployment), revision, createdAt });
  const old = set('old', oldRevision, now - 9 * hour);
  const fresh = set('new', 2, now - hour);
  return [deployment, old, fresh, podOf(old, 'old', 1), podOf(fresh, 'new', 2)];
}

function rolling(updateRevision = 'db-2') {
  return aRollout({ replicas: 2, updated: 1, available: 1, updateRevision });
}

function statefulSetWith(changes: Partial<OwnerObject>, revisionAt = newest, podAt = newest): Seen[] {
  const set = anObject({ kind: 'StatefulSet', name: 'db', replicas: 2, rollout: rolling(), ...changes });
  const revision = (name: string, number: number, createdAt: number): OwnerObject =>
    anObject({
      kind: 'ControllerRevision',
      name,
      owner: ownedBy(set),
      revision: number,
      createdAt,
      template: null,
      replicas: null,
    });
  return [
    set,
    revision('db-1', 1, now - 9 * hour),
    revision('db-2', 2, revisionAt),
    podOf(set, 'old', 1, { revision: 'db-1' }),
    podOf(set, 'new', 2, { revision: 'db-2', createdAt: podAt }),
  ];
}
