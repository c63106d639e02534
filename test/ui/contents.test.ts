import { describe, expect, test } from 'vitest';
import { emptyState } from '../../src/core/inventory.ts';
import type { Fact, State } from '../../src/core/inventory.ts';
import { createContents } from '../../src/ui/contents.ts';
import { helpOf } from '../../src/ui/help.ts';
import type { Page } from '../../src/ui/page.ts';
import type { Content } from '../../src/ui/table.ts';
import { anOrder } from '../support/acts.ts';
import { aFinding, aPolicy, aScan, now, unknown } from '../support/builders.ts';
import { answered, aRun, aRunOver, deployed, stopped } from '../support/runs.ts';
import { aPicture } from '../support/screens.ts';
import { clusterRead, nodeSeen } from '../support/states.ts';

function contentOf(page: Page, state: State | null): Content {
  return createContents({ help: helpOf })(page, aPicture({ state }));
}

/** All that a page says, whatever it is. */
function textOf(page: Page, state: State | null): string {
  const content = contentOf(page, state);
  if (content.is === 'text') return content.lines.map(({ cells }) => cells.map(({ text }) => text).join('')).join('\n');
  const rows = content.rows.map(({ cells }) => cells.map(({ text }) => text).join(' '));
  return rows.length === 0 ? content.empty : rows.join('\n');
}

const forbidden: Fact = {
  type: 'ReadForbidden',
  forbidden: { resource: 'pods', namespace: 'payments', message: 'pods is forbidden' },
};

const tables: readonly Page[] = [
  { at: 'workloads' },
  { at: 'images', workload: null },
  { at: 'cves' },
  { at: 'reached', cve: 'CVE-2026-1' },
  { at: 'findings', image: 'x', workload: null },
  { at: 'images', workload: 'deployment-cart' },
];

describe('before anything is known, nothing is said to be nothing', () => {
  test.each(tables)('$at: while no cluster is connected', (page) =>
    expect(textOf(page, null)).toContain('no cluster is connected'),
  );
  test.each(tables)('$at: while the cluster is being read', (page) =>
    expect(textOf(page, emptyState(aPolicy()))).toBe('reading the cluster'),
  );
  test.each(tables)('$at: where not all may be read, that is said', (page) =>
    expect(textOf(page, aRunOver([forbidden]).state)).toMatch(/not all may$|not there any more/),
  );
  test('in an empty cluster that was read whole it is', () => {
    expect(textOf({ at: 'workloads' }, aRunOver([]).state)).toBe('no workload runs here');
    expect(textOf({ at: 'images', workload: null }, aRunOver([]).state)).toBe('no image runs here');
    expect(textOf({ at: 'cves' }, aRunOver([]).state)).toBe('no CVE is known in what runs here');
  });
  test('what is being done is said while no cluster is there', () =>
    expect(
      createContents({ help: helpOf })(
        { at: 'workloads' },
        aPicture({ state: null, about: { doing: 'connecting to prod' } }),
      ),
    ).toMatchObject({ lines: [{ cells: [{ text: 'connecting to prod' }] }] }));
});

describe('a missing answer is clean on no page', () => {
  const unasked = aRunOver([deployed('cart', 1)]).state;
  const unreached = aRunOver([deployed('cart', 1)]);
  unreached.turn(answered(1, unknown()));
  test.each([
    ['not asked yet', unasked],
    ['not reached', unreached.state],
  ])('%s', (_, state) => {
    for (const page of tables)
      expect(textOf(page, state)).not.toMatch(/\bclean\b|no CVE is known in what|found nothing/);
    expect(textOf({ at: 'workloads' }, state)).toContain('unknown');
    expect(textOf({ at: 'images', workload: null }, state)).toContain('unknown');
    expect(textOf({ at: 'cves' }, state)).toContain('no CVE is known so far; of 1 of 1 workloads');
    expect(textOf({ at: 'explain', workload: 'deployment-cart' }, state)).toMatch(/Conditions: +unknown/);
  });
});

