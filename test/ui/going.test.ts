import { describe, expect, test } from 'vitest';
import { emptyState } from '../../src/core/inventory.ts';
import { aPolicy } from '../support/builders.ts';
import { aPicture, aRow, aTable, aText, drive } from '../support/screens.ts';

const pages = {
  workloads: aTable(['cart', 'pay', 'web']),
  images: aTable(['nginx', 'redis'], { title: 'images' }),
  findings: aTable(['f1', 'f2'], { title: 'findings' }),
  finding: aText(['CVE-2026-1']),
  cves: aTable(['CVE-2026-1']),
  reached: aTable(['cart']),
  history: aTable(['act-1']),
  record: aText(['act-1']),
};

function way({ view }: ReturnType<typeof drive>): string[] {
  return view().visits.map(({ page }) => page.at);
}

describe('going back', () => {
  test('leads no further than the first page, and ends nothing', () => {
    const screen = drive(pages);
    screen.press('esc', 'esc', 'q');
    expect(way(screen)).toEqual(['workloads']);
    expect(screen.effects()).toEqual([]);
    expect(screen.flash()).toBe(':q or ctrl-c ends');
  });

  test('esc clears the filter first, q does not', () => {
    const screen = drive(pages);
    screen.press('enter', '/');
    screen.type('red');
    screen.press('enter', 'esc');
    expect(screen.visit()).toMatchObject({ page: { at: 'images' }, filter: '' });
    screen.press('/', 'r', 'enter', 'q');
    expect(way(screen)).toEqual(['workloads']);
  });

  test('finds each page as it was left', () => {
    const screen = drive(pages);
    screen.press('/');
    screen.type('a|b');
    screen.press('enter', 'N', 'G', 'enter');
    expect(screen.visit()).toMatchObject({ page: { at: 'images', workload: 'web' }, cursor: 'nginx', filter: '' });
    screen.press('q');
    expect(screen.visit()).toMatchObject({
      cursor: 'web',
      filter: 'a|b',
      sort: { column: 'name', reversed: false },
    });
  });
});

describe('going on', () => {
  test('leads from a workload to its images, to what is known of one, and to one of that', () => {
    const screen = drive(pages);
    screen.press('j', 'enter', 'enter', 'j', 'enter');
    expect(screen.visit().page).toEqual({ at: 'finding', image: 'nginx', finding: 'f2', workload: 'pay' });
    screen.press('enter', 'esc', 'esc', 'esc');
    expect(way(screen)).toEqual(['workloads']);
    expect(screen.visit().cursor).toBe('pay');
  });

  test('leads from a CVE to what it reaches, and from an act to all that is known of it', () => {
    const screen = drive(pages);
    screen.press(':');
    screen.type('cves');
    screen.press('enter', 'enter');
    expect(screen.visit().page).toEqual({ at: 'reached', cve: 'CVE-2026-1' });
    screen.press(':');
    screen.type('history');
    screen.press('enter', 'enter');
    expect(screen.visit().page).toEqual({ at: 'record', id: 'act-1' });
  });

  test('to a page on the way leads back to it, so that the way does not grow', () => {
    const screen = drive(pages);
    for (const name of ['cves', 'images', 'cves', 'images', 'workloads', 'cves']) {
      screen.press(':');
      screen.type(name);
      screen.press('enter');
    }
    expect(way(screen)).toEqual(['workloads', 'cves']);
  });

  test('d explains the workload, also from an image of one, but not from one of several', () => {
    const screen = drive(pages);
    screen.press('d');
    expect(screen.visit().page).toEqual({ at: 'explain', workload: 'cart' });
    screen.press('q', 'enter', 'd');
    expect(screen.visit().page).toEqual({ at: 'explain', workload: 'cart' });
    const shared = drive({
      workloads: aTable([aRow('two', { workloads: ['a', 'b'] }), aRow('none', { workloads: [] })]),
    });
    shared.press('d');
    expect(shared.flash()).toBe('this is about 2 workloads: explain one of them');
    shared.press('j', 'd');
    expect(shared.flash()).toBe('no workload is known of this row');
    expect(way(shared)).toEqual(['workloads']);
  });

  test('? shows help of this page, and leads back', () => {
    const screen = drive(pages);
    screen.press('enter', '?');
    expect(screen.visit().page).toEqual({ at: 'help', of: 'images' });
    screen.press('?');
    expect(way(screen)).toEqual(['workloads', 'images']);
  });
});

