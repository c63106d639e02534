// How acts happen while a run goes on, one process alone.
import { describe, expect, test } from 'vitest';
import type { ActOrder } from '../../src/core/act.ts';
import { targetOf } from '../../src/core/order.ts';
import { anException, aPolicy, digest, hour, minute, now, unknown } from '../support/builders.ts';
import { anOrder } from '../support/acts.ts';
import { aWorld, bad, clean, condemned, journal, strict } from './world.ts';
import type { Process, World } from './world.ts';

/** What is stopped is asked about by the reference in its template. */
const askedByDigest = ({ asked }: World): World['asked'] => asked.filter(({ image }) => image.basis === 'digest');

function byHand(process: Process, name: string, overrides: Partial<ActOrder> = {}): void {
  const found = [...process.engine.getState().judged.values()].find(({ workload }) => workload.name === name);
  if (found === undefined) throw new Error(`${name} is not judged`);
  const order = anOrder({ id: 'by-hand', by: 'hand', target: targetOf(found.workload), ...overrides });
  process.engine.report([{ type: 'ActionAsked', order }]);
}

describe('an act', () => {
  test('is read live, judged again, written down, done, and written down, in that order', async () => {
    const world = condemned();
    const steps: string[] = [];
    const log = (what: string) => () =>
      void steps.push(`${what}, ${world.asked.length} asked, ${journal(world).join(' ')}`);
    Object.assign(world.hooks, {
      beforeInspect: log('inspect'),
      beforePerform: log('perform'),
      afterPerform: log('done'),
    });
    const process = world.start();
    await world.clock.idle();
    expect(steps).toEqual([
      'inspect, 1 asked, ',
      'perform, 2 asked, Intended scaledown cart',
      'done, 2 asked, Intended scaledown cart',
    ]);
    expect(journal(world)).toEqual(['Intended scaledown cart', 'Ended accepted', 'Ended effective']);
    expect(process.said).toEqual(['scaledown cart: accepted, done', 'scaledown cart: effective']);
    expect([world.apps.get('cart')?.replicas, world.done]).toEqual([0, ['scaledown cart']]);
  });
  test('has an id that no other run gives, though it sees the same at the same time', async () => {
    const [one, other] = [condemned(), condemned()];
    one.start({ runName: 'a1' });
    other.start({ runName: 'b2' });
    await Promise.all([one.clock.idle(), other.clock.idle()]);
    const ids = [one, other].map(({ lines: [first] }) => (first?.type === 'Intended' ? first.order.id : ''));
    expect(new Set(ids.map((id) => id.replace(/-[^-]*$/, ''))).size).toBe(1);
    expect(ids.map((id) => id.split('-').at(-1))).toEqual(['a1', 'b2']);
    expect(journal(one)).toEqual(['Intended scaledown cart', 'Ended accepted', 'Ended effective']);
  });
  test('asks Xray past every answer that is known', async () => {
    const world = condemned();
    world.clock.advance(minute);
    world.start();
    await world.clock.idle();
    expect(askedByDigest(world).map(({ notOlderThan, at }) => [notOlderThan, at - now])).toEqual([
      [0, minute],
      [now + minute, minute],
    ]);
  });
  test('writes down who, why, what was there before and how to undo it', async () => {
    const world = condemned();
    world.start();
    await world.clock.idle();
    expect(world.lines[0]).toMatchObject({
      type: 'Intended',
      actor: 'ana',
      machine: 'desk',
      order: { by: 'policy', digests: [digest(1)], conditions: ['security'], reason: { condition: 'security' } },
      saved: { is: 'field', field: 'replicas', before: 1, after: 0 },
      undo: { grade: 'full' },
    });
  });
  test('is done once, however long the run goes on', async () => {
    const world = condemned();
    world.start();
    await world.clock.pass(3 * hour);
    expect(world.done).toEqual(['scaledown cart']);
  });
});

