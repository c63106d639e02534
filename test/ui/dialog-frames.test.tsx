import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Progress } from '../../src/ui/picture.ts';
import type { Dialog } from '../../src/ui/view.ts';
import { anOrder } from '../support/acts.ts';
import { drawn, pictured } from '../support/drawn.tsx';
import { aFrame, aHandPlan, aPlan, aTable } from '../support/frames.ts';

const at = (dialog: Dialog, columns: number, rows: number): string =>
  pictured(aFrame(aTable(3), { dialog, columns, rows }));

const findings = aHandPlan({
  findings: [{ topic: 'autoscaler', says: 'a HorizontalPodAutoscaler will not scale it up again' }],
});
const refused = aHandPlan({ refusals: [{ why: 'dataLoss', says: 'its claims would be deleted' }] });
const deletes = aPlan({
  action: 'delete',
  plans: [aHandPlan({}, { order: anOrder({ action: 'delete', by: 'hand' }) }), aHandPlan()],
  typed: '2',
  focus: 'do',
});

describe('a plan', () => {
  test('says what, why, what was found, what comes back and what does not', () =>
    expect(at(aPlan({ plans: [findings] }), 80, 24)).toMatchInlineSnapshot(`
      "
      prod  all namespaces  2 security
      Xray https://xray.example 3.100.0  coverage 97 %
      policy policy.yaml  not enforcing

      workloads (3)
      ── Scale down 1 ────────────────────────────────────────────────────────────────
        deployment/cart in namespace shop: scale down
        does:    sets its replicas from 3 to 0
        why:     by hand; CVE-2026-1 in npm://a:1
        note:    a HorizontalPodAutoscaler will not scale it up again
        undo:    full: sets its replicas to 3 again; memory, emptyDir volumes and
                 work in flight are lost

        limits:  those of the policy do not hold for what is asked for by hand; each
                 act is checked again when it is done
       >[ Cancel ]<  [ Scale down 1 ]






      tab chooses  enter agrees  esc leaves  arrows scroll
      "
    `));
  test('at 40 columns and 12 rows scrolls, with its buttons in sight', () =>
    expect(at(aPlan({ plans: [findings] }), 40, 12)).toMatchInlineSnapshot(`
      "
      prod  all namespaces  2 security
      workloads (3)
      ── Scale down 1 ─────────── 1-6 of 17 ──
        deployment/cart in namespace shop:
        scale down
        does:    sets its replicas from 3 to
          0
        why:     by hand; CVE-2026-1 in
          npm://a:1
      >[ Cancel ]<  [ Scale down 1 ]
      tab chooses  enter agrees  esc leaves  …
      "
    `));
  test('scrolled to its end says the rest', () =>
    expect(at(aPlan({ plans: [findings], top: 100 }), 40, 12)).toMatchInlineSnapshot(`
      "
      prod  all namespaces  2 security
      workloads (3)
      ── Scale down 1 ───────── 12-17 of 17 ──
          are lost

        limits:  those of the policy do not
          hold for what is asked for
          by hand; each act is checked
          again when it is done
      >[ Cancel ]<  [ Scale down 1 ]
      tab chooses  enter agrees  esc leaves  …
      "
    `));
  test('of several deletes asks for their number', () =>
    expect(at(deletes, 80, 30)).toMatchInlineSnapshot(`
      "
      prod  all namespaces  2 security
      Xray https://xray.example 3.100.0  coverage 97 %
      policy policy.yaml  not enforcing

      workloads (3)
      ── Delete 2 ────────────────────────────────────────────────────────────────────
        deployment/cart in namespace shop: delete
        does:    sets its replicas from 3 to 0
        why:     by hand; CVE-2026-1 in npm://a:1
        undo:    full: sets its replicas to 3 again; memory, emptyDir volumes and
                 work in flight are lost

        deployment/cart in namespace shop: scale down
        does:    sets its replicas from 3 to 0
        why:     by hand; CVE-2026-1 in npm://a:1
        undo:    full: sets its replicas to 3 again; memory, emptyDir volumes and
                 work in flight are lost

        limits:  those of the policy do not hold for what is asked for by hand; each
                 act is checked again when it is done
        To delete them type 2: 2
        [ Cancel ]  >[ Delete 2 ]<






      tab chooses  enter agrees  esc leaves  arrows scroll
      "
    `));
  test('of what is refused offers nothing but to leave it', () =>
    expect(at(aPlan({ plans: [refused], why: ['daemonset/log: stopped already'] }), 80, 18)).toMatchInlineSnapshot(`
      "
      prod  all namespaces  2 security
      workloads (3)
      ── Nothing to scale down ───────────────────────────────────────────────────────
        deployment/cart in namespace shop: scale down
        why:     by hand; CVE-2026-1 in npm://a:1
        refused: its claims would be deleted

        daemonset/log: stopped already
       >[ Cancel ]<







      esc leaves  arrows scroll
      "
    `));
  test('turns around the button that has the focus', () => {
    const buttons = (focus: 'cancel' | 'do'): string =>
      drawn(aFrame(aTable(1), { dialog: aPlan({ focus }) })).find((line) => line.includes('[ Cancel ]')) ?? '';
    expect(buttons('cancel')).toContain('\u001b[7m>[ Cancel ]<\u001b[27m');
    expect(buttons('do')).toContain('\u001b[7m>[ Scale down 1 ]<\u001b[27m');
  });
});

const cases: [name: string, dialog: Dialog][] = [
  ['a plan that is being made', { type: 'planning', action: 'delete', many: 3 }],
  ['what comes of it, row by row', { type: 'progress', action: 'scaledown', rows: someProgress(), top: 0 }],
  [
    'an exception',
    {
      type: 'ignore',
      workloads: ['uid-1'],
      names: ['shop/deployment/cart'],
      for: [{ is: 'cve', cve: 'CVE-2026-1' }],
      chosen: 0,
      reason: 'not reachable',
      until: '',
      focus: 'reason',
    },
  ],
  ['a whitelisted namespace', { type: 'whitelist', namespace: 'shop', condition: 'license', focus: 'condition' }],
  ['enforcement', { type: 'enforce', typed: 'enf', limits: ['5 acts a minute', '10 % of the workloads a day'] }],
];

describe('at 80 columns', () => {
  for (const [name, dialog] of cases) test(name, () => expect(at(dialog, 80, 18)).toMatchSnapshot());
});

describe('at 40 columns', () => {
  for (const [name, dialog] of cases) test(name, () => expect(at(dialog, 40, 16)).toMatchSnapshot());
});

test('every button and field of every dialog is in sight at 40 columns and 12 rows', () => {
  const asked = [...cases.map(([, dialog]) => dialog), deletes].map((dialog) => {
    const lines = drawn(aFrame(aTable(3), { dialog, columns: 40, rows: 12 })).map(stripVTControlCharacters);
    return lines.filter((line) => /\[ |: .*\S|type|esc/.test(line)).length;
  });
  expect(Math.min(...asked)).toBeGreaterThan(0);
});

function someProgress(): readonly Progress[] {
  const order = anOrder({ by: 'hand' });
  return [
    { order, state: 'effective', message: null },
    { order, state: 'failed', message: 'the API server answered 403' },
    { order, state: 'asked', message: null },
  ];
}