describe('the filter', () => {
  test('holds while it is typed; esc brings the former one back', () => {
    const screen = drive(pages);
    screen.press('/');
    screen.type('pa');
    expect(screen.shown().ids).toEqual(['pay']);
    expect(screen.visit().cursor).toBe('pay');
    screen.press('enter', '/');
    screen.type('x');
    expect(screen.shown().ids).toEqual([]);
    screen.press('esc');
    expect(screen.shown().ids).toEqual(['pay']);
    expect(screen.view().prompt).toBeNull();
  });

  test('is typed with keys that mean something elsewhere', () => {
    const screen = drive(pages);
    screen.press('/');
    screen.type('q s:?0');
    expect(screen.visit().filter).toBe('q s:?0');
    screen.press('backspace', 'ctrl-u', 'c');
    expect(screen.visit().filter).toBe('c');
    expect(screen.effects()).toEqual([]);
  });

  test('is given up by taking back more than was typed', () => {
    const screen = drive(pages);
    screen.press('/', 'c', 'backspace', 'backspace');
    expect(screen.view().prompt).toBeNull();
    expect(screen.visit().filter).toBe('');
  });

  test('lets one move while it is typed', () => {
    const screen = drive(pages);
    screen.press('/', 'a', 'down', 'up', 'down');
    expect(screen.visit().cursor).toBe('pay');
    expect(screen.view().prompt).not.toBeNull();
  });
});

describe('commands', () => {
  function command(typed: string, picture = aPicture()): ReturnType<typeof drive> {
    const screen = drive(pages, picture);
    screen.press(':');
    screen.type(typed);
    screen.press('enter');
    return screen;
  }

  test('an unknown one says the nearest, and does nothing', () => {
    const screen = command('histroy');
    expect(screen.flash()).toBe(':histroy is no command; did you mean history?');
    expect(screen.effects()).toEqual([]);
    expect(way(screen)).toEqual(['workloads']);
  });

  test('one whose key does not hold on the page does nothing there', () => {
    const screen = command('cves');
    screen.press(':');
    screen.type('delete');
    screen.press('enter');
    expect(screen.flash()).toBe('on this page there is nothing to delete');
    expect(screen.effects()).toEqual([]);
  });

  test('a context that the kubeconfig does not have is not switched to', () => {
    const screen = command('ctx stagign');
    expect(screen.flash()).toBe('the kubeconfig has no context stagign; did you mean staging?');
    expect(screen.effects()).toEqual([]);
    const unread = command('ctx other', aPicture({ about: { contexts: [] } }));
    expect(unread.effects()).toEqual([{ type: 'Switch', context: 'other', namespace: null }]);
  });

  test('esc and taking back more than was typed leave it', () => {
    const screen = drive(pages);
    screen.press(':', 'q', 'esc');
    screen.press(':', 'q', 'backspace', 'backspace', ':', 'enter');
    expect(screen.view().prompt).toBeNull();
    expect(screen.effects()).toEqual([]);
  });

  test('tab completes, and says what there is to choose from', () => {
    const screen = drive(pages);
    screen.press(':');
    screen.type('ctx p');
    screen.press('tab');
    expect(screen.view().prompt?.text).toBe('ctx prod');
    expect(screen.flash()).toBe('prod  prod-eu');
    screen.press('-', 'tab', 'enter');
    expect(screen.effects()).toEqual([{ type: 'Switch', context: 'prod-eu', namespace: null }]);
  });

  test.each([
    ['q', { type: 'Quit' }],
    ['quit', { type: 'Quit' }],
    ['suspend', { type: 'Suspend' }],
    ['pause', { type: 'Pause', on: true }],
    ['refresh', { type: 'Refresh', workloads: ['cart'] }],
    ['refresh all', { type: 'Refresh', workloads: [] }],
    ['copy', { type: 'Copy', text: 'cart' }],
    ['ctx staging', { type: 'Switch', context: 'staging', namespace: null }],
  ])(':%s asks for %j', (typed, effect) => expect(command(typed).effects()).toEqual([effect]));

  test('ctrl-c ends from anywhere', () => {
    for (const keys of [[], ['/', 'a'], [':', 'n'], ['enter', 'enter'], ['E'], ['s']]) {
      const screen = drive(pages);
      screen.press(...keys);
      screen.effects();
      screen.press('ctrl-c');
      expect(screen.effects()).toEqual([{ type: 'Quit' }]);
    }
  });
});

