import { describe, expect, test } from 'vitest';
import type { ActFact } from '../../src/core/acting.ts';
import { emptyState, nothingTouched, record } from '../../src/core/inventory.ts';
import type { Fact } from '../../src/core/inventory.ts';
import { noticesOf, nothingTold } from '../../src/core/notices.ts';
import { noticeJson, noticeLine } from '../../src/output/notices.ts';
import { painter } from '../../src/output/colour.ts';
import { anIntended, anOrder } from '../support/acts.ts';
import { aPolicy, now } from '../support/builders.ts';
import { withoutColour } from '../support/states.ts';

type Ended = Extract<ActFact, { type: 'ActEnded' }>;

const ended = (end: Ended['end'], message: string | null = null, order = anOrder()): Fact => ({
  type: 'ActEnded',
  order,
  end,
  message,
  at: now,
});

/** What is told of facts, each in a turn of its own, as lines without their time. */
function told(facts: readonly Fact[], before: readonly Fact[] = []): string[] {
  const state = emptyState(aPolicy());
  record(state, before, nothingTouched());
  const kept = nothingTold(state);
  return facts.flatMap((fact) => {
    record(state, [fact], nothingTouched());
    const notices = noticesOf(state, { facts: [fact], judged: new Set() }, kept, now);
    return notices.map((one) =>
      noticeLine(one, painter(false))
        .replace(/^\d\d:\d\d:\d\d /, '')
        .trimEnd(),
    );
  });
}

const why = 'security (scanPolicy.security.deployments): CVE-2026-1 in npm://a:1';

describe('an act is told in one line', () => {
  const cases: [end: Ended['end'], message: string | null, line: string | null][] = [
    [
      'wouldAct',
      'sets its replicas from 3 to 0',
      `shop/deployment/cart would be scaled down: ${why}; sets its replicas from 3 to 0`,
    ],
    ['accepted', null, `shop/deployment/cart scaled down: ${why}`],
    ['effective', null, 'shop/deployment/cart has stopped, scaled down'],
    ['stuck', 'a finalizer', 'shop/deployment/cart stuck: scaled down, and not effective yet: a finalizer'],
    ['refused', 'its claims', 'shop/deployment/cart refused: not scaled down: its claims'],
    ['failed', 'a webhook', 'shop/deployment/cart failed: not scaled down: a webhook'],
    ['notNeeded', 'at zero', 'shop/deployment/cart left alone, not scaled down: at zero'],
    ['deferred', 'a limit', null],
  ];
  for (const [end, message, line] of cases) {
    test(end, () => expect(told([ended(end, message)])).toEqual(line === null ? [] : [line]));
  }

  test('with the grade of undoing it, as it was written down', () => {
    const written: Fact = { type: 'JournalRead', lines: [anIntended()] };
    expect(told([ended('accepted')], [written])).toEqual([`shop/deployment/cart scaled down: ${why} (undo: full)`]);
  });

  test('of a restore: that it is back', () => {
    const order = anOrder({ action: 'restore', by: 'hand' });
    expect(told([ended('effective', null, order)])).toEqual(['shop/deployment/cart is back']);
  });

  test('without control characters of whoever named it', () => {
    const order = anOrder({ target: { ...anOrder().target, name: 'a\u001b[2J' } });
    expect(told([ended('effective', null, order)])).toEqual(['shop/deployment/a\\x1b[2J has stopped, scaled down']);
  });
});

describe('what is tried again', () => {
  test('is told once', () => expect(told([ended('failed', 'x'), ended('failed', 'x')])).toHaveLength(1));
  test('is told again where it ends otherwise', () =>
    expect(told([ended('failed', 'x'), ended('failed', 'y'), ended('accepted'), ended('failed', 'x')])).toHaveLength(
      4,
    ));
  test('is told again of another digest', () =>
    expect(told([ended('wouldAct'), ended('wouldAct', null, anOrder({ digests: [] }))])).toHaveLength(2));
});

describe('what may not be read', () => {
  const isForbidden = (resource: string, namespace: string | null = null): Fact => ({
    type: 'ReadForbidden',
    forbidden: { resource, namespace, message: `${resource} is forbidden` },
  });
  const read: Fact = { type: 'ClusterRead' };
  test('is told in one line once all was read, what hides workloads first', () =>
    expect(told([isForbidden('nodes'), isForbidden('pods', 'shop'), read])).toEqual([
      'not seen, as it may not be read: pods in shop, nodes',
    ]));
  test('is told with what may serve Xray', () => {
    const unread = [{ resource: 'ingresses.networking.k8s.io', namespace: null, message: '' }];
    expect(told([{ type: 'ServingRead', serving: { namespaces: new Map(), unread } }, read])).toEqual([
      'not seen, as it may not be read: ingresses.networking.k8s.io',
    ]);
  });
  test('is told once, and so is what follows', () => {
    const allowed: Fact = { type: 'ReadAllowed', resource: 'pods', namespace: 'shop' };
    const facts = [isForbidden('pods', 'shop'), read, isForbidden('nodes'), allowed, { ...read }];
    expect(told(facts)).toEqual([
      'not seen, as it may not be read: pods in shop',
      'not seen, as it may not be read: nodes',
      'may be read now: pods in shop',
    ]);
  });
  test('is told where it stood before anything was told', () =>
    expect(told([{ type: 'PodGone', uid: 'x' }], [isForbidden('pods'), read])).toHaveLength(1));
  test('is no word where all may be read', () => expect(told([read])).toEqual([]));
});

describe('a pause', () => {
  const pause: Fact = {
    type: 'JournalRead',
    lines: [{ type: 'Paused', at: '2026-11-21T20:00:00.000Z', by: 'breaker', message: '12 of 40 images turned' }],
  };
  const resume: Fact = {
    type: 'JournalRead',
    lines: [{ type: 'Resumed', at: '2026-11-21T20:01:00.000Z', actor: 'ana', machine: 'desk' }],
  };
  test('is told with how to go on, and so is its end', () => {
    expect(told([pause, resume])).toEqual([
      'paused, nothing more is done by policy: 12 of 40 images turned; go on with: kubectl xray enforce --confirm --resume',
      'resumed: the policy is carried out again',
    ]);
  });
  test('that was there before is not told as news', () => expect(told([resume], [pause])).toHaveLength(1));
  test('is told once, however many processes wrote it', () => expect(told([pause, pause])).toHaveLength(1));
});

test('a broken policy is told in one line', () =>
  expect(
    told([{ type: 'PolicyRefused', message: 'p.yaml:1:1: wrong\nThe policy read before stays in force.' }]),
  ).toEqual(['policy refused: p.yaml:1:1: wrong; The policy read before stays in force.']));

test('what is bad is painted, and reads the same without colour', () => {
  const notice = {
    at: now,
    type: 'paused',
    workload: null,
    action: null,
    outcome: null,
    reason: 'limit',
    undo: null,
    message: 'too many',
  } as const;
  const line = noticeLine(notice, painter(true));
  expect(line).toContain('\u001b[1;31m');
  expect(withoutColour(line)).toBe(noticeLine(notice, painter(false)));
  expect(JSON.parse(noticeJson(notice))).toEqual({ ...notice, at: '2026-11-21T20:00:00.000Z' });
});
