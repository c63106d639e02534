import { describe, expect, test } from 'vitest';
import { emptyState } from '../../src/core/inventory.ts';
import type { HandPlan } from '../../src/core/hand-plan.ts';
import { formOf } from '../../src/ui/dialogs/form-of.ts';
import type { Dialog } from '../../src/ui/view.ts';
import { aPolicy, aScan, aWorkload } from '../support/builders.ts';
import { aHandPlan, aPicture, aRefusedPlan, aRow, aTable, aText, drive } from '../support/screens.ts';
import { judgementOf } from '../support/states.ts';

const table = aTable(['cart', 'pay', 'web', aRow('other', { namespace: 'bank' })]);

function asked(key: string, plans: readonly HandPlan[], why: readonly string[] = []): ReturnType<typeof drive> {
  const screen = drive(table);
  screen.press(key);
  screen.effects();
  const action = key === 's' ? 'scaledown' : key === 'u' ? 'restore' : 'delete';
  screen.send({ type: 'Planned', action, plans, why });
  return screen;
}

function dialogOf<T extends Dialog['type']>(
  screen: ReturnType<typeof drive>,
  type: T,
): Extract<Dialog, { readonly type: T }> {
  const { dialog } = screen.view();
  if (dialog?.type !== type) throw new Error(`${dialog?.type ?? 'no dialog'} is open, not ${type}`);
  return dialog as Extract<Dialog, { readonly type: T }>;
}

describe('asking for a plan', () => {
  test('where there is no row, or a row of no workload, nothing is planned', () => {
    for (const empty of [aTable([]), aTable([aRow('a', { workloads: [] })])]) {
      const screen = drive(empty);
      screen.press('s');
      expect(screen.flash()).toBe('there is nothing here to scale down');
      expect(screen.effects()).toEqual([]);
      expect(screen.view().dialog).toBeNull();
    }
  });

  test('where a filter hides the marks, neither they nor the row under the cursor are acted upon', () => {
    const screen = drive(table);
    screen.press('space', '/');
    screen.type('pay');
    screen.press('enter', 's');
    expect(screen.flash()).toContain('the marked rows are filtered out');
    expect(screen.effects()).toEqual([]);
  });

  test('is about the row under the cursor, or the marked ones, each workload once', () => {
    const screen = drive(table);
    screen.press('j', 's');
    expect(screen.effects()).toEqual([{ type: 'Plan', action: 'scaledown', workloads: ['pay'], records: [] }]);
    expect(dialogOf(screen, 'planning')).toEqual({ type: 'planning', action: 'scaledown', many: 1 });
    screen.press('esc', 'space', 'j', 'space', 'ctrl-d');
    expect(screen.effects().at(-1)).toEqual({
      type: 'Plan',
      action: 'delete',
      workloads: ['pay', 'web'],
      records: [],
    });
  });

  test('u undoes what was done to a workload, and an act by its id', () => {
    const screen = drive({ workloads: table, history: aTable(['act-1', 'act-2']), record: aText(['act-1']) });
    screen.press('u', 'esc', ':');
    screen.type('history');
    screen.press('enter', 'j', 'u', 'esc', 'enter', 'u');
    expect(screen.effects().filter(({ type }) => type === 'Plan')).toEqual([
      { type: 'Plan', action: 'restore', workloads: ['cart'], records: [] },
      { type: 'Plan', action: 'restore', workloads: [], records: ['act-2'] },
      { type: 'Plan', action: 'restore', workloads: [], records: ['act-2'] },
    ]);
  });

  test('esc gives it up, and a plan that comes after that opens nothing', () => {
    const screen = drive(table);
    screen.press('s', 'j', 'enter', 'esc');
    expect(screen.effects().map(({ type }) => type)).toEqual(['Plan', 'GiveUp']);
    screen.send({ type: 'Planned', action: 'scaledown', plans: [aHandPlan()], why: [] });
    expect(screen.view().dialog).toBeNull();
  });

  test('a plan of another act than the one that is waited for opens nothing', () => {
    const screen = drive(table);
    screen.press('s');
    screen.send({ type: 'Planned', action: 'delete', plans: [aHandPlan()], why: [] });
    expect(dialogOf(screen, 'planning').action).toBe('scaledown');
  });
});