describe('namespaces', () => {
  const table = aTable([aRow('a', { namespace: 'shop' }), aRow('b', { namespace: 'bank' })]);

  test('a key that has none says how one is chosen', () => {
    const screen = drive(table);
    screen.press('3');
    expect(screen.flash()).toBe('no namespace is kept for 3 yet: :ns NAME chooses one');
    expect(screen.view().namespace).toBeNull();
  });

  test('one that is read narrows the screen; the latest has key 1, and 0 shows all', () => {
    const screen = drive(table);
    for (const name of ['shop', 'bank', 'shop']) {
      screen.press(':');
      screen.type(`ns ${name}`);
      screen.press('enter');
    }
    expect(screen.shown().ids).toEqual(['a']);
    expect(screen.view().recent).toEqual(['shop', 'bank']);
    screen.press('2');
    expect(screen.shown().ids).toEqual(['b']);
    screen.press('2');
    expect(screen.shown().ids).toEqual(['b']);
    screen.press('0');
    expect(screen.shown().ids).toEqual(['a', 'b']);
    expect(screen.effects()).toEqual([]);
  });

  test('one in which nothing runs is not shown once all were read, since that would look like nothing found', () => {
    const state = { ...emptyState(aPolicy()), clusterRead: true, namespaces: ['shop'] };
    const screen = drive(table, aPicture({ state }));
    screen.press(':');
    screen.type('ns shpo');
    screen.press('enter');
    expect(screen.flash()).toBe('nothing runs in namespace shpo; did you mean shop?');
    expect(screen.view()).toMatchObject({ namespace: null, recent: [] });
  });

  test('nine are kept', () => {
    const screen = drive(table);
    for (let index = 1; index <= 12; index += 1) {
      screen.press(':');
      screen.type(`ns n${index}`);
      screen.press('enter');
    }
    expect(screen.view().recent).toEqual(['n12', 'n11', 'n10', 'n9', 'n8', 'n7', 'n6', 'n5', 'n4']);
  });

  test('another one than the run reads is switched to, from the first page on', () => {
    const screen = drive({ ...pages, workloads: table }, aPicture({ about: { namespace: 'shop' } }));
    screen.press('enter', ':');
    screen.type('ns bank');
    screen.press('enter');
    expect(screen.effects()).toEqual([{ type: 'Switch', context: null, namespace: 'bank' }]);
    expect(way(screen)).toEqual(['workloads']);
    screen.press('0');
    expect(screen.effects()).toEqual([{ type: 'Switch', context: null, namespace: '' }]);
  });

  test('the one that the run reads already is switched to by nobody', () => {
    const screen = drive(table, aPicture({ about: { namespace: 'shop' } }));
    screen.press(':');
    screen.type('ns shop');
    screen.press('enter');
    expect(screen.effects()).toEqual([]);
  });
});

describe('what is asked for at once', () => {
  test('nothing can be copied or asked about where there is no row', () => {
    const screen = drive(aTable([]));
    screen.press('c');
    expect(screen.flash()).toBe('there is nothing here to copy');
    screen.press('ctrl-r');
    expect(screen.flash()).toBe('no workload is chosen; :refresh all asks about all of them');
    expect(screen.effects()).toEqual([]);
  });

  test('copy takes the names of the marked rows, or a whole text', () => {
    const screen = drive(pages);
    screen.press('space', 'j', 'space', 'c');
    expect(screen.effects()).toEqual([{ type: 'Copy', text: 'cart\npay' }]);
    screen.press('enter', 'enter', 'enter', 'c');
    expect(screen.effects()).toEqual([{ type: 'Copy', text: 'CVE-2026-1' }]);
  });

  test('save takes what is shown, as it is shown', () => {
    const screen = drive(aTable([aRow('a'), aRow('longer', { cells: [{ text: 'longer' }, { text: '22' }] })]));
    screen.press('/', 'l', 'enter', 'ctrl-s');
    expect(screen.effects()).toEqual([
      { type: 'Save', name: 'xray-workloads-2026-11-21T20-00-00Z.txt', lines: ['NAME    COUNT', 'longer  22'] },
    ]);
  });

  test('p lets questions wait, or go on where they wait', () => {
    const waiting = drive(pages, aPicture({ about: { paused: true } }));
    waiting.press('p');
    expect(waiting.effects()).toEqual([{ type: 'Pause', on: false }]);
  });

  test('wide and faults only are switched on and off', () => {
    const screen = drive(aTable([aRow('a', { fault: true }), 'b']));
    screen.press('ctrl-w', 'ctrl-z');
    expect(screen.view().wide).toBe(true);
    expect(screen.shown().ids).toEqual(['a']);
    screen.press('ctrl-w', 'ctrl-z');
    expect(screen.view().wide).toBe(false);
    expect(screen.shown().ids).toEqual(['a', 'b']);
  });

  test('what was flashed is gone once its time is over', () => {
    const screen = drive(pages);
    screen.press('q');
    screen.send({ type: 'Flashed', flash: null });
    expect(screen.flash()).toBeNull();
    screen.send({ type: 'Flashed', flash: { text: 'written', tone: 'good', until: 0 } });
    screen.press('j');
    expect(screen.flash()).toBeNull();
  });
});
