import { describe, expect, test } from 'vitest';
import type { ActOrder, JournalLine } from '../../src/core/act.ts';
import type { ActEnd } from '../../src/core/acting.ts';
import { isSuperseded } from '../../src/core/contested.ts';
import type { Fact } from '../../src/core/inventory.ts';
import type { Turned } from '../../src/core/turn.ts';
import type { OwnerObject } from '../../src/core/workload.ts';
import { anEnded, anIntended, anOrder } from '../support/acts.ts';
import {
  aContainer,
  aFinding,
  aPod,
  aPolicy,
  aRollout,
  aScan,
  aTemplate,
  anObject,
  digest,
  hour,
  imageID,
  minute,
  now,
  ownedBy,
  unscanned,
} from '../support/builders.ts';
import { actsIn, answered, aRun, aRunOver, deployed, stopped } from '../support/runs.ts';
import type { Run } from '../support/runs.ts';
import { clusterRead, nodeSeen, scanRead, seen } from '../support/states.ts';

const strict = aPolicy({ security: { default: 'scaledown' }, license: { default: 'scaledown' } });
const bad = aScan({ findings: [aFinding()] });
const at = (time: number): string => new Date(time).toISOString();

function ordersIn({ planned }: Turned): ActOrder[] {
  return planned.steps.flatMap((step) => (step.type === 'Act' ? [step.order] : []));
}

/** Cart runs image 1, which is condemned; nothing was done yet. */
function condemned(run: Run = aRunOver([deployed('cart', 1)], { policy: strict })): { run: Run; order: ActOrder } {
  const [order] = ordersIn(run.turn(answered(1, bad)));
  if (order === undefined) throw new Error('nothing is due');
  return { run, order };
}

function ended(order: ActOrder, end: ActEnd, run: Run, forGood = false): Fact {
  return { type: 'ActEnded', order, end, message: null, at: run.now(), forGood };
}

describe('nothing is done by policy', () => {
  test('before the cluster was read whole', () => {
    const run = aRun({ policy: strict });
    expect(run.tell(nodeSeen(), deployed('cart', 1), answered(1, bad))).toEqual([]);
    expect(actsIn(run.tell(clusterRead))).toEqual(['scaledown cart']);
  });
  test('before it is known what is remembered', () => {
    const run = aRun({ policy: strict, remembered: null });
    expect(actsIn(run.tell(nodeSeen(), deployed('cart', 1), clusterRead, answered(1, bad)))).toEqual([]);
    const remembered = { firstSeen: {}, standings: {}, measure: '' };
    expect(actsIn(run.tell({ type: 'MemoryRead', remembered, lasts: false }))).toEqual(['scaledown cart']);
  });
  test('where nobody said that the policy is to be carried out', () => {
    const run = aRunOver([deployed('cart', 1)], { policy: strict, ongoing: { byPolicy: null } });
    expect(actsIn(run.tell(answered(1, bad)))).toEqual([]);
  });
  test('while automatic acts are paused, until somebody resumes', () => {
    const run = aRunOver([deployed('cart', 1)], { policy: strict });
    const paused: JournalLine = { type: 'Paused', at: at(now), by: 'limit', message: '3 of 30' };
    expect(actsIn(run.tell({ type: 'JournalRead', lines: [paused] }, answered(1, bad)))).toEqual([]);
    expect(actsIn(run.pass(30 * 24 * hour))).toEqual([]);
    const resumed: JournalLine = { type: 'Resumed', at: at(run.now()), actor: 'ana', machine: 'desk' };
    expect(actsIn(run.tell({ type: 'JournalRead', lines: [resumed] }))).toEqual(['scaledown cart']);
  });
  test('while a pause is being written down, whatever else the journal tells', () => {
    const run = aRunOver([deployed('cart', 1)], { policy: strict });
    const other = anIntended({ order: anOrder({ id: 'x', target: { ...anOrder().target, name: 'x', uid: 'x' } }) });
    run.turn({ type: 'PauseStarted', at: now }, { type: 'JournalRead', lines: [other] });
    expect(actsIn(run.tell(answered(1, bad)))).toEqual([]);
  });
});