describe('a plan', () => {
  test.each([[['enter']], [['esc']], [['tab', 'esc']], [['tab', 'tab', 'enter']], [['right', 'left', 'enter']]])(
    'has its focus on Cancel: %j closes it without an effect',
    (keys) => {
      const screen = asked('s', [aHandPlan()]);
      screen.press(...keys);
      expect(screen.view().dialog).toBeNull();
      expect(screen.effects()).toEqual([]);
    },
  );

  test('of which nothing is to be done only closes', () => {
    const gone = aHandPlan('pay', { inspection: { is: 'gone', says: 'it is not there any more' } });
    const done = aHandPlan('web', { inspection: { is: 'done', says: 'it is at zero already' } });
    for (const plans of [[aRefusedPlan()], [gone, done], []]) {
      const screen = asked('s', plans, ['cart: nothing to do']);
      screen.press('tab', 'right');
      expect(dialogOf(screen, 'plan').focus).toBe('cancel');
      screen.press('enter');
      expect(screen.view().dialog).toBeNull();
      expect(screen.effects()).toEqual([]);
    }
  });

  test('agreed to at last no longer says what was missing before', () => {
    const screen = asked('ctrl-d', [aHandPlan('cart'), aHandPlan('pay')]);
    screen.press('tab', 'enter');
    expect(screen.flash()).toBe('to delete 2 workloads, type 2 first');
    screen.press('2', 'enter');
    expect(dialogOf(screen, 'progress').rows).toHaveLength(2);
    expect(screen.view().flash).toBeNull();
  });

  test('agreed to is carried out, but for what was refused', () => {
    const screen = asked('s', [aHandPlan('cart'), aRefusedPlan('pay')]);
    screen.press('tab', 'enter');
    expect(screen.effects()).toEqual([{ type: 'Act', plans: [aHandPlan('cart')] }]);
    expect(dialogOf(screen, 'progress').rows).toEqual([
      { order: aHandPlan('cart').order, state: 'asked', message: null },
    ]);
  });

  test('to delete several asks for their number', () => {
    const screen = asked('ctrl-d', [aHandPlan('cart'), aHandPlan('pay'), aRefusedPlan('web')]);
    screen.press('tab', 'enter');
    screen.type('3');
    screen.press('enter');
    expect(screen.effects()).toEqual([]);
    expect(screen.flash()).toBe('to delete 2 workloads, type 2 first');
    screen.press('backspace');
    screen.type('x2');
    expect(dialogOf(screen, 'plan').typed).toBe('2');
    screen.press('enter');
    expect(screen.effects()).toMatchObject([{ type: 'Act', plans: [{}, {}] }]);
  });

  test('to delete one, or to scale down several, asks for no number', () => {
    const one = asked('ctrl-d', [aHandPlan('cart')]);
    one.press('right', 'enter');
    expect(one.effects()).toHaveLength(1);
    const several = asked('s', [aHandPlan('cart'), aHandPlan('pay')]);
    several.press('left', 'enter');
    expect(several.effects()).toHaveLength(1);
  });

  test('that fits is not scrolled', () => {
    const screen = asked('s', [aHandPlan()]);
    screen.press('up', 'down', 'end', 'pagedown');
    expect(dialogOf(screen, 'plan').top).toBe(0);
  });

  test('that does not fit is scrolled with arrows, no further than it has lines', () => {
    const plans = Array.from({ length: 12 }, (_, index) => aHandPlan(`cart-${index}`));
    const screen = asked('s', plans);
    screen.press('up', 'down', 'down');
    expect(dialogOf(screen, 'plan')).toMatchObject({ top: 2, focus: 'cancel' });
    screen.press('end');
    const { top } = dialogOf(screen, 'plan');
    screen.press('pagedown', 'pagedown');
    expect(dialogOf(screen, 'plan').top).toBe(top);
    screen.press('home');
    expect(dialogOf(screen, 'plan').top).toBe(0);
  });

  test('leaves what lies below it alone', () => {
    const screen = asked('s', [aHandPlan()]);
    screen.press('j', 'G', 'q', ':', '/', 'space');
    expect(screen.visit()).toMatchObject({ cursor: 'cart', filter: '' });
    expect(screen.view().marks.size).toBe(0);
    expect(dialogOf(screen, 'plan').action).toBe('scaledown');
  });
});

