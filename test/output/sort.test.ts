import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { judgeAll } from '../../src/core/report.ts';
import { sortBy } from '../../src/output/sort.ts';
import {
  aFinding,
  aPolicy,
  aScan,
  aWorkload,
  anEntry,
  anImage,
  circumstances,
  day,
  named,
  now,
} from '../support/builders.ts';
import { stateWithScans } from '../support/states.ts';

const policy = aPolicy({ security: { actions: named({ statefulSets: 'delete', deployments: 'scaledown' }) } });
const low = aScan({ findings: [aFinding({ severity: 'Low', cves: [] })] });
const all = [
  [
    aWorkload({ name: 'b', namespace: 'z', pods: 1, createdAt: now - day, images: [anEntry({ image: anImage(1) })] }),
    [aScan({ findings: [aFinding()] })],
  ],
  [
    aWorkload({
      name: 'c',
      namespace: 'a',
      pods: 10,
      createdAt: now - 2 * day,
      images: [anEntry({ image: anImage(2) })],
    }),
    [low],
  ],
  [
    aWorkload({
      name: 'a',
      namespace: 'm',
      kind: 'StatefulSet',
      pods: 2,
      createdAt: null,
      replicas: null,
      images: [anEntry({ image: anImage(3) })],
    }),
    [aScan({ findings: [aFinding(), aFinding({ id: 'XRAY-2', severity: 'High' })] })],
  ],
] as const;

const state = stateWithScans(all, policy);
const judgements = judgeAll(
  state,
  all.map(([workload]) => workload),
  circumstances(),
);

describe('sorting by a word that is no column and no path is refused', () => {
  for (const by of ['', 'size', '.', '.a b', '.items[0]']) {
    test(`"${by}"`, () => expect(() => sortBy(by)).toThrow(UsageError));
  }
});

describe('rows are sorted', () => {
  const cases: [by: string, names: string][] = [
    ['name', 'a,b,c'],
    ['NAME', 'a,b,c'],
    ['namespace', 'c,a,b'],
    ['kind', 'b,c,a'],
    ['pods', 'c,a,b'],
    ['crit', 'a,b,c'],
    ['high', 'a,b,c'],
    ['low', 'c,a,b'],
    ['conditions', 'c,a,b'],
    ['action', 'a,b,c'],
    ['age', 'b,c,a'],
    ['.workload.name', 'a,b,c'],
    ['{.workload.pods}', 'b,a,c'],
    ['.workload.createdAt', 'a,c,b'],
  ];
  for (const [by, names] of cases) {
    test(`by ${by}: ${names}`, () =>
      expect(
        sortBy(by)(judgements, state)
          .map(({ workload }) => workload.name)
          .join(),
      ).toBe(names));
  }
});
