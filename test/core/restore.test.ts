import { describe, expect, test } from 'vitest';
import type { ActOrder, JournalLine, Target } from '../../src/core/act.ts';
import { actedText, readActed } from '../../src/core/annotations.ts';
import { foldJournal } from '../../src/core/history.ts';
import { orderToRestore, toUndo } from '../../src/core/restore.ts';
import type { LiveObject } from '../../src/core/restore.ts';
import { anEnded, anIntended, anOrder, aRefused, aSavedManifest, savedReplicas } from '../support/acts.ts';
import { now } from '../support/builders.ts';

const { target } = anOrder();
const cart = { resource: 'deployments', namespace: 'shop', name: 'cart' };
const manifest = aSavedManifest();

function live(overrides: Partial<Target> = {}, rest: Partial<LiveObject> = {}): LiveObject {
  return { target: { ...target, ...overrides }, terminating: false, mark: null, ...rest };
}

/** As the annotation of a scaledown reads on the object of that uid. */
function marked(uid = target.uid, id = 'act-1'): LiveObject {
  const order = anOrder({ id, target: { ...target, uid } });
  const saved = savedReplicas() as Parameters<typeof actedText>[1];
  const text = actedText(order, saved, { actor: 'bob', machine: 'laptop' }, '2026-11-20T09:00:00Z');
  return live({ uid: target.uid }, { mark: readActed(text) });
}

function scaledown(id: string, overrides: Partial<ActOrder> = {}): JournalLine {
  return anIntended({ order: anOrder({ id, ...overrides }) });
}

function deletion(id: string, overrides: Partial<ActOrder> = {}): JournalLine {
  return anIntended({ order: anOrder({ id, action: 'delete', ...overrides }), saved: manifest });
}

function restore(id: string, undoes: string): JournalLine {
  const undo = { undoes, saved: savedReplicas(), holdUntil: null, release: false };
  return anIntended({ order: anOrder({ id, action: 'restore', by: 'hand', restore: undo }), saved: null });
}

const ended = (id: string, outcome: Parameters<typeof anEnded>[0] = 'effective'): JournalLine =>
  anEnded(outcome, { id });