describe('nothing is done', () => {
  test('where live it does not call for that any more', async () => {
    const world = condemned();
    let times = 0;
    world.answers.set(1, (askedAt) => (times++ === 0 ? bad(askedAt) : clean(askedAt)));
    const process = world.start();
    await world.clock.idle();
    expect([process.said, world.done, world.lines]).toEqual([
      ['scaledown cart: notNeeded, looked at again, it does not call for that any more'],
      [],
      [],
    ]);
  });
  test('where Xray does not answer about the evidence it rests on', async () => {
    const world = condemned();
    let times = 0;
    world.answers.set(1, (askedAt) => (times++ === 0 ? bad(askedAt) : unknown('unreachable', 'connect ECONNREFUSED')));
    const process = world.start();
    await world.clock.idle();
    expect([process.said, world.done, world.lines]).toEqual([
      [`scaledown cart: notNeeded, no fresh answer about ${digest(1)}: connect ECONNREFUSED`],
      [],
      [],
    ]);
  });
  test('where Xray is down, and not everything is read again and again for that', async () => {
    const world = aWorld();
    for (let image = 0; image < 50; image += 1) {
      world.answers.set(image, bad);
      world.deploy(`app-${image}`, image);
    }
    const process = world.start({ byPolicy: null });
    await world.clock.idle();
    let read = 0;
    world.hooks.beforeInspect = () => void (read += 1);
    for (let image = 0; image < 50; image += 1) {
      world.answers.set(image, (askedAt) => ({ ...unknown('unreachable', 'connect ECONNREFUSED'), askedAt }));
    }
    await process.engine.finish();
    // All of it is known from the cache.
    const next = world.start({ cached: bad });
    await world.clock.pass(10 * minute);
    expect([world.done, read]).toEqual([[], 50]);
    for (let image = 0; image < 50; image += 1) world.answers.set(image, bad);
    await world.clock.pass(minute);
    expect([world.done.length, next.warnings]).toEqual([50, []]);
  });
  test('where it runs another image by now', async () => {
    const world = condemned();
    world.hooks.beforeInspect = () => {
      if (world.apps.get('cart')?.image === 1) Object.assign(world.apps.get('cart') ?? {}, { image: 2 });
    };
    world.start();
    await world.clock.idle();
    expect([world.done, world.lines]).toEqual([[], []]);
  });
  test('where it is stopped already', async () => {
    const world = condemned();
    world.hooks.beforeInspect = () => void Object.assign(world.apps.get('cart') ?? {}, { replicas: 0 });
    const process = world.start();
    await world.clock.idle();
    expect([process.said, world.lines]).toEqual([['scaledown cart: notNeeded, it is at 0 already'], []]);
  });
  test('where the journal cannot be written, and it is tried again', async () => {
    const world = condemned();
    world.diskError = new Error('no space left on device');
    const process = world.start();
    await world.clock.idle();
    expect([process.said, world.done]).toEqual([['scaledown cart: failed, no space left on device'], []]);
    world.diskError = null;
    await world.clock.pass(minute);
    expect([world.done, journal(world)]).toEqual([
      ['scaledown cart'],
      ['Intended scaledown cart', 'Ended accepted', 'Ended effective'],
    ]);
  });
  test('where the policy has changed while the act waited for its turn', async () => {
    const world = condemned();
    let process: Process | null = null;
    let times = 0;
    // After it was judged again, and before it is its turn.
    world.answers.set(1, (askedAt) => {
      times += 1;
      if (times === 2)
        process?.engine.report([{ type: 'PolicyRead', policy: { ...strict, exceptions: [anException()] } }]);
      return bad(askedAt);
    });
    process = world.start();
    await world.clock.idle();
    expect([world.done, world.lines]).toEqual([[], []]);
  });
});

describe('what ends in a line of the journal', () => {
  test('an object that is gone', async () => {
    const world = condemned();
    world.hooks.beforeInspect = () => void world.apps.delete('cart');
    const process = world.start();
    await world.clock.idle();
    expect([process.said, journal(world)]).toEqual([
      ['scaledown cart: refused, it is not there any more'],
      ['Refused scaledown cart'],
    ]);
  });
  test('one that was made again under its name: it is judged anew, and acted upon for itself', async () => {
    const world = condemned();
    world.hooks.beforeInspect = ({ target }) => {
      if (target.uid !== 'deployment-cart') return;
      world.remove('cart');
      world.deploy('cart', 1, { uid: 'deployment-cart-new' });
    };
    world.start();
    await world.clock.idle();
    expect(journal(world)).toEqual([
      'Refused scaledown cart',
      'Intended scaledown cart',
      'Ended accepted',
      'Ended effective',
    ]);
    expect(world.lines.flatMap((line) => ('order' in line ? [line.order.target.uid] : []))).toEqual([
      'deployment-cart',
      'deployment-cart-new',
    ]);
  });
  test('a refusal, and it is not tried again for a while', async () => {
    const world = condemned();
    world.hooks.refusals = [{ why: 'dataLoss', says: 'its claims would be deleted' }];
    const process = world.start();
    await world.clock.pass(9 * minute);
    expect([process.said, journal(world), world.done]).toEqual([
      ['scaledown cart: refused, its claims would be deleted'],
      ['Refused scaledown cart'],
      [],
    ]);
    await world.clock.pass(minute);
    expect(journal(world)).toHaveLength(2);
  });
  test('what is never possible, once for all', async () => {
    const world = condemned();
    world.hooks.refusals = [{ why: 'impossible', says: 'its kind has no /scale' }];
    world.start();
    await world.clock.pass(3 * hour);
    expect(journal(world)).toEqual(['Refused scaledown cart']);
  });
  test('what the server forbids', async () => {
    const world = condemned();
    world.hooks.performed = () => ({ is: 'failed', says: 'forbidden' });
    const process = world.start();
    await world.clock.idle();
    expect([process.said, journal(world)]).toEqual([
      ['scaledown cart: failed, forbidden'],
      ['Intended scaledown cart', 'Ended failed'],
    ]);
  });
  test('an end that cannot be written down is said, and nothing is done twice', async () => {
    const world = condemned();
    world.hooks.afterPerform = () => void (world.diskError = new Error('no space left on device'));
    const process = world.start();
    await world.clock.idle();
    expect(process.said[0]).toBe(
      'scaledown cart: accepted, done; that could not be written down: no space left on device',
    );
    await world.clock.pass(hour);
    expect([world.done, journal(world), process.engine.getState().acting.underWay.size]).toEqual([
      ['scaledown cart'],
      ['Intended scaledown cart'],
      0,
    ]);
  });
});