describe('what is due', () => {
  test('is said once, and not again while it is under way', () => {
    const { run, order } = condemned();
    expect(actsIn(run.tell({ type: 'ActStarted', order, at: now }))).toEqual([]);
    expect(actsIn(run.tell(ended(order, 'accepted', run)))).toEqual([]);
    expect(actsIn(run.pass(hour))).toEqual([]);
  });
  test('names the digests, the rule and the evidence that call for it', () => {
    const containers = [1, 2].map((index) => aContainer({ name: `c${index}`, imageID: imageID(index) }));
    const cart = anObject({ name: 'cart', template: aTemplate({ containers }) });
    const run = aRunOver([seen(cart, aPod({ owner: ownedBy(cart), containers }))], { policy: strict });
    const [order] = ordersIn(run.turn(answered(1, bad), answered(2, aScan())));
    expect(order).toMatchObject({
      action: 'scaledown',
      by: 'policy',
      target: { name: 'cart', uid: 'deployment-cart', resource: 'deployments' },
      reason: {
        condition: 'security',
        rule: 'scanPolicy.security.default',
        evidence: ['CVE-2026-1 (Critical) in npm://event-stream:3.3.6'],
      },
      conditions: ['security'],
    });
    expect(order?.digests).toEqual([digest(1)]);
  });
  test('comes worst first', () => {
    const run = aRunOver([deployed('a', 1), deployed('b', 2)], {
      policy: aPolicy({
        security: { default: 'scaledown' },
        license: { default: 'delete', denied: ['GPL-3.0-only'], basis: 'lists' },
      }),
    });
    const worse = aScan({ licenses: [{ name: 'GPL-3.0-only', components: [] }] });
    expect(actsIn(run.tell(answered(1, bad), answered(2, worse)))).toEqual(['delete b', 'scaledown a']);
  });
  test('has another id for each object, though they begin alike', () => {
    const run = aRunOver([deployed('cart-1', 1), deployed('cart-2', 1)], { policy: strict });
    expect(new Set(ordersIn(run.turn(answered(1, bad))).map(({ id }) => id)).size).toBe(2);
  });
  test('is not what is stopped already, also while its pods have not gone', () => {
    const run = aRunOver([deployed('cart', 1, { replicas: 0 })], { policy: strict });
    expect(actsIn(run.tell(answered(1, bad)))).toEqual([]);
  });
  test('is not a deletion that is on its way, also one of another process', () => {
    const run = aRunOver([deployed('cart', 1)], { policy: aPolicy({ security: { default: 'delete' } }) });
    const order = anOrder({ action: 'delete', target: { ...anOrder().target, uid: 'deployment-cart' } });
    const lines = [anIntended({ at: at(now), order }), anEnded('stuck', { at: at(now) })];
    run.turn({ type: 'JournalRead', lines });
    expect([actsIn(run.tell(answered(1, bad))), actsIn(run.pass(hour))]).toEqual([[], []]);
  });
});

