import { describe, expect, test } from 'vitest';
import { imageOf } from '../../../src/core/image.ts';
import type { Finding } from '../../../src/core/scan.ts';
import { emptyState } from '../../../src/core/state.ts';
import { aContainer, aFinding, aPolicy, aScan, imageID, unknown } from '../../support/builders.ts';
import { aContents, cellOf, judgedState, judgeMore, pageOf, running, tableOf } from '../../support/judged-state.ts';
import { scanRead } from '../../support/states.ts';

const [first, second] = [
  aContainer(),
  aContainer({ reference: 'acme.jfrog.io/docker-local/tool:1', imageID: imageID(2) }),
];
const cves = { at: 'cves' } as const;

function found(container: typeof first, findings: readonly Finding[]): ReturnType<typeof scanRead> {
  return scanRead(imageOf(container.reference, container.imageID, null), aScan({ findings }));
}

describe('without a row', () => {
  test('a cluster that is being read has not none', () => {
    expect(tableOf(pageOf(emptyState(aPolicy()), cves)).empty).toBe('reading the cluster');
  });
  test('a workload that is not answered for is told', () => {
    const image = imageOf(first.reference, first.imageID, null);
    const state = judgedState([...running('cart'), scanRead(image, unknown())]);
    expect(tableOf(pageOf(state, cves)).empty).toBe(
      'no CVE is known so far; of 1 of 1 workloads not every image is scanned or answered for',
    );
  });
  test('none in what was answered for is none', () => {
    expect(tableOf(pageOf(judgedState([...running('cart'), found(first, [])]), cves)).empty).toBe(
      'no CVE is known in what runs here',
    );
  });
});

test('each is there once, worst first, then by how many workloads it reaches', () => {
  const high = aFinding({ id: 'XRAY-2', cves: ['CVE-2026-2'], severity: 'High' });
  const rare = aFinding({ id: 'XRAY-3', cves: ['CVE-2026-3'], severity: 'High' });
  const state = judgedState([
    ...running('cart', [first]),
    ...running('till', [first, second]),
    found(first, [high]),
    found(second, [high, rare, aFinding()]),
  ]);
  const table = tableOf(pageOf(state, cves));
  const told = table.rows.map(
    ({ id }, row) => `${id} ${cellOf(table, row, 'workloads')} ${cellOf(table, row, 'pods')}`,
  );
  expect(told).toEqual(['CVE-2026-1 1 1', 'CVE-2026-2 2 2', 'CVE-2026-3 1 1']);
});

test('what has no CVE is known by its id, and without one by its component', () => {
  const state = judgedState([
    ...running('cart'),
    found(first, [aFinding({ cves: [] }), aFinding({ cves: [], id: '', component: 'npm://evil:1' })]),
  ]);
  const rows = tableOf(pageOf(state, cves)).rows;
  expect(rows.map(({ id, covers }) => [id, covers?.length])).toEqual([
    ['XRAY-1', 1],
    ['npm://evil:1', 0],
  ]);
});

test.each([
  ['applicable in one image', ['not_applicable', 'applicable'], 'applicable'],
  ['not looked at in one image', ['not_applicable', null], ''],
  ['undetermined in one image', ['not_applicable', 'undetermined'], 'undetermined'],
  ['applicable in none', ['not_applicable', 'not_applicable'], 'not_applicable'],
] as const)('a CVE that is %s', (_, [one, other], told) => {
  const state = judgedState([
    ...running('cart', [first, second]),
    found(first, [aFinding({ applicability: one })]),
    found(second, [aFinding({ applicability: other })]),
  ]);
  expect(cellOf(tableOf(pageOf(state, cves)), 0, 'applicable')).toBe(told);
});

test('an image that decides nothing reaches nothing', () => {
  const debug = aContainer({ ...second, name: 'debug', role: 'ephemeral' });
  const state = judgedState([...running('cart', [first, debug]), found(first, []), found(debug, [aFinding()])]);
  expect(tableOf(pageOf(state, cves)).rows).toEqual([]);
});

test('it leads to the workloads it reaches, and to none that it does not', () => {
  const state = judgedState([...running('cart', [first]), ...running('till', [second]), found(first, [aFinding()])]);
  const table = tableOf(pageOf(state, { at: 'reached', cve: 'CVE-2026-1' }));
  expect(table.title).toBe('CVE-2026-1 reaches');
  expect(table.rows.map(({ id }) => id)).toEqual(['statefulset-cart']);
  expect(tableOf(pageOf(state, { at: 'reached', cve: 'CVE-2026-9' })).rows).toEqual([]);
});

test('from turn to turn it is as if it were made anew', () => {
  const contents = aContents();
  const state = judgedState([...running('cart', [first, second]), ...running('till', [first])]);
  const turns = [
    [found(first, [aFinding()])],
    [found(second, [aFinding({ severity: 'Low' }), aFinding({ id: 'XRAY-2', cves: ['CVE-2026-2'] })])],
    running('shop', [second]),
    [found(first, [])],
    [{ type: 'ObjectGone', uid: 'statefulset-cart' } as const, { type: 'PodGone', uid: 'pod-cart-0' } as const],
    [found(second, [aFinding()])],
  ];
  turns.forEach((facts, version) => {
    judgeMore(state, facts);
    const table = tableOf(pageOf(state, cves, contents, version + 2));
    expect(table).toEqual(tableOf(pageOf(state, cves)));
    expect(table.rows.length).toBeGreaterThan(0);
  });
});