/** Somebody changes it while it is acted upon, so many times. */
function disturbed(times: number): World {
  const world = condemned();
  let left = times;
  world.hooks.beforePerform = () => {
    if (left-- > 0) world.change('cart', {});
  };
  return world;
}

describe('a conflict', () => {
  test('is tried again on fresh state', async () => {
    const world = disturbed(2);
    world.start();
    await world.clock.idle();
    expect(journal(world)).toEqual([
      'Intended scaledown cart',
      'Ended failed',
      'Intended scaledown cart',
      'Ended failed',
      'Intended scaledown cart',
      'Ended accepted',
      'Ended effective',
    ]);
  });
  test('is tried again five times, and no more', async () => {
    const world = disturbed(1000);
    const process = world.start();
    await world.clock.idle();
    expect(journal(world).filter((one) => one.startsWith('Intended'))).toHaveLength(5);
    expect(process.said).toEqual([
      'scaledown cart: failed, it changed again and again while it was acted upon: the object has been modified',
    ]);
  });
  test('with an upgrade leaves the fixed image alone', async () => {
    const world = condemned();
    world.hooks.beforePerform = () => {
      if (world.apps.get('cart')?.image === 1) world.change('cart', { image: 2 });
    };
    world.start();
    await world.clock.pass(hour);
    expect([world.done, world.apps.get('cart')]).toMatchObject([[], { image: 2, replicas: 1 }]);
  });
});

describe('the effect of an act', () => {
  test('is awaited, said to be stuck with what blocks it, and may come all the same', async () => {
    const world = condemned();
    Object.assign(world.apps.get('cart') ?? {}, { lingers: true });
    const process = world.start();
    await world.clock.pass(2 * minute - 1);
    expect(journal(world)).toEqual(['Intended scaledown cart', 'Ended accepted']);
    await world.clock.pass(1);
    expect(process.said.at(-1)).toBe('scaledown cart: stuck, pod cart-1 is held by a finalizer');
    await world.clock.pass(hour);
    world.change('cart', { lingers: false });
    await world.clock.idle();
    expect(journal(world)).toEqual(['Intended scaledown cart', 'Ended accepted', 'Ended stuck', 'Ended effective']);
    expect(world.done).toEqual(['scaledown cart']);
  });
  test('who brings it up again contests, and nothing more is done for a day', async () => {
    const world = condemned();
    const process = world.start();
    await world.clock.pass(hour);
    world.change('cart', { replicas: 1 });
    await world.clock.pass(hour);
    const [judgement] = [...process.engine.getState().judged.values()];
    expect(judgement?.decided.decision.exempt).toMatchObject({ by: 'contested', rule: 'brought up again' });
    await world.clock.pass(22 * hour - 1);
    expect(world.done).toEqual(['scaledown cart']);
    await world.clock.pass(1);
    expect(world.done).toEqual(['scaledown cart', 'scaledown cart']);
  });
});

