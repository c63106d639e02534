import { expect, test } from 'vitest';
import { nothingRemembered } from '../../src/core/memory.ts';
import { isQuiet } from '../../src/core/plan.ts';
import type { Planned, Step } from '../../src/core/plan.ts';
import { anOrder } from '../support/acts.ts';
import { aScan } from '../support/builders.ts';
import { answered, aRun, aRunOver, deployed } from '../support/runs.ts';

const remember: Step = { type: 'Remember', remembered: nothingRemembered };
const act: Step = { type: 'Act', order: anOrder(), dryRun: 'none' };

const planned = (overrides: Partial<Planned> = {}): Planned => ({
  steps: [],
  wakeAt: Infinity,
  heldBack: false,
  ...overrides,
});

/** Read, and every image answered for. */
function settledState() {
  const run = aRunOver([deployed('cart', 1)]);
  run.turn(answered(1, aScan()));
  return run.state;
}

const cases: [name: string, quiet: boolean, overrides: Partial<Planned>][] = [
  ['nothing due is quiet', true, {}],
  ['something due by time alone is quiet', true, { wakeAt: 5 }],
  ['something to remember is quiet: nothing follows from it', true, { steps: [remember] }],
  ['an act is not', false, { steps: [act] }],
  ['an act that waits for its minute is not', false, { heldBack: true }],
];
for (const [name, quiet, overrides] of cases) {
  test(name, () => expect(isQuiet(settledState(), planned(overrides))).toBe(quiet));
}

test('a cluster that was not read is not quiet', () => expect(isQuiet(aRun().state, planned())).toBe(false));

test('an image that nobody has answered for is not quiet', () =>
  expect(isQuiet(aRunOver([deployed('cart', 1)]).state, planned())).toBe(false));