describe('after an act', () => {
  const waits: [end: ActEnd, wait: number][] = [
    ['refused', 10 * minute],
    ['stuck', 10 * minute],
    ['failed', minute],
    ['notNeeded', minute / 2],
    ['deferred', 5_000],
  ];
  for (const [end, wait] of waits) {
    test(`that was ${end} the same is tried again after ${wait / 1000} seconds, and not before`, () => {
      const { run, order } = condemned();
      run.turn({ type: 'ActStarted', order, at: now });
      const { planned } = run.turn(ended(order, end, run));
      expect(planned.wakeAt).toBe(now + wait);
      expect(actsIn(run.pass(wait - 1))).toEqual([]);
      expect(actsIn(run.pass(1))).toEqual(['scaledown cart']);
    });
  }

  const soon: [end: ActEnd, soon: boolean][] = [
    ['deferred', true],
    ['refused', false],
    ['notNeeded', false],
  ];
  for (const [end, heldBack] of soon) {
    test(`that was ${end} a run that is to end once ${heldBack ? 'waits' : 'does not wait'} for the next try`, () => {
      const { run, order } = condemned();
      run.turn({ type: 'ActStarted', order, at: now });
      expect(run.turn(ended(order, end, run)).planned.heldBack).toBe(heldBack);
    });
  }

  test('that is never possible it is never tried again', () => {
    const { run, order } = condemned();
    run.turn({ type: 'ActStarted', order, at: now }, ended(order, 'refused', run, true));
    expect(actsIn(run.pass(30 * 24 * hour))).toEqual([]);
  });
  test('that a dry run showed it is not shown again', () => {
    const { run, order } = condemned(
      aRunOver([deployed('cart', 1)], { policy: strict, ongoing: { byPolicy: 'client' } }),
    );
    run.turn({ type: 'ActStarted', order, at: now }, ended(order, 'wouldAct', run));
    expect(actsIn(run.pass(30 * 24 * hour))).toEqual([]);
  });
  test('that was refused, another digest is tried at once', () => {
    const { run, order } = condemned();
    run.turn({ type: 'ActStarted', order, at: now }, ended(order, 'refused', run));
    run.turn(deployed('cart', 2));
    expect(actsIn(run.tell(answered(2, bad)))).toEqual(['scaledown cart']);
  });
  test('that was refused, another condition is tried at once', () => {
    const { run, order } = condemned();
    run.turn({ type: 'ActStarted', order, at: now }, ended(order, 'refused', run));
    const policy = aPolicy({ license: { default: 'scaledown', basis: 'lists', denied: ['GPL-3.0-only'] } });
    const scan = aScan({ findings: [aFinding()], licenses: [{ name: 'GPL-3.0-only', components: [] }] });
    expect(actsIn(run.tell({ type: 'PolicyRead', policy }, answered(1, scan)))).toEqual(['scaledown cart']);
  });
  test('of another process that was refused the same is not tried at once', () => {
    const { order } = condemned();
    const run = aRunOver([deployed('cart', 1)], { policy: strict });
    const line: JournalLine = {
      type: 'Refused',
      at: at(now - minute),
      order,
      message: '',
      actor: 'bob',
      machine: 'desk',
    };
    run.turn({ type: 'JournalRead', lines: [line] });
    expect(actsIn(run.tell(answered(1, bad)))).toEqual([]);
    expect(actsIn(run.pass(9 * minute))).toEqual(['scaledown cart']);
  });
  test('by hand nothing waits for what the policy calls for', () => {
    const { run, order } = condemned();
    const byHand: ActOrder = { ...order, id: 'by-hand', by: 'hand' };
    run.turn({ type: 'ActStarted', order: byHand, at: now });
    expect(actsIn(run.tell(ended(byHand, 'refused', run)))).toEqual(['scaledown cart']);
  });
  test('that came about nothing is made of news that are older', () => {
    const { run, order } = condemned();
    run.turn({ type: 'ActStarted', order, at: now });
    run.turn(ended(order, 'accepted', run), { type: 'PodGone', uid: 'pod-deployment-cart' });
    const lines = [anIntended({ at: at(now), order }), anEnded('effective', { at: at(now), id: order.id })];
    run.turn({ type: 'JournalRead', lines }, ended(order, 'effective', run));
    // Its ReplicaSet made one more pod before it heard of it.
    expect(actsIn(run.tell(deployed('cart', 1)))).toEqual([]);
    expect(run.judgement('cart').decided.decision).toMatchObject({ action: 'scaledown' });
    run.turn(stopped('cart'));
    expect(actsIn(run.pass(hour))).toEqual([]);
    expect(run.judgement('cart').decided.decision).toMatchObject({ action: 'ignore', exempt: null });
  });
  test('that came about, who brings it up again contests', () => {
    const { run, order } = condemned();
    const lines = [anIntended({ at: at(now), order }), anEnded('effective', { at: at(now), id: order.id })];
    run.turn({ type: 'ActStarted', order, at: now }, { type: 'JournalRead', lines }, ended(order, 'effective', run));
    run.turn(stopped('cart'));
    // Within the time in which news may be older, too.
    expect(actsIn(run.pass(3_000, deployed('cart', 1)))).toEqual([]);
    expect(actsIn(run.pass(7_000))).toEqual([]);
    expect(run.judgement('cart').decided.decision.exempt).toMatchObject({ by: 'contested', rule: 'brought up again' });
    expect(actsIn(run.pass(24 * hour - 10_001))).toEqual([]);
    expect(actsIn(run.pass(1))).toEqual(['scaledown cart']);
  });
  test('of another process on what was made again under its name somebody contests', () => {
    const { run, order } = condemned();
    const lines = [
      anIntended({ at: at(now - hour), order }),
      anEnded('effective', { at: at(now - hour), id: order.id }),
    ];
    run.turn({ type: 'ObjectGone', uid: 'deployment-cart' }, { type: 'PodGone', uid: 'pod-deployment-cart' });
    run.turn(deployed('cart', 1, { uid: 'deployment-cart-new' }));
    expect(actsIn(run.tell())).toEqual(['scaledown cart']);
    expect(actsIn(run.tell({ type: 'JournalRead', lines }))).toEqual([]);
    expect(run.judgement('cart').decided.decision.exempt?.rule).toBe('made again');
  });
});

