import { describe, expect, test } from 'vitest';
import { worstFirst } from '../../../src/core/rows.ts';
import { everything } from '../../../src/core/selection.ts';
import { emptyState } from '../../../src/core/state.ts';
import { imageOf } from '../../../src/core/image.ts';
import type { Scan } from '../../../src/core/scan.ts';
import type { State } from '../../../src/core/state.ts';
import {
  aContainer,
  aFinding,
  aPolicy,
  aScan,
  imageID,
  now,
  pending,
  unknown,
  unscanned,
} from '../../support/builders.ts';
import { anOrder } from '../../support/acts.ts';
import {
  aContents,
  cellOf,
  judgedState,
  judgeMore,
  pageOf,
  running,
  tableOf,
  textOf,
} from '../../support/judged-state.ts';
import { chance } from '../../support/random.ts';
import { aPicture } from '../../support/screens.ts';
import { clusterRead, scanRead } from '../../support/states.ts';

const container = aContainer();
const image = imageOf(container.reference, container.imageID, null);
const workloads = { at: 'workloads' } as const;

function tableIn(state: State): ReturnType<typeof tableOf> {
  return tableOf(pageOf(state, workloads));
}

describe('without a row', () => {
  test('no cluster is told by what is being done about it', () => {
    expect(textOf(aContents()(workloads, aPicture({ state: null, about: { doing: 'connecting to prod' } })))).toBe(
      'connecting to prod',
    );
  });
  test('a cluster that is being read is not an empty one', () => {
    expect(tableIn(emptyState(aPolicy())).empty).toBe('reading the cluster');
  });
  test('what may not be read is not an empty one', () => {
    const forbidden = { resource: 'pods', namespace: null, message: 'pods is forbidden' };
    const state = judgedState([{ type: 'ReadForbidden', forbidden }]);
    expect(tableIn(state).empty).toBe('no workload runs here, as far as may be read; not all may');
  });
  test('an empty cluster is one', () => {
    expect(tableIn(judgedState([])).empty).toBe('no workload runs here');
  });
  test.each([
    ['is not there', 'nope', 'not found: deployments.apps "nope"'],
    ['names no one', null, 'no workload here is among those asked for'],
  ])('what was asked for and %s is said', (_, name, words) => {
    const selection = { ...everything, types: [{ resource: 'deployments.apps', name }] };
    const picture = aPicture({ state: judgedState([]), about: { selection } });
    expect(tableOf(aContents()(workloads, picture)).empty).toBe(words);
  });
});

describe('a row tells its verdict in words', () => {
  const cases: readonly [string, Scan | null, conditions: string, fault: boolean][] = [
    ['that nobody has answered for', null, 'unknown', true],
    ['that could not be asked about', unknown(), 'unknown', true],
    ['that is being scanned', pending(), 'pending', true],
    ['that Xray has not scanned', unscanned(), 'unscanned', true],
    ['with a finding', aScan({ findings: [aFinding()] }), 'security', true],
    ['with nothing', aScan(), 'clean', false],
  ];
  test.each(cases)('of an image %s', (_, scan, conditions, fault) => {
    const table = tableIn(judgedState([...running('cart'), ...(scan === null ? [] : [scanRead(image, scan)])]));
    expect(cellOf(table, 0, 'conditions')).toBe(conditions);
    expect(table.rows[0]?.fault).toBe(fault);
  });
});

test('an act that was asked for stands in the place of what is called for', () => {
  const state = judgedState(running('cart'));
  const target = { ...anOrder().target, uid: 'statefulset-cart' };
  judgeMore(state, [{ type: 'ActionAsked', order: anOrder({ target, action: 'restore' }) }]);
  expect(cellOf(tableIn(state), 0, 'action')).toBe('restoring');
});

test('the namespace is left out where only one is read', () => {
  const table = tableOf(aContents()(workloads, aPicture({ state: judgedState([]), about: { namespace: 'shop' } })));
  expect(table.columns.find(({ id }) => id === 'namespace')?.from).toBe(Infinity);
});

test('at any width a name and its conditions are there', () => {
  const always = tableIn(judgedState([])).columns.filter(({ from, wide }) => from === 0 && wide !== true);
  expect(always.map(({ id }) => id)).toEqual(['name', 'conditions']);
});

describe('from turn to turn', () => {
  test('a row stays the same object until its workload is judged anew', () => {
    const contents = aContents();
    const state = judgedState([...running('cart'), ...running('till', [aContainer({ imageID: imageID(2) })])]);
    const before = tableOf(pageOf(state, workloads, contents, 1)).rows;
    expect(pageOf(state, workloads, contents, 1)).toBe(pageOf(state, workloads, contents, 1));
    judgeMore(state, [scanRead(image, aScan())]);
    const after = tableOf(pageOf(state, workloads, contents, 2)).rows;
    const same = after.filter((row) => before.includes(row)).map(({ id }) => id);
    expect(same).toEqual(['statefulset-till']);
  });

  test('the order is worst first, whatever came, changed and went', () => {
    const random = chance(7);
    const contents = aContents();
    const state = judgedState([]);
    const scans = [aScan(), unknown(), pending(), unscanned(), aScan({ findings: [aFinding()] })];
    for (let version = 1; version <= 60; version += 1) {
      const index = random.below(20) + 1;
      const one = aContainer({ imageID: imageID(index) });
      const scan = random.one(scans);
      const gone = [
        { type: 'ObjectGone', uid: `statefulset-w${index}` },
        { type: 'PodGone', uid: `pod-w${index}-0` },
      ] as const;
      const facts = random.often(0.25) ? gone : running(`w${index}`, [one]);
      judgeMore(state, [...facts, scanRead(imageOf(one.reference, one.imageID, null), scan), clusterRead], now);
      const uids = tableOf(pageOf(state, workloads, contents, version)).rows.map(({ id }) => id);
      const sorted = [...state.judged.values()].toSorted(worstFirst);
      expect(uids).toEqual(sorted.map(({ workload }) => workload.uid));
    }
  });
});
