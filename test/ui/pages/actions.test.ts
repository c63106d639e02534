import { describe, expect, test } from 'vitest';
import type { JournalLine } from '../../../src/core/act.ts';
import { actionsPage } from '../../../src/ui/pages/actions.ts';
import { widthOf } from '../../../src/ui/width.ts';
import { aRefused, aSavedManifest, anEnded, anIntended, anOrder } from '../../support/acts.ts';
import { aFinding, aPolicy, aScan, hour, minute, now } from '../../support/builders.ts';
import { drawn, squeezed, wordsIn } from '../../support/drawn.ts';
import { answered, aRun, aRunOver, deployed } from '../../support/runs.ts';
import type { Run } from '../../support/runs.ts';

const strict = aPolicy({ security: { default: 'scaledown' } });
const bad = aScan({ findings: [aFinding()] });
const at = (time: number): string => new Date(time).toISOString();

/** Cart runs what is condemned. */
function condemned(...lines: readonly JournalLine[]): Run {
  const run = aRunOver([deployed('cart', 1)], { policy: strict, ongoing: { byPolicy: null } });
  run.turn(answered(1, bad), { type: 'JournalRead', lines });
  return run;
}

/** An act on another object, so long after `now`. */
function act(name: string, after: number, ...then: readonly JournalLine[]): readonly JournalLine[] {
  const target = { ...anOrder().target, name, uid: `uid-${name}` };
  return [anIntended({ at: at(now + after), order: anOrder({ id: name, target }) }), ...then];
}

function page(run: Run, enforcing: 'none' | null = 'none', later = hour): ReturnType<typeof actionsPage> {
  return actionsPage(run.state, now + later, enforcing);
}

describe('where there is nothing to show, it is said why', () => {
  test('the cluster is being read', () =>
    expect(page(aRun())).toMatchObject({ rows: [], empty: 'reading the cluster: what is due is not known yet' }));
  test('the journal is being read', () =>
    expect(page(aRunOver([], { remembered: null }))).toMatchObject({
      rows: [],
      empty: 'reading the journal: what was done is not known yet',
    }));
  test('nothing is due', () =>
    expect(page(aRunOver([deployed('cart', 1)]))).toMatchObject({
      rows: [],
      empty: 'the policy calls for nothing, and nothing was done so far',
    }));
});

