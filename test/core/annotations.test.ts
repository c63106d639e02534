import { describe, expect, test } from 'vitest';
import type { ActOrder, Saved } from '../../src/core/act.ts';
import { actedAnew, actedText, heldText, readActed, readHeld, savedByMark } from '../../src/core/annotations.ts';

const target = {
  uid: 'u1',
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  resource: 'cronjobs',
  namespace: 'shop',
  name: 'nightly',
};
const saved = {
  is: 'field',
  field: 'suspend',
  before: false,
  after: true,
  others: [
    {
      target: { ...target, uid: 'j1', kind: 'Job', resource: 'jobs', name: 'nightly-1' },
      before: null,
    },
  ],
} as const satisfies Saved;
const order: ActOrder = {
  id: 'act-1',
  action: 'scaledown',
  target,
  by: 'policy',
  reason: { condition: 'security', rule: 'strict', evidence: ['CVE-2026-1'] },
  digests: ['sha256:a'],
  ran: [{ reference: 'acme/app:1', digest: 'sha256:a' }],
  conditions: ['security'],
  acceptDataLoss: false,
  restore: null,
};
const who = { actor: 'ana', machine: 'laptop' };
const time = '2026-11-20T00:00:00.000Z';

test('what is written on an object reads as it was, enough to undo it', () => {
  const mark = readActed(actedText(order, saved, who, time));
  expect(mark).toEqual({
    action: 'scaledown',
    id: 'act-1',
    uid: 'u1',
    field: 'suspend',
    previous: false,
    value: true,
    others: [{ name: 'nightly-1', uid: 'j1', before: null }],
    digests: ['sha256:a'],
    ran: order.ran,
    conditions: ['security'],
    time,
    actor: 'ana',
    machine: 'laptop',
    by: 'policy',
  });
  if (mark === null) throw new Error('no mark');
  expect(savedByMark(mark, target)).toEqual(saved);
  expect(readActed(actedAnew(mark, 'u2'))).toEqual({ ...mark, uid: 'u2' });
});

test('a hold reads as it was written', () => {
  const restore = { undoes: 'act-1', saved, holdUntil: '2026-12-01T00:00:00Z', release: false };
  const text = heldText({ ...order, action: 'restore', restore }, 'u1', who, time);
  expect(readHeld(text)).toEqual({
    uid: 'u1',
    undoes: 'act-1',
    digests: ['sha256:a'],
    conditions: ['security'],
    until: '2026-12-01T00:00:00Z',
    time,
    actor: 'ana',
  });
  expect(readHeld(heldText({ ...order, restore: { ...restore, holdUntil: null } }, 'u1', who, time))?.until).toBeNull();
});

describe('an annotation that somebody else wrote', () => {
  const nothing: [name: string, text: string | undefined][] = [
    ['that is not there', undefined],
    ['that is no JSON', '{'],
    ['that is a list', '[]'],
    ['that is no object', 'null'],
    ['without a uid', '{"action":"scaledown"}'],
    ['without an action', '{"uid":"u1"}'],
  ];
  for (const [name, text] of nothing) test(`${name} says nothing was done`, () => expect(readActed(text)).toBeNull());

  test('of wrong shapes says only what it can', () => {
    const said = {
      action: 'scaledown',
      uid: 'u1',
      field: 'colour',
      previous: {},
      value: 0,
      others: [1, { name: 'a' }],
    };
    const mark = readActed(JSON.stringify({ ...said, digests: 'all', time: 5 }));
    expect(mark).toMatchObject({ field: null, previous: null, value: 0, others: [], digests: [], time: '' });
    expect(mark === null ? undefined : savedByMark(mark, target)).toBeNull();
  });
});
