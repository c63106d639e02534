import { describe, expect, test } from 'vitest';
import { policyMark } from '../../src/core/verdict-lines.ts';
import {
  baseIn,
  changesIn,
  changesSince,
  covers,
  foldAll,
  lineOf,
  withoutOlder,
} from '../../src/core/verdict-lines.ts';
import type { Look, VerdictBase, VerdictLine, VerdictScope } from '../../src/core/verdict-lines.ts';
import type { VerdictRecord } from '../../src/core/verdict-record.ts';
import { aPolicy, day, hour, minute, named, now } from '../support/builders.ts';
import { chance } from '../support/random.ts';
import { aLine, aLook, aRecord, condemned, unanswered } from '../support/verdicts.ts';

const everywhere: VerdictScope = { namespace: '', selection: '' };
const shop: VerdictScope = { namespace: 'shop', selection: '' };
const carts: VerdictScope = { namespace: '', selection: 'app=cart' };

/** Looks one after the other, as they are written down. */
function written(...looks: readonly Look[]): VerdictLine[] {
  const lines: VerdictLine[] = [];
  for (const look of looks) {
    const line = lineOf(foldAll(lines), look, { base: look.by === 'status', always: look.by === 'status' });
    if (line !== null) lines.push(line);
  }
  return lines;
}

/** In short: `cart worse`. */
function told(changes: readonly { readonly workload: { readonly name: string }; readonly change: string }[]): string[] {
  return changes.map(({ workload, change }) => `${workload.name} ${change}`);
}

function baseOf(lines: readonly VerdictLine[], scope: VerdictScope, since: number | null = null): VerdictBase {
  const found = baseIn(lines, scope, since);
  if ('none' in found) throw new Error('there is no base');
  return found;
}

const bad = condemned('cart', 'XRAY-1');

describe('what is written down of a look', () => {
  test('all of the first one, which changes nothing', () => {
    const lines = written(aLook([aRecord('cart'), bad]));
    expect(lines).toMatchObject([{ base: true, changed: [], gone: [] }]);
    expect(changesIn(lines)).toEqual([]);
  });
  test('then only what has changed, came or went', () => {
    const lines = written(
      aLook([aRecord('cart'), aRecord('pay')]),
      aLook([bad, aRecord('pay')]),
      aLook([bad, aRecord('till')]),
    );
    expect(lines.map(({ seen, changed, gone }) => [seen.length, changed.length, gone.length])).toEqual([
      [2, 0, 0],
      [0, 1, 0],
      [0, 1, 1],
    ]);
    expect(told(changesIn(lines))).toEqual(['cart worse', 'till appeared', 'pay gone']);
  });
  test('nothing of a run that goes on and sees nothing new', () =>
    expect(written(aLook([bad]), aLook([bad], { by: 'watch' }))).toHaveLength(1));
  test('two that see the same write it once', () => {
    const first = written(aLook([aRecord('cart')]));
    const one = lineOf(foldAll(first), aLook([bad], { by: 'watch' }), { base: false, always: false });
    const both = [...first, ...(one === null ? [] : [one])];
    expect(lineOf(foldAll(both), aLook([bad], { by: 'enforce' }), { base: false, always: false })).toBeNull();
  });
  test('another image that reads the same is kept, and is no change', () => {
    const lines = written(aLook([bad]), aLook([{ ...bad, images: ['acme/cart:2'] }]));
    expect(changesIn(lines)).toEqual([]);
    const [known] = foldAll(lines).known.values();
    expect(known?.verdict().record.images).toEqual(['acme/cart:2']);
  });
  test('of a wider look after a narrower one, what is elsewhere is not new', () => {
    const lines = written(
      aLook([aRecord('cart')], { scope: shop }),
      aLook([aRecord('cart'), aRecord('db', {}, 'data')]),
    );
    expect(changesIn(lines)).toEqual([]);
  });
});

describe('what is gone', () => {
  const all = aLook([aRecord('cart'), aRecord('db', {}, 'data')]);
  const goneAfter = (look: Look): string[] => told(changesIn(written(all, look)));
  test('is what is not there any more', () => expect(goneAfter(aLook([aRecord('cart')]))).toEqual(['db gone']));
  test('not what lies in another namespace', () =>
    expect(goneAfter(aLook([aRecord('cart')], { scope: shop }))).toEqual([]));
  test('not what a selector does not choose', () =>
    expect(goneAfter(aLook([aRecord('cart')], { scope: carts, whyGone: () => null }))).toEqual([]));
  test('nor where something may have been overlooked', () =>
    expect(goneAfter(aLook([aRecord('cart')], { complete: false }))).toEqual([]));
  test('of a namespace whose name begins alike', () =>
    expect(goneAfter(aLook([aRecord('cart')], { scope: { namespace: 'dat', selection: '' } }))).toEqual([]));
});

