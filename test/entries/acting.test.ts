import { describe, expect, test } from 'vitest';
import type { ActOrder, Inspection } from '../../src/core/act.ts';
import { savedFor } from '../../src/entries/acting.ts';
import { aReady } from '../support/acting-run.ts';
import { anOrder } from '../support/acts.ts';

const why = '/home/x lies in memory (tmpfs)';

async function inspected(order: ActOrder, lasts: boolean, inspection: Inspection = aReady()): Promise<Inspection> {
  const acting = {
    inspect: async () => inspection,
    perform: async () => ({ is: 'accepted', says: '' }) as const,
    blockers: async () => [],
  };
  const saved = savedFor(acting, lasts ? { lasts } : { lasts, why });
  return saved.inspect(order, new AbortController().signal);
}

describe('where the state does not last', () => {
  test('nothing is deleted by policy, and it is said what to do', async () => {
    const refusal = { why: 'cannotUndo', says: expect.stringContaining(`(${why}): name a folder`) as string };
    expect(await inspected(anOrder({ action: 'delete' }), false)).toMatchObject({ refusals: [refusal] });
  });
  const cases: [name: string, order: ActOrder][] = [
    ['a delete by hand is the user’s', anOrder({ action: 'delete', by: 'hand' })],
    ['what is stopped can be brought back by its annotation', anOrder()],
  ];
  for (const [name, order] of cases) test(name, async () => expect(await inspected(order, false)).toEqual(aReady()));
  test('what is gone is gone', async () => {
    const gone = { is: 'gone', says: 'it is not there any more' } as const;
    expect(await inspected(anOrder({ action: 'delete' }), false, gone)).toEqual(gone);
  });
});

test('where it lasts, a delete by policy is what the cluster says of it', async () =>
  expect(await inspected(anOrder({ action: 'delete' }), true)).toEqual(aReady()));