const asked = (overrides: Partial<ActOrder> = {}): Fact => ({
  type: 'ActionAsked',
  order: anOrder({ by: 'hand', id: 'hand-1', target: { ...anOrder().target, uid: 'deployment-cart' }, ...overrides }),
});

describe('by hand', () => {
  test('what is asked is done, whatever the policy, its exemptions and its limits say', () => {
    const policy = aPolicy({ protectNamespaces: ['shop'], limits: { actionsPerMinute: 0, shareOfWorkloads: 0 } });
    const run = aRunOver([deployed('cart', 1)], { policy });
    const paused: JournalLine = { type: 'Paused', at: at(now), by: 'limit', message: '' };
    expect(actsIn(run.tell({ type: 'JournalRead', lines: [paused] }, asked()))).toEqual(['scaledown cart']);
  });
  test('what is asked is done once', () => {
    const run = aRunOver([deployed('cart', 1)]);
    const turned = run.turn(asked());
    const [order] = ordersIn(turned);
    if (order === undefined) throw new Error('nothing is due');
    expect(actsIn(run.tell({ type: 'ActStarted', order, at: now }))).toEqual([]);
    expect(actsIn(run.tell(ended(order, 'refused', run)))).toEqual([]);
  });
  test('two on one object come one after the other', () => {
    const run = aRunOver([deployed('cart', 1)]);
    const second = asked({ id: 'hand-2', action: 'delete' });
    const [first, ...rest] = ordersIn(run.turn(asked(), second));
    expect([first?.id, rest]).toEqual(['hand-1', []]);
    if (first === undefined) throw new Error('nothing is due');
    expect(actsIn(run.tell({ type: 'ActStarted', order: first, at: now }))).toEqual([]);
    expect(actsIn(run.tell(ended(first, 'effective', run)))).toEqual(['delete cart']);
  });
  test('what was accepted and has not stopped yet can be restored, and that is not awaited any more', () => {
    const { run, order } = condemned();
    const lines = [anIntended({ at: at(now), order }), anEnded('accepted', { at: at(now), id: order.id })];
    run.turn({ type: 'ActStarted', order, at: now });
    expect(actsIn(run.tell(asked({ action: 'restore', target: order.target })))).toEqual([]);
    const told = run.tell({ type: 'JournalRead', lines }, ended(order, 'accepted', run));
    expect(actsIn(told)).toEqual(['restore cart']);
    const restore = anOrder({ by: 'hand', id: 'hand-1', action: 'restore', target: order.target });
    run.turn({ type: 'ActStarted', order: restore, at: now }, ended(order, 'stuck', run));
    expect(run.state.acting.underWay.get(order.target.uid)?.order.id).toBe('hand-1');
  });
  test('what another process restored is not under way any more', () => {
    const { run, order } = condemned();
    const lines = [anIntended({ at: at(now), order }), anEnded('accepted', { at: at(now), id: order.id })];
    run.turn({ type: 'ActStarted', order, at: now }, { type: 'JournalRead', lines }, ended(order, 'accepted', run));
    const restore = { ...order, id: 'back', action: 'restore', by: 'hand' } as const;
    run.turn({ type: 'JournalRead', lines: [anIntended({ at: at(now), order: restore })] });
    expect([run.state.acting.underWay.size, isSuperseded(run.state.acting, order)]).toEqual([1, false]);
    run.turn({ type: 'JournalRead', lines: [anEnded('accepted', { at: at(now), id: 'back' })] });
    expect([run.state.acting.underWay.size, isSuperseded(run.state.acting, order)]).toEqual([0, true]);
  });
  test('what is asked goes before what the policy calls for', () => {
    const run = aRunOver([deployed('cart', 1)], { policy: strict });
    expect(ordersIn(run.turn(answered(1, bad), asked())).map(({ by }) => by)).toEqual(['hand']);
  });
});

const cart = (overrides: Partial<OwnerObject>): OwnerObject => anObject({ name: 'cart', ...overrides });