describe('what is compared with', () => {
  const lines = written(
    aLook([aRecord('cart')], { at: now - 2 * day }),
    aLook([bad], { at: now - day, by: 'watch' }),
    aLook([bad], { at: now - hour, scope: shop }),
  );
  test('the last run of the same scope, whatever was seen since', () => {
    const base = baseOf(lines, everywhere);
    expect(base.at).toBe(now - 2 * day);
    expect(told(changesSince(base, aLook([bad])))).toEqual(['cart worse']);
    expect(told(changesSince(baseOf(lines, shop), aLook([bad], { scope: shop })))).toEqual([]);
  });
  test('what was known at a time, by whomever', () => {
    expect(told(changesSince(baseOf(lines, everywhere, now - 36 * hour), aLook([bad])))).toEqual(['cart worse']);
    expect(told(changesSince(baseOf(lines, everywhere, now - 12 * hour), aLook([bad])))).toEqual([]);
    expect(told(changesSince(baseOf(lines, shop, now - 36 * hour), aLook([bad], { scope: shop })))).toEqual([
      'cart worse',
    ]);
  });
  test('nothing, where nobody has looked before', () => {
    expect(baseIn([], everywhere, null)).toEqual({ none: true, oldest: null });
    expect(baseIn(lines, everywhere, now - 3 * day)).toEqual({ none: true, oldest: now - 2 * day });
    expect(baseIn(lines, carts, null)).toEqual({ none: true, oldest: now - 2 * day });
  });
  test('nothing, where only a part of it was looked at', () => {
    const narrow = written(aLook([bad], { scope: shop, at: now - day }));
    expect(baseIn(narrow, everywhere, now)).toEqual({ none: true, oldest: null });
  });
  test('not a look that was no base', () => {
    const failed = [...lines, aLine({ at: now - minute, base: false })];
    expect(baseOf(failed, everywhere).at).toBe(now - 2 * day);
  });
  test('another policy is a cause', () => {
    const [found] = changesSince(baseOf(lines, everywhere), aLook([bad], { policy: 'other' }));
    expect(found?.causes).toEqual(['another policy']);
  });
  test('of a selection, only what it chose counts as gone', () => {
    const chosen = { scope: carts, members: ['shop/Deployment.apps/cart'] };
    const before = written(
      aLook([aRecord('cart'), aRecord('db')]),
      aLook([aRecord('cart')], { ...chosen, whyGone: () => null }),
    );
    const after = aLook([], { scope: carts, members: [] });
    expect(told(changesSince(baseOf(before, carts), after))).toEqual(['cart gone']);
  });
});

test('a scope covers itself and what is narrower', () => {
  const cases: [VerdictScope, VerdictScope, boolean][] = [
    [everywhere, shop, true],
    [everywhere, carts, true],
    [shop, everywhere, false],
    [shop, { namespace: 'shop', selection: 'x' }, true],
    [carts, everywhere, false],
    [carts, { namespace: 'shop', selection: 'app=cart' }, true],
    [carts, { namespace: '', selection: 'other' }, false],
    [{ namespace: 'data', selection: '' }, shop, false],
  ];
  for (const [scope, other, covered] of cases) expect(covers(scope, other)).toBe(covered);
});

describe('policies', () => {
  test('are told apart by what they say', () => {
    const strict = aPolicy({ security: { actions: named({ deployments: 'delete' }) } });
    expect(policyMark(strict)).not.toBe(policyMark(aPolicy()));
    expect(policyMark(aPolicy({ security: { actions: named({ deployments: 'scaledown' }) } }))).not.toBe(
      policyMark(strict),
    );
  });
  test('and not by where they are read from', () =>
    expect(policyMark(aPolicy({ source: 'a.yaml' }))).toBe(policyMark(aPolicy({ source: 'b.yaml' }))));
});

describe('older lines folded into one look', () => {
  const names = ['a', 'b', 'c', 'd'];
  const aChance = (seed: number): VerdictLine[] => {
    const by = chance(seed);
    const one = (name: string): VerdictRecord =>
      by.one([aRecord(name), condemned(name, 'XRAY-1'), condemned(name, 'XRAY-2'), unanswered(name)]);
    const looks = Array.from({ length: 12 }, (_, index) => {
      const records = names.filter(() => by.often(0.8)).map(one);
      const scope = by.one([everywhere, everywhere, shop]);
      return aLook(records, {
        at: now + index * minute,
        scope,
        complete: by.often(0.8),
        by: by.one(['status', 'watch']),
      });
    });
    return written(...looks);
  };
  for (let seed = 1; seed <= 60; seed += 1) {
    test(`know what was known: seed ${seed}`, () => {
      const lines = aChance(seed);
      const from = chance(seed + 1000).below(lines.length - 1) + 1;
      const folded = withoutOlder(lines, from);
      const holding = (all: readonly VerdictLine[]): Record<string, string[]> =>
        Object.fromEntries(
          [...foldAll(all).known].map(([key, { verdict }]) => [key, [...verdict().holding.keys()].toSorted()]),
        );
      expect(holding(folded)).toEqual(holding(lines));
      expect(told(changesIn(folded))).toEqual(told(changesIn(lines)).slice(-changesIn(folded).length || Infinity));
      for (const scope of [everywhere, shop]) {
        const [before, after] = [baseIn(lines, scope, null), baseIn(folded, scope, null)];
        // Its base is the same or none any more: never a later one, which would hide what has changed since.
        if (!('none' in after)) expect('none' in before ? null : before.at).toBe(after.at);
      }
    });
  }
});