describe('progress', () => {
  test('is told row by row, and left while the acts go on', () => {
    for (const key of ['esc', 'enter']) {
      const screen = asked('s', [aHandPlan()]);
      screen.press('tab', 'enter');
      screen.effects();
      const row = { order: aHandPlan().order, state: 'effective', message: null } as const;
      screen.send({ type: 'Progressed', rows: [row] });
      expect(dialogOf(screen, 'progress').rows).toEqual([row]);
      screen.press('down', 'x', key);
      expect(screen.view().dialog).toBeNull();
      expect(screen.effects()).toEqual([]);
      screen.send({ type: 'Progressed', rows: [row] });
      expect(screen.view().dialog).toBeNull();
    }
  });
});

describe('progress that is over for some', () => {
  test('u asks for a plan that undoes those acts, wherever their rows went', () => {
    const screen = asked('s', [aHandPlan('cart'), aHandPlan('pay'), aHandPlan('web')]);
    screen.press('tab', 'enter');
    screen.effects();
    const [cart, pay, web] = [aHandPlan('cart').order, aHandPlan('pay').order, aHandPlan('web').order];
    screen.press('u');
    expect(screen.flash()).toBe('none of these has been done yet: there is nothing to undo');
    expect(screen.effects()).toEqual([]);
    screen.send({
      type: 'Progressed',
      rows: [
        { order: cart, state: 'effective', message: null },
        { order: pay, state: 'refused', message: 'its claims would be deleted' },
        { order: web, state: 'stuck', message: 'a finalizer' },
      ],
    });
    screen.show(aTable([]));
    screen.press('u');
    expect(screen.effects()).toEqual([
      { type: 'Plan', action: 'restore', workloads: [], records: ['act-cart', 'act-web'] },
    ]);
    expect(dialogOf(screen, 'planning')).toEqual({ type: 'planning', action: 'restore', many: 2 });
  });

  test.each([
    ['refused', 'esc closes'],
    ['effective', 'esc closes; u undoes, after a plan'],
  ] as const)('where all is %s, offers: %s', (state, hint) => {
    const rows = [{ order: aHandPlan('cart').order, state, message: null }];
    expect(formOf({ type: 'progress', action: 'delete', rows, top: 0 }).hint).toBe(hint);
  });

  test('of a restore has nothing that u undoes', () => {
    const screen = asked('u', [aHandPlan('cart')]);
    screen.press('tab', 'enter');
    screen.effects();
    screen.send({ type: 'Progressed', rows: [{ order: aHandPlan('cart').order, state: 'effective', message: null }] });
    screen.press('u');
    expect(screen.effects()).toEqual([]);
    expect(dialogOf(screen, 'progress').action).toBe('restore');
  });
});