describe('the page of actions', () => {
  test('says of what is due why it waits, and what undoing it would bring back', () => {
    const table = page(condemned(), null);
    expect(wordsIn(table, 'state', 'action', 'workload', 'undo', 'why')).toEqual([
      'due | scaledown | deployment/cart | full | enforcing is off: nothing is done by policy here',
    ]);
    expect(table.rows).toMatchObject([
      { id: 'due deployment-cart', namespace: 'shop', workloads: ['deployment-cart'], fault: false },
    ]);
  });
  test('has a fault where it was tried in vain', () => {
    const run = condemned();
    const order = anOrder({ target: { ...anOrder().target, uid: 'deployment-cart' } });
    run.turn({ type: 'ActEnded', order, end: 'refused', message: null, at: now });
    expect(page(run, 'none', minute).rows).toMatchObject([{ fault: true }]);
  });
  test('has first what is due, then what is under way, then the rest, newest first', () => {
    const run = condemned(
      ...act('old', 1000, anEnded('effective', { id: 'old' })),
      ...act('new', 3000, anEnded('stuck', { id: 'new', message: 'a finalizer' })),
      ...act('going', 2000),
    );
    const order = anOrder({ id: 'going', target: { ...anOrder().target, name: 'going', uid: 'uid-going' } });
    run.turn({ type: 'ActStarted', order, at: now + 2000 });
    run.turn({ type: 'ActionAsked', order: { ...order, id: 'asked', by: 'hand' } });
    const table = page(run);
    expect(wordsIn(table, 'state', 'workload', 'age', 'why')).toEqual([
      'due | deployment/cart |  | limits.shareOfWorkloads allows 3 acts a day, 3 are done',
      'under way | deployment/going | 59m | security: CVE-2026-1 in npm://a:1',
      'asked | deployment/going |  | security: CVE-2026-1 in npm://a:1',
      'stuck | deployment/new | 59m | a finalizer',
      'effective | deployment/old | 59m | security: CVE-2026-1 in npm://a:1',
    ]);
    expect(table.rows.map(({ id }) => id)).toEqual(['due deployment-cart', 'going', 'asked', 'new', 'old']);
    run.turn({ type: 'ActEnded', order, end: 'accepted', message: null, at: now + 2000 });
    expect(wordsIn(page(run), 'state', 'why')[1]).toBe('accepted | the cluster has taken it; its pods are awaited');
  });
  const outcomes: [lines: readonly JournalLine[], state: string, why: string, undo: string, fault: boolean][] = [
    [act('x', 0), 'not known', 'security: CVE-2026-1 in npm://a:1', 'full', true],
    [act('x', 0, anEnded('accepted', { id: 'x' })), 'accepted', 'security: CVE-2026-1 in npm://a:1', 'full', false],
    [act('x', 0, anEnded('effective', { id: 'x' })), 'effective', 'security: CVE-2026-1 in npm://a:1', 'full', false],
    [act('x', 0, anEnded('failed', { id: 'x', message: 'no route' })), 'failed', 'no route', 'full', true],
    [act('x', 0, anEnded('failed', { id: 'x' })), 'failed', 'security: CVE-2026-1 in npm://a:1', 'full', true],
    [[aRefused()], 'refused', 'its claims would be deleted', '', true],
  ];
  test.each(outcomes)('tells what became of an act: %#', (lines, state, why, undo, fault) => {
    const run = aRunOver([]);
    run.turn({ type: 'JournalRead', lines });
    const table = page(run);
    expect(wordsIn(table, 'state', 'why', 'undo', 'by')).toEqual([`${state} | ${why} | ${undo} | policy:ana`]);
    expect(table.rows.map((row) => row.fault)).toEqual([fault]);
  });
  test('says of what was undone that it was', () => {
    const restore = { undoes: 'act-1', saved: aSavedManifest(), holdUntil: null, release: false };
    const order = anOrder({ id: 'back', action: 'restore', by: 'hand', restore });
    const run = aRunOver([]);
    const lines = [anIntended(), anEnded('effective'), anIntended({ order }), anEnded('effective', { id: 'back' })];
    run.turn({ type: 'JournalRead', lines });
    expect(wordsIn(page(run), 'action', 'undo', 'by')).toEqual([
      'restore | full | ana',
      'scaledown | undone | policy:ana',
    ]);
  });
  test('shows control characters that others wrote, and obeys none', () => {
    const run = aRunOver([]);
    const message = '\u001b[2Jgone\u202e';
    run.turn({ type: 'JournalRead', lines: [anIntended(), anEnded('failed', { message })] });
    expect(wordsIn(page(run), 'why')).toEqual([String.raw`\x1b[2Jgone\u202e`]);
  });
});

describe('no row is wider than the terminal', () => {
  const run = condemned(...act('a-service-with-a-rather-long-name-in-it', 0));
  test('40 columns: state, action and workload', () =>
    expect(drawn(page(run, null), 40).map(squeezed)).toEqual([
      'STATE ACTION WORKLOAD',
      'due scaledown deployment/cart',
      'not known scaledown …r-long-name-in-it',
    ]));
  test('80 columns: with undo, age and the beginning of why', () => {
    const [heading, due] = drawn(page(run, null), 80).map(squeezed);
    expect(heading).toBe('STATE ACTION WORKLOAD UNDO AGE WHY');
    expect(due).toMatch(/^due scaledown deployment\/cart full enforcing is/);
  });
  test.each([40, 56, 80, 120, 400])('%i columns', (columns) => {
    for (const line of drawn(page(run), columns)) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });
});