describe('by policy', () => {
  test('an image that was fixed is left alone', () => {
    const { run, order } = condemned();
    run.turn({ type: 'ActStarted', order, at: now }, ended(order, 'notNeeded', run));
    run.turn(deployed('cart', 2));
    expect(actsIn(run.tell(answered(2, aScan())))).toEqual([]);
    expect(actsIn(run.pass(hour))).toEqual([]);
  });

  test('the old pods of a rollout that goes on do not condemn, those of one that does not do', () => {
    const progressing = { replicas: 1, rollout: aRollout({ replicas: 2, updated: 1, available: 0 }) };
    const set = (revision: number): OwnerObject =>
      anObject({ kind: 'ReplicaSet', name: `cart-${revision}`, owner: ownedBy(cart({})), revision });
    const pod = (revision: number) =>
      aPod({
        name: `cart-${revision}`,
        owner: ownedBy(set(revision)),
        containers: [aContainer({ imageID: imageID(revision) })],
      });
    const run = aRunOver([seen(cart(progressing), set(1), set(2), pod(1), pod(2))], { policy: strict });
    expect(actsIn(run.tell(answered(1, bad), answered(2, aScan())))).toEqual([]);
    expect(run.judgement('cart').verdict).toMatchObject({ settled: true, conditions: [] });
    const given = { replicas: 1, rollout: aRollout({ replicas: 2, updated: 1, available: 0, deadlineExceeded: true }) };
    expect(actsIn(run.tell(seen(cart(given))))).toEqual(['scaledown cart']);
  });

  test('a debug container or an injected one stops nothing, unless the policy says so', () => {
    const app = anObject({ name: 'cart' });
    const debug = aContainer({ name: 'debugger', role: 'ephemeral', imageID: imageID(2) });
    const injected = aContainer({ name: 'proxy', imageID: imageID(3) });
    const pod = aPod({ owner: ownedBy(app), containers: [aContainer(), debug, injected] });
    const run = aRunOver([seen(app, pod)], { policy: strict });
    expect(actsIn(run.tell(answered(1, aScan()), answered(2, bad), answered(3, bad)))).toEqual([]);
    const roles = [...strict.roles, 'ephemeral'] as const;
    expect(actsIn(run.tell({ type: 'PolicyRead', policy: { ...strict, roles } }))).toEqual(['scaledown cart']);
  });

  test('nothing is deleted by reference alone', () => {
    const deleting = aPolicy({ unscanned: { default: 'delete' } });
    const pending = aPod({ name: 'cart-1', phase: 'Pending', containers: [aContainer({ imageID: '' })] });
    const run = aRunOver([seen(pending)], { policy: deleting });
    const [first] = [...run.state.lookUps.values()];
    if (first === undefined) throw new Error('nothing was asked');
    expect(actsIn(run.tell(scanRead(first.image, unscanned())))).toEqual([]);
    expect(actsIn(run.tell(seen({ ...pending, containers: [aContainer()] }), answered(1, unscanned())))).toEqual([
      'delete cart-1',
    ]);
  });

  test('nothing that was stopped is deleted because its image was dropped meanwhile', () => {
    const reference = `acme.jfrog.io/docker-local/app@${digest(1)}`;
    const template = aTemplate({ containers: [aContainer({ reference, imageID: '' })] });
    const policy = aPolicy({ unscanned: { default: 'delete' }, security: { default: 'scaledown' } });
    const { run, order } = condemned(aRunOver([deployed('cart', 1, { template })], { policy }));
    run.turn({ type: 'ActStarted', order, at: now }, ended(order, 'effective', run), stopped('cart', { template }));
    const [image] = run.judgement('cart').workload.images;
    if (image === undefined) throw new Error('no image');
    expect(actsIn(run.pass(hour, scanRead(image.image, unscanned())))).toEqual([]);
    expect(run.judgement('cart')).toMatchObject({
      obstacle: 'atZero',
      verdict: { conditions: [{ type: 'unscanned' }] },
    });
  });

  test('an owner that could not be read is not acted upon', () => {
    const unread = ownedBy(anObject({ name: 'cart' }));
    const run = aRunOver(
      [seen(aPod({ owner: unread })), { type: 'OwnerMissing', owner: unread, namespace: 'shop', clusterScoped: false }],
      {
        policy: strict,
      },
    );
    expect(actsIn(run.tell(answered(1, bad)))).toEqual([]);
    expect(run.judgement('cart').obstacle).toBe('ownerChainIncomplete');
  });
});