describe('a page that is open while what it shows goes away', () => {
  const run = aRunOver([deployed('cart', 1), deployed('pay', 1)]);
  run.turn(answered(1, aScan({ findings: [aFinding()] })));
  const images = contentOf({ at: 'images', workload: 'deployment-cart' }, run.state);
  const image = images.is === 'table' ? (images.rows[0]?.id ?? '') : '';
  const page = { image, workload: 'deployment-cart' } as const;
  const findings = contentOf({ at: 'findings', ...page }, run.state);
  const finding = findings.is === 'table' ? (findings.rows[0]?.id ?? '') : '';
  expect(findings).toMatchObject({ title: 'findings of app:1', rows: [{}] });
  run.turn([
    { type: 'PodGone', uid: 'pod-deployment-cart' },
    { type: 'ObjectGone', uid: 'deployment-cart' },
  ]);
  const cases: [Page, string][] = [
    [{ at: 'images', workload: 'deployment-cart' }, 'it is not there any more'],
    [{ at: 'findings', ...page }, 'the workload is not there any more'],
    [{ at: 'finding', ...page, finding }, 'it is not known any more'],
    [{ at: 'explain', workload: 'deployment-cart' }, 'it is not there any more'],
  ];
  test.each(cases)('$at', (of, says) => expect(textOf(of, run.state)).toBe(says));
  test('the image itself still runs elsewhere', () =>
    expect(contentOf({ at: 'findings', image, workload: null }, run.state)).toMatchObject({ rows: [{ id: finding }] }));
  test('an image that nobody runs any more', () => {
    run.turn([
      { type: 'PodGone', uid: 'pod-deployment-pay' },
      { type: 'ObjectGone', uid: 'deployment-pay' },
    ]);
    expect(textOf({ at: 'findings', image, workload: null }, run.state)).toBe('nobody runs this image any more');
    expect(textOf({ at: 'finding', image, workload: null, finding }, run.state)).toBe('it is not known any more');
  });
});

describe('what is derived is kept', () => {
  const { state } = aRunOver([deployed('cart', 1)]);
  const pages: Page[] = [...tables, { at: 'explain', workload: 'deployment-cart' }, { at: 'help', of: 'workloads' }];
  test.each(pages)('$at: two calls with the same picture give the same object', (page) => {
    const contents = createContents({ help: helpOf });
    const first = contents(page, aPicture({ state }));
    expect(contents(page, aPicture({ state, now: now + 1 }))).toBe(first);
  });
  test('another version, another page and ten seconds give another', () => {
    const contents = createContents({ help: helpOf });
    const page: Page = { at: 'workloads' };
    const first = contents(page, aPicture({ state }));
    expect(contents(page, aPicture({ state, version: 2 }))).not.toBe(first);
    expect(contents({ at: 'cves' }, aPicture({ state }))).toMatchObject({ title: 'cves' });
    expect(contents(page, aPicture({ state, now: now + 10_000 }))).not.toBe(first);
  });
});

test('what is done to a workload stands in place of what is due', () => {
  const run = aRun({ policy: aPolicy({ security: { default: 'scaledown' } }), ongoing: { byPolicy: null } });
  run.turn(nodeSeen(), deployed('cart', 1), clusterRead);
  run.turn(answered(1, aScan({ findings: [aFinding()] })));
  const target = { ...anOrder().target, uid: 'deployment-cart' };
  const action = (): string => textOf({ at: 'workloads' }, run.state);
  expect(action()).toContain(' scaledown ');
  const order = anOrder({ target, by: 'hand', action: 'delete' });
  run.turn({ type: 'ActionAsked', order });
  expect(action()).toContain(' deleting ');
  run.turn({ type: 'ActStarted', order: { ...order, id: 'act-2', action: 'scaledown' }, at: now });
  expect(action()).toContain(' scaling-down ');
  run.turn({
    type: 'ActEnded',
    order: { ...order, id: 'act-2', action: 'scaledown' },
    end: 'effective',
    message: null,
    at: now,
  });
  run.turn({ type: 'ActStarted', order: { ...order, action: 'restore' }, at: now });
  expect(action()).toContain(' restoring ');
  run.turn({ type: 'ActEnded', order: { ...order, action: 'restore' }, end: 'failed', message: null, at: now });
  run.turn(stopped('cart'));
  expect(action()).not.toMatch(/restoring|deleting|scaling-down/);
});
