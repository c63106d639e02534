// Whatever is pressed and whatever happens meanwhile, some things hold.
import { expect, test } from 'vitest';
import { bindings } from '../../src/ui/keys.ts';
import type { Content, Row } from '../../src/ui/table.ts';
import type { Effect } from '../../src/ui/view.ts';
import { chance } from '../support/random.ts';
import type { Chance } from '../support/random.ts';
import { aHandPlan, aPicture, aRefusedPlan, aRow, aTable, aText, drive } from '../support/screens.ts';
import type { Driven } from '../support/screens.ts';

const others = 'tab shift-tab left right backspace enter enter esc N C a b ctrl-u'.split(' ');
const keys = [...bindings.flatMap((binding) => binding.keys), ...others];
const typed = [
  'enforce',
  ':cves',
  ':images',
  '/a',
  '/-l app=',
  '/!b',
  ':ns shop',
  ':delete',
  ':enforce on',
  ':workloads',
  '2',
  'why',
];
const acting: ReadonlySet<Effect['type']> = new Set(['Plan', 'Act', 'Ignore', 'Whitelist', 'Enforce']);

function someRows(random: Chance): Row[] {
  const ids = Array.from({ length: 30 }, (_, index) => `w${index}`).filter(() => random.often(0.6));
  const shuffled = random.often(0.5) ? ids : ids.toReversed();
  return random.often(0.1)
    ? []
    : shuffled.map((id) => aRow(id, { namespace: random.one(['shop', 'bank']), fault: random.often(0.5) }));
}

function someContent(random: Chance): Content {
  return random.often(0.9) ? aTable(someRows(random)) : aText(['a', 'b', 'c']);
}

function happen(screen: Driven, random: Chance): void {
  const what = random.below(10);
  if (what < 5) screen.press(random.one(keys));
  else if (what < 7) {
    screen.type(random.one(typed));
    if (random.often(0.7)) screen.press('enter');
  } else if (what === 7) screen.show(someContent(random));
  else if (what === 8) {
    const { dialog } = screen.view();
    const action = dialog?.type === 'planning' ? dialog.action : 'delete';
    const plans = [aHandPlan('a'), aRefusedPlan('b'), aHandPlan('c')].slice(0, random.below(4));
    screen.send({ type: 'Planned', action, plans, why: [] });
  } else screen.send({ type: 'Resized', columns: 40 + random.below(100), rows: 1 + random.below(50) });
}

function screenOf(random: Chance, readonly: boolean): Driven {
  const pages = {
    workloads: someContent(random),
    images: someContent(random),
    cves: someContent(random),
    reached: someContent(random),
    findings: someContent(random),
    history: someContent(random),
    actions: someContent(random),
  };
  return drive(pages, aPicture({ about: { readonly, namespace: random.often(0.2) ? 'shop' : '' } }));
}

const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

test.each(seeds)('the cursor stands on a row that is shown, and there is always a page (seed %i)', (seed) => {
  const random = chance(seed);
  const screen = screenOf(random, false);
  for (let step = 0; step < 150; step += 1) {
    happen(screen, random);
    const { visits, anchor, marks } = screen.view();
    expect(visits.length).toBeGreaterThan(0);
    expect(visits[0]?.page.at).toBe('workloads');
    const { ids, length, fits } = screen.shown();
    const { cursor, index, top } = screen.visit();
    if (ids.length > 0) {
      expect(ids[index]).toBe(cursor);
      expect(index).toBeGreaterThanOrEqual(top);
      expect(index).toBeLessThan(top + fits);
    }
    expect(top).toBeGreaterThanOrEqual(0);
    expect(top).toBeLessThanOrEqual(Math.max(0, length - fits));
    if (anchor !== null) expect(marks).toContain(anchor);
  }
});

test.each(seeds)('a screen that may change nothing asks for no change (seed %i)', (seed) => {
  const random = chance(seed);
  const screen = screenOf(random, true);
  for (let step = 0; step < 150; step += 1) {
    happen(screen, random);
    expect(screen.effects().filter(({ type }) => acting.has(type))).toEqual([]);
  }
});

test('nothing is done but by what was planned for it and agreed to', () => {
  let acts = 0;
  for (const seed of seeds) {
    const random = chance(seed);
    const screen = screenOf(random, false);
    for (let step = 0; step < 150; step += 1) {
      const before = screen.view().dialog;
      screen.effects();
      happen(screen, random);
      const done = screen.effects().filter(({ type }) => type === 'Act');
      acts += done.length;
      if (done.length > 0) expect(before).toMatchObject({ type: 'plan' });
    }
  }
  expect(acts).toBeGreaterThan(0);
});
