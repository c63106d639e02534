// The policy is carried out, or not, while the run goes on.
import { describe, expect, test } from 'vitest';
import { targetOf } from '../../src/core/order.ts';
import { anOrder } from '../support/acts.ts';
import { minute } from '../support/builders.ts';
import { aWorld, bad, condemned, journal, strict } from './world.ts';
import type { World } from './world.ts';

/** So many workloads, all condemned. */
function many(names: readonly string[]): World {
  const world = aWorld();
  names.forEach((name, index) => {
    world.answers.set(index + 1, bad);
    world.deploy(name, index + 1);
  });
  return world;
}

/** What is called waits until it is let on. */
function aGate(): { readonly wait: () => Promise<void>; readonly open: () => void } {
  const gate = Promise.withResolvers<void>();
  return { wait: () => gate.promise, open: () => gate.resolve() };
}

describe('switched on', () => {
  test('what was due before is done', async () => {
    const world = condemned();
    const process = world.start({ byPolicy: null });
    await world.clock.idle();
    expect([world.done, process.engine.carriesOut()]).toEqual([[], null]);
    process.engine.carryOut('none');
    await world.clock.pass(minute);
    expect([world.done, process.engine.carriesOut()]).toEqual([['scaledown cart'], 'none']);
  });
});

describe('switched off', () => {
  test('nothing that comes to be due is done', async () => {
    const world = condemned();
    const process = world.start();
    await world.clock.idle();
    process.engine.carryOut(null);
    world.answers.set(2, bad);
    world.deploy('shop', 2);
    await world.clock.pass(minute);
    expect(world.done).toEqual(['scaledown cart']);
  });

  test('what is still being read is not done, and comes when it is switched on again', async () => {
    const world = condemned();
    const gate = aGate();
    world.hooks.beforeInspect = gate.wait;
    const process = world.start();
    await world.clock.idle();
    process.engine.carryOut(null);
    gate.open();
    await world.clock.pass(minute);
    expect([world.done, journal(world)]).toEqual([[], []]);
    expect(process.said).toEqual(['scaledown cart: deferred, the policy is not carried out any more']);
    process.engine.carryOut('none');
    await world.clock.pass(minute);
    expect(world.done).toEqual(['scaledown cart']);
  });

  test('what is written down as intended comes to its end, and nothing behind it begins', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const world = many(names);
    const gate = aGate();
    world.hooks.beforePerform = gate.wait;
    const process = world.start();
    await world.clock.pass(minute);
    expect(journal(world)).toHaveLength(1);
    process.engine.carryOut(null);
    gate.open();
    await world.clock.pass(minute);
    expect(world.done).toHaveLength(1);
    const [done] = world.done;
    expect(journal(world)).toEqual([`Intended ${done}`, 'Ended accepted', 'Ended effective']);
    expect(process.said.filter((one) => one.includes('deferred'))).toHaveLength(names.length - 1);
  });

  test('what is asked for by hand is done all the same', async () => {
    const world = condemned();
    const process = world.start();
    process.engine.carryOut(null);
    await world.clock.idle();
    const [judgement] = process.engine.getState().judged.values();
    if (judgement === undefined) throw new Error('nothing is judged');
    const order = anOrder({ id: 'by-hand', by: 'hand', target: targetOf(judgement.workload) });
    process.engine.report([{ type: 'ActionAsked', order }]);
    await world.clock.pass(minute);
    expect(world.done).toEqual(['scaledown cart']);
  });

  test('nothing is paused for a limit that would have been reached', async () => {
    const world = many(['a', 'b', 'c', 'd', 'e']);
    const limits = { actionsPerMinute: 1000, shareOfWorkloads: 0.1 };
    const process = world.start({ policy: { ...strict, limits } });
    process.engine.carryOut(null);
    await world.clock.pass(minute);
    expect(journal(world)).toEqual([]);
    process.engine.carryOut('none');
    await world.clock.pass(minute);
    expect(journal(world)).toContain('Paused limit');
  });
});