describe('ignoring', () => {
  const cves = aTable([aRow('CVE-2026-1', { workloads: ['cart', 'pay'] })]);

  function opened(): ReturnType<typeof drive> {
    const screen = drive({ workloads: table, cves });
    screen.press(':');
    screen.type('cves');
    screen.press('enter', 'i');
    return screen;
  }

  test('is not possible where nothing holds', () => {
    const screen = drive(table);
    screen.press('i');
    expect(screen.flash()).toBe('there is nothing here to ignore');
    expect(screen.view().dialog).toBeNull();
  });

  test('needs a reason', () => {
    const screen = opened();
    screen.type('  ');
    screen.press('tab', 'tab', 'tab', 'enter');
    expect(screen.flash()).toBe('a reason is needed: it is kept in the policy file');
    expect(dialogOf(screen, 'ignore').focus).toBe('reason');
    expect(screen.effects()).toEqual([]);
  });

  test.each(['tomorrow', '2020-01-01', '2027-02-30', '30', '0d'])('does not end %s', (until) => {
    const screen = opened();
    screen.type('not reachable');
    screen.press('tab');
    screen.type(until);
    screen.press('tab', 'tab', 'enter');
    expect(screen.flash()).toContain('until is a day that is not over');
    expect(dialogOf(screen, 'ignore').focus).toBe('until');
    expect(screen.effects()).toEqual([]);
  });

  test.each([[['esc']], [['tab', 'tab', 'enter']], [['enter', 'enter', 'enter']]])('%j leaves it', (keys) => {
    const screen = opened();
    screen.press(...keys);
    expect(screen.view().dialog).toBeNull();
    expect(screen.effects()).toEqual([]);
  });

  test.each(['', '30d', '2027-01-31', '2026-11-21'])('asks for an exception until "%s"', (until) => {
    const screen = opened();
    screen.type('not reachable x');
    screen.press('backspace', 'backspace', 'enter');
    screen.type(until);
    screen.press('enter', 'right', 'enter');
    expect(screen.effects()).toEqual([
      {
        type: 'Ignore',
        workloads: ['cart', 'pay'],
        covers: { is: 'cve', cve: 'CVE-2026-1' },
        reason: 'not reachable',
        until,
      },
    ]);
    expect(screen.view().dialog).toBeNull();
  });

  test('names the workloads it is about', () => {
    const cart = judgementOf(aWorkload({ uid: 'cart', namespace: 'shop', name: 'cart' }), [aScan()]);
    const state = { ...emptyState(aPolicy()), judged: new Map([['cart', cart]]) };
    const screen = drive({ workloads: table, cves }, aPicture({ state }));
    screen.press(':');
    screen.type('cves');
    screen.press('enter', 'i');
    expect(dialogOf(screen, 'ignore').names).toEqual(['shop/deployment/cart', 'pay']);
  });

  test('covers what is chosen among what a row offers', () => {
    const covers = [
      { is: 'cve', cve: 'CVE-2026-1' },
      { is: 'license', license: 'GPL-3.0-only' },
    ] as const;
    const screen = drive(aTable([aRow('cart', { covers })]));
    screen.press('i');
    expect(dialogOf(screen, 'ignore')).toMatchObject({ focus: 'what', chosen: 0, for: covers });
    screen.press('up', 'down', 'down', 'x');
    expect(dialogOf(screen, 'ignore').chosen).toBe(1);
    screen.press('tab', 'shift-tab', 'tab', 'r', 'down', 'down', 'down', 'enter');
    expect(screen.effects()).toMatchObject([{ type: 'Ignore', covers: covers[1], reason: 'r', until: '' }]);
  });
});

describe('whitelisting', () => {
  test('is of one namespace', () => {
    const screen = drive(table);
    screen.press('space', 'G', 'space', 'w');
    expect(screen.flash()).toBe('these are in 2 namespaces: one is whitelisted at a time');
    expect(screen.view().dialog).toBeNull();
  });

  test('is not possible where no namespace is known', () => {
    const screen = drive(aTable([aRow('nginx', { namespace: null })]));
    screen.press('w');
    expect(screen.flash()).toBe('no namespace is known of this row');
  });

  test.each([[['esc']], [['enter', 'enter']], [['tab', 'tab', 'esc']], [['tab', 'enter']]])('%j leaves it', (keys) => {
    const screen = drive(table);
    screen.press('w', ...keys);
    expect(screen.view().dialog).toBeNull();
    expect(screen.effects()).toEqual([]);
  });

  test('takes the condition that arrows choose', () => {
    const screen = drive(table);
    screen.press('w', 'x', 'down');
    expect(dialogOf(screen, 'whitelist').condition).toBe('security');
    screen.press('left', 'left', 'tab', 'right', 'enter');
    expect(screen.effects()).toEqual([{ type: 'Whitelist', namespace: 'shop', condition: 'license' }]);
  });
});

