import { describe, expect, test } from 'vitest';
import type { JournalLine } from '../../src/core/act.ts';
import {
  actionRecordList,
  addLine,
  describeOutcome,
  describeReason,
  emptyHistory,
  foldJournal,
} from '../../src/core/history.ts';
import { anActRecord, anEnded, anIntended, anOrder, anIgnored, aRefused, aSavedManifest } from '../support/acts.ts';

const at = (minute: number): string => `2026-11-21T20:0${minute}:00.000Z`;
const outcomeAfter = (...lines: readonly JournalLine[]): unknown => foldJournal(lines).records.get('act-1')?.outcome;

const paused = (minute: number, message: string): JournalLine => ({
  type: 'Paused',
  at: at(minute),
  by: 'limit',
  message,
});
const resumed = (minute: number): JournalLine => ({ type: 'Resumed', at: at(minute), actor: 'ana', machine: 'desk' });

describe('an act', () => {
  const cases: [name: string, lines: JournalLine[], outcome: string | undefined][] = [
    ['that was only intended is not known to have happened', [anIntended()], 'intended'],
    ['that was accepted', [anIntended(), anEnded('accepted')], 'accepted'],
    ['that became effective', [anIntended(), anEnded('accepted'), anEnded('effective')], 'effective'],
    ['that was stuck and became effective', [anIntended(), anEnded('stuck'), anEnded('effective')], 'effective'],
    [
      'keeps what became of it when "accepted" comes late',
      [anIntended(), anEnded('effective'), anEnded('accepted')],
      'effective',
    ],
    ['that was refused', [aRefused()], 'refused'],
    ['is not called refused once it was intended', [anIntended(), aRefused()], 'intended'],
    [
      'that failed and was tried again',
      [anIntended(), anEnded('failed'), anIntended(), anEnded('accepted')],
      'accepted',
    ],
    ['of which only the end is there is not known', [anEnded('effective')], undefined],
  ];
  for (const [name, lines, outcome] of cases) test(name, () => expect(outcomeAfter(...lines)).toBe(outcome));

  test('keeps what was saved first when a later line saved nothing', () => {
    const saved = { is: 'field', field: 'replicas', before: 3, after: 0, others: [] } as const;
    const { records } = foldJournal([anIntended({ saved }), anIntended({ saved: null })]);
    expect(records.get('act-1')?.saved).toEqual(saved);
  });
  test('says who, where, when and why it ended so', () => {
    const { records } = foldJournal([
      anIntended({ at: at(1), actor: 'bob' }),
      anEnded('stuck', { message: 'a finalizer' }),
    ]);
    const record = { at: Date.parse(at(1)), actor: 'bob', machine: 'desk', message: 'a finalizer' };
    expect(records.get('act-1')).toMatchObject(record);
  });
});

describe('a pause', () => {
  test('holds until somebody resumes', () =>
    expect(foldJournal([paused(1, '3 of 30')]).pause).toEqual({
      by: 'limit',
      message: '3 of 30',
      at: Date.parse(at(1)),
    }));
  test('is told in the words of the first who paused', () =>
    expect(foldJournal([paused(1, 'first'), paused(2, 'second')]).pause?.message).toBe('first'));
  test('ends, and the count starts anew', () =>
    expect(foldJournal([paused(1, ''), resumed(2)])).toMatchObject({ pause: null, resumedAt: Date.parse(at(2)) }));
  test('comes again', () => expect(foldJournal([paused(1, ''), resumed(2), paused(3, 'x')]).pause?.message).toBe('x'));
});

test('line by line says the same as all at once', () => {
  const lines = [anIntended(), anEnded('accepted'), anIgnored(), aRefused({ order: anOrder({ id: 'act-2' }) })];
  const history = emptyHistory();
  for (const line of lines) addLine(history, line);
  expect(history).toEqual(foldJournal(lines));
});

describe('the list of acts', () => {
  test('is in the order of time, exceptions among it', () => {
    const { records, ignored } = foldJournal([
      anIntended({ at: at(3) }),
      anIgnored({ at: at(2) }),
      aRefused({ at: at(1), order: anOrder({ id: 'act-0' }) }),
    ]);
    expect(
      actionRecordList(records.values(), ignored).items.map(({ at, action, outcome }) => [at, action, outcome]),
    ).toEqual([
      [at(1), 'scaledown', 'refused'],
      [at(2), 'ignore', 'effective'],
      [at(3), 'scaledown', 'intended'],
    ]);
  });
  test('has one item for an act, with everything that tells it', () =>
    expect(actionRecordList([anActRecord()])).toEqual({
      apiVersion: 'kubectl-xray/v1',
      kind: 'ActionRecordList',
      items: [
        {
          at: '2026-11-21T20:00:00.000Z',
          id: 'act-1',
          action: 'scaledown',
          outcome: 'effective',
          message: null,
          workload: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'cart', uid: 'uid-cart' },
          reason: 'security (scanPolicy.security.deployments): CVE-2026-1 in npm://a:1',
          condition: 'security',
          rule: 'scanPolicy.security.deployments',
          evidence: ['CVE-2026-1 in npm://a:1'],
          by: 'ana',
          machine: 'desk',
          automatic: true,
          undo: { grade: 'full', means: 'sets its replicas to 3 again' },
        },
      ],
    }));
  test('never holds what was saved', () =>
    expect(JSON.stringify(actionRecordList([anActRecord({ saved: aSavedManifest() })]))).not.toContain('s3cret'));
  test('says of an exception what it covers, until when and why', () => {
    const { ignored } = foldJournal([
      anIgnored({ covers: 'CVE-2026-1', until: '2027-01-31', reason: 'not reachable' }),
    ]);
    expect(actionRecordList([], ignored).items[0]?.reason).toBe('CVE-2026-1 until 2027-01-31: not reachable');
  });
});

describe('the words', () => {
  const evidence = ['CVE-1 in a', 'CVE-2 in b', 'CVE-3 in c', 'CVE-4 in d', 'CVE-5 in e'];
  const reason = { condition: null, rule: null, evidence: [] };

  test('name the worst of much evidence', () =>
    expect(describeReason({ order: anOrder({ reason: { condition: 'security', rule: null, evidence } }) })).toBe(
      'security: CVE-1 in a, CVE-2 in b, CVE-3 in c and 2 more',
    ));
  test('say that it was by hand', () =>
    expect(describeReason({ order: anOrder({ by: 'hand', reason }) })).toBe('by hand'));
  test('say what blocks an act', () =>
    expect(describeOutcome(anActRecord({ outcome: 'stuck', message: 'pod cart-0 is not ready' }))).toBe(
      'stuck: pod cart-0 is not ready',
    ));
  test('promise nothing of an act that was only intended', () =>
    expect(describeOutcome(anActRecord({ outcome: 'intended' }))).toContain('not known'));
  test('say of a restore that it is back', () =>
    expect(describeOutcome(anActRecord({ order: anOrder({ action: 'restore' }) }))).toBe('effective, it is back'));
});
