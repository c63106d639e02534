import { describe, expect, test } from 'vitest';
import { compareVerdicts, follows, worstChangeFirst } from '../../src/core/verdict-change.ts';
import type { ChangeWord, VerdictChange } from '../../src/core/verdict-change.ts';
import { holdingIn, rankOf } from '../../src/core/verdict-record.ts';
import type { VerdictRecord } from '../../src/core/verdict-record.ts';
import { chance } from '../support/random.ts';
import type { Chance } from '../support/random.ts';
import { aRecord, condemned, condition, evidence, unanswered } from '../support/verdicts.ts';

function change(from: VerdictRecord, to: VerdictRecord, policyChanged = false): VerdictChange | null {
  return compareVerdicts(follows(null, from), to, { policyChanged });
}

const bad = condemned('cart', 'XRAY-1');
const excepted = aRecord('cart', { conditions: [condition('security', [evidence('XRAY-1', 'Critical', false)])] });
const covered = aRecord('cart', {
  conditions: [condition('security', [evidence('XRAY-1')], { covered: true, exempt: 'whitelist' })],
});
const raised = aRecord('cart', { conditions: [condition('security', [evidence('XRAY-1', 'Low')])] });

describe('between two looks', () => {
  const cases: [name: string, from: VerdictRecord, to: VerdictRecord, word: ChangeWord | null, causes?: string[]][] = [
    ['nothing', bad, bad, null],
    ['made anew is no change by itself', bad, { ...bad, workload: { ...bad.workload, uid: 'other' } }, null],
    ['another image that reads the same is none', bad, { ...bad, images: ['acme/cart:2'] }, null],
    ['a new finding', aRecord(), bad, 'worse', ['new finding']],
    ['one more', bad, condemned('cart', 'XRAY-1', 'XRAY-2'), 'worse', ['new finding']],
    ['a finding that is more severe', raised, bad, 'worse', ['more severe']],
    ['a new image', aRecord(), { ...bad, images: ['acme/cart:2@sha256:0f'] }, 'worse', ['new image acme/cart:2']],
    ['a new license', aRecord(), licensed(), 'worse', ['new license']],
    ['not scanned', aRecord(), notScanned(), 'worse', ['not scanned']],
    [
      'one gone and one come is worse',
      bad,
      condemned('cart', 'XRAY-2'),
      'worse',
      ['new finding', 'not reported any more'],
    ],
    ['fixed', bad, { ...aRecord(), images: ['acme/cart:2'] }, 'better', ['new image acme/cart:2']],
    ['withdrawn', bad, aRecord(), 'better', ['not reported any more']],
    ['excepted', bad, excepted, 'better', ['excepted']],
    ['an exception that ended', excepted, bad, 'worse', ['no longer excepted']],
    ['whitelisted', bad, covered, 'better', ['excepted']],
    ['could not ask is not better', bad, unanswered('cart'), 'unsettled', ['no answer: timeout']],
    ['nor where it was clean', aRecord(), unanswered('cart'), 'unsettled', ['no answer: timeout']],
    ['still not answered', unanswered('cart'), unanswered('cart'), null],
    ['not answered for another reason', unanswered('cart', { missing: ['indexing'] }), unanswered('cart'), null],
    ['answered', unanswered('cart'), aRecord(), 'settled', ['answered']],
    ['answered, and bad', unanswered('cart'), bad, 'worse', ['answered', 'new finding']],
    [
      'bad, though not all is answered',
      unanswered('cart'),
      { ...bad, settled: false, missing: ['timeout'] },
      'worse',
      ['new finding'],
    ],
    [
      'an exception while an answer is missing is not better',
      { ...bad, settled: false },
      { ...excepted, settled: false },
      'changed',
      ['excepted'],
    ],
    [
      'a grace period that is over',
      { ...bad, exempt: 'gracePeriod' },
      { ...bad, action: 'scaledown' },
      'changed',
      ['exempt no more: gracePeriod'],
    ],
    ['held', { ...bad, action: 'scaledown' }, { ...bad, exempt: 'held' }, 'changed', ['exempt: held']],
    [
      'stopped',
      { ...bad, action: 'scaledown' },
      { ...bad, action: 'scaled-down' },
      'changed',
      ['stopped by kubectl-xray'],
    ],
    ['brought up', { ...bad, action: 'scaled-down' }, bad, 'changed', ['brought up again']],
    ['fewer images', { ...bad, images: ['a', 'b'] }, { ...aRecord(), images: ['a'] }, 'better', ['fewer images']],
  ];
  for (const [name, from, to, word, causes] of cases) {
    test(name, () => {
      const found = change(from, to);
      expect(found?.change ?? null).toBe(word);
      if (causes !== undefined) expect(found?.causes).toEqual(causes);
    });
  }
  test('by another policy', () => expect(change(aRecord(), bad, true)?.causes).toEqual(['another policy']));
  test('a workload that came, or went', () => {
    const came = compareVerdicts(null, bad, { policyChanged: false });
    expect(came).toMatchObject({ change: 'appeared', from: null, appeared: [{ key: 'XRAY-1' }] });
    const by = { policyChanged: false, goneBecause: 'finished' };
    const went = compareVerdicts(follows(null, bad), null, by);
    expect(went).toMatchObject({ change: 'gone', to: null, causes: ['finished'], gone: [{ key: 'XRAY-1' }] });
  });
});

