import { describe, expect, test } from 'vitest';
import type { JournalLine } from '../../../src/core/act.ts';
import { recordPage } from '../../../src/ui/pages/record.ts';
import { aRefused, aSavedManifest, anEnded, anIgnored, anIntended, anOrder } from '../../support/acts.ts';
import { aFinding, aPolicy, aScan, hour, now } from '../../support/builders.ts';
import { readText } from '../../support/drawn.ts';
import { answered, aRunOver, deployed } from '../../support/runs.ts';
import type { Run } from '../../support/runs.ts';

function told(...lines: readonly JournalLine[]): Run {
  const run = aRunOver([]);
  run.turn({ type: 'JournalRead', lines });
  return run;
}

function page(run: Run, id: string): string {
  return readText(recordPage(run.state, id, now + hour, { enforcing: null }));
}

describe('what is not there is said to be not there', () => {
  test('an act that the journal does not know', () =>
    expect(page(told(), 'x')).toBe('the journal knows of no such act'));
  test('an act that was asked for only', () => {
    const run = told();
    run.turn({ type: 'ActionAsked', order: anOrder() });
    expect(page(run, 'act-1')).toBe('it is not written down yet');
  });
  test('a workload that is gone', () => expect(page(told(), 'due x')).toBe('it is not there any more'));
  test('a workload that nothing is due on', () =>
    expect(page(aRunOver([deployed('cart', 1)]), 'due deployment-cart')).toBe(
      'the policy does not call for it any more',
    ));
});

describe('an act is told whole', () => {
  test('what, on what, when, by whom, why, what became of it and how to undo it', () =>
    expect(page(told(anIntended(), anEnded('stuck', { message: 'cart-0 is not ready' })), 'act-1').split('\n')).toEqual(
      [
        'Act:        scaledown, by policy',
        'On:         deployment/cart',
        'Namespace:  shop',
        'Uid:        uid-cart',
        'When:       2026-11-21T20:00:00Z, 60m ago',
        'By:         the policy, carried out by ana on desk',
        'Why:        security',
        'Rule:       scanPolicy.security.deployments',
        'Evidence:   CVE-2026-1 in npm://a:1',
        `Digests:    ${anOrder().digests[0] ?? ''}`,
        'Outcome:    stuck: cart-0 is not ready',
        'Saved:      replicas was 3',
        'Undo:       full: sets its replicas to 3 again',
        'To undo:    u, or: kubectl xray restore deployment/cart -n shop',
        'Id:         act-1',
      ],
    ));
  test('never with a value of the manifest that was saved', () => {
    const order = anOrder({ action: 'delete', by: 'hand' });
    const text = page(told(anIntended({ order, saved: aSavedManifest('s3cret') })), 'act-1');
    expect(text).not.toMatch(/s3cret|password/);
    expect(text).toContain('Saved:      its whole manifest, which is never shown');
  });
  test('by hand, with who did it', () => {
    const order = anOrder({ by: 'hand', reason: { condition: null, rule: null, evidence: [] } });
    expect(page(told(anIntended({ order })), 'act-1')).toMatch(/By: +ana on desk\nWhy: +by hand\nDigests/);
  });
  const restore = { undoes: 'act-1', saved: aSavedManifest(), holdUntil: null, release: false };
  const back = anOrder({ id: 'back', action: 'restore', restore });
  const undoing: [what: string, lines: readonly JournalLine[], id: string, says: string][] = [
    ['what was refused', [aRefused()], 'act-1', 'nothing was changed'],
    [
      'what was undone',
      [anIntended(), anIntended({ order: back }), anEnded('effective', { id: 'back' })],
      'act-1',
      'it was undone already',
    ],
    ['what saved nothing', [anIntended({ saved: null })], 'act-1', 'nothing was saved to bring it back from'],
    ['a restore', [anIntended({ order: back })], 'back', 'scale it down or delete it again'],
  ];
  test.each(undoing)('how to undo %s', (_, lines, id, says) =>
    expect(page(told(...lines), id)).toContain(`To undo:    ${says}`),
  );
  test('what is long goes on below, within the terminal', () => {
    const message = 'the server did not answer '.repeat(8).trim();
    const lines = page(told(anIntended(), anEnded('failed', { message })), 'act-1').split('\n');
    expect(lines.filter((line) => line.startsWith('Outcome:') || line.startsWith('     '))).toHaveLength(4);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(83);
  });
  test('control characters that others wrote are shown, and none is obeyed', () =>
    expect(page(told(anIntended(), anEnded('failed', { message: '\u001b]0;x' })), 'act-1')).toContain(
      String.raw`failed: \x1b]0;x`,
    ));
});

describe('an exception and a pause are told whole', () => {
  test('an exception', () =>
    expect(page(told(anIgnored({ reason: 'not reachable' })), 'ignored 0')).toMatch(
      /Exception: +CVE-2026-1\nOn: +deployment\/cart\n[^]*Why: +not reachable\nUntil: +it is deleted from the policy file\n/,
    ));
  const paused: JournalLine = {
    type: 'Paused',
    at: '2026-11-21T20:00:00Z',
    by: 'breaker',
    message: '12 of 100 turned',
  };
  const resumed: JournalLine = { type: 'Resumed', at: '2026-11-21T20:30:00Z', actor: 'bea', machine: 'desk' };
  test('a pause that holds says how to go on', () =>
    expect(page(told(paused), 'pause 0')).toMatch(
      /By: +the breaker\nWhy: +12 of 100 turned\nTo go on: +kubectl xray enforce --confirm --resume$/,
    ));
  test('one that is over says so', () =>
    expect(page(told(paused, resumed), 'pause 0')).toMatch(/Since: +somebody has resumed$/));
  test('who resumed', () => expect(page(told(paused, resumed), 'pause 1')).toMatch(/^Resumed: [^]*By: +bea on desk$/));
});

test('what is due is told with why, why it waits, and what undoing would bring back', () => {
  const run = aRunOver([deployed('cart', 1)], { policy: aPolicy({ security: { default: 'scaledown' } }) });
  run.turn(answered(1, aScan({ findings: [aFinding()] })));
  expect(page(run, 'due deployment-cart').split('\n')).toEqual([
    'Act:        scaledown, by policy: due',
    'On:         deployment/cart',
    'Namespace:  shop',
    'Uid:        deployment-cart',
    'Waits:      enforcing is off: nothing is done by policy here',
    'Why:        security',
    'Rule:       scanPolicy.security.default',
    'Evidence:   CVE-2026-1 (Critical) in npm://event-stream:3.3.6',
    'Does:       sets its replicas from 1 to 0',
    'Undo:       full: sets its replicas to 1 again; memory, emptyDir volumes and work',
    '            in flight are lost',
    'More:       d explains the verdict in :workloads and :actions',
  ]);
});
