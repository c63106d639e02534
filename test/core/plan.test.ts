import { describe, expect, test } from 'vitest';
import { nothingTouched, record } from '../../src/core/inventory.ts';
import type { Fact, State } from '../../src/core/inventory.ts';
import { emptyState } from '../../src/core/inventory.ts';
import { isSettled, plan } from '../../src/core/plan.ts';
import type { Step } from '../../src/core/plan.ts';
import { everything } from '../../src/core/selection.ts';
import type { Selection } from '../../src/core/selection.ts';
import { aContainer, aPod, aPolicy, aScan, aWorkload, anEntry, anImage, imageID } from '../support/builders.ts';
import { aRunOver, answered, deployed, inShort } from '../support/runs.ts';
import { nodeSeen, scanRead, seen, stateOf } from '../support/states.ts';

const workload = aWorkload({ images: [anEntry(), anEntry({ container: 'b' }), anEntry({ image: anImage(2) })] });

/** Steps due while the first list is under way. */
function whileListing(facts: readonly Fact[], selection: Selection = everything, policy = aPolicy()): Step[] {
  const state = emptyState(policy);
  const touched = nothingTouched();
  record(state, facts, touched);
  return plan(state, touched, [], selection);
}

const podsRead: Fact = { type: 'NamespacesRead', namespaces: null };

function pods(count: number): Fact[] {
  return Array.from({ length: count }, (_, index) =>
    aPod({ name: `p${index}`, containers: [aContainer({ imageID: imageID(index) })] }),
  ).flatMap((pod) => seen(pod));
}

function asked(steps: readonly Step[]): number[] {
  return steps.map((step) => (step.type === 'LookUp' ? step.questions.length : Number.NaN));
}

function after(state: State): Step[] {
  return plan(state, nothingTouched(), [workload], everything);
}

describe('while the cluster is being read', () => {
  const cases: [name: string, asked: number[], facts: Fact[], selection?: Selection][] = [
    ['few images are not worth a question yet', [], [nodeSeen(), ...pods(99)]],
    [
      'nothing is asked where some are left out, as nobody knows yet which',
      [],
      [nodeSeen(), ...pods(100)],
      { ...everything, labels: [] },
    ],
    ['nothing is asked of a pod whose node is not known', [], pods(100)],
    [
      'nothing is asked of pods that do not count',
      [],
      [nodeSeen(), ...seen(...Array.from({ length: 100 }, (_, index) => aPod({ name: `p${index}`, phase: 'Failed' })))],
    ],
    [
      'the same image is asked about once',
      [],
      [nodeSeen(), ...seen(...Array.from({ length: 100 }, (_, index) => aPod({ name: `p${index}` })))],
    ],
    ['many images are asked about together', [100], [nodeSeen(), ...pods(100)]],
    ['few images are asked about once all pods were read', [99], [nodeSeen(), ...pods(99), podsRead]],
    ['all pods read, one still waits for its node', [], [...pods(1), podsRead]],
  ];
  for (const [name, expected, facts, selection] of cases) {
    test(name, () => expect(asked(whileListing(facts, selection))).toEqual(expected));
  }
  test('nothing is settled', () => expect(isSettled(emptyState(aPolicy()), [])).toBe(false));
});

describe('once the cluster was read', () => {
  test('an image that is being asked about is not asked again', () =>
    expect(after(stateOf([{ type: 'LookUpStarted', images: [anImage(1), anImage(2)] }]))).toEqual([]));
  test('an image that was answered is not asked again', () =>
    expect(asked(after(stateOf([scanRead(anImage(1), aScan())])))).toEqual([1]));
  test('each image is asked about once, in one step', () => expect(asked(after(stateOf([])))).toEqual([2]));
  test('an answer stands while the image is asked about again', () =>
    expect(
      isSettled(
        stateOf([
          ...[1, 2].map((index) => scanRead(anImage(index), aScan())),
          { type: 'LookUpStarted', images: [anImage(1)] },
        ]),
        [workload],
      ),
    ).toBe(true));
  test('violations are asked for where the policy rests on them', () =>
    expect(
      after(stateOf([], aPolicy({ security: { basis: 'violations' }, license: { basis: 'lists' } })))[0],
    ).toMatchObject({
      questions: [
        { image: anImage(1), notOlderThan: 0, violations: { security: true, license: false } },
        { image: anImage(2) },
      ],
    }));

  const settled: [name: string, settled: boolean, facts: Fact[]][] = [
    ['images that nobody asked about', false, []],
    [
      'images without an answer',
      false,
      [scanRead(anImage(1), aScan()), { type: 'LookUpStarted', images: [anImage(2)] }],
    ],
    ['every image answered', true, [scanRead(anImage(1), aScan()), scanRead(anImage(2), aScan())]],
  ];
  for (const [name, expected, facts] of settled) {
    test(`${name}: ${expected ? 'settled' : 'not settled'}`, () =>
      expect(isSettled(stateOf(facts), [workload])).toBe(expected));
  }
});

describe('a policy that comes to rest on violations while a run goes on', () => {
  const onIssues = aPolicy({ license: { basis: 'lists' } });
  const onViolations: Fact = { type: 'PolicyRead', policy: aPolicy() };
  const withoutViolations = aScan({ evaluated: { security: 'notAsked', license: 'notAsked' } });
  const running = [deployed('cart', 1), deployed('pay', 2)];
  const asks = (steps: readonly string[]): string[] => steps.filter((one) => one.startsWith('ask'));

  test('asks again about all that was answered without them, once', () => {
    const run = aRunOver(running, { policy: onIssues });
    run.tell(answered(1, withoutViolations), answered(2, withoutViolations));
    expect(asks(run.tell(onViolations))).toEqual(['ask 2']);
    expect(run.judgement('cart').verdict).toMatchObject({ settled: false });
    // Xray has dropped it, and the older answer is shown: nothing more can be had.
    const dropped = aScan({ ...withoutViolations, reason: 'expired' });
    expect(asks(run.tell(answered(1, dropped), answered(2, aScan())))).toEqual([]);
    expect(run.judgement('pay').verdict).toMatchObject({ settled: true });
  });

  test('asks again when an answer comes that was asked for before', () => {
    const run = aRunOver(running, { policy: onIssues });
    expect(asks(run.tell(onViolations))).toEqual([]);
    const { steps } = run.turn(answered(1, withoutViolations)).planned;
    expect(asks(steps.map(inShort))).toEqual(['ask 1']);
    expect(steps[0]).toMatchObject({ questions: [{ violations: { license: true } }] });
  });

  test('asks nothing where it rested on them already', () => {
    const run = aRunOver(running, { policy: aPolicy() });
    run.tell(answered(1, aScan()), answered(2, aScan()));
    expect(asks(run.tell(onViolations))).toEqual([]);
  });
});