describe('what restore undoes', () => {
  const cases: [name: string, undoes: string | null, live: LiveObject | null, lines: JournalLine[]][] = [
    ['nothing, where nothing was done', null, live(), []],
    ['nothing, where no such object is there or was', null, null, []],
    ['what the annotation says, where the journal is a colleague’s', 'act-1', marked(), []],
    ['nothing by an annotation that another object once had', null, marked('uid-other'), []],
    ['nothing by an annotation whose act is undone', null, marked(), [restore('r', 'act-1'), ended('r')]],
    ['the scaledown of the journal, where the annotation is gone', 'a', live(), [scaledown('a'), ended('a')]],
    ['the last of two', 'b', live(), [scaledown('a'), ended('a'), scaledown('b'), ended('b')]],
    [
      'the one before, where the last is undone',
      'a',
      live(),
      [scaledown('a'), ended('a'), scaledown('b'), ended('b'), restore('r', 'b'), ended('r')],
    ],
    ['nothing that failed', null, live(), [scaledown('a'), ended('a', 'failed')]],
    ['nothing that was refused', null, live(), [aRefused()]],
    ['nothing that was done to an object of another uid', null, live({ uid: 'new' }), [scaledown('a'), ended('a')]],
    [
      'nothing that was done to an object of another namespace',
      null,
      null,
      [deletion('d', { target: { ...target, namespace: 'other' } }), ended('d')],
    ],
    ['a scaledown that was only intended: the object tells', 'a', live(), [scaledown('a')]],
    ['a delete, where the object is gone', 'd', null, [deletion('d'), ended('d')]],
    ['a delete that was only intended, where the object is gone', 'd', null, [deletion('d')]],
    ['a delete whose answer was lost, where the object is gone', 'd', null, [deletion('d'), ended('d', 'failed')]],
    [
      'a delete under way',
      'd',
      live({}, { terminating: true }),
      [scaledown('a'), ended('a'), deletion('d'), ended('d', 'stuck')],
    ],
    ['nothing of a delete by others', null, live({ uid: 'new' }, { terminating: true }), [deletion('d'), ended('d')]],
    ['the scaledown before a delete that never was', 'a', live(), [scaledown('a'), ended('a'), deletion('d')]],
    ['nothing, where a delete never was', null, live(), [deletion('d')]],
    ['nothing, where it was made anew after the delete', null, live({ uid: 'new' }), [deletion('d'), ended('d')]],
    ['nothing, where the delete is undone', null, null, [deletion('d'), ended('d'), restore('r', 'd'), ended('r')]],
    ['a delete whose restore was only intended', 'd', null, [deletion('d'), ended('d'), restore('r', 'd')]],
    ['a delete whose restore failed', 'd', null, [deletion('d'), restore('r', 'd'), ended('r', 'failed')]],
    ['nothing, where what was stopped is gone', null, null, [scaledown('a'), ended('a')]],
  ];
  for (const [name, undoes, object, lines] of cases) {
    test(name, () => {
      const found = toUndo(cart, object, foldJournal(lines));
      expect(found.is === 'undo' ? found.undoes : null).toBe(undoes);
    });
  }

  test('is told by its uid on the object that is there, and as it was where none is', () => {
    const history = foldJournal([deletion('d'), ended('d')]);
    expect(toUndo(cart, null, history)).toMatchObject({ target, saved: manifest, action: 'delete', by: 'ana' });
    expect(toUndo(cart, marked(), foldJournal([]))).toMatchObject({
      target,
      saved: savedReplicas(),
      by: 'bob',
      at: '2026-11-20T09:00:00Z',
      undo: null,
    });
  });

  test('is what the journal saved, where it knows the act of the annotation', () => {
    const job = { ...target, kind: 'Job', resource: 'jobs', uid: 'job' };
    const saved = { is: 'field', field: 'suspend', before: false, after: true, others: [] } as const;
    const others = [{ target: job, before: null }];
    const lines = [anIntended({ saved: { ...saved, others } }), anEnded('effective')];
    expect(toUndo(cart, marked(), foldJournal(lines))).toMatchObject({ saved: { others } });
  });

  test('is uncertain where the journal does not know whether it came about', () => {
    expect(toUndo(cart, null, foldJournal([deletion('d')]))).toMatchObject({ uncertain: true });
    expect(toUndo(cart, null, foldJournal([deletion('d'), ended('d')]))).toMatchObject({ uncertain: false });
  });
});

describe('that there is nothing to restore', () => {
  const cases: [name: string, says: string, live: LiveObject | null, lines: JournalLine[]][] = [
    ['is said', 'nothing is known to have been done to it', null, []],
    ['names the act that is undone', 'undone already', null, [deletion('d'), restore('r', 'd'), ended('r')]],
    ['says that it is another object', 'made anew since', live({ uid: 'new' }), [deletion('d'), ended('d')]],
    ['says that nothing was saved', 'saved nothing to make it again from', null, [scaledown('a'), ended('a')]],
    ['says that it never was', 'did not come about', live(), [deletion('d')]],
  ];
  for (const [name, says, object, lines] of cases) {
    test(name, () => {
      const found = toUndo(cart, object, foldJournal(lines));
      expect(found).toMatchObject({ is: 'nothing', says: expect.stringContaining(says) as string });
    });
  }
});

test('the order to restore says what it undoes, and until when it holds', () => {
  const found = toUndo(cart, null, foldJournal([deletion('d', { conditions: ['license'] }), ended('d')]));
  if (found.is !== 'undo') throw new Error('nothing found');
  const order = orderToRestore(found, { holdUntil: '2026-11-22T00:00:00Z', release: true, now });
  expect(order).toMatchObject({
    action: 'restore',
    by: 'hand',
    target,
    conditions: ['license'],
    reason: { evidence: ['undoes the delete of 2026-11-21T20:00:00.000Z by ana'] },
    restore: { undoes: 'd', saved: manifest, holdUntil: '2026-11-22T00:00:00Z', release: true },
  });
});