test('what held before nobody could be asked is neither new nor fixed afterwards, until it is answered for', () => {
  const silent = follows(follows(null, bad), unanswered('cart'));
  expect(compareVerdicts(silent, bad, { policyChanged: false })?.change).toBe('settled');
  expect(compareVerdicts(silent, condemned('cart', 'XRAY-2'), { policyChanged: false })).toMatchObject({
    change: 'worse',
    appeared: [{ key: 'XRAY-2' }],
    gone: [{ key: 'XRAY-1' }],
  });
  expect(compareVerdicts(silent, aRecord(), { policyChanged: false })).toMatchObject({
    change: 'better',
    gone: [{ key: 'XRAY-1' }],
  });
});

test('what no watch covers any more is not better for that', () => {
  const license = licensed();
  const uncovered = aRecord('cart', { notEvaluated: ['license'] });
  const first = compareVerdicts(follows(null, license), uncovered, { policyChanged: false });
  expect(first).toMatchObject({ change: 'changed', causes: ['license not evaluated'], gone: [] });
  const known = follows(follows(null, license), uncovered);
  expect(compareVerdicts(known, license, { policyChanged: false })?.appeared).toEqual([]);
  expect(compareVerdicts(known, aRecord(), { policyChanged: false })).toMatchObject({ change: 'better' });
  const also = follows(null, { ...bad, conditions: [...bad.conditions, ...license.conditions] });
  expect(compareVerdicts(also, uncovered, { policyChanged: false })).toMatchObject({
    change: 'better',
    gone: [{ key: 'XRAY-1' }],
  });
});

test('the worst comes first', () => {
  const made = (from: VerdictRecord, to: VerdictRecord): VerdictChange => {
    const found = change(from, to);
    if (found === null) throw new Error('nothing has changed');
    return found;
  };
  const changes = [
    made(condemned('d', 'XRAY-1'), aRecord('d')),
    made(aRecord('c'), unanswered('c')),
    made(aRecord('b'), aRecord('b', { conditions: [condition('security', [evidence('XRAY-1', 'High')])] })),
    made(aRecord('a'), condemned('a', 'XRAY-1')),
  ];
  expect(changes.toSorted(worstChangeFirst).map(({ workload }) => workload.name)).toEqual(['a', 'b', 'c', 'd']);
});

describe('by chance', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    test(`seed ${seed}`, () => {
      const by = chance(seed);
      let known = follows(null, aChance(by));
      for (let step = 0; step < 8; step += 1) {
        const to = aChance(by);
        const found = compareVerdicts(known, to, { policyChanged: by.often(0.2) });
        const after = follows(known, to);
        // What holds is never more than what was known, and not said.
        for (const [key, one] of holdingIn(to)) {
          const before = known.holding.get(key);
          const isNew = before === undefined || rankOf(before) < rankOf(one);
          expect(found?.appeared.some((other) => other.key === key) ?? false).toBe(isNew);
          if (isNew) expect(found?.change).toBe('worse');
        }
        if (found?.change === 'better') expect(to.settled).toBe(true);
        if (!to.settled) {
          const told = new Set(to.conditions.flatMap((one) => one.evidence.map(({ key }) => key)));
          const lost = [...known.holding.keys()].filter((key) => !told.has(key));
          expect(lost.filter((key) => !after.holding.has(key))).toEqual([]);
        }
        if (found === null) expect([...after.holding.keys()].toSorted()).toEqual([...known.holding.keys()].toSorted());
        known = after;
      }
    });
  }
});

function aChance(by: Chance): VerdictRecord {
  const all = ['XRAY-1', 'XRAY-2', 'XRAY-3']
    .filter(() => by.often(0.5))
    .map((key) => evidence(key, by.one(['High', 'Critical']), by.often(0.8)));
  const isCovered = by.often(0.1);
  return aRecord('cart', {
    settled: by.often(0.7),
    missing: ['timeout'],
    conditions: all.length === 0 ? [] : [condition('security', all, { covered: isCovered })],
    images: [by.one(['a', 'b'])],
  });
}

function licensed(): VerdictRecord {
  return aRecord('cart', { conditions: [condition('license', [evidence('license MIT', null)])] });
}

function notScanned(): VerdictRecord {
  return aRecord('cart', { conditions: [condition('unscanned', [evidence('unscanned sha256:1', null)])] });
}