describe('enforcing', () => {
  test('begins only when that is typed', () => {
    const screen = drive(table);
    screen.press('E');
    screen.type('enforc');
    screen.press('enter');
    expect(screen.effects()).toEqual([]);
    expect(screen.flash()).toBe('type enforce first, or leave with esc');
    screen.type('e');
    screen.press('enter');
    expect(screen.effects()).toEqual([{ type: 'Enforce', on: true }]);
    expect(screen.view().dialog).toBeNull();
  });

  test('is left with esc', () => {
    const screen = drive(table);
    screen.press('E');
    screen.type('enforce');
    screen.press('esc');
    expect(screen.effects()).toEqual([]);
    expect(screen.view().dialog).toBeNull();
  });

  test('says its limits', () => {
    const screen = drive(table);
    screen.press('E');
    expect(dialogOf(screen, 'enforce').limits.slice(0, 2)).toEqual([
      'at most 5 acts a minute',
      'at most 3 acts a day; 0 done within a day, 3 left',
    ]);
  });

  test('has no limits to say while no cluster is connected', () => {
    const screen = drive(table, aPicture({ state: null }));
    screen.press('E');
    expect(dialogOf(screen, 'enforce').limits).toEqual([]);
  });

  test('ends at once, and what is so already is not asked for', () => {
    const on = drive(table, aPicture({ about: { enforcing: 'none' } }));
    on.press(':');
    on.type('enforce on');
    on.press('enter');
    expect(on.effects()).toEqual([]);
    on.press('E');
    expect(on.effects()).toEqual([{ type: 'Enforce', on: false }]);
    const off = drive(table);
    off.press(':');
    off.type('enforce off');
    off.press('enter');
    expect(off.effects()).toEqual([]);
    expect(off.flash()).toBe('the policy is not carried out automatically');
  });
});

describe('a screen that may change nothing', () => {
  const readonly = aPicture({ about: { readonly: true } });

  test.each(['s', 'ctrl-d', 'u', 'i', 'w', 'E'])('says so at %s, and nothing else happens', (key) => {
    const screen = drive(table, readonly);
    screen.press(key);
    expect(screen.flash()).toMatch(/^\w+( down)? is refused: this screen was started with --readonly$/);
    expect(screen.view().dialog).toBeNull();
    expect(screen.effects()).toEqual([]);
  });

  test.each(['scaledown', 'delete', 'undo', 'ignore', 'whitelist', 'enforce', 'enforce on', 'enforce off'])(
    'says so at :%s',
    (command) => {
      const screen = drive(table, aPicture({ about: { readonly: true, enforcing: 'client' } }));
      screen.press(':');
      screen.type(command);
      screen.press('enter');
      expect(screen.flash()).toContain('--readonly');
      expect(screen.view().dialog).toBeNull();
      expect(screen.effects()).toEqual([]);
    },
  );

  test('agrees to nothing in a dialog that is open', () => {
    const screen = asked('s', [aHandPlan()]);
    screen.picture(readonly);
    screen.press('tab', 'enter');
    expect(screen.effects()).toEqual([]);
    expect(screen.view().dialog).toBeNull();
    expect(screen.flash()).toContain('--readonly');
  });

  test('still looks, asks, copies and saves', () => {
    const screen = drive(table, readonly);
    screen.press('p', 'ctrl-r', 'c', 'ctrl-s');
    expect(screen.effects().map(({ type }) => type)).toEqual(['Pause', 'Refresh', 'Copy', 'Save']);
  });
});