describe('facts that come while an act waits', () => {
  test('are taken in, and other acts go on', async () => {
    const world = condemned();
    const gate = Promise.withResolvers<void>();
    world.hooks.beforeInspect = ({ target }) => (target.name === 'cart' ? gate.promise : undefined);
    world.start();
    await world.clock.idle();
    world.deploy('shop', 1);
    await world.clock.idle();
    expect(world.done).toEqual(['scaledown shop']);
    gate.resolve();
    await world.clock.idle();
    expect(world.done).toEqual(['scaledown shop', 'scaledown cart']);
  });
  test('a new policy is carried out at once', async () => {
    const world = condemned();
    const process = world.start({ policy: aPolicy() });
    await world.clock.pass(hour);
    expect(world.done).toEqual([]);
    process.engine.report([{ type: 'PolicyRead', policy: strict }]);
    await world.clock.idle();
    expect(world.done).toEqual(['scaledown cart']);
  });
  test('news of a finding leads to exactly what it touches', async () => {
    const world = aWorld();
    for (const image of [1, 2, 3]) world.deploy(`app-${image}`, image);
    world.start();
    await world.clock.pass(minute);
    const before = askedByDigest(world).length;
    world.answers.set(2, bad);
    world.news({ digests: [digest(2)] });
    await world.clock.idle();
    expect(
      askedByDigest(world)
        .slice(before)
        .map(({ image }) => image.digest),
    ).toEqual([digest(2), digest(2)]);
    expect(world.done).toEqual(['scaledown app-2']);
  });
});

describe('a dry run', () => {
  for (const byPolicy of ['client', 'server'] as const) {
    test(`of the ${byPolicy} says each act once, and changes and writes nothing`, async () => {
      const world = condemned();
      world.deploy('shop', 1);
      const process = world.start({ byPolicy });
      await world.clock.pass(3 * hour);
      const says = byPolicy === 'client' ? 'sets its replicas from 1 to 0' : 'checked';
      expect(process.said).toEqual([`scaledown cart: wouldAct, ${says}`, `scaledown shop: wouldAct, ${says}`]);
      expect(world.lines).toEqual([]);
      expect(world.done).toEqual(byPolicy === 'client' ? [] : ['dry scaledown cart', 'dry scaledown shop']);
      expect([...world.apps.values()].map(({ replicas }) => replicas)).toEqual([1, 1]);
    });
  }
  test('says what would be refused, and writes nothing', async () => {
    const world = condemned();
    world.hooks.refusals = [{ why: 'dataLoss', says: 'its claims would be deleted' }];
    const process = world.start({ byPolicy: 'client' });
    await world.clock.idle();
    expect([process.said, world.lines]).toEqual([['scaledown cart: refused, its claims would be deleted'], []]);
  });
  test('pauses itself alone', async () => {
    const world = aWorld();
    world.answers.set(1, bad);
    for (let index = 0; index < 6; index += 1) world.deploy(`app-${index}`, 1);
    const limits = { actionsPerMinute: 1, shareOfWorkloads: 0 };
    const process = world.start({ byPolicy: 'client', policy: { ...strict, limits } });
    await world.clock.pass(hour);
    expect([process.said.length, process.engine.getState().acting.history.pause?.by, world.lines]).toEqual([
      3,
      'limit',
      [],
    ]);
  });
});

describe('by hand', () => {
  test('limits, pauses and exemptions are lifted, and Xray is not asked again', async () => {
    const world = condemned();
    world.lines.push({ type: 'Paused', at: new Date(now).toISOString(), by: 'limit', message: '' });
    const policy = { ...strict, protectNamespaces: ['shop'], limits: { actionsPerMinute: 0, shareOfWorkloads: 0 } };
    const process = world.start({ policy });
    await world.clock.idle();
    const before = askedByDigest(world).length;
    byHand(process, 'cart');
    await world.clock.idle();
    expect([world.done, askedByDigest(world).length - before]).toEqual([['scaledown cart'], 0]);
    expect(journal(world)).toEqual(['Paused limit', 'Intended scaledown cart', 'Ended accepted', 'Ended effective']);
  });
  test('refusals and the journal hold all the same', async () => {
    const world = condemned();
    world.hooks.refusals = [{ why: 'dataLoss', says: 'its claims would be deleted' }];
    const process = world.start({ byPolicy: null });
    await world.clock.idle();
    byHand(process, 'cart');
    await world.clock.pass(hour);
    expect([process.said, journal(world)]).toEqual([
      ['scaledown cart: refused, its claims would be deleted'],
      ['Refused scaledown cart'],
    ]);
  });
  test('what is at 0 already is done', async () => {
    const world = condemned();
    world.change('cart', { replicas: 0 });
    const process = world.start({ byPolicy: null });
    await world.clock.idle();
    byHand(process, 'cart');
    await world.clock.idle();
    expect([process.said, world.lines]).toEqual([['scaledown cart: effective'], []]);
  });
  test('is done also where nobody carries out the policy', async () => {
    const world = condemned();
    const process = world.start({ byPolicy: null });
    await world.clock.idle();
    byHand(process, 'cart', { action: 'delete' });
    await world.clock.idle();
    expect(journal(world)).toEqual(['Intended delete cart', 'Ended accepted', 'Ended effective']);
  });
});
