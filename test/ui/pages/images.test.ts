import { describe, expect, test } from 'vitest';
import { imageOf } from '../../../src/core/image.ts';
import { emptyState } from '../../../src/core/state.ts';
import type { Scan } from '../../../src/core/scan.ts';
import {
  aContainer,
  aFinding,
  aPolicy,
  aScan,
  digest,
  imageID,
  pending,
  unknown,
  unscanned,
} from '../../support/builders.ts';
import { aContents, cellOf, judgedState, judgeMore, pageOf, running, tableOf } from '../../support/judged-state.ts';
import { scanRead } from '../../support/states.ts';

const container = aContainer();
const image = imageOf(container.reference, container.imageID, null);
const images = { at: 'images', workload: null } as const;
const ofCart = { at: 'images', workload: 'statefulset-cart' } as const;

describe('without a row', () => {
  test('a cluster that is being read is not an empty one', () => {
    expect(tableOf(pageOf(emptyState(aPolicy()), images)).empty).toBe('reading the cluster');
  });
  test('a workload that is gone is told', () => {
    expect(tableOf(pageOf(judgedState([]), ofCart)).empty).toBe('it is not there any more');
  });
});

describe('only a whole answer reads `scanned` and is no fault', () => {
  const violationsCause = { reason: 'unreachable', message: 'connect ECONNREFUSED' } as const;
  const cases: readonly [string, Scan | null, scan: string, fault: boolean][] = [
    ['none yet', null, 'unknown', true],
    ['none, as the server was not there', unknown(), 'unknown', true],
    ['being made', pending(), 'pending', true],
    ['that it was not scanned', unscanned(), 'unscanned', true],
    ['of some of its platforms', aScan({ reason: 'partial' }), 'scanned', false],
    [
      'without violations, which were asked for in vain',
      aScan({ violationsCause, evaluated: { security: 'unanswered', license: 'unanswered' } }),
      'scanned,?',
      true,
    ],
    ['that something was found', aScan({ findings: [aFinding()] }), 'scanned', true],
    ['that nothing was found', aScan(), 'scanned', false],
  ];
  test.each(cases)('the answer: %s', (_, scan, word, fault) => {
    const state = judgedState([...running('cart'), ...(scan === null ? [] : [scanRead(image, scan)])]);
    for (const page of [images, ofCart]) {
      const table = tableOf(pageOf(state, page));
      expect(cellOf(table, 0, 'scan')).toBe(word);
      expect(table.rows[0]?.fault).toBe(fault);
    }
  });
});

test('a row says why there is no answer', () => {
  const state = judgedState([...running('cart'), scanRead(image, unknown())]);
  expect(cellOf(tableOf(pageOf(state, images)), 0, 'reason')).toBe('unreachable: connect ECONNREFUSED');
});

test('an image that two workloads run is one row, with the pods of both', () => {
  const table = tableOf(pageOf(judgedState([...running('cart'), ...running('till')]), images));
  expect([table.rows.length, cellOf(table, 0, 'workloads'), cellOf(table, 0, 'pods')]).toEqual([1, '2', '2']);
  expect(table.rows[0]?.workloads).toEqual(['statefulset-cart', 'statefulset-till']);
});

test('a container of a role that decides nothing is told', () => {
  const debug = aContainer({ name: 'debug', role: 'ephemeral', reference: 'acme/debug:1', imageID: imageID(2) });
  const table = tableOf(pageOf(judgedState(running('cart', [container, debug])), ofCart));
  const told = table.rows.map((_, row) => cellOf(table, row, 'containers'));
  expect(told.toSorted()).toEqual(['app', 'debug(ephemeral decides-nothing)']);
});

describe('from turn to turn', () => {
  test('a row keeps its id when its answer comes', () => {
    const contents = aContents();
    const state = judgedState(running('cart'));
    const before = tableOf(pageOf(state, images, contents, 1)).rows[0]?.id;
    judgeMore(state, [scanRead(image, aScan({ platform: 'linux/arm64', judged: [digest(9)] }))]);
    const after = tableOf(pageOf(state, images, contents, 2));
    expect(cellOf(after, 0, 'scan')).toBe('scanned');
    expect(after.rows[0]?.id).toBe(before);
  });

  test('it tells a newer answer, and forgets what nobody runs any more', () => {
    const contents = aContents();
    const state = judgedState([...running('cart'), scanRead(image, aScan())]);
    expect(cellOf(tableOf(pageOf(state, images, contents, 1)), 0, 'crit')).toBe('0');
    judgeMore(state, [scanRead(image, aScan({ findings: [aFinding()] }))]);
    expect(cellOf(tableOf(pageOf(state, images, contents, 2)), 0, 'crit')).toBe('1');
    judgeMore(state, [
      { type: 'ObjectGone', uid: 'statefulset-cart' },
      { type: 'PodGone', uid: 'pod-cart-0' },
    ]);
    expect(tableOf(pageOf(state, images, contents, 3)).rows).toEqual([]);
  });
});
